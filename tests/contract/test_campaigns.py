"""What belongs to an application, through the published client: stores, campaigns, rule sets."""

import pytest
from pydantic import ValidationError
from talon_one import (
    CampaignSearch,
    LimitConfig,
    NewCampaignStoreBudget,
    NewCampaignStoreBudgetStoreLimit,
    NewStore,
    UpdateCampaign,
)
from talon_one.exceptions import BadRequestException, ConflictException, NotFoundException

from tests.contract.conftest import Shop, rule


def test_a_store_is_made_changed_and_deleted(shop: Shop) -> None:
    made = shop.management.create_store(shop.id, NewStore(name="North", description="", integrationId="n/1"))
    assert (made.name, made.integration_id, made.application_id) == ("North", "n/1", shop.id)
    store_id = str(made.id)
    changed = shop.management.update_store(
        shop.id, store_id, NewStore(name="Far north", description="", integrationId="n/1")
    )
    assert (changed.id, changed.name) == (made.id, "Far north")
    listed = shop.management.list_stores(shop.id, with_total_result_size=True, query="far")
    assert (listed.total_result_size, [each.id for each in listed.data]) == (1, [made.id])
    assert shop.management.get_store(shop.id, store_id).name == "Far north"
    shop.management.delete_store(shop.id, store_id)
    with pytest.raises(NotFoundException):
        shop.management.get_store(shop.id, store_id)


def test_a_campaign_is_read_changed_and_deleted(shop: Shop) -> None:
    campaign_id = shop.campaign(rule())
    read = shop.management.get_campaign(shop.id, campaign_id)
    assert (read.state, read.frontend_state, read.application_id) == ("enabled", "running", shop.id)

    limit = LimitConfig(action="redeemCoupon", limit=10, entities=[])
    change = UpdateCampaign(
        name="Autumn", state="enabled", tags=["season"], features=["coupons"], limits=[limit],
        activeRulesetId=read.active_ruleset_id,
    )  # fmt: skip
    changed = shop.management.update_campaign(shop.id, campaign_id, change)
    assert (changed.name, changed.tags, changed.active_ruleset_id) == (
        "Autumn",
        ["season"],
        read.active_ruleset_id,
    )
    assert [(each.action, each.limit, each.counter) for each in changed.budgets] == [("redeemCoupon", 10, 0)]

    listed = shop.management.get_campaigns(shop.id, tags="season", campaign_state="running")
    assert (listed.total_result_size, [each.id for each in listed.data]) == (1, [campaign_id])
    assert shop.management.get_campaigns(shop.id, campaign_state="archived").data == []

    shop.management.delete_campaign(shop.id, campaign_id)
    with pytest.raises(NotFoundException):
        shop.management.get_campaign(shop.id, campaign_id)


def test_campaigns_are_found_by_attributes(shop: Shop) -> None:
    shop.define_attribute("Campaign", "season", "string")
    wanted = shop.campaign(rule(), attributes={"season": "winter"})
    shop.campaign(rule(), attributes={"season": "spring"})
    found = shop.management.get_campaign_by_attributes(
        shop.id, CampaignSearch(attributes={"season": "winter"})
    )
    assert [each.id for each in found.data] == [wanted]


def test_a_rule_set_is_read(shop: Shop) -> None:
    campaign_id = shop.campaign(
        {"title": "always", "condition": ["and"], "effects": []},
        {"title": "with a code", "condition": ["and", ["couponValid"]], "effects": []},
    )
    listed = shop.management.get_rulesets(shop.id, campaign_id)
    assert listed.total_result_size == 1
    read = shop.management.get_ruleset(shop.id, campaign_id, listed.data[0].id)
    assert [each.title for each in read.rules] == ["always", "with a code"]
    assert read.rules[1].condition == ["and", ["couponValid"]]
    assert read.bindings == []


def test_the_client_reads_only_rules_without_effects(shop: Shop) -> None:
    """The contract has effects as arrays, `["setDiscount", …]`; the client's model wants objects."""
    campaign_id = shop.campaign(rule())
    with pytest.raises(ValidationError, match="valid dictionary"):
        shop.management.get_rulesets(shop.id, campaign_id)


def test_an_unknown_state_is_refused(shop: Shop) -> None:
    with pytest.raises(BadRequestException) as refused:
        shop.management.get_campaigns(shop.id, campaign_state="sleeping")
    assert refused.value.data.errors[0].source.parameter == "campaignState"


def test_stores_have_budgets_of_their_own_in_a_campaign(shop: Shop) -> None:
    campaign_id = shop.campaign(rule())
    store = shop.management.create_store(shop.id, NewStore(name="North", description="", integrationId="n/2"))
    limit = NewCampaignStoreBudgetStoreLimit(storeId=store.id, limit=50)
    budget = NewCampaignStoreBudget(action="setDiscount", storeLimits=[limit], period="daily")
    shop.management.create_campaign_store_budget(shop.id, campaign_id, budget)
    with pytest.raises(ConflictException):
        shop.management.create_campaign_store_budget(shop.id, campaign_id, budget)

    # The client's model of the list names a class that it does not import: it cannot read any entry. That the answer
    # is the contract's is checked before the client reads it.
    with pytest.raises(NameError, match="ListCampaignStoreBudgetsStore"):
        shop.management.list_campaign_store_budget_limits(shop.id, campaign_id, action="setDiscount")
    (summary,) = shop.management.summarize_campaign_store_budget(shop.id, campaign_id).data
    assert (summary.action, summary.period, summary.store_count) == ("setDiscount", "daily", 1)

    shop.management.delete_campaign_store_budgets(shop.id, campaign_id, action="setDiscount", period="daily")
    assert shop.management.list_campaign_store_budget_limits(shop.id, campaign_id).data == []


def test_a_campaign_is_disconnected_from_its_stores(shop: Shop) -> None:
    store = shop.management.create_store(shop.id, NewStore(name="South", description="", integrationId="s/1"))
    campaign_id = shop.campaign(rule(), linkedStoreIds=[store.id])
    assert shop.management.get_campaign(shop.id, campaign_id).linked_store_ids == [store.id]
    shop.management.disconnect_campaign_stores(shop.id, campaign_id)
    assert not shop.management.get_campaign(shop.id, campaign_id).linked_store_ids
