"""``python -m tests.mutants``: put faults into the source, one at a time, and show which of them no test notices."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import SimpleQueue
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.architecture.sources import ROOT
from tests.mutants.measure import measure
from tests.mutants.reach import Reach
from tests.mutants.results import Tried, equivalents, keep, kept, rate, survivor, table
from tests.mutants.sample import choose
from tests.mutants.source import Mutant, Source
from tests.mutants.tree import CACHE
from tests.mutants.trial import Result, Worker

_WIDTH_MIN = 120
_out = Console(highlight=False, soft_wrap=True)
_out.width = max(_out.width, _WIDTH_MIN)


def mutants(
    count: Annotated[int, typer.Option(help="How many, at most.")] = 300,
    seed: Annotated[int, typer.Option(help="Chance: another number tries others.")] = 1,
    package: Annotated[
        str, typer.Option(help="Only files whose path holds this, e.g. features/engine/sessions.")
    ] = "",
    per_function: Annotated[int, typer.Option(help="How many of one function, at most.")] = 1,
    sql: Annotated[bool, typer.Option("--sql", help="Only faults of statements.")] = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on: keep what was found earlier.")] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try survivors again, keep the others.")] = False,
    key: Annotated[list[str] | None, typer.Option(help="Only these, by their keys.")] = None,
    workers: Annotated[int, typer.Option(help="How many at a time.")] = 1,
    seconds: Annotated[float, typer.Option(help="Tests for each, in seconds of the processor.")] = 10,
    patience: Annotated[float, typer.Option(help="Further tests for those that survive these.")] = 40,
    threshold: Annotated[float, typer.Option(help="Fail below this rate, in percent.")] = 0,
    measure_anew: Annotated[
        bool, typer.Option("--measure", help="Measure again which test reaches what.")
    ] = False,
    as_measured: Annotated[
        bool, typer.Option("--as-measured", help="Measure nothing, even what changed.")
    ] = False,
    without: Annotated[
        list[str] | None, typer.Option(help="Leave out these directories of tests, e.g. attack.")
    ] = None,
) -> None:
    """Put faults into a copy of the source and run the tests that reach them."""
    if not as_measured:
        measure(_out.print, anew=measure_anew, without=without or (), workers=workers)
    everything = choose(ROOT, seed=seed, count=10**9, package="", per_place=10**9) if key else None
    chosen = (
        [each for each in everything if each[1].key in key]
        if everything and key
        else choose(ROOT, seed=seed, count=count, package=package, only_sql=sql, per_place=per_function)
    )
    known = equivalents()
    to_try = [each for each in chosen if each[1].key not in known]
    results = {
        name: result for name, result in kept().items() if resume or (retry and result.verdict == "killed")
    }
    missing = [each for each in to_try if each[1].key not in results]
    _try(missing, results, workers, (seconds, patience), without or ())
    tried = [(source, mutant, results[mutant.key]) for source, mutant in to_try]
    _show(tried, len(chosen) - len(to_try), seed)
    raise typer.Exit(rate(tried) < threshold)


def _try(
    chosen: list[tuple[Source, Mutant]],
    results: dict[str, Result],
    workers: int,
    budgets: tuple[float, ...],
    without: Collection[str],
) -> None:
    if not chosen:
        return
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "src/tercel").rglob("*.py")}
    reach = Reach({path: Source.read(ROOT, path) for path in sorted(sources)}, without)
    idle: SimpleQueue[Worker] = SimpleQueue()
    with ExitStack() as stack, _progress() as progress:
        task = progress.add_task("preparing", total=len(chosen))
        for number in range(workers):
            idle.put(stack.enter_context(Worker(CACHE / "trees" / f"worker-{number}")))
        first = idle.get()
        existing = first.known_tests()
        idle.put(first)

        def try_one(source: Source, mutant: Mutant) -> None:
            worker = idle.get()
            try:
                tests = [test for test in reach.tests(mutant) if test in existing]
                result = worker.try_mutant(source, mutant, tests, reach.seconds, budgets)
            finally:
                idle.put(worker)
            keep(result)
            results[mutant.key] = result
            lost = sum(results[each.key].verdict != "killed" for _, each in chosen if each.key in results)
            progress.update(task, advance=1, description=f"{lost} survived")
            if result.verdict != "killed":
                progress.console.print(survivor(source, mutant, result), markup=False)

        with ThreadPoolExecutor(workers) as pool:
            for future in [pool.submit(try_one, *each) for each in chosen]:
                future.result()


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=_out
    )


def _show(tried: list[Tried], equivalent: int, seed: int) -> None:
    _out.print(table("package", tried, lambda mutant: mutant.package))
    _out.print(
        table("mistake", [each for each in tried if not each[1].is_sql], lambda mutant: mutant.operator)
    )
    _out.print(
        table("mistake in SQL", [each for each in tried if each[1].is_sql], lambda mutant: mutant.operator)
    )
    for each in tried:
        if each[2].verdict != "killed":
            _out.print(survivor(*each), markup=False)
    _out.print(
        f"{rate(tried):.1f} % of {len(tried)} noticed; {equivalent} known equivalents left out; seed {seed}"
    )


if __name__ == "__main__":
    typer.run(mutants)
