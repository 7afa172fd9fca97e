"""Splitting one amount: nothing is lost, nobody gets much more than their part (behaviour/discounts 6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.base.numbers import use_engine_context
from tercel.evaluation.facts import minor_unit
from tercel.evaluation.host.allocate import shares
from tests.properties.worlds import cents

_UNIT = Decimal("0.01")


@given(cents, st.lists(cents, min_size=1, max_size=20))
def test_shares(total: Decimal, weights: list[Decimal]) -> None:
    use_engine_context()
    found = shares(total, weights, _UNIT)
    assert sum(found) == total
    assert all(share >= 0 and share == share.quantize(_UNIT) for share in found)
    whole = sum(weights)
    exact = [total * weight / whole if whole else total / len(weights) for weight in weights]
    differences = [share - part for share, part in zip(found, exact, strict=True)]
    # Only the largest share carries a residue, of less than one unit per share.
    largest = exact.index(max(exact)) if whole else 0
    assert all(abs(difference) < _UNIT for i, difference in enumerate(differences) if i != largest)
    assert abs(differences[largest]) < _UNIT * len(weights)


@given(st.lists(cents, min_size=1, max_size=8))
def test_zero_weights_get_nothing_beside_others(weights: list[Decimal]) -> None:
    use_engine_context()
    found = shares(Decimal(10), [Decimal(0), *weights, Decimal(0)], _UNIT)
    if any(weights):
        assert found[0] == found[-1] == 0


@pytest.mark.parametrize(
    ("total", "weights", "expected"),
    [
        ("10", ["30", "20", "10"], ["5.01", "3.33", "1.66"]),
        ("30", ["55", "60", "115"], ["7.17", "7.82", "15.01"]),
        ("1", ["0", "0", "0"], ["0.34", "0.33", "0.33"]),
        ("0.01", ["1", "1"], ["0.01", "0"]),
        ("0", ["1"], ["0"]),
        ("0.005", ["1", "1"], ["0.005", "0"]),
    ],
)
def test_examples(total: str, weights: list[str], expected: list[str]) -> None:
    found = shares(Decimal(total), list(map(Decimal, weights)), _UNIT)
    assert found == list(map(Decimal, expected))


def test_nothing_to_share_with() -> None:
    assert shares(Decimal(1), [], _UNIT) == []


@pytest.mark.parametrize(
    ("currency", "unit"), [("EUR", "0.01"), ("jpy", "1"), ("KWD", "0.001"), ("QQQ", "0.01")]
)
def test_minor_units(currency: str, unit: str) -> None:
    assert minor_unit(currency) == Decimal(unit)
