"""Trees in a few words, and outcomes as what each campaign gave."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.evaluation.evaluate import evaluate
from tercel.evaluation.facts import CampaignFacts, GroupFacts
from tercel.evaluation.outcome import Outcome
from tercel.evaluation.snapshot import CartLine, CouponFacts, SessionFacts, Snapshot
from tests.evaluation.support import NOW, campaign, program, rule

ITEMS = [".", "Session", "CartItems"]
VALID = ["and", ["couponValid"]]


def tree(mode: str, *members: Any, scope: str = "session") -> tuple[GroupFacts, ...]:
    """Groups from nested (mode, members …) tuples, numbered from 100 in order; numbers are campaigns."""
    groups: list[GroupFacts] = []

    def build(mode: str, members: tuple[Any, ...]) -> int:
        number = 100 + len(groups)
        groups.append(GroupFacts(id=number))
        children = tuple(
            ("campaign", member) if isinstance(member, int) else ("group", build(member[0], member[1:]))
            for member in members
        )
        groups[number - 100] = GroupFacts(id=number, mode=mode, scope=scope, children=children)
        return number

    build(mode, members)
    return tuple(groups)


def giving(number: int, amount: int | None, **keys: Any) -> CampaignFacts:
    """A campaign that discounts the session; None for one whose rule fails."""
    when = keys.pop("when", None) if amount is not None else ["and", False]
    return campaign(rule(["setDiscount", f"c{number}", amount or 0], when=when), number=number, **keys)


def per_item(number: int, *units: tuple[str, int], **keys: Any) -> CampaignFacts:
    """A campaign that discounts the units of some SKUs."""
    effects = [
        [
            "setDiscountPerItem",
            f"c{number}",
            ["filter", ITEMS, [["Item"], ["=", [".", "Item", "SKU"], sku]]],
            [["Item"], amount],
        ]
        for sku, amount in units
    ]
    return campaign(rule(*effects, *keys.pop("more", ()), when=keys.pop("when", None)), number=number, **keys)


def coupon(number: int, campaign_id: int, code: str, **keys: Any) -> CouponFacts:
    return CouponFacts(id=number, campaign_id=campaign_id, value=code, **keys)


def cart(*skus: str, **keys: Any) -> Snapshot:
    """A cart of single units at 100."""
    lines = [CartLine(sku=sku, quantity=1, price=Decimal(100)) for sku in skus]
    session = SessionFacts(integration_id="s", id=3, created=NOW, updated=NOW, lines=lines)
    return Snapshot(**{"now": NOW, "seed": "seed", "session": session, **keys})


def run(
    groups: tuple[GroupFacts, ...], facts: Snapshot, *campaigns: CampaignFacts, **settings: Any
) -> Outcome:
    return evaluate(program(*campaigns, groups=groups, **settings), facts)


def discounts(outcome: Outcome) -> list[Any]:
    """Discounts as (campaign, amount), those on units as (campaign, position, amount)."""
    found: list[Any] = []
    for effect in outcome.effects:
        if effect.effect_type == "setDiscount":
            found.append((effect.campaign_id, int(effect.props.value)))
        elif effect.effect_type == "setDiscountPerItem":
            found.append((effect.campaign_id, effect.props.position, int(effect.props.value)))
    return found


def refusals(outcome: Outcome) -> dict[str, tuple[str, str | None]]:
    """Why codes were refused, by code."""
    return {
        effect.props.value: (effect.props.rejection_reason, effect.props.campaign_exclusion_reason)
        for effect in outcome.effects
        if effect.effect_type == "rejectCoupon"
    }
