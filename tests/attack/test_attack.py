"""The short form of ``make attack``: every storm once, against real servers on one PostgreSQL (behaviour/requests 9)."""

import asyncio
from pathlib import Path

import pytest

from tests.attack.arena import arena
from tests.attack.campaign import Attack, Plan, total
from tests.attack.offer import Code, Offer
from tests.attack.storms import limits
from tests.attack.storms.all import STORMS

#: Budgets of all other actions are counted like the one of effects.
_ACTIONS = {"redeemCoupon", "redeemReferral", "reserveCoupon", "setDiscount", "setDiscountEffect",
            "addFreeItemEffect", "customEffect", "callApi"}  # fmt: skip
_ENTITIES = {"Profile", "Identifier", "Store", "Session"}


@pytest.mark.slow
def test_every_answer_is_explained_and_no_counter_is_lost(
    module_database_url: str, open_directory: Path
) -> None:
    home = open_directory / "attack"
    home.mkdir()
    plan = Plan(storms=list(STORMS), clients=5)
    with arena(module_database_url, home) as field:
        attack = Attack(field, plan)
        asyncio.run(attack.run())
    assert not attack.problems, "\n\n".join(attack.problems)
    every = total(attack.tallies)
    assert every.battles == len(plan.storms)
    assert every.explained == every.operations
    assert min(every.accepted, every.refused, every.unanswered) > 0


def test_every_kind_of_limit_is_attacked() -> None:
    offers: list[Offer] = list(limits.KINDS.values())
    every = [limit for offer in offers for limit in offer.limits]
    assert {limit.action for limit in every} == _ACTIONS
    assert {entity for limit in every for entity in limit.entities} == _ENTITIES
    assert {limit.period for limit in every} == {None, "daily", "weekly", "monthly", "yearly"}
    codes: list[Code] = [code for offer in offers for code in offer.codes]
    assert any(code.usage_limit for code in codes)
    assert any(code.gift for code in codes)
    assert any(code.per_profile for code in codes)
    assert any(code.reservations for code in codes)
    assert any(referral.usage_limit for offer in offers for referral in offer.referrals)
    assert any(offer.store_budget for offer in offers)
