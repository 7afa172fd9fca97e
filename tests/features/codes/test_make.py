"""Making codes when others have some already."""

import random
from collections import namedtuple
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pytest

from tercel.base.errors import ConflictError, InvalidError
from tercel.features.codes.make import make_codes
from tercel.features.codes.pattern import CodePattern

pytestmark = pytest.mark.anyio

Made = namedtuple("Made", ["code", "owner"])


class Shelf:
    """Codes with their owners, as a database keeps them."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.codes: dict[str, str | None] = dict.fromkeys(taken)
        self.random = random.Random(3)

    async def insert(self, codes: Mapping[str, str | None]) -> Sequence[Any]:
        free = {code: owner for code, owner in codes.items() if code not in self.codes}
        self.codes |= free
        return [Made(code, owner) for code, owner in free.items()]

    async def find_taken(self, codes: Collection[str]) -> set[str]:
        return {code for code in codes if code in self.codes}

    def choices(self, alphabet: Sequence[str], count: int) -> Sequence[str]:
        return self.random.choices(alphabet, k=count)

    async def make(self, pattern: CodePattern, owners: Sequence[str | None]) -> list[Any]:
        return await make_codes(
            pattern,
            owners,
            insert=self.insert,
            find_taken=self.find_taken,
            choices=self.choices,
            pointer="/couponPattern",
        )


TENS = CodePattern(text="##", alphabet=tuple("0123456789"))


async def test_every_owner_gets_a_code_even_from_a_nearly_full_pattern() -> None:
    shelf = Shelf(f"{number:02}" for number in range(90))
    made = await shelf.make(TENS, list("abcdefghij"))
    assert sorted(row.owner for row in made) == list("abcdefghij")
    assert {row.code for row in made} == {str(number) for number in range(90, 100)}


async def test_a_full_pattern_is_a_problem_with_the_pattern() -> None:
    shelf = Shelf(f"{number:02}" for number in range(99))
    with pytest.raises(InvalidError) as refused:
        await shelf.make(TENS, [None, None])
    assert refused.value.problems[0].pointer == "/couponPattern"


async def test_a_fixed_code_that_exists_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match="`SUMMER`") as refused:
        await Shelf(["SUMMER"]).make(CodePattern(text="SUMMER", alphabet=("x",)), [None])
    assert refused.value.problems[0].pointer == "/couponPattern"


async def test_more_than_one_chunk() -> None:
    made = await Shelf().make(CodePattern(text="########", alphabet=tuple("abcdefgh")), [None] * 20_001)
    assert len({row.code for row in made}) == 20_001
