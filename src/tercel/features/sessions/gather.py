"""What a session update must load: first what it names, then what the rows found name."""

from __future__ import annotations

from tercel.base.keys import lookup_key
from tercel.evaluation.evaluate import limit_keys
from tercel.features.configuration.model import Configuration
from tercel.features.sessions.facts import Subject, build_snapshot, session_subject
from tercel.features.sessions.intent import Intent
from tercel.features.sessions.merge import Cart, document
from tercel.features.sessions.resolve import advocate_key, code_key, find_store, profile_key
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import EMPTY_LIST, SessionRow
from tercel.pipeline.work import Draft, SessionKey, Work


def need_named(intent: Intent, needs: Needs, configuration: Configuration) -> None:
    """The session and all that the request names."""
    if not intent.is_dry:
        needs.sessions.add(intent.key)
    sent = intent.session
    _need(
        needs,
        configuration,
        sent.profile_id,
        sent.store_integration_id,
        sent.coupon_codes or [],
        sent.referral_code,
    )


def need_more(intent: Intent, needs: Needs, work: Work, configuration: Configuration) -> None:
    """What the stored session names, then what its codes, the profile and the budgets need."""
    stored = None if intent.is_dry else work.sessions.get(intent.key)
    cart = intent.cart_on(stored)
    _need(
        needs,
        configuration,
        cart.profile_integration_id,
        cart.store_integration_id,
        cart.coupon_codes,
        cart.referral_code,
    )
    if stored is not None and stored.state != "open":
        need_what_it_names(stored, needs, work, configuration)
        need_for_answer(intent, stored, needs, work, configuration)
        return
    if stored is not None:
        _need_created_codes(stored, needs)
    need_code_facts(intent, needs, work, configuration, cart)
    if configuration.has_limits or _have_own_limits(work, cart, configuration):
        draft = Draft(work)
        subject = _subject(intent, draft, configuration, stored, cart)
        snapshot = build_snapshot(subject, draft, configuration)
        needs.counters.update(
            (intent.application_id, key) for key in limit_keys(configuration.program, snapshot)
        )


def need_stored(key: SessionKey, needs: Needs) -> None:
    """A session that must be there."""
    needs.sessions.add(key)


def need_what_it_names(
    stored: SessionRow | None, needs: Needs, work: Work, configuration: Configuration
) -> None:
    """What undoing a session touches: its entries in force, its profile, store and codes."""
    if stored is None:
        return
    key = stored.application_id, stored.id
    needs.session_entries.add(key)
    for entry in work.entries.get(key, ()):
        # A code is not found by its name any more once the application minds its case in another way.
        if entry.coupon_id is not None and entry.coupon_id not in work.coupons_by_id:
            needs.coupon_ids.add(entry.coupon_id)
        if entry.referral_id is not None and entry.referral_id not in work.referrals_by_id:
            needs.referral_ids.add(entry.referral_id)
    _need(
        needs,
        configuration,
        stored.profile_integration_id,
        stored.store_integration_id,
        stored.coupon_codes,
        stored.referral_code,
    )


def need_for_answer(
    intent: Intent, stored: SessionRow, needs: Needs, work: Work, configuration: Configuration
) -> None:
    """What only the answer shows of a session that is no longer open: its returns, and the uses of its codes."""
    if "previousReturns" in intent.wanted:
        needs.returns.add((stored.application_id, stored.id))
    if "coupons" in intent.wanted:
        keys = (code_key(code, configuration) for code in stored.coupon_codes)
        needs.redemptions.update(work.coupons[key].id for key in keys if key in work.coupons)
    if "referral" in intent.wanted and stored.referral_code:
        referral = work.referrals.get(code_key(stored.referral_code, configuration))
        if referral is not None:
            needs.referral_uses.add(referral.id)


def _need(
    needs: Needs,
    configuration: Configuration,
    profile_id: str | None,
    store_id: str | None,
    coupon_codes: list[str],
    referral_code: str | None,
) -> None:
    if profile_id:
        needs.profiles.add(profile_key(profile_id, configuration))
    if store_id:
        needs.stores.add((configuration.application.id, lookup_key(store_id)))
    needs.coupons.update(code_key(code, configuration) for code in coupon_codes)
    if referral_code:
        needs.referrals.add(code_key(referral_code, configuration))


def _need_created_codes(stored: SessionRow, needs: Needs) -> None:
    """The codes that rules created for the session, which its answers show again."""
    for memory_key, code in document(stored.created_codes).items():
        kind = needs.coupons if memory_key.startswith("createCoupon:") else needs.referrals
        kind.add((stored.application_id, code))


def need_code_facts(
    intent: Intent, needs: Needs, work: Work, configuration: Configuration, cart: Cart
) -> None:
    """What decides whether the codes of a session are valid: who reserved them, who recommends to whom."""
    profile = (
        work.profiles.get(profile_key(cart.profile_integration_id, configuration))
        if cart.profile_integration_id
        else None
    )
    for code in cart.coupon_codes:
        coupon = work.coupons.get(code_key(code, configuration))
        if coupon is None:
            continue
        if profile is not None:
            needs.reservations.add((coupon.id, profile.id))
        if "coupons" in intent.wanted:
            needs.redemptions.add(coupon.id)
    referral = work.referrals.get(code_key(cart.referral_code, configuration)) if cart.referral_code else None
    if referral is None:
        return
    needs.profiles.add(advocate_key(referral, configuration))
    if profile is not None:
        needs.referred.add((referral.campaign_id, profile.id))
    if "referral" in intent.wanted:
        needs.referral_uses.add(referral.id)


def _have_own_limits(work: Work, cart: Cart, configuration: Configuration) -> bool:
    """Whether a coupon of the session brings limits of its own."""
    found = (work.coupons.get(code_key(code, configuration)) for code in cart.coupon_codes)
    return any(coupon is not None and coupon.limits != EMPTY_LIST for coupon in found)


def _subject(
    intent: Intent, draft: Draft, configuration: Configuration, stored: SessionRow | None, cart: Cart
) -> Subject:
    """The facts before anything is decided, good enough to name the counters."""
    profile_id = cart.profile_integration_id
    return session_subject(
        intent,
        configuration,
        cart,
        stored=stored,
        session_id=stored.id if stored is not None else 0,
        profile=draft.profile(profile_key(profile_id, configuration)) if profile_id else None,
        store=find_store(draft.loaded, cart.store_integration_id, configuration),
        types=(),
    )
