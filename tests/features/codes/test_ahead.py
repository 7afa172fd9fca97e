"""Drawing ahead: as many as are wanted, whatever was drawn before."""

import string

import pytest

from tercel.features.codes.library.ahead import DrawnAhead
from tercel.features.common.patterns.make import secure_choices
from tercel.features.common.patterns.pattern import CodePattern

PATTERN = CodePattern(text="A-########", alphabet=tuple(string.ascii_uppercase))

pytestmark = pytest.mark.anyio


async def test_each_chunk_is_sorted_and_new() -> None:
    drawn = DrawnAhead(PATTERN, secure_choices, list)
    chunks = [await drawn.take(1_000, then=1_000), await drawn.take(1_000, then=0)]
    assert [len(chunk) for chunk in chunks] == [1_000, 1_000]
    assert chunks == [sorted(chunk) for chunk in chunks]
    assert not set(chunks[0]) & set(chunks[1])


async def test_fewer_than_were_begun_come_from_the_whole_alphabet() -> None:
    drawn = DrawnAhead(PATTERN, secure_choices, list)
    await drawn.take(1, then=100_000)
    codes = await drawn.take(1_000, then=0)
    assert len(codes) == 1_000
    assert {code[2] for code in codes} == set(string.ascii_uppercase)


async def test_codes_that_coincide_are_missing() -> None:
    drawn = DrawnAhead(CodePattern(text="#", alphabet=("A", "B")), secure_choices, list)
    assert set(await drawn.take(100, then=0)) == {"A", "B"}
