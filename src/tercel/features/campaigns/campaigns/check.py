"""Everything that can be wrong with the settings of a campaign, found in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec import UNSET

from tercel.base.errors import InvalidError, Problem
from tercel.base.keys import clean_code, is_usable_character
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns import store
from tercel.features.campaigns.campaigns.groups import check_group
from tercel.features.campaigns.campaigns.model import CampaignInput, CodeGeneratorSettings
from tercel.features.common.attributes import check_attributes, check_mandatory, load_definitions
from tercel.features.common.limits import LimitConfig, check_limits


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a campaign is checked against. ``campaign_id`` is None for a new one."""

    account_id: int
    application_id: int
    campaign_id: int | None
    campaign_type: str
    mandatory_attributes: Sequence[str]


async def check_campaign(
    tx: Transaction, new: CampaignInput, limits: Sequence[LimitConfig], around: Surroundings
) -> None:
    """Refuse settings that cannot be kept.

    Raises:
        InvalidError: with every problem.
    """
    problems = [*_schedule(new), *check_limits(limits), *_features(new, around.campaign_type)]
    problems += check_code_settings(new.coupon_settings, "/couponSettings")
    problems += check_code_settings(new.referral_settings, "/referralSettings")
    problems += await _attributes(tx, new, around)
    problems += await _stores(tx, new, around)
    problems += await _ruleset(tx, new, around)
    if isinstance(new.evaluation_group_id, int):
        problems += await check_group(
            tx, around.application_id, new.evaluation_group_id, around.campaign_type
        )
    if problems:
        raise InvalidError(*problems)


def _schedule(new: CampaignInput) -> Iterator[Problem]:
    if new.start_time is not None and new.end_time is not None and new.end_time <= new.start_time:
        yield Problem(title="minimum", details="endTime must be later than startTime", pointer="/endTime")


def _features(new: CampaignInput, campaign_type: str) -> Iterator[Problem]:
    for index, feature in enumerate(new.features):
        pointer = f"/features/{index}"
        if feature in new.features[:index]:
            yield Problem(title="uniqueItems", details=f"`{feature}` is named twice", pointer=pointer)
        if feature == "giveaways" and campaign_type == "cartItem":
            details = "a campaign of type `cartItem` cannot award giveaways"
            yield Problem(title="invalid", details=details, pointer=pointer)


def check_code_settings(settings: CodeGeneratorSettings | None, pointer: str) -> Iterator[Problem]:
    """Find what is wrong with how codes are made; the pointer leads to the settings."""
    if settings is None:
        return
    if not settings.valid_characters and "#" in settings.coupon_pattern:
        details = "the pattern has `#` but there are no characters to put in its place"
        yield Problem(title="minItems", details=details, pointer=f"{pointer}/validCharacters")
    for index, character in enumerate(settings.valid_characters):
        if not is_usable_character(clean_code(character)):
            details = f"`{character}` is not one visible character"
            yield Problem(title="pattern", details=details, pointer=f"{pointer}/validCharacters/{index}")


async def _attributes(tx: Transaction, new: CampaignInput, around: Surroundings) -> list[Problem]:
    account_id, application_id = around.account_id, around.application_id
    own = await load_definitions(tx, account_id, "Campaign", application_id=application_id)
    problems = check_attributes(new.attributes, own, "Campaign")
    problems += check_mandatory(new.attributes, around.mandatory_attributes)
    if new.coupon_attributes:
        of_coupons = await load_definitions(tx, account_id, "Coupon", application_id=application_id)
        problems += check_attributes(new.coupon_attributes, of_coupons, "Coupon", "/couponAttributes")
    return problems


async def _stores(tx: Transaction, new: CampaignInput, around: Surroundings) -> list[Problem]:
    missing = await store.missing_stores(tx, around.application_id, new.linked_store_ids)
    return [
        Problem(
            title="Unknown",
            details=f"there is no store `{store_id}` in this application",
            pointer=f"/linkedStoreIds/{index}",
        )
        for index, store_id in enumerate(new.linked_store_ids)
        if store_id in missing
    ]


async def _ruleset(tx: Transaction, new: CampaignInput, around: Surroundings) -> list[Problem]:
    ruleset_id = new.active_ruleset_id
    if ruleset_id is UNSET:
        return []
    if around.campaign_id is not None and await store.has_ruleset(tx, around.campaign_id, ruleset_id):
        return []
    details = f"there is no rule set `{ruleset_id}` in this campaign"
    return [Problem(title="Unknown", details=details, pointer="/activeRulesetId")]
