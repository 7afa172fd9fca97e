"""Making of unique codes: draw, insert the free ones, draw again for the taken ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from secrets import SystemRandom, token_bytes

from sqlalchemy import func, select

from tercel.base.errors import ConflictError, InvalidError, Problem
from tercel.database.transaction import Transaction
from tercel.features.common.patterns.pattern import Choices, CodePattern

#: Inserts the free ones of the codes, each with its owner, and returns them.
Insert = Callable[[Mapping[str, str | None]], Awaitable[Collection[str]]]
#: Those of the codes that exist already.
FindTaken = Callable[[Collection[str]], Awaitable[set[str]]]

_CHUNK = 20_000
_ROUNDS_MAX = 100
_DRAWS_MIN = 5_000
#: After this many draws per possible code without a free one, there is none.
_DRAWS_PER_CODE = 20

_BYTES = 256
_SPARE = 16

_random = SystemRandom()


def secure_choices(alphabet: Sequence[str], count: int) -> Sequence[str]:
    """Draw characters that cannot be predicted from earlier draws.

    One byte decides about one draw; bytes that would prefer the first characters are thrown away. That is hundreds of
    times as fast as asking the system for each draw.
    """
    letters = "".join(alphabet)
    if len(letters) != len(alphabet) or len(letters) > _BYTES or not letters.isascii():
        return _random.choices(alphabet, k=count)
    fair = _BYTES - _BYTES % len(letters)
    table = bytes(ord(letters[byte % len(letters)]) for byte in range(_BYTES))
    unfair = bytes(range(fair, _BYTES))
    drawn = b""
    while len(drawn) < count:
        drawn += token_bytes(count - len(drawn) + _SPARE).translate(table, unfair)
    return drawn[:count].decode("ascii")


async def wait_for_turn(tx: Transaction, kind: str, owner_id: int) -> None:
    """Let one transaction at a time make many codes of a kind for a campaign or a program.

    Because: two that draw from the same small pattern, round after round, would come to wait for each other in a
    circle. One that makes a single code cannot, and needs no turn.
    """
    key = func.hashtextextended(kind, owner_id)
    await tx.execute(select(func.pg_advisory_xact_lock(key)))


async def make_codes(
    pattern: CodePattern,
    owners: Sequence[str | None],
    *,
    insert: Insert,
    find_taken: FindTaken,
    choices: Choices,
    pointer: str,
) -> list[str]:
    """Insert one code per owner; return the codes, in no particular order.

    Raises:
        ConflictError: the pattern is a fixed text, and that code exists.
        InvalidError: the pattern has no free codes left, or so few that they could not be found.
    """
    made: list[str] = []
    for start in range(0, len(owners), _CHUNK):
        chunk = owners[start : start + _CHUNK]
        codes = await _make_chunk(pattern, chunk, insert=insert, find_taken=find_taken, choices=choices)
        if len(codes) < len(chunk):
            raise _none_left(pattern, pointer)
        made += codes
    return made


async def _make_chunk(
    pattern: CodePattern,
    owners: Sequence[str | None],
    *,
    insert: Insert,
    find_taken: FindTaken,
    choices: Choices,
) -> list[str]:
    """Insert codes for as many of the owners as possible; return the codes."""
    made: list[str] = []
    waiting = list(owners)
    free = pattern.draw(len(waiting), choices)
    for _ in range(_ROUNDS_MAX):
        # Because: campaigns of one application share their codes; one order for all keeps them out of a circle.
        pairs = dict(zip(sorted(free[: len(waiting)]), waiting, strict=False))
        served = set(await insert(pairs)) if pairs else set()
        made += served
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
        details = f"the code `{code}` exists already"
        return ConflictError(details, [Problem(title="duplicate", details=details, pointer=pointer)])
    details = f"the pattern `{pattern.text}` has too few free codes left: use a longer one"
    return InvalidError.at(pointer, "capacity", details)
