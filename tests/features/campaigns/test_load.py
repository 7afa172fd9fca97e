"""What the engine gets to see of an application."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from psycopg import AsyncConnection
from sqlalchemy import insert, update

from tercel.database.engine import Database
from tercel.database.tables.applications import applications
from tercel.database.tables.experiments import experiment_variants, experiments
from tercel.evaluation.snapshot import LimitFacts
from tercel.features.campaigns.campaigns.load import (
    LoadedCost,
    load_additional_costs,
    load_application,
    load_campaigns,
    load_groups,
)
from tercel.features.campaigns.campaigns.model import CodeGeneratorSettings, NewCampaign, UpdateCampaign
from tercel.features.campaigns.campaigns.service import create_campaign, delete_campaign, update_campaign
from tercel.features.campaigns.rulesets.model import NewRuleset
from tercel.features.campaigns.rulesets.service import create_ruleset, update_ruleset
from tercel.features.common.allowed_items import AllowedItems
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tercel.features.common.scope import CampaignScope
from tercel.features.setup.additional_costs.model import NewAdditionalCost
from tercel.features.setup.additional_costs.service import create_additional_cost
from tercel.features.setup.attributes.model import NewAttribute
from tercel.features.setup.attributes.service import create_attribute
from tests.features.conftest import make_application, make_caller, make_group
from tests.features.scopes import account

pytestmark = pytest.mark.anyio
_NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_RULE = {"title": "Always", "condition": ["and", True], "effects": [["setDiscount", "Ten", Decimal("0.1")]]}


class _World:
    """A committed account with one application, and a plain connection to load from."""

    def __init__(self, database: Database, connection: AsyncConnection[Any]) -> None:
        self.database, self.connection = database, connection
        self.caller: Caller
        self.application_id: int

    async def set_up(self) -> None:
        async with self.database.transaction() as tx:
            self.caller = await make_caller(tx)
            self.application_id = await make_application(tx, self.caller)

    async def define(self, entity: Any, name: str, kind: Any, **fields: Any) -> None:
        new = NewAttribute(
            entity=entity,
            name=name,
            title=name,
            type=kind,
            description="",
            editable=True,
            **{"suggestions": [], **fields},
        )
        async with self.database.transaction() as tx:
            await create_attribute(tx, self.caller, new)

    async def create(self, **fields: Any) -> int:
        new = NewCampaign(**{"name": "c", "tags": [], "features": [], "limits": [], **fields})
        async with self.database.transaction() as tx:
            return (await create_campaign(tx, self.caller, self.application_id, new, _NOW)).id

    def scope(self, campaign_id: int) -> CampaignScope:
        return CampaignScope(
            caller=self.caller, now=_NOW, application_id=self.application_id, campaign_id=campaign_id
        )


@pytest.fixture
async def world(database: Database) -> AsyncIterator[_World]:
    async with database.connection() as connection:
        made = _World(database, connection)
        await made.set_up()
        yield made


async def test_the_settings_of_an_application(world: _World) -> None:
    await world.define("Application", "Launch", "time")
    changed = {
        "enable_cascading_discounts": True,
        "enable_partial_discounts": True,
        "caps_discounts": True,
        "attributes": {"Launch": "2026-01-31T12:00:00Z"},
    }
    async with world.database.transaction() as tx:
        await tx.execute(
            update(applications)
            .where(applications.c.id == world.application_id)
            .values(**changed, revision=7)
        )
    loaded = await load_application(world.connection, world.application_id, AllowedItems())
    assert loaded is not None
    facts = loaded.facts
    assert (facts.id, facts.account_id) == (world.application_id, world.caller.account_id)
    assert (facts.currency, facts.zone) == ("EUR", ZoneInfo("Europe/Berlin"))
    assert (facts.is_cascading, facts.allows_partial, facts.caps_discounts, facts.is_flattened) == (True,) * 4
    assert facts.attributes == {"Launch": datetime(2026, 1, 31, 12, tzinfo=UTC)}
    assert loaded.revision[0] == 7
    assert not loaded.is_sandbox
    assert await load_application(world.connection, 10**12, AllowedItems()) is None


async def test_definitions_are_those_of_the_application(world: _World) -> None:
    await world.define("Event", "Stars", "number", event_type="Rated")
    await world.define("CustomerSession", "Way", "string", suggestions=["a"], restricted_by_suggestions=True)
    async with world.database.transaction() as tx:
        other = await make_application(tx, world.caller, "Two")
    await world.define("CustomerSession", "Far", "string", subscribed_applications_ids=[other])
    await world.define("Store", "Near", "string", subscribed_applications_ids=[world.application_id])
    loaded = await load_application(world.connection, world.application_id, AllowedItems())
    assert loaded is not None
    assert {key: set(names) for key, names in loaded.definitions.items()} == {
        ("Event", "Rated"): {"Stars"},
        ("CustomerSession", ""): {"Way"},
        ("Store", ""): {"Near"},
    }
    assert loaded.definitions["CustomerSession", ""]["Way"].allowed == {"a"}


async def test_a_campaign_with_its_active_rules(world: _World) -> None:
    await world.define("Campaign", "Weight", "number")
    limit = LimitConfig(action="setDiscount", limit=Decimal("99.5"), period="daily", entities=["Profile"])
    campaign_id = await world.create(
        name="Summer",
        start_time=_NOW,
        tags=["a"],
        attributes={"Weight": 3},
        limits=[limit],
        reevaluate_on_return=True,
        coupon_settings=CodeGeneratorSettings(valid_characters=["A", "B"], coupon_pattern="X-##"),
    )
    async with world.database.transaction() as tx:
        ruleset = NewRuleset(rules=[_RULE], bindings=[{"name": "n", "expression": ["+", 1, 2]}])
        made = await create_ruleset(tx, world.scope(campaign_id), ruleset)
    loaded = await load_application(world.connection, world.application_id, AllowedItems())
    assert loaded is not None
    (facts,), ids = await load_campaigns(
        world.connection, world.application_id, definitions=loaded.definitions["Campaign", ""]
    )
    assert ids == [campaign_id]
    assert (facts.id, facts.name, facts.state, facts.type) == (campaign_id, "Summer", "enabled", "advanced")
    assert (facts.start_time, facts.end_time, facts.tags) == (_NOW, None, ("a",))
    assert facts.attributes == {"Weight": Decimal(3)}
    assert isinstance(facts.attributes["Weight"], Decimal)
    assert facts.limits == (
        LimitFacts(action="setDiscount", limit=Decimal("99.5"), period="daily", entities=("Profile",)),
    )
    assert facts.ruleset_id == made.id
    assert facts.ruleset == {"rules": made.rules, "bindings": made.bindings, "strikethroughRules": []}
    assert facts.ruleset["rules"][0]["effects"][0][2] == Decimal("0.1")
    assert facts.reevaluates_on_return
    assert (facts.coupon_characters, facts.coupon_pattern) == ("AB", "X-##")
    assert (facts.referral_characters, facts.referral_pattern) == ("", "")


async def test_only_what_changed_is_loaded_again(world: _World) -> None:
    first, second, third = [await world.create() for _ in range(3)]

    async def changes(since: int) -> tuple[list[int], list[int]]:
        found, ids = await load_campaigns(
            world.connection, world.application_id, since_revision=since, definitions={}
        )
        return [facts.id for facts in found], ids

    async def revision() -> int:
        loaded = await load_application(world.connection, world.application_id, AllowedItems())
        assert loaded is not None
        return loaded.revision[0]

    everything = [first, second, third]
    assert await changes(-1) == (everything, everything)
    seen = await revision()
    assert await changes(seen) == ([], everything)
    async with world.database.transaction() as tx:
        new = UpdateCampaign(name="d", tags=[], features=[], limits=[])
        await update_campaign(tx, world.caller, world.application_id, second, new, now=_NOW)
        await delete_campaign(tx, world.application_id, first)
    assert await changes(seen) == ([second], [second, third])
    seen = await revision()
    async with world.database.transaction() as tx:
        rules = NewRuleset(rules=[_RULE], bindings=[])
        made = await create_ruleset(tx, world.scope(third), rules)
    assert await changes(seen) == ([third], [second, third])
    seen = await revision()
    async with world.database.transaction() as tx:
        await update_ruleset(tx, world.scope(third), made.id, rules)
    assert await changes(seen) == ([third], [second, third])


async def test_the_evaluation_tree_in_order(world: _World) -> None:
    first = await world.create()
    loaded = await load_groups(world.connection, world.application_id)
    base = loaded[0].id
    async with world.database.transaction() as tx:
        child = await make_group(
            tx, world.application_id, "Best", parent_id=base, position=1, evaluation_mode="highestDiscount"
        )
    inside = await world.create(evaluation_group_id=child)
    last = await world.create()
    await world.create(state="archived")
    base_facts, child_facts = await load_groups(world.connection, world.application_id)
    assert (base_facts.id, base_facts.mode, base_facts.scope) == (base, "stackable", "session")
    assert base_facts.children == (("campaign", first), ("group", child), ("campaign", last))
    assert (child_facts.id, child_facts.mode) == (child, "highestDiscount")
    assert child_facts.children == (("campaign", inside),)


async def test_additional_costs_are_those_of_the_application(world: _World) -> None:
    async with world.database.transaction() as tx:
        other = await make_application(tx, world.caller, "Two")
        everywhere = NewAdditionalCost(name="shipping", title="s", description="", type="both")
        elsewhere = NewAdditionalCost(
            name="wrapping", title="w", description="", subscribed_application_ids=[other]
        )
        made = await create_additional_cost(tx, account(world.caller), everywhere)
        await create_additional_cost(tx, account(world.caller), elsewhere)
    costs = await load_additional_costs(world.connection, world.caller.account_id, world.application_id)
    assert costs == {"shipping": LoadedCost(made.id, "both")}


async def test_the_primary_variant_of_an_experiment_is_first_whenever_it_was_made(world: _World) -> None:
    campaign_id = await world.create()
    of = {"application_id": world.application_id, "campaign_id": campaign_id}
    async with world.database.transaction() as tx:
        rules = NewRuleset(rules=[_RULE], bindings=[])
        made = await create_ruleset(tx, world.scope(campaign_id), rules)
        new = insert(experiments).values(**of, goal_type="other").returning(experiments.c.id)
        of |= {"experiment_id": await tx.scalar(new), "ruleset_id": made.id}
        other, primary = [
            await tx.scalar(
                insert(experiment_variants)
                .values(**of, name="v", weight=50, is_primary=is_primary)
                .returning(experiment_variants.c.id)
            )
            for is_primary in (False, True)
        ]
    (facts,), _ = await load_campaigns(world.connection, world.application_id, definitions={})
    assert facts.experiment is not None
    assert [variant.id for variant in facts.experiment.variants] == [primary, other]
