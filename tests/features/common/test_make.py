"""Making codes when others have some already."""

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import pytest

from tercel.base.errors import ConflictError, InvalidError
from tercel.features.common.patterns.make import make_codes, secure_choices
from tercel.features.common.patterns.pattern import CodePattern


class Shelf:
    """Codes with their owners, as a database keeps them."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self.codes: dict[str, str | None] = dict.fromkeys(taken)
        self.random = random.Random(3)

    async def insert(self, codes: Mapping[str, str | None]) -> Collection[str]:
        free = {code: owner for code, owner in codes.items() if code not in self.codes}
        self.codes |= free
        return free

    async def find_taken(self, codes: Collection[str]) -> set[str]:
        return {code for code in codes if code in self.codes}

    def choices(self, alphabet: Sequence[str], count: int) -> Sequence[str]:
        return self.random.choices(alphabet, k=count)

    async def make(self, pattern: CodePattern, owners: Sequence[str | None]) -> list[str]:
        return await make_codes(
            pattern,
            owners,
            insert=self.insert,
            find_taken=self.find_taken,
            choices=self.choices,
            pointer="/couponPattern",
        )


TENS = CodePattern(text="##", alphabet=tuple("0123456789"))


@pytest.mark.anyio
async def test_every_owner_gets_a_code_even_from_a_nearly_full_pattern() -> None:
    shelf = Shelf(f"{number:02}" for number in range(90))
    made = await shelf.make(TENS, list("abcdefghij"))
    assert set(made) == {str(number) for number in range(90, 100)}
    assert sorted(str(shelf.codes[code]) for code in made) == list("abcdefghij")


@pytest.mark.anyio
async def test_a_full_pattern_is_a_problem_with_the_pattern() -> None:
    shelf = Shelf(f"{number:02}" for number in range(99))
    with pytest.raises(InvalidError) as refused:
        await shelf.make(TENS, [None, None])
    assert refused.value.problems[0].pointer == "/couponPattern"


@pytest.mark.anyio
async def test_a_fixed_code_that_exists_is_a_conflict() -> None:
    with pytest.raises(ConflictError, match="`SUMMER`") as refused:
        await Shelf(["SUMMER"]).make(CodePattern(text="SUMMER", alphabet=("x",)), [None])
    assert refused.value.problems[0].pointer == "/couponPattern"


@pytest.mark.anyio
async def test_more_than_one_chunk() -> None:
    made = await Shelf().make(CodePattern(text="########", alphabet=tuple("abcdefgh")), [None] * 20_001)
    assert len(set(made)) == 20_001


@pytest.mark.parametrize(
    "alphabet",
    [
        "0123456789",
        "A",
        "".join(map(chr, range(33, 127))),
        "äöü",
        "".join(map(chr, range(0x4E00, 0x4E00 + 300))),
    ],
)
def test_secure_draws_use_the_whole_alphabet_evenly(alphabet: str) -> None:
    drawn = secure_choices(alphabet, 1_000 * len(alphabet))
    counts = Counter(drawn)
    assert set(counts) == set(alphabet)
    assert len(drawn) == 1_000 * len(alphabet)
    assert all(750 < count < 1_250 for count in counts.values())  # eight standard deviations
