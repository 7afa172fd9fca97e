"""What became of mutants: kept between runs, and summed up."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec
from rich.table import Table

from tests.mutants.source import Mutant, Source
from tests.mutants.tree import CACHE
from tests.mutants.trial import Result

_EQUIVALENTS = Path(__file__).with_name("equivalents.json")
_RESULTS = CACHE / "results.jsonl"
Tried = tuple[Source, Mutant, Result]


class Equivalent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that answers the same as the original, and why. ``change`` is for the reader; ``key`` finds it."""

    key: str
    place: str
    change: str
    reason: str


def equivalents() -> dict[str, Equivalent]:
    """The known ones, by key."""
    known = msgspec.json.decode(_EQUIVALENTS.read_bytes(), type=list[Equivalent])
    return {each.key: each for each in known}


def kept() -> dict[str, Result]:
    """The last result of every mutant that was ever tried here."""
    if not _RESULTS.is_file():
        return {}
    found = [msgspec.json.decode(line, type=Result) for line in _RESULTS.read_bytes().splitlines()]
    return {result.key: result for result in found}


def keep(result: Result) -> None:
    """Note a result."""
    with _RESULTS.open("ab") as file:
        file.write(msgspec.json.encode(result) + b"\n")


def rate(tried: Iterable[Tried]) -> float:
    """The share that was noticed, in percent; of nothing it is all."""
    noticed = Counter(result.verdict == "killed" for _, _, result in tried)
    return 100 * noticed[True] / noticed.total() if noticed else 100.0


def table(title: str, tried: Iterable[Tried], group: Callable[[Mutant], str]) -> Table:
    """Killed and survived by a property of mutants."""
    groups: dict[str, list[Tried]] = defaultdict(list)
    for each in tried:
        groups[group(each[1])].append(each)
    shown = Table(title, "killed", "survived", "rate")
    for name, members in [
        *sorted(groups.items()),
        ("all", [each for every in groups.values() for each in every]),
    ]:
        killed = sum(result.verdict == "killed" for _, _, result in members)
        shown.add_row(name, str(killed), str(len(members) - killed), f"{rate(members):.0f} %")
    return shown


def survivor(source: Source, mutant: Mutant, result: Result) -> str:
    """Where it is, what it changes, what was run, and what to write down should it be equivalent."""
    entry = {
        "key": mutant.key, "place": f"{mutant.path} {mutant.place}", "change": source.difference(mutant.change), "reason": ""
    }  # fmt: skip
    ran = (
        f"{result.ran} of the {result.reach} tests that reach it pass"
        if result.reach
        else "no test reaches it"
    )
    return "\n".join(
        (
            f"{mutant.path}:{mutant.line} {mutant.place}: {mutant.operator}",
            entry["change"],
            ran,
            json.dumps(entry),
            "",
        )
    )
