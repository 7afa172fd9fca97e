"""A seeded choice of mutants: weighted, a few of each function at most, and the same again as long as the code is."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.mutants.mistakes import mistakes
from tests.mutants.queries import queries
from tests.mutants.source import Mutant, Source
from tests.mutants.sql import statements

_WEIGHTS = {
    "removed guard": 3.0,
    "dropped operand": 2.0,
    "any/all, min/max": 2.0,
    "comparison": 1.5,
    "swapped arguments": 0.15,
    "replaced body": 0.4,
    "constant": 0.5,
}
_SQL_WEIGHT = 4.0
#: Written by Alembic.
_WITHOUT = "src/tercel/database/migrations/"


def choose(
    root: Path, *, seed: int, count: int, package: str = "", only_sql: bool = False, per_place: int = 1
) -> list[tuple[Source, Mutant]]:
    """At most ``count`` mutants of the files whose path holds ``package``, at most ``per_place`` of each function."""
    sources = {source.path: source for source in _sources(root, package)}
    mutants = (mutant for source in sources.values() for mutant in all_mutants(source))
    ranked = sorted(
        (mutant for mutant in mutants if mutant.is_sql or not only_sql),
        key=lambda each: _rank(seed, each),
        reverse=True,
    )
    chosen = _few_of_each(ranked, sources, per_place)
    return [(sources[mutant.path], mutant) for mutant, _ in zip(chosen, range(count), strict=False)]


def all_mutants(source: Source) -> Iterator[Mutant]:
    """Every mutant of a file."""
    yield from source.mutants(mistakes(source), is_sql=False)
    yield from source.mutants(queries(source), is_sql=True)
    yield from source.mutants(statements(source), is_sql=True)


def _sources(root: Path, package: str) -> Iterator[Source]:
    for path in sorted((root / "src/tercel").rglob("*.py")):
        name = path.relative_to(root).as_posix()
        if package in name and not name.startswith(_WITHOUT):
            yield Source.read(root, name)


def _rank(seed: int, mutant: Mutant) -> float:
    """A number by chance, that grows with the weight; the highest are taken (the sampling of Efraimidis and Spirakis)."""
    chance = int.from_bytes(hashlib.sha256(f"{seed} {mutant.key}".encode()).digest()[:7]) / 2**56
    weight = _WEIGHTS.get(mutant.operator, 1.0) * (_SQL_WEIGHT if mutant.is_sql else 1.0)
    return float(chance ** (1 / weight))


def _few_of_each(ranked: Iterable[Mutant], sources: dict[str, Source], per_place: int) -> Iterator[Mutant]:
    taken: Counter[tuple[str, str]] = Counter()
    for mutant in ranked:
        place = (mutant.path, mutant.place)
        if taken[place] < per_place and sources[mutant.path].is_program(mutant.change):
            taken[place] += 1
            yield mutant
