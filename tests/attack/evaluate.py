"""What the offer gives a session: the part of the sequential model that stands for the rules.

Written from the description of codes and budgets (integration.md 4.5 to 4.11 and 6.6), not from the engine.
"""

from __future__ import annotations

import msgspec

from tests.attack.linearize import World
from tests.attack.meters import Asker, Bound, Meter, bounds, code_named, usage_limit, used
from tests.attack.offer import OFF, Code, Offer


class Take(msgspec.Struct, frozen=True, cache_hash=True):
    """Something taken from a counter; with ``unit`` it goes back when that unit is returned."""

    meter: Meter
    amount: int
    unit: int | None = None
    is_final: bool = False
    at_once: bool = False


class Gift(msgspec.Struct, frozen=True, kw_only=True):
    """What an evaluation comes to; ``discounts`` are by unit, or one for the session under None."""

    accepted: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    discounts: tuple[tuple[int | None, int], ...] = ()
    takes: tuple[Take, ...] = ()
    reserved: tuple[tuple[str, bool], ...] = ()
    creates: bool = False

    @property
    def discount(self) -> int:
        """All of it."""
        return sum(amount for _, amount in self.discounts)


class _Spent(Exception):
    """A budget does not allow an effect."""


class _Run:
    """One evaluation of the rule, for one code or for none; what it took before it failed is forgotten."""

    def __init__(self, world: World, offer: Offer, asker: Asker, before: tuple[Take, ...]) -> None:
        self.world, self.offer, self.asker, self.before = world, offer, asker, before
        self.takes: list[Take] = []
        self.discounts: list[tuple[int | None, int]] = []

    def left(self, bound: Bound) -> int:
        """What is left of a counter now."""
        if bound.meter is None:
            return 0
        taken = sum(take.amount for take in (*self.before, *self.takes) if take.meter == bound.meter)
        return max(bound.most - used(self.world, bound.meter) - taken, 0)

    def bounds(self, action: str, code: Code | None) -> list[Bound]:
        return bounds(self.world, self.offer, action, self.asker, code)

    def take(
        self, action: str, code: Code | None, amount: int = 1, *, unit: int | None = None, **how: bool
    ) -> None:
        """Take from every counter of an action."""
        for bound in self.bounds(action, code):
            if bound.meter is None or (amount and self.left(bound) < amount):
                raise _Spent
            self.takes.append(Take(bound.meter, amount, unit, **how))

    def discount(self, code: Code | None, wanted: int, unit: int | None) -> None:
        """Give a discount as far as budgets and gift card allow."""
        left = [self.left(bound) for bound in self.bounds("setDiscount", code)]
        if code is not None and code.gift is not None:
            given = sum(take.amount for take in self.takes if take.meter == ("gift", code.value))
            left.append(max(code.gift - used(self.world, ("gift", code.value)) - given, 0))
        granted = wanted
        if left and wanted > min(left):
            if not (self.offer.is_partial and min(left) > 0):
                if self.offer.is_partial and self.discounts:
                    return
                raise _Spent
            granted = min(left)
        self.take("setDiscountEffect", code, unit=unit)
        self.take("setDiscount", code, granted, unit=unit)
        if code is not None:
            self.takes.append(Take(("gift", code.value), granted, unit))
        self.discounts.append((unit, granted))


def evaluate(world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: int) -> Gift:
    """What a session with these codes and so many units gets."""
    if offer.codes or offer.creates:
        return _with_codes(world, offer, asker, codes, units)
    if not world.get(("running",), True):
        reason = "ReferralPartOfNotRunningCampaign"
        return Gift(refused=((asker.referral, reason),) if asker.referral else ())
    if offer.referrals:
        return _with_referral(world, offer, asker, units)
    run = _Run(world, offer, asker, ())
    try:
        _discounts(run, None, units)
    except _Spent:
        return Gift()
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes))


def _discounts(run: _Run, code: Code | None, units: int) -> None:
    if run.offer.by_unit:
        for unit in range(units):
            run.discount(code, OFF, unit)
    else:
        run.discount(code, OFF * units, None)


def _with_codes(world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: int) -> Gift:
    """One run per code, each on what the ones before left; a campaign that creates codes does so without one."""
    gift = Gift()
    named = tuple(dict.fromkeys(codes))
    known = [code for value in named if (code := code_named(world, offer, value)) is not None]
    refused = dict.fromkeys(named, "CouponNotFound")
    for code in known:
        refused[code.value] = ""
        found = _with_code(world, offer, asker, code, units, gift.takes)
        if isinstance(found, str):
            refused[code.value] = found
            continue
        gift = Gift(
            accepted=(*gift.accepted, code.value),
            discounts=gift.discounts + found.discounts,
            takes=gift.takes + found.takes,
            reserved=gift.reserved + found.reserved,
        )
    if offer.creates and not codes:
        gift = _with_creation(world, offer, asker)
    reasons = tuple((value, reason) for value, reason in refused.items() if reason)
    return msgspec.structs.replace(gift, refused=reasons)


def _with_creation(world: World, offer: Offer, asker: Asker) -> Gift:
    """A code is created once per session, and its budget is never given back (integration.md 4.11)."""
    if asker.has_created:
        return Gift(creates=True)
    run = _Run(world, offer, asker, ())
    try:
        run.take("createCoupon", None, is_final=True)
    except _Spent:
        return Gift()
    return Gift(takes=tuple(run.takes), creates=True)


def _with_code(
    world: World, offer: Offer, asker: Asker, code: Code, units: int, before: tuple[Take, ...]
) -> Gift | str:
    """What a code gives, or why it is refused."""
    run = _Run(world, offer, asker, before)
    if (reason := _verdict(run, code)) is not None:
        return reason
    reserved: tuple[tuple[str, bool], ...] = ()
    try:
        run.take("redeemCoupon", code)
        run.takes.append(Take(("code", code.value), 1))
        if offer.reserves:
            reserved = ((code.value, _reserve(run, code)),)
        _discounts(run, code, units)
    except _Spent:
        return "EffectCouldNotBeApplied"
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes), reserved=reserved)


def _verdict(run: _Run, code: Code) -> str | None:
    """Why a code cannot be used, whatever the rules say."""
    world = run.world
    if not world.get(("running",), True):
        return "CouponPartOfNotRunningCampaign"
    redemptions = run.bounds("redeemCoupon", code)
    if any(bound.meter is None for bound in redemptions):
        return "ProfileRequired"
    limit = usage_limit(world, code)
    if limit and used(world, ("code", code.value)) >= limit:
        return "CouponLimitReached"
    spent = [bound for bound in redemptions if run.left(bound) < 1]
    if any(bound.entities == ("Coupon",) for bound in spent):
        return "CouponLimitReached"
    if any("Profile" in bound.entities for bound in spent):
        return "ProfileLimitReached"
    return "CampaignLimitReached" if spent else None


def _reserve(run: _Run, code: Code) -> bool:
    """Reserve a code for the customer; whether that is new."""
    holders = run.world.get(("reserved", code.value), frozenset())
    if run.asker.profile in holders:
        return False
    if run.asker.profile is None or (code.reservations and len(holders) >= code.reservations):
        raise _Spent
    run.take("reserveCoupon", code, at_once=True)
    return True


def _with_referral(world: World, offer: Offer, asker: Asker, units: int) -> Gift:
    """What the code of an advocate gives a friend, once."""
    referral = next((each for each in offer.referrals if each.code == asker.referral), None)
    if referral is None:
        return Gift(refused=((asker.referral, "ReferralNotFound"),) if asker.referral else ())
    run = _Run(world, offer, asker, ())
    friend, code = ("referred", asker.profile), ("referral", referral.code)
    redemptions = run.bounds("redeemReferral", None)
    reason = ""
    if asker.profile is not None and used(world, friend):
        reason = "ReferralCustomerAlreadyReferred"
    elif referral.usage_limit and used(world, code) >= referral.usage_limit:
        reason = "ReferralLimitReached"
    elif any(run.left(bound) < 1 for bound in redemptions):
        reason = "CampaignLimitReached"
    if not reason:
        try:
            run.take("redeemReferral", None)
            run.takes += [Take(code, 1), *([Take(friend, 1)] if asker.profile is not None else [])]
            _discounts(run, None, units)
        except _Spent:
            reason = "EffectCouldNotBeApplied"
    if reason:
        return Gift(refused=((referral.code, reason),))
    return Gift(accepted=(referral.code,), discounts=tuple(run.discounts), takes=tuple(run.takes))
