"""What an evaluation without a session grants, which counts at once."""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.evaluation.outcome import Outcome
from tercel.features.sessions.apply import code_row, webhook_calls
from tercel.features.sessions.consume import consume
from tercel.features.sessions.merge import document, raw_document
from tercel.ledger.movements import Cause
from tercel.pipeline.rows import EventRow, ProfileMove, ProfileRow
from tercel.pipeline.work import Draft


class Applied(msgspec.Struct, kw_only=True):
    """The profile as it is left, and the codes that were created."""

    profile: ProfileRow
    created_coupons: list[dict[str, Any]] = []
    created_referrals: list[dict[str, Any]] = []


def apply_at_once(
    outcome: Outcome, event: EventRow, profile: ProfileRow, draft: Draft, *, is_dry: bool
) -> Applied:
    """Put the event and all that it granted into the draft; a dry request drops that afterwards."""
    draft.changes.events.append(event)
    cause = Cause(
        application_id=event.application_id,
        event_id=event.id,
        created=event.created,
        session_id=None,
        profile_id=profile.id,
    )
    consume(outcome, cause, draft)
    draft.changes.outbox.extend(webhook_calls(outcome, event.application_id, event.id))
    draft.changes.memberships[event.application_id, profile.id] = None
    draft.changes.touched_campaigns.update(dict.fromkeys(outcome.triggered, event.created))
    applied = Applied(profile=_moved(outcome, event, profile, draft))
    for code in outcome.changes.created_codes:
        row = code_row(
            code,
            code_id=0 if is_dry else draft.next_id(f"{code.kind}s"),
            application_id=event.application_id,
            advocate=profile.integration_id,
            now=event.created,
        )
        if code.kind == "coupon":
            applied.created_coupons.append(row)
        else:
            applied.created_referrals.append(row)
    draft.changes.new_coupons.extend(applied.created_coupons)
    draft.changes.new_referrals.extend(applied.created_referrals)
    return applied


def _moved(outcome: Outcome, event: EventRow, profile: ProfileRow, draft: Draft) -> ProfileRow:
    """The profile with the attributes that rules set, active now."""
    values = {
        change.name: change.value for change in outcome.changes.attributes if change.entity == "Profile"
    }
    attributes = raw_document(document(profile.attributes) | values) if values else None
    draft.move_profile(
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
