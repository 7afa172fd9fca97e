"""Rule sets of a campaign (behaviour/campaigns 4)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import select

from tercel.base.errors import InvalidError, NotFoundError, WrongStateError
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaigns
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.model import NewCampaign, UpdateCampaign
from tercel.features.campaigns.campaigns.service import create_campaign, get_campaign, update_campaign
from tercel.features.campaigns.rulesets import service
from tercel.features.campaigns.rulesets.listing import RULESETS
from tercel.features.campaigns.rulesets.model import NewRuleset, Ruleset
from tercel.features.common.caller import Caller
from tercel.features.common.listing import Paging
from tercel.features.common.scope import CampaignScope
from tercel.features.setup.additional_costs.model import NewAdditionalCost
from tercel.features.setup.additional_costs.service import create_additional_cost
from tests.features.scopes import account, asked

pytestmark = pytest.mark.anyio
_NOW = datetime(2026, 6, 1, tzinfo=UTC)
_RULE = {"title": "Always", "condition": ["and", True], "effects": [["setDiscount", "Ten", 10]]}


class _Campaign:
    """One campaign with shortcuts to the functions under test."""

    def __init__(self, tx: Transaction, caller: Caller, application_id: int, campaign_id: int) -> None:
        self.tx, self.caller = tx, caller
        self.application_id, self.id = application_id, campaign_id
        self.scope = CampaignScope(
            caller=caller, now=_NOW, application_id=application_id, campaign_id=campaign_id
        )

    async def create(self, **fields: Any) -> Ruleset:
        new = NewRuleset(**{"rules": [_RULE], "bindings": [], **fields})
        return await service.create_ruleset(self.tx, self.scope, new)

    async def update(self, ruleset_id: int, **fields: Any) -> Ruleset:
        new = NewRuleset(**{"rules": [_RULE], "bindings": [], **fields})
        return await service.update_ruleset(self.tx, self.scope, ruleset_id, new)

    async def get(self, ruleset_id: int) -> Ruleset:
        return await service.get_ruleset(self.tx, self.scope, ruleset_id)

    async def delete(self, ruleset_id: int) -> None:
        await service.delete_ruleset(self.tx, self.scope, ruleset_id)

    async def active(self) -> int | None:
        found = await get_campaign(self.tx, self.application_id, self.id, _NOW)
        return found.active_ruleset_id

    async def set_state(self, state: Any) -> None:
        new = UpdateCampaign(name="c", tags=[], features=[], limits=[], state=state)
        await update_campaign(self.tx, self.caller, self.application_id, self.id, new, now=_NOW)


async def _make(tx: Transaction, caller: Caller, application_id: int) -> _Campaign:
    new = NewCampaign(name="c", tags=[], features=[], limits=[])
    made = await create_campaign(tx, caller, application_id, new, _NOW)
    return _Campaign(tx, caller, application_id, made.id)


@pytest.fixture
async def campaign(tx: Transaction, caller: Caller, application_id: int) -> _Campaign:
    return await _make(tx, caller, application_id)


async def test_rules_come_back_as_sent_with_an_id(campaign: _Campaign) -> None:
    own_id = "6b1d2c1e-7b0f-4a53-9c3c-0e8a4b9f6c11"
    rules = [{**_RULE, "id": own_id, "extra": {"kept": 1}}, _RULE]
    bindings = [{"name": "My value", "expression": ["+", 1, 2]}]
    made = await campaign.create(rules=rules, bindings=bindings, rb_version="v2")
    assert await campaign.get(made.id) == msgspec.structs.replace(made, findings=msgspec.UNSET)
    assert made.rules[0] == rules[0]
    new_id = made.rules[1].pop("id")
    assert str(UUID(new_id)) == new_id
    assert made.rules[1] == _RULE
    assert (made.bindings, made.rb_version, made.strikethrough_rules) == (bindings, "v2", [])
    assert (made.campaign_id, made.user_id) == (campaign.id, campaign.caller.user_id)


async def test_a_new_rule_set_becomes_active(campaign: _Campaign) -> None:
    assert await campaign.active() is None
    first = await campaign.create()
    assert first.activate
    assert first.activated_at is not None
    assert await campaign.active() == first.id
    second = await campaign.create()
    assert await campaign.active() == second.id
    assert not (await campaign.get(first.id)).activate


async def test_a_rule_set_can_wait_for_its_activation(campaign: _Campaign) -> None:
    active = await campaign.create()
    waiting = await campaign.create(activate=False)
    assert (waiting.activate, waiting.activated_at) == (False, None)
    assert await campaign.active() == active.id
    assert (await campaign.update(waiting.id)).activate
    assert await campaign.active() == waiting.id


async def test_an_update_replaces_the_content_and_keeps_the_active_one_active(campaign: _Campaign) -> None:
    made = await campaign.create(bindings=[{"name": "x", "expression": ["+", 1, 2]}])
    changed = await campaign.update(made.id, rules=[{**_RULE, "title": "Other"}], activate=False)
    assert (changed.id, changed.rules[0]["title"], changed.bindings) == (made.id, "Other", [])
    assert changed.activate
    assert await campaign.active() == made.id


async def test_rule_sets_can_be_deleted_and_the_active_one_leaves_none(campaign: _Campaign) -> None:
    old = await campaign.create()
    active = await campaign.create()
    await campaign.delete(old.id)
    assert await campaign.active() == active.id
    await campaign.delete(active.id)
    assert await campaign.active() is None
    for gone in (old, active):
        with pytest.raises(NotFoundError):
            await campaign.get(gone.id)


async def test_rule_sets_are_listed_oldest_first(campaign: _Campaign) -> None:
    made = [(await campaign.create()).id for _ in range(3)]

    async def listed(page: Paging) -> list[int]:
        found = await RULESETS.counted(campaign.tx, campaign.scope, asked(page=page))
        assert found.total_result_size == 3
        return [ruleset.id for ruleset in found.data]

    assert await listed(Paging(10)) == made
    assert await listed(Paging(1, 0, "-id")) == made[-1:]


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"rules": [{"title": "x", "effects": []}]}, "/rules/0/condition"),
        ({"rules": [{**_RULE, "condition": []}]}, "/rules/0/condition"),
        ({"rules": [{**_RULE, "title": 5}]}, "/rules/0/title"),
        ({"rules": [_RULE, {**_RULE, "effects": [5]}]}, "/rules/1/effects/0"),
        ({"rules": [_RULE, {**_RULE, "id": 7}]}, "/rules/1/id"),
        ({"rules": [_RULE], "bindings": [{"name": "x"}]}, "/bindings/0/expression"),
    ],
)
async def test_documents_that_are_no_rules_are_refused(
    campaign: _Campaign, document: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(InvalidError) as raised:
        await campaign.create(**document)
    assert [problem.pointer for problem in raised.value.problems] == [pointer]
    assert await campaign.active() is None


async def test_two_rules_cannot_have_the_same_id(campaign: _Campaign) -> None:
    rule = {**_RULE, "id": "6b1d2c1e-7b0f-4a53-9c3c-0e8a4b9f6c11"}
    with pytest.raises(InvalidError) as raised:
        await campaign.create(rules=[rule, rule])
    assert [problem.pointer for problem in raised.value.problems] == ["/rules/1/id"]


async def test_rules_of_an_archived_campaign_cannot_change(campaign: _Campaign) -> None:
    made = await campaign.create(activate=False)
    await campaign.set_state("archived")
    with pytest.raises(WrongStateError):
        await campaign.create()
    with pytest.raises(WrongStateError):
        await campaign.update(made.id)
    with pytest.raises(WrongStateError):
        await campaign.delete(made.id)
    assert (await campaign.get(made.id)).id == made.id


async def test_rule_sets_of_other_campaigns_do_not_exist(
    campaign: _Campaign, tx: Transaction, caller: Caller, application_id: int
) -> None:
    made = await campaign.create(activate=False)
    other = await _make(tx, caller, application_id)
    for attempt in (other.get, other.update, other.delete):
        with pytest.raises(NotFoundError):
            await attempt(made.id)


async def test_every_write_raises_the_revision_and_marks_the_campaign(campaign: _Campaign) -> None:
    tx = campaign.tx
    revision = select(applications.c.revision).where(applications.c.id == campaign.application_id)
    kept = select(campaigns.c.revision).where(campaigns.c.id == campaign.id)
    seen = [await tx.scalar(kept)]
    made = await campaign.create()
    seen.append(await tx.scalar(kept))
    await campaign.update(made.id)
    seen.append(await tx.scalar(kept))
    assert seen == sorted(set(seen))
    assert seen[-1] == await tx.scalar(revision)
    found = await get_campaign(tx, campaign.application_id, campaign.id, _NOW)
    assert found.updated_by == "Ada Example"


async def test_rules_may_only_refer_to_additional_costs_of_the_application(
    campaign: _Campaign, tx: Transaction, caller: Caller
) -> None:
    rule = {**_RULE, "effects": [["setDiscountPerAdditionalCost", "Free", "shipping", 5]]}
    with pytest.raises(InvalidError) as raised:
        await campaign.create(rules=[rule])
    (problem,) = raised.value.problems
    assert (problem.title, problem.pointer) == ("unknownReference", "/rules/0/effects/0/2")
    cost = NewAdditionalCost(name="shipping", title="Shipping", description="")
    await create_additional_cost(tx, account(caller), cost)
    assert (await campaign.create(rules=[rule])).activate


async def test_what_is_merely_suspicious_is_accepted(campaign: _Campaign) -> None:
    rule = {**_RULE, "condition": ["and", ["=", [".", "Coupon", "Value"], "X"]]}
    assert (await campaign.create(rules=[rule])).activate
