"""Finding, changing and deleting referrals (behaviour/campaigns 8)."""

from __future__ import annotations

from typing import Any

from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign
from tercel.features.codes.library.checks import (
    attribute_problems,
    date_problems,
    refuse,
    without_nulls,
)
from tercel.features.codes.referrals.model import Referral, UpdateReferral
from tercel.features.codes.referrals.store import answer, change_referral
from tercel.ledger.start_counting import started_referral_counter, stop_redemptions


async def update_referral(
    tx: Transaction, campaign: CodeCampaign, referral_id: int, change: UpdateReferral
) -> Referral:
    """Change one referral; what it is now.

    Raises:
        NotFoundError: the campaign has no such referral.
        InvalidError: the new settings cannot be used.
    """
    await stop_redemptions(tx, campaign.id)
    problems = await attribute_problems(
        tx,
        change.attributes or {},
        entity="Referral",
        account_id=campaign.account_id,
        application_id=campaign.application_id,
    )
    refuse([*date_problems(change.start_date, change.expiry_date), *problems])
    values = _values(change)
    if change.usage_limit is not None:
        values |= started_referral_counter()
    row = await change_referral(tx, campaign, referral_id, values)
    return (await answer(tx, [row]))[0]


def _values(change: UpdateReferral) -> dict[str, Any]:
    """Return the columns to write: dates always, the rest when given; an empty friend removes the friend."""
    values: dict[str, Any] = {"start_date": change.start_date, "expiry_date": change.expiry_date}
    if change.usage_limit is not None:
        values["usage_limit"] = change.usage_limit
    if change.friend_profile_integration_id is not None:
        values["friend_profile_integration_id"] = change.friend_profile_integration_id or None
    if change.attributes is not None:
        values["attributes"] = without_nulls(change.attributes)
    return values
