"""The check of budgets (behaviour/budgets 1)."""

from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import DISCOUNT_LIMIT_MAX, LIMITS_PER_CAMPAIGN_MAX
from tercel.features.common.limits import LimitConfig, check_limits


def _limit(**fields: Any) -> LimitConfig:
    return LimitConfig(**{"action": "setDiscount", "limit": Decimal(1), "entities": [], **fields})


@pytest.mark.parametrize("amount", [Decimal(0), Decimal("0.5"), DISCOUNT_LIMIT_MAX])
def test_amounts_within_bounds_are_accepted(amount: Decimal) -> None:
    assert check_limits([_limit(limit=amount)]) == []


@pytest.mark.parametrize("amount", [Decimal("-0.01"), DISCOUNT_LIMIT_MAX + 1])
def test_amounts_out_of_bounds_are_refused(amount: Decimal) -> None:
    (problem,) = check_limits([_limit(limit=amount)])
    assert (problem.title, problem.pointer) == ("minimum", "/limits/0/limit")


def test_the_same_limit_twice_is_refused_whatever_the_order_of_its_entities() -> None:
    (problem,) = check_limits(
        [_limit(entities=["Coupon", "Profile"]), _limit(entities=["Profile", "Coupon"])]
    )
    assert (problem.title, problem.pointer) == ("duplicate", "/limits/1")


def test_limits_that_differ_in_anything_but_the_amount_stand_together() -> None:
    limits = [_limit(), _limit(period="daily"), _limit(entities=["Profile"]), _limit(action="redeemCoupon")]
    assert check_limits(limits) == []


def test_an_entity_counts_once() -> None:
    (problem,) = check_limits([_limit(entities=["Profile", "Profile"])])
    assert (problem.title, problem.pointer) == ("uniqueItems", "/limits/0/entities")


def test_the_number_of_limits_is_limited() -> None:
    (problem,) = check_limits([_limit()] * (LIMITS_PER_CAMPAIGN_MAX + 1))
    assert (problem.title, problem.pointer) == ("maxItems", "/limits")
