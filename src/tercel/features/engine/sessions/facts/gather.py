"""Rows that a session command needs: first those named by the request, then those named by the rows found."""

from __future__ import annotations

from datetime import datetime

from tercel.base.keys import lookup_key
from tercel.evaluation.evaluate import limit_keys
from tercel.features.codes.coupons.aggregate import (
    COUPON_CODES,
    COUPON_IDS,
    COUPONS,
    REDEEMED_COUPON_IDS,
)
from tercel.features.codes.referrals.aggregate import (
    REFERRAL_CODES,
    REFERRAL_IDS,
    REFERRALS,
    REFERRED_KEYS,
    USED_REFERRAL_IDS,
)
from tercel.features.codes.reservations.aggregate import RESERVATION_KEYS
from tercel.features.customers.profiles.aggregate import PROFILE_KEYS, PROFILES, find_profile
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.aggregate import (
    SESSION_KEYS,
    SESSIONS,
    SessionKey,
    SessionRow,
)
from tercel.features.engine.sessions.facts.points import need_ledgers
from tercel.features.engine.sessions.facts.snapshot import Subject, build_snapshot, session_subject
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import Cart, document
from tercel.features.engine.sessions.request.resolve import (
    advocate_key,
    code_key,
    find_store,
    profile_key,
)
from tercel.features.engine.sessions.return_aggregate import RETURN_KEYS
from tercel.features.setup.stores.aggregate import STORE_KEYS
from tercel.language.catalogue.budgets import POINTS, SPENT_POINTS
from tercel.ledger.counters import COUNTER_KEYS
from tercel.ledger.entries import ENTRIES, SESSION_ENTRY_KEYS
from tercel.ledger.points.aggregate import HOLDER_KEYS, since
from tercel.ledger.points.of_session import SESSION_POINT_KEYS, SESSION_POINTS
from tercel.pipeline.aggregate import Work
from tercel.pipeline.draft import Draft
from tercel.pipeline.needs import Needs
from tercel.pipeline.rows import EMPTY_LIST

#: Entries that stand for transactions of points.
POINT_KINDS = frozenset({POINTS.action, SPENT_POINTS.action})


def need_named(intent: Intent, needs: Needs, configuration: Configuration) -> None:
    """Need the session and the rows that the request names."""
    if not intent.is_dry:
        needs[SESSION_KEYS].add(intent.key)
    sent = intent.session
    _need(
        needs,
        configuration,
        sent.profile_id,
        sent.store_integration_id,
        coupon_codes=sent.coupon_codes or [],
        referral_code=sent.referral_code,
    )


def need_more(intent: Intent, needs: Needs, work: Work, configuration: Configuration) -> None:
    """Need what the stored session names, then what its codes, the profile and the budgets need."""
    stored = None if intent.is_dry else work[SESSIONS].get(intent.key)
    cart = intent.cart_on(stored)
    _need(
        needs,
        configuration,
        cart.profile_integration_id,
        cart.store_integration_id,
        coupon_codes=cart.coupon_codes,
        referral_code=cart.referral_code,
    )
    if stored is not None and stored.state != "open":
        need_what_it_names(stored, needs, work, configuration, intent.now)
        need_for_answer(intent, stored, needs, work, configuration)
        return
    if stored is not None:
        _need_created_codes(stored, needs)
    need_code_facts(intent, needs, work, configuration, cart)
    if configuration.has_limits or _have_own_limits(work, cart, configuration):
        draft = Draft(work)
        subject = _subject(intent, draft, configuration, stored, cart)
        snapshot = build_snapshot(subject, draft, configuration)
        needs[COUNTER_KEYS].update(
            (intent.application_id, key) for key in limit_keys(configuration.program, snapshot)
        )


def need_stored(key: SessionKey, needs: Needs) -> None:
    """Need a session that must be there."""
    needs[SESSION_KEYS].add(key)


def need_what_it_names(
    stored: SessionRow | None, needs: Needs, work: Work, configuration: Configuration, now: datetime
) -> None:
    """Need the rows that the reversal of a session touches: entries in force, profile, store, codes and points."""
    if stored is None:
        return
    key = stored.application_id, stored.id
    needs[SESSION_ENTRY_KEYS].add(key)
    for entry in work[ENTRIES].get(key, ()):
        # A code is not found by its name any more once the application minds its case in another way.
        if entry.coupon_id is not None and entry.coupon_id not in work[COUPONS].by_id:
            needs[COUPON_IDS].add(entry.coupon_id)
        if entry.referral_id is not None and entry.referral_id not in work[REFERRALS].by_id:
            needs[REFERRAL_IDS].add(entry.referral_id)
        if entry.kind in POINT_KINDS:
            needs[SESSION_POINT_KEYS].add(stored.id)
    for made in work[SESSION_POINTS].get(stored.id, {}).values():
        needs[HOLDER_KEYS].add((*made.key.holder, since(now)))
    _need(
        needs,
        configuration,
        stored.profile_integration_id,
        stored.store_integration_id,
        coupon_codes=stored.coupon_codes,
        referral_code=stored.referral_code,
    )


def need_for_answer(
    intent: Intent, stored: SessionRow, needs: Needs, work: Work, configuration: Configuration
) -> None:
    """Need the rows that only the answer shows of a session that is not open: returns, and uses of codes."""
    if "previousReturns" in intent.wanted:
        needs[RETURN_KEYS].add((stored.application_id, stored.id))
    if "coupons" in intent.wanted:
        keys = (code_key(code, configuration) for code in stored.coupon_codes)
        needs[REDEEMED_COUPON_IDS].update(
            work[COUPONS].by_code[key].id for key in keys if key in work[COUPONS].by_code
        )
    if "referral" in intent.wanted and stored.referral_code:
        referral = work[REFERRALS].by_code.get(code_key(stored.referral_code, configuration))
        if referral is not None:
            needs[USED_REFERRAL_IDS].add(referral.id)


def _need(
    needs: Needs,
    configuration: Configuration,
    profile_id: str | None,
    store_id: str | None,
    *,
    coupon_codes: list[str],
    referral_code: str | None,
) -> None:
    if profile_id:
        needs[PROFILE_KEYS].add(profile_key(profile_id, configuration))
    if store_id:
        needs[STORE_KEYS].add((configuration.application.id, lookup_key(store_id)))
    if coupon_codes:
        needs[COUPON_CODES].update(code_key(code, configuration) for code in coupon_codes)
    if referral_code:
        needs[REFERRAL_CODES].add(code_key(referral_code, configuration))


def _need_created_codes(stored: SessionRow, needs: Needs) -> None:
    """Need the codes that rules created for the session, which its answers show again."""
    for memory_key, code in document(stored.created_codes).items():
        kind = needs[COUPON_CODES] if memory_key.startswith("createCoupon:") else needs[REFERRAL_CODES]
        kind.add((stored.application_id, code))


def need_code_facts(
    intent: Intent, needs: Needs, work: Work, configuration: Configuration, cart: Cart
) -> None:
    """Need the rows that decide about the codes: reservations, advocate, earlier referrals."""
    profile = (
        work[PROFILES].by_key.get(profile_key(cart.profile_integration_id, configuration))
        if cart.profile_integration_id
        else None
    )
    need_ledgers([profile], needs, configuration, intent.now)
    for code in cart.coupon_codes:
        coupon = work[COUPONS].by_code.get(code_key(code, configuration))
        if coupon is None:
            continue
        if profile is not None:
            needs[RESERVATION_KEYS].add((coupon.id, profile.id))
        if "coupons" in intent.wanted:
            needs[REDEEMED_COUPON_IDS].add(coupon.id)
    referral = (
        work[REFERRALS].by_code.get(code_key(cart.referral_code, configuration))
        if cart.referral_code
        else None
    )
    if referral is None:
        return
    advocate = advocate_key(referral, configuration)
    needs[PROFILE_KEYS].add(advocate)
    need_ledgers([work[PROFILES].by_key.get(advocate)], needs, configuration, intent.now)
    if profile is not None:
        needs[REFERRED_KEYS].add((referral.campaign_id, profile.id))
    if "referral" in intent.wanted:
        needs[USED_REFERRAL_IDS].add(referral.id)


def _have_own_limits(work: Work, cart: Cart, configuration: Configuration) -> bool:
    """Tell whether a coupon of the session brings limits of its own."""
    found = (work[COUPONS].by_code.get(code_key(code, configuration)) for code in cart.coupon_codes)
    return any(coupon is not None and coupon.limits != EMPTY_LIST for coupon in found)


def _subject(
    intent: Intent, draft: Draft, configuration: Configuration, stored: SessionRow | None, cart: Cart
) -> Subject:
    """Return a provisional subject, sufficient to name the counters."""
    profile_id = cart.profile_integration_id
    return session_subject(
        intent,
        configuration,
        cart,
        stored=stored,
        session_id=stored.id if stored is not None else 0,
        profile=find_profile(draft, profile_key(profile_id, configuration)) if profile_id else None,
        store=find_store(draft.loaded, cart.store_integration_id, configuration),
        types=(),
    )
