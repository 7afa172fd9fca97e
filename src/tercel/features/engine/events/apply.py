"""What an evaluation without a session grants, which counts at once."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from tercel.evaluation.outcome import Outcome
from tercel.features.campaigns.campaigns.aggregate import ACTIVITY
from tercel.features.codes.coupons.aggregate import COUPONS
from tercel.features.codes.referrals.aggregate import REFERRALS
from tercel.features.customers.profiles.aggregate import PROFILES, ProfileMove, ProfileRow
from tercel.features.customers.profiles.model import LoyaltyMembership
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.sessions.answers.points import loyalty_of, memberships_of
from tercel.features.engine.sessions.request.merge import document, raw_document
from tercel.features.engine.sessions.writing.apply import code_row, webhook_calls
from tercel.features.engine.sessions.writing.consume import consume
from tercel.features.engine.sessions.writing.points import book_points
from tercel.features.loyalty.points.shown import Loyalty
from tercel.features.setup.stores.aggregate import StoreRow
from tercel.features.setup.webhooks.aggregate import OUTBOX
from tercel.ledger.entries import Cause
from tercel.ledger.events import EVENTS, EventRow
from tercel.pipeline.draft import Draft


class Applied(msgspec.Struct, kw_only=True):
    """The profile as it is left, if there is one, with its points, and the codes that were created."""

    profile: ProfileRow | None
    loyalty: Loyalty = msgspec.field(default_factory=Loyalty)
    memberships: list[LoyaltyMembership] | None = None
    created_coupons: list[dict[str, Any]] = []
    created_referrals: list[dict[str, Any]] = []


def apply_at_once(
    outcome: Outcome,
    event: EventRow,
    profile: ProfileRow | None,
    draft: Draft,
    configuration: Configuration,
    *,
    is_dry: bool,
    wanted: Collection[str] = (),
    store: StoreRow | None = None,
) -> Applied:
    """Put the event and all that it granted into the draft; a dry request drops that afterwards. ``wanted`` are the parts of the answer."""
    draft.changes[EVENTS].events.append(event)
    cause = Cause(
        application_id=event.application_id,
        event_id=event.id,
        created=event.created,
        profile_id=event.profile_id,
        store_id=store.id if store is not None else None,
    )
    consume(outcome, cause, draft)
    book_points(outcome.effects, event, draft, configuration)
    if outcome.changes.webhooks:
        draft.changes[OUTBOX].extend(webhook_calls(outcome, event.application_id, event.id))
    if outcome.triggered:
        draft.changes[ACTIVITY].update(dict.fromkeys(outcome.triggered, event.created))
    applied = Applied(profile=None)
    if profile is not None:
        draft.changes[PROFILES].memberships.add((event.application_id, profile.id))
        applied.profile = _moved(outcome, event, profile, draft)
        if "loyalty" in wanted:
            applied.loyalty = loyalty_of(profile, outcome, event, draft, configuration)
        if "customerProfile" in wanted:
            applied.memberships = memberships_of(profile, draft, configuration, event.created)
    for code in outcome.changes.created_codes:
        row = code_row(
            code,
            code_id=0 if is_dry else draft.next_id(COUPONS if code.kind == "coupon" else REFERRALS),
            application_id=event.application_id,
            advocate=event.profile_integration_id or "",
            now=event.created,
        )
        if code.kind == "coupon":
            applied.created_coupons.append(row)
            draft.changes[COUPONS].new.append(row)
        else:
            applied.created_referrals.append(row)
            draft.changes[REFERRALS].new.append(row)
    return applied


def _moved(outcome: Outcome, event: EventRow, profile: ProfileRow, draft: Draft) -> ProfileRow:
    """Return the profile with the attributes that rules set, active now."""
    values = {
        change.name: change.value for change in outcome.changes.attributes if change.entity == "Profile"
    }
    attributes = raw_document(document(profile.attributes) | values) if values else None
    draft.changes[PROFILES].move(
        ProfileMove(
            id=profile.id,
            last_activity=event.created,
            attributes=attributes,
            # Because: rules may have rested on what the customer bought and on attributes, and what they grant stays granted.
            expected_version=profile.version,
        )
    )
    return msgspec.structs.replace(
        profile,
        last_activity=event.created,
        attributes=profile.attributes if attributes is None else attributes,
    )
