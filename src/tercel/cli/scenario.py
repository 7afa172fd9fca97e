"""``tercel scenario``: run the worked examples kept beside campaigns."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from decimal import DecimalException
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tercel.base.codec import decode_any
from tercel.base.errors import TercelError
from tercel.base.numbers import use_engine_context
from tercel.evaluation.scenario.cases import Case, read_cases
from tercel.evaluation.scenario.run import run_case
from tercel.language.errors import TalangError

app = typer.Typer(
    name="scenario", help="Run scenarios: campaigns with worked examples.", no_args_is_help=True
)


@app.callback()
def scenario() -> None:
    """Run scenarios: campaigns with worked examples."""


@app.command("run")
def run(
    files: Annotated[list[Path], typer.Argument(help="Scenario files, JSON.", metavar="FILE…")],
) -> None:
    """Run every case of the files through the engine, without a server or a database.

    One line per case, what differs below a failed one, and the sums at the end; exit status 1 when a case fails.

    Example: tercel scenario run scenarios/*.json
    """
    use_engine_context()
    passed = failed = 0
    for label, differences in _results(files):
        if differences:
            failed += 1
            print(f"FAILED  {label}")
            print("\n".join(f"        {line}" for line in differences))
        else:
            passed += 1
            print(f"passed  {label}")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def _results(files: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """Label and differences of every case; a file that cannot be read is one failed case."""
    for path in files:
        try:
            cases = read_cases(decode_any(path.read_bytes()))
        except (OSError, msgspec.DecodeError, TercelError) as error:
            yield str(path), [f"cannot be read: {error}", *_details(error)]
            continue
        for case in cases:
            yield f"{path.name}: {case.label}", _differences(case)


def _differences(case: Case) -> list[str]:
    try:
        return run_case(case)
    except (KeyError, TypeError, ValueError, AttributeError, DecimalException, TalangError) as error:
        # Because: a scenario is written by hand, and whatever is wrong with its data belongs to its author.
        return [f"the case cannot be run: {type(error).__name__}: {error}"]


def _details(error: Exception) -> list[str]:
    if not isinstance(error, TercelError):
        return []
    return [f"{problem.pointer or '/'}: {problem.details}" for problem in error.problems]
