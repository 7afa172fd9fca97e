"""Making codes that nobody has yet: draw, insert what is free, draw again for what was taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from secrets import SystemRandom
from typing import Any

from sqlalchemy import Row

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.features.codes.pattern import Choices, CodePattern

#: Inserts the free ones of the codes, each with its owner, and returns their rows: the code is the row's first column.
Insert = Callable[[Mapping[str, str | None]], Awaitable[Sequence[Row[Any]]]]
#: Those of the codes that exist already.
FindTaken = Callable[[Collection[str]], Awaitable[set[str]]]

_CHUNK = 20_000
_ROUNDS_MAX = 100
_DRAWS_MIN = 5_000
#: After this many draws per possible code without a free one, there is none.
_DRAWS_PER_CODE = 20

_random = SystemRandom()


def secure_choices(alphabet: Sequence[str], count: int) -> list[str]:
    """Draws that cannot be predicted from earlier ones."""
    return _random.choices(alphabet, k=count)


async def make_codes(
    pattern: CodePattern,
    owners: Sequence[str | None],
    *,
    insert: Insert,
    find_taken: FindTaken,
    choices: Choices,
    pointer: str,
) -> list[Row[Any]]:
    """Insert one code per owner; the rows that came to be.

    Raises:
        ConflictError: the pattern is a fixed text, and that code exists.
        InvalidError: the pattern has no free codes left, or so few that they could not be found.
    """
    made: list[Row[Any]] = []
    for start in range(0, len(owners), _CHUNK):
        chunk = owners[start : start + _CHUNK]
        rows = await _make_chunk(pattern, chunk, insert=insert, find_taken=find_taken, choices=choices)
        if len(rows) < len(chunk):
            raise _none_left(pattern, pointer)
        made += rows
    return made


async def _make_chunk(
    pattern: CodePattern,
    owners: Sequence[str | None],
    *,
    insert: Insert,
    find_taken: FindTaken,
    choices: Choices,
) -> list[Row[Any]]:
    """Rows for as many of the owners as codes were found."""
    made: list[Row[Any]] = []
    waiting = list(owners)
    free = pattern.draw(len(waiting), choices)
    for _ in range(_ROUNDS_MAX):
        pairs = dict(zip(free, waiting, strict=False))
        rows = await insert(pairs) if pairs else ()
        made += rows
        served = {row[0] for row in rows}
        waiting = [owner for code, owner in pairs.items() if code not in served] + waiting[len(pairs) :]
        if not waiting:
            break
        draws = max(2 * len(waiting), _DRAWS_MIN)
        drawn = pattern.draw(draws, choices)
        taken = await find_taken(drawn)
        free = [code for code in drawn if code not in taken]
        if not free and draws >= _DRAWS_PER_CODE * pattern.capacity():
            break
    return made


def _none_left(pattern: CodePattern, pointer: str) -> ConflictError | InvalidError:
    if pattern.capacity() == 1:
        code = pattern.draw(1, secure_choices)[0]
        details = f"the code `{code}` exists already in this application"
        return ConflictError(details, [Problem(title="duplicate", details=details, pointer=pointer)])
    details = f"the pattern `{pattern.text}` has too few free codes left: use a longer one"
    return InvalidError.at(pointer, "capacity", details)
