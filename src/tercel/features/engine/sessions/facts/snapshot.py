"""Facts for an evaluation: rows and request become a snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.evaluation.evaluate import limit_keys
from tercel.evaluation.snapshot import (
    CartLine,
    CouponFacts,
    EventFacts,
    LimitFacts,
    ProfileFacts,
    ReferralFacts,
    SessionFacts,
    Snapshot,
    StoreFacts,
    Wants,
)
from tercel.features.codes.coupons.aggregate import COUPONS, CouponRow
from tercel.features.codes.referrals.aggregate import REFERRALS
from tercel.features.codes.reservations.aggregate import RESERVATIONS
from tercel.features.common.attributes import to_language
from tercel.features.customers.profiles.aggregate import ProfileRow, find_profile
from tercel.features.engine.configuration.model import Configuration, Definitions
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.facts.points import loyalty_facts
from tercel.features.engine.sessions.integration_model import CartItem
from tercel.features.engine.sessions.request.intent import Intent
from tercel.features.engine.sessions.request.merge import Cart, document
from tercel.features.engine.sessions.request.resolve import advocate_key, code_key
from tercel.features.engine.sessions.request.variants import fixed_variants
from tercel.features.engine.sessions.request.wants import asked_for
from tercel.features.setup.stores.aggregate import StoreRow
from tercel.ledger.counters import used_of
from tercel.pipeline.draft import Draft

_NOTHING: Mapping[str, Any] = {}


class Subject(msgspec.Struct, kw_only=True):
    """The subject of an evaluation: a session, or an event or profile update without one."""

    now: datetime
    seed: str
    is_dry: bool
    session: SessionFacts | None
    cart: Cart | None
    profile: ProfileRow | None
    store: StoreRow | None
    event: EventFacts
    created_codes: Mapping[str, str] = {}
    evaluable_campaign_ids: frozenset[int] | None = None
    forces_complete_evaluation: bool = False
    wants: Wants = Wants()


def build_snapshot(subject: Subject, draft: Draft, configuration: Configuration) -> Snapshot:
    """Build the snapshot of an evaluation from a subject and the rows of the draft."""
    codes = subject.cart.coupon_codes if subject.cart is not None else []
    referral = _referral(subject, draft, configuration)
    snapshot = Snapshot(
        now=subject.now,
        seed=subject.seed,
        is_dry=subject.is_dry,
        session=subject.session,
        profile=profile_facts(subject.profile, configuration) if subject.profile is not None else None,
        event=subject.event,
        store=_store(subject.store, configuration),
        coupons={code: _coupon(code, subject, draft, configuration) for code in codes},
        referral=referral,
        additional_cost_ids=configuration.cost_ids,
        webhooks=configuration.outgoing.webhooks,
        custom_effects=configuration.outgoing.custom_effects,
        loyalty=loyalty_facts(subject.profile, draft, configuration, subject.now),
        created_codes=subject.created_codes,
        variants=fixed_variants(subject.cart) if subject.cart is not None else {},
        evaluable_campaign_ids=subject.evaluable_campaign_ids,
        forces_complete_evaluation=subject.forces_complete_evaluation,
        wants=subject.wants,
    )
    if configuration.has_limits or any(
        coupon is not None and coupon.limits for coupon in snapshot.coupons.values()
    ):
        keys = limit_keys(configuration.program, snapshot)
        snapshot.counters = used_of(draft.loaded, configuration.application.id, keys)
    return snapshot


def session_subject(
    intent: Intent,
    configuration: Configuration,
    cart: Cart,
    *,
    stored: SessionRow | None,
    session_id: int,
    profile: ProfileRow | None,
    store: StoreRow | None,
    types: tuple[str, ...],
) -> Subject:
    """Return the subject of a session update. ``types`` are the events it raises."""
    if cart.lines is None:
        definitions = configuration.attributes("CartItem")
        cart.lines = [_line(item, definitions) for item in cart.items]
    update_count = stored.update_count + 1 if stored is not None else 1
    session = SessionFacts(
        integration_id=intent.integration_id,
        state=intent.session.state,
        id=session_id,
        created=stored.created if stored is not None else intent.now,
        updated=intent.now,
        lines=cart.lines,
        coupon_codes=cart.coupon_codes,
        referral_code=cart.referral_code,
        loyalty_cards=cart.loyalty_cards,
        identifiers=cart.identifiers,
        additional_costs={name: cost.price for name, cost in cart.costs.items()},
        attributes=to_language(cart.attributes, configuration.attributes("CustomerSession")),
        is_first=profile is None or profile.closed_sessions == 0,
        update_count=update_count,
    )
    return Subject(
        now=intent.now,
        seed=f"{intent.application_id}/{intent.integration_id}/{update_count}",
        is_dry=intent.is_dry,
        session=session,
        cart=cart,
        profile=profile,
        store=store,
        event=EventFacts(types=types, created=intent.now),
        created_codes=document(stored.created_codes) if stored is not None else {},
        evaluable_campaign_ids=intent.evaluable_campaign_ids,
        wants=asked_for(intent.wanted, is_dry=intent.is_dry, explains=intent.explains),
    )


def profile_facts(row: ProfileRow, configuration: Configuration) -> ProfileFacts:
    """Return the facts of a profile."""
    return ProfileFacts(
        integration_id=row.integration_id,
        id=row.id,
        attributes=to_language(document(row.attributes), configuration.attributes("CustomerProfile")),
        closed_sessions=row.closed_sessions,
        total_sales=row.total_sales,
        created=row.created,
        last_activity=row.last_activity or row.created,
    )


def _line(item: CartItem, definitions: Definitions) -> CartLine:
    return CartLine(
        sku=item.sku,
        quantity=item.quantity,
        price=item.price or Decimal(0),
        name=item.name,
        category=item.category,
        product=item.product.name if item.product is not None else None,
        returned_quantity=item.returned_quantity or 0,
        weight=item.weight,
        height=item.height,
        width=item.width,
        length=item.length,
        attributes=to_language(item.attributes, definitions) if item.attributes else _NOTHING,
        additional_costs=(
            {name: cost.price for name, cost in item.additional_costs.items()}
            if item.additional_costs
            else _NOTHING
        ),
    )


def _store(row: StoreRow | None, configuration: Configuration) -> StoreFacts | None:
    if row is None:
        return None
    return StoreFacts(
        id=row.id,
        integration_id=row.integration_id,
        name=row.name,
        attributes=to_language(document(row.attributes), configuration.attributes("Store")),
    )


def _coupon(code: str, subject: Subject, draft: Draft, configuration: Configuration) -> CouponFacts | None:
    row = draft.loaded[COUPONS].by_code.get(code_key(code, configuration))
    if row is None:
        return None
    reserved = subject.profile is not None and (row.id, subject.profile.id) in draft.loaded[RESERVATIONS]
    return coupon_facts(row, configuration, has_reservation=reserved)


def coupon_facts(row: CouponRow, configuration: Configuration, *, has_reservation: bool) -> CouponFacts:
    """Return the facts of a coupon."""
    return CouponFacts(
        id=row.id,
        campaign_id=row.campaign_id,
        value=row.value,
        usage_limit=row.usage_limit,
        usage_counter=row.usage_counter,
        discount_limit=row.discount_limit,
        discount_counter=row.discount_counter,
        reservation_limit=row.reservation_limit,
        reservation_counter=row.reservation_counter,
        start_date=row.start_date,
        expiry_date=row.expiry_date,
        recipient_integration_id=row.recipient_integration_id,
        batch_id=row.batch_id,
        attributes=to_language(document(row.attributes), configuration.attributes("Coupon")),
        limits=limits_from(row.limits),
        is_reservation_mandatory=row.is_reservation_mandatory,
        is_implicitly_reserved=row.implicitly_reserved,
        has_reservation=has_reservation,
    )


def limits_from(raw: msgspec.Raw) -> tuple[LimitFacts, ...]:
    """Decode the own limits of a coupon."""
    return tuple(
        LimitFacts(
            action=limit["action"],
            limit=Decimal(limit["limit"]),
            period=limit.get("period"),
            entities=tuple(limit.get("entities", ())),
        )
        for limit in decode_any(raw)
    )


def _referral(subject: Subject, draft: Draft, configuration: Configuration) -> ReferralFacts | None:
    if subject.cart is None or subject.cart.referral_code is None:
        return None
    row = draft.loaded[REFERRALS].by_code.get(code_key(subject.cart.referral_code, configuration))
    if row is None:
        return None
    advocate = find_profile(draft, advocate_key(row, configuration))
    profile = subject.profile
    return ReferralFacts(
        id=row.id,
        campaign_id=row.campaign_id,
        code=row.code,
        usage_limit=row.usage_limit,
        usage_counter=row.usage_counter,
        start_date=row.start_date,
        expiry_date=row.expiry_date,
        advocate_integration_id=row.advocate_profile_integration_id,
        friend_integration_id=row.friend_profile_integration_id,
        attributes=to_language(document(row.attributes), configuration.attributes("Referral")),
        advocate=profile_facts(advocate, configuration) if advocate is not None else None,
        is_already_referred=profile is not None
        and (row.campaign_id, profile.id) in draft.loaded[REFERRALS].referred,
    )
