"""Creating referrals for advocates (behaviour/codes 13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from tercel.base.errors import InvalidError
from tercel.base.limits import REFERRAL_CODE_LENGTH_MAX
from tercel.database.transaction import Transaction
from tercel.features.codes.library.campaign import CodeCampaign, find_code_campaign
from tercel.features.codes.library.checks import (
    attribute_problems,
    date_problems,
    refuse,
    without_nulls,
)
from tercel.features.codes.referrals.model import NewReferral, NewReferralsForMultipleAdvocates, Referral
from tercel.features.codes.referrals.store import (
    answer,
    find_taken,
    insert_referrals,
    load_referrals,
)
from tercel.features.common.patterns.choose import check_capacity, check_length, choose_pattern
from tercel.features.common.patterns.make import make_codes, secure_choices, wait_for_turn
from tercel.features.common.patterns.pattern import Choices, CodePattern
from tercel.features.common.scope import ApplicationScope
from tercel.features.customers.profiles.store import ensure_profiles

_HEX = "0123456789abcdef"
_BATCH_ID_LENGTH = 16
_USAGE_LIMIT = 1
_PATTERN = "/referralPattern"


async def create_referral(
    tx: Transaction,
    scope: ApplicationScope,
    new: NewReferral,
    choices: Choices = secure_choices,
) -> Referral:
    """Create a referral for one advocate, whose profile is created when it is unknown.

    Raises:
        InvalidError: the campaign is not one of this application's with referrals, or the settings cannot be used.
    """
    campaign = await _referral_campaign(tx, scope, new.campaign_id)
    columns = await _columns(tx, campaign, new, scope.now)
    columns["friend_profile_integration_id"] = new.friend_profile_integration_id or None
    pattern = choose_pattern(text=None, alphabet=None, settings=campaign.referral_settings, pointer=_PATTERN)
    advocates = [new.advocate_profile_integration_id]
    return (
        await _create(
            tx, campaign, pattern, columns, advocates, sandbox=scope.caller.sandbox, choices=choices
        )
    )[0]


async def create_referrals_for_multiple_advocates(
    tx: Transaction,
    scope: ApplicationScope,
    new: NewReferralsForMultipleAdvocates,
    choices: Choices = secure_choices,
) -> list[Referral]:
    """Create one referral for each advocate, all of one batch. Failures as in ``create_referral``."""
    campaign = await _referral_campaign(tx, scope, new.campaign_id)
    columns = await _columns(tx, campaign, new, scope.now)
    columns["batch_id"] = "".join(choices(_HEX, _BATCH_ID_LENGTH))
    pattern = choose_pattern(
        text=new.referral_pattern,
        alphabet=new.valid_characters,
        settings=campaign.referral_settings,
        pointer=_PATTERN,
    )
    advocates = new.advocate_profile_integration_ids
    sandbox = scope.caller.sandbox
    return await _create(tx, campaign, pattern, columns, advocates, sandbox=sandbox, choices=choices)


async def _referral_campaign(tx: Transaction, scope: ApplicationScope, campaign_id: int) -> CodeCampaign:
    """Return the campaign that the referrals will belong to; testing keys, which are for dry requests, make none."""
    scope.caller.refuse_testing("create referrals")
    campaign = await find_code_campaign(tx, scope.application_id, campaign_id)
    if campaign is None:
        details = f"campaign `{campaign_id}` does not exist in this application"
        raise InvalidError.at("/campaignId", "notFound", details)
    if "referrals" not in campaign.features:
        details = f"campaign `{campaign_id}` has no referrals: switch on its feature `referrals`"
        raise InvalidError.at("/campaignId", "feature", details)
    return campaign


async def _columns(
    tx: Transaction,
    campaign: CodeCampaign,
    new: NewReferral | NewReferralsForMultipleAdvocates,
    now: datetime,
) -> dict[str, Any]:
    attributes = new.attributes or {}
    problems = await attribute_problems(
        tx,
        attributes,
        entity="Referral",
        account_id=campaign.account_id,
        application_id=campaign.application_id,
    )
    refuse([*date_problems(new.start_date, new.expiry_date), *problems])
    return {
        "application_id": campaign.application_id,
        "campaign_id": campaign.id,
        "usage_limit": _USAGE_LIMIT if new.usage_limit is None else new.usage_limit,
        "start_date": new.start_date,
        "expiry_date": new.expiry_date,
        "attributes": without_nulls(attributes),
        "created": now,
    }


async def _create(
    tx: Transaction,
    campaign: CodeCampaign,
    pattern: CodePattern,
    columns: Mapping[str, Any],
    advocates: Sequence[str],
    *,
    sandbox: bool,
    choices: Choices,
) -> list[Referral]:
    folded = pattern.folded(campaign.case_sensitivity)
    check_length(folded, REFERRAL_CODE_LENGTH_MAX, _PATTERN)
    check_capacity(folded, len(advocates), _PATTERN)
    await ensure_profiles(tx, campaign.account_id, sandbox, advocates)

    async def insert(codes: Mapping[str, str | None]) -> Collection[str]:
        return await insert_referrals(tx, columns, codes)

    async def taken(codes: Collection[str]) -> set[str]:
        return await find_taken(tx, campaign.application_id, codes)

    if len(advocates) > 1:
        await wait_for_turn(tx, "referrals", campaign.id)
    codes = await make_codes(
        folded, advocates, insert=insert, find_taken=taken, choices=choices, pointer=_PATTERN
    )
    return await answer(tx, await load_referrals(tx, campaign.application_id, codes))
