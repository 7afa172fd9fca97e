"""Codes that are taken to be free: whatever they and their settings hold comes out as it went in."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from tercel.database.tables.codes import coupons
from tercel.database.transaction import Transaction
from tercel.features.codes.coupons import free
from tercel.features.codes.coupons.free import is_mostly_free, make_free_coupons
from tercel.features.codes.coupons.rows import copy_coupons, encode_shared, pack_rows
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.common.patterns.pattern import CodePattern
from tests.features.coupons.conftest import Create

SHARED: dict[str, Any] = {
    "application_id": 1,
    "campaign_id": 2,
    "discount_limit": Decimal("0.000000000001"),
    "is_reservation_mandatory": True,
    "implicitly_reserved": False,
    "attributes": {"text": 'tab\t, "quote" \\ and line\nbreak', "list": [1, None], "é": Decimal("1.50")},
    "limits": [],
    "start_date": datetime(2030, 1, 1, tzinfo=UTC),
    "batch_id": "back\\slash\ttab\r\nline",
}


async def write(tx: Transaction, codes: list[str]) -> bool:
    shared = await encode_shared(tx, SHARED)
    return await copy_coupons(tx, shared, pack_rows(codes, shared))


@pytest.mark.anyio
async def test_odd_values_survive(tx: Transaction, campaign: CodeCampaign) -> None:
    codes = ["plain", "\\.", "\\N", "tab\tin", "line\nin", "return\rin", "first\x01in", "é🦅"]
    assert await write(tx, codes)
    found = await tx.all(select(coupons).where(coupons.c.application_id == 1).order_by(coupons.c.id))
    assert [row.value for row in found] == codes
    assert {name: getattr(found[0], name) for name in SHARED} == SHARED


@pytest.mark.anyio
async def test_one_taken_code_keeps_all_out_and_the_transaction_alive(
    tx: Transaction, campaign: CodeCampaign
) -> None:
    assert await write(tx, ["b"])
    assert not await write(tx, ["a", "b", "c"])
    assert await tx.scalars(select(coupons.c.value)) == ["b"]


@pytest.mark.anyio
async def test_only_the_piece_with_a_taken_code_is_left_out(
    tx: Transaction, campaign: CodeCampaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(free, "PIECE", 2)
    monkeypatch.setattr(free, "_ROOM", 0)
    draws = iter(["CA", "CD", "E"])
    pattern = CodePattern(text="#", alphabet=tuple("ABCDE"))
    assert await write(tx, ["D"])
    made = await make_free_coupons(tx, pattern, SHARED, 5, lambda _alphabet, _count: next(draws))
    assert made == ["A", "C", "E"]
    assert set(await tx.scalars(select(coupons.c.value))) == {"A", "C", "D", "E"}


@pytest.mark.anyio
async def test_prefixes_and_recipients_hold_what_would_end_a_line(create: Create) -> None:
    made = await create(number_of_coupons=3, unique_prefix="A\\NÉ\\", recipient_integration_id="ann\t\\N")
    assert [(each.value[:5], each.recipient_integration_id) for each in made] == [("A\\NÉ\\", "ann\t\\N")] * 3


@pytest.mark.parametrize(("blanks", "expected"), [(6, False), (7, True)])
def test_how_many_codes_must_be_possible(blanks: int, expected: bool) -> None:
    pattern = CodePattern(text="#" * blanks, alphabet=tuple("0123456789"))
    assert is_mostly_free(pattern, wanted=10_000, at_once=500) is expected
