"""Changes of an outcome that are written beside ledger entries (behaviour/sessions 8, 9).

Attribute values are stored at each passing evaluation. Codes that rules create are stored when their effect says so
(``storeInSession``) or when the session is not open; the session remembers them, so that later updates answer with the same codes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.evaluation.outcome import AttributeChange, CreatedCode, Outcome
from tercel.features.codes.coupons.aggregate import COUPONS, CouponRow
from tercel.features.codes.library.attributes import CodeAttributes
from tercel.features.codes.referrals.aggregate import REFERRALS, ReferralRow
from tercel.features.codes.reservations.aggregate import RESERVATIONS
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileMove, ProfileRow
from tercel.features.engine.sessions.aggregate import SessionRow
from tercel.features.engine.sessions.request.merge import document, items_of, raw_document
from tercel.features.setup.webhooks.aggregate import OUTBOX
from tercel.pipeline.draft import Draft


class Applied(msgspec.Struct, kw_only=True):
    """Rows after the changes. ``profile_attributes`` is None when they did not change."""

    session: SessionRow
    profile_attributes: msgspec.Raw | None = None
    created_coupons: list[dict[str, Any] | CouponRow] = []
    created_referrals: list[dict[str, Any] | ReferralRow] = []


def apply_changes(
    outcome: Outcome,
    session: SessionRow,
    profile: ProfileRow | None,
    draft: Draft,
    *,
    event_id: int,
    is_dry: bool,
) -> Applied:
    """Apply the changes of an outcome to the rows and, unless dry, to the draft."""
    applied = Applied(session=session)
    changes = outcome.changes
    if changes.attributes:
        _apply_attributes(changes.attributes, applied, profile, draft)
    codes = [code for code in changes.created_codes if code.is_stored_in_session or session.state != "open"]
    if codes:
        _create_codes(codes, applied, draft, is_dry=is_dry)
    if profile is not None and changes.reserved_coupon_ids:
        draft.changes[RESERVATIONS].made.update(
            (coupon_id, profile.id) for coupon_id in changes.reserved_coupon_ids
        )
    if changes.webhooks:
        draft.changes[OUTBOX].extend(webhook_calls(outcome, session.application_id, event_id))
    return applied


def webhook_calls(outcome: Outcome, application_id: int, event_id: int) -> Iterator[dict[str, Any]]:
    """Yield the webhook calls of an outcome as rows of the outbox: complete requests, ready to send."""
    for request in outcome.changes.webhooks:
        payload = {
            "webhookId": request.webhook_id,
            "verb": request.verb,
            "url": request.url,
            "headers": request.headers,
            "payload": request.payload,
            "eventId": event_id,
        }
        yield {"application_id": application_id, "kind": "webhook", "payload": payload}


def _apply_attributes(
    changes: list[AttributeChange], applied: Applied, profile: ProfileRow | None, draft: Draft
) -> None:
    values = _by_entity(changes)
    session = document(applied.session.attributes)
    for changed in values["Session"].values():
        session.update(changed)
    applied.session.attributes = raw_document(session)
    if values["CartItem"]:
        items = items_of(applied.session)
        for position, changed in values["CartItem"].items():
            items[position].attributes = {**(items[position].attributes or {}), **changed}
        applied.session.cart_items = msgspec.Raw(encode(items))
    _apply_to_profiles(values, applied, profile, draft)
    loaded = draft.loaded
    draft.changes[COUPONS].attributes.update(_merged(values["Coupon"], loaded[COUPONS].by_code.values()))
    draft.changes[REFERRALS].attributes.update(
        _merged(values["Referral"], loaded[REFERRALS].by_code.values())
    )


def _by_entity(changes: list[AttributeChange]) -> defaultdict[str, defaultdict[int, dict[str, Any]]]:
    """Return the last value of each attribute, by entity and by id (for a line, its position)."""
    values: defaultdict[str, defaultdict[int, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
    for change in changes:
        target = change.target_id if change.position is None else change.position
        assert target is not None, "changes say what they change"
        values[change.entity][target][change.name] = change.value
    return values


def _apply_to_profiles(
    values: Mapping[str, Mapping[int, dict[str, Any]]],
    applied: Applied,
    profile: ProfileRow | None,
    draft: Draft,
) -> None:
    """Apply attribute changes to profiles.

    Those of the customer are written with the sales of the session; those of an advocate as a move of their own.
    """
    own = dict(values.get("Profile", {}).get(profile.id, {})) if profile is not None else {}
    for advocate_id, changed in values.get("AdvocateProfile", {}).items():
        if profile is not None and advocate_id == profile.id:
            own |= changed
            continue
        row = next(each for each in draft.loaded[PROFILES].by_key.values() if each.id == advocate_id)
        attributes = raw_document({**document(row.attributes), **changed})
        draft.changes[PROFILES].move(
            ProfileMove(id=row.id, attributes=attributes, expected_version=row.version)
        )
    if own and profile is not None:
        applied.profile_attributes = raw_document({**document(profile.attributes), **own})


def _merged(
    changes: Mapping[int, dict[str, Any]], rows: Iterable[CouponRow | ReferralRow]
) -> dict[int, CodeAttributes]:
    return {
        row.id: CodeAttributes(
            id=row.id,
            attributes=raw_document({**document(row.attributes), **changes[row.id]}),
            expected=row.attributes,
        )
        for row in rows
        if row.id in changes
    }


def _create_codes(codes: list[CreatedCode], applied: Applied, draft: Draft, *, is_dry: bool) -> None:
    memory = document(applied.session.created_codes)
    for code in codes:
        created: list[Any] = applied.created_coupons if code.kind == "coupon" else applied.created_referrals
        if not code.is_new:
            created += _as_it_is(code, applied.session.application_id, draft)
            continue
        row = code_row(
            code,
            code_id=0 if is_dry else draft.next_id(COUPONS if code.kind == "coupon" else REFERRALS),
            application_id=applied.session.application_id,
            advocate=applied.session.profile_integration_id or "",
            now=applied.session.updated,
        )
        memory[code.memory_key] = code.value
        (draft.changes[COUPONS].new if code.kind == "coupon" else draft.changes[REFERRALS].new).append(row)
        created.append(row)
    applied.session.created_codes = raw_document(memory)


def _as_it_is(code: CreatedCode, application_id: int, draft: Draft) -> list[CouponRow | ReferralRow]:
    """Return the row of a code that the session has already; None when it was deleted."""
    rows = draft.loaded[COUPONS].by_code if code.kind == "coupon" else draft.loaded[REFERRALS].by_code
    row: CouponRow | ReferralRow | None = rows.get((application_id, code.value))
    return [] if row is None else [row]


def code_row(
    code: CreatedCode, *, code_id: int, application_id: int, advocate: str, now: datetime
) -> dict[str, Any]:
    """Return the row of a coupon or referral that a rule creates; ``advocate`` is the customer of the request."""
    row = {
        "id": code_id,
        "application_id": application_id,
        "campaign_id": code.campaign_id,
        "usage_limit": code.usage_limit,
        "start_date": code.start_date,
        "expiry_date": code.expiry_date,
        "attributes": code.attributes,
        "created": now,
    }
    if code.kind == "coupon":
        return row | {
            "value": code.value,
            "discount_limit": code.discount_limit,
            "recipient_integration_id": code.recipient_integration_id,
        }
    return row | {
        "code": code.value,
        "advocate_profile_integration_id": advocate,
        "friend_profile_integration_id": code.recipient_integration_id,
    }
