"""What the offer gives a session: the part of the sequential model that stands for the rules.

Written from the description of codes and budgets (integration.md 4.5 to 4.11 and 6.6), not from the engine.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

from tests.attack.extras import with_extras
from tests.attack.gift import Gift, Run, Spent, Take
from tests.attack.linearize import World
from tests.attack.meters import Asker, code_named, usage_limit, used
from tests.attack.offer import OFF, Code, Offer
from tests.attack.operations import Missing


def evaluate(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: int, without: Missing
) -> Gift:
    """What a session with these codes and so many units gets, without what was refused at another moment."""
    gift = _with_discount(world, offer, asker, codes, units, without)
    return gift if without.has_no_extras else with_extras(world, offer, asker, units, gift)


def _with_discount(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: int, without: Missing
) -> Gift:
    """What the rule of the discount gives."""
    refused = dict(without.codes)
    if offer.needs_code:
        return _with_codes(world, offer, asker, codes, units, refused)
    if asker.referral in refused or without.has_no_discount:
        return Gift()
    if not world.get(("running",), True):
        reason = "ReferralPartOfNotRunningCampaign"
        return Gift(refused=((asker.referral, reason),) if asker.referral else ())
    if offer.referrals:
        return _with_referral(world, offer, asker, units)
    run = Run(world, offer, asker)
    try:
        _discounts(run, None, units)
    except Spent:
        return Gift()
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes))


def _discounts(run: Run, code: Code | None, units: int) -> None:
    if run.offer.by_unit:
        for unit in range(units):
            run.discount(code, OFF, unit)
    else:
        run.discount(code, OFF * units, None)


def _with_codes(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: int, without: Container[str]
) -> Gift:
    """One run per code, each on what the ones before left; a campaign that creates codes does so without one."""
    gift = Gift()
    named = tuple(code for code in dict.fromkeys(codes) if code not in without)
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
    run = Run(world, offer, asker)
    try:
        run.take("createCoupon", None, is_final=True)
    except Spent:
        return Gift()
    return Gift(takes=tuple(run.takes), creates=True)


def _with_code(
    world: World, offer: Offer, asker: Asker, code: Code, units: int, before: tuple[Take, ...]
) -> Gift | str:
    """What a code gives, or why it is refused."""
    run = Run(world, offer, asker, before)
    if (reason := _verdict(run, code)) is not None:
        return reason
    reserved: tuple[tuple[str, bool], ...] = ()
    try:
        run.take("redeemCoupon", code)
        run.takes.append(Take(("code", code.value), 1))
        if offer.reserves:
            reserved = ((code.value, _reserve(run, code)),)
        _discounts(run, code, units)
    except Spent:
        return "EffectCouldNotBeApplied"
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes), reserved=reserved)


def _verdict(run: Run, code: Code) -> str | None:
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


def _reserve(run: Run, code: Code) -> bool:
    """Reserve a code for the customer; whether that is new."""
    holders = run.world.get(("reserved", code.value), frozenset())
    if run.asker.profile in holders:
        return False
    if run.asker.profile is None or (code.reservations and len(holders) >= code.reservations):
        raise Spent
    run.take("reserveCoupon", code, at_once=True)
    return True


def _with_referral(world: World, offer: Offer, asker: Asker, units: int) -> Gift:
    """What the code of an advocate gives a friend, once."""
    referral = next((each for each in offer.referrals if each.code == asker.referral), None)
    if referral is None:
        return Gift(refused=((asker.referral, "ReferralNotFound"),) if asker.referral else ())
    run = Run(world, offer, asker)
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
        except Spent:
            reason = "EffectCouldNotBeApplied"
    if reason:
        return Gift(refused=((referral.code, reason),))
    return Gift(accepted=(referral.code,), discounts=tuple(run.discounts), takes=tuple(run.takes))
