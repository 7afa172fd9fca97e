"""What the offer gives a session: the part of the sequential model that stands for the rules.

Written from the description of codes and budgets (behaviour/codes 5, 7, 8, 9, 11, 12; behaviour/budgets 4, 9), not from the engine.
"""

from __future__ import annotations

import msgspec

from tests.attack.extras import with_extras
from tests.attack.gift import Discount, Gift, Run, Spent, Take, reservation
from tests.attack.history import Answer
from tests.attack.linearize import World
from tests.attack.meters import Asker, code_named
from tests.attack.offer import OFF, Code, Offer
from tests.attack.operations import Unguarded
from tests.attack.verdicts import coupon_reasons, is_met, referral_reasons


def evaluate(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: range, without: Unguarded
) -> Gift:
    """What a session with these codes and units gets, without what was refused at another moment."""
    gift = _with_discount(world, offer, asker, codes, units, without)
    return gift if without.has_no_extras else with_extras(world, offer, asker, len(units), gift)


def as_offered(world: World, offer: Offer, asker: Asker, answer: Answer) -> Gift:
    """What an open session was told, decided at another moment; only reservations are made at once."""
    run = Run(world, offer, asker)
    codes = [code for value, _ in answer.reserved if (code := code_named(world, offer, value)) is not None]
    try:
        reserved = tuple([(code.value, _reserve(run, code)) for code in codes])
    except Spent:
        return Gift()
    return Gift(
        accepted=answer.accepted,
        refused=answer.refused,
        discounts=(Discount(None, None, answer.discount, answer.discount),) if answer.discount else (),
        takes=tuple(run.takes),
        reserved=reserved,
        extras=answer.extras,
    )


def _with_discount(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: range, without: Unguarded
) -> Gift:
    """What the rule of the discount gives."""
    if offer.needs_code:
        return _with_codes(world, offer, asker, codes, units, without)
    if asker.referral in dict(without.codes) or without.has_no_discount:
        return Gift()
    if not world.get(("running",), True):
        reason = "ReferralPartOfNotRunningCampaign"
        return Gift(refused=((asker.referral, reason),) if asker.referral else ())
    run = Run(world, offer, asker)
    if offer.referrals:
        return _with_referral(run, units, without.told(asker.referral))
    if not is_met(offer, asker):
        return Gift()
    try:
        _discounts(run, None, units)
    except Spent:
        return Gift()
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes))


def _discounts(run: Run, code: Code | None, units: range) -> None:
    if run.offer.by_unit:
        for unit in units:
            run.discount(code, OFF, unit)
    else:
        run.discount(code, OFF * len(units), None)


def _with_codes(
    world: World, offer: Offer, asker: Asker, codes: tuple[str, ...], units: range, without: Unguarded
) -> Gift:
    """One run per code, each on what the ones before left; a campaign that creates codes does so without one."""
    gift = Gift()
    left_out = dict(without.codes)
    named = tuple(code for code in dict.fromkeys(codes) if code not in left_out)
    known = [code for value in named if (code := code_named(world, offer, value)) is not None]
    refused = dict.fromkeys(named, "CouponNotFound")
    for code in known:
        refused[code.value] = ""
        found = _with_code(Run(world, offer, asker, gift.takes), code, units, without.told(code.value))
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
    """A code is created once per session, and its budget is never given back (behaviour/codes 12)."""
    if asker.has_created:
        return Gift(creates=True)
    run = Run(world, offer, asker)
    try:
        run.take("createCoupon", None, of="createCoupon", is_final=True)
    except Spent:
        return Gift()
    return Gift(takes=tuple(run.takes), creates=True)


def _with_code(run: Run, code: Code, units: range, told: str | None) -> Gift | str:
    """What a code gives, or why it is refused: for the reason that was told if that holds, else for the first."""
    reasons = list(coupon_reasons(run, code))
    accepted = ("accepted", code.value)
    reserved: tuple[tuple[str, bool], ...] = ()
    try:
        if not reasons:
            run.take("redeemCoupon", code, of=accepted)
            run.takes.append(Take(("code", code.value), 1, accepted))
        if run.offer.reserves:
            reserved = ((code.value, _reserve(run, code)),)
        _discounts(run, code, units)
    except Spent:
        reasons.append("EffectCouldNotBeApplied")
    if reasons:
        return told if told in reasons else reasons[0]
    return Gift(discounts=tuple(run.discounts), takes=tuple(run.takes), reserved=reserved)


def _reserve(run: Run, code: Code) -> bool:
    """Reserve a code for the customer; whether that is new."""
    holders = run.world.get(("reserved", code.value), frozenset())
    if run.asker.profile in holders:
        return False
    if run.asker.profile is None or (code.reservations and len(holders) >= code.reservations):
        raise Spent
    run.take("reserveCoupon", code, of=reservation(code.value), at_once=True)
    return True


def _with_referral(run: Run, units: range, told: str | None) -> Gift:
    """What the code of an advocate gives a friend, once."""
    asker = run.asker
    referral = next((each for each in run.offer.referrals if each.code == asker.referral), None)
    if referral is None:
        return Gift(refused=((asker.referral, "ReferralNotFound"),) if asker.referral else ())
    reasons = list(referral_reasons(run, referral))
    accepted = ("accepted", referral.code)
    try:
        if not reasons:
            run.take("redeemReferral", None, of=accepted)
            run.takes.append(Take(("referral", referral.code), 1, accepted))
            if asker.profile is not None:
                run.takes.append(Take(("referred", asker.profile), 1, accepted))
        _discounts(run, None, units)
    except Spent:
        reasons.append("EffectCouldNotBeApplied")
    if reasons:
        return Gift(refused=((referral.code, told if told in reasons else reasons[0]),))
    return Gift(accepted=(referral.code,), discounts=tuple(run.discounts), takes=tuple(run.takes))
