"""Creating, reading, changing and deleting campaigns (behaviour/campaigns 2, 3)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import insert, select

from tercel.base.errors import InvalidError, NotFoundError, WrongStateError
from tercel.database.tables.applications import applications
from tercel.database.tables.campaigns import campaign_activity, campaigns, rulesets
from tercel.database.tables.codes import coupon_reservations, coupons, referrals
from tercel.database.tables.ledger import counters, entries
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns import service
from tercel.features.campaigns.campaigns.listing import (
    CAMPAIGNS,
    CampaignFilter,
    StateFilter,
    with_attributes,
)
from tercel.features.campaigns.campaigns.model import (
    Campaign,
    CodeGeneratorSettings,
    NewCampaign,
    UpdateCampaign,
)
from tercel.features.common.caller import Caller
from tercel.features.common.limits import LimitConfig
from tercel.features.common.listing import Paging
from tercel.features.common.scope import ApplicationScope
from tercel.features.setup.attributes.model import NewAttribute
from tercel.features.setup.attributes.service import create_attribute
from tercel.features.setup.stores.model import NewStore
from tercel.features.setup.stores.service import create_store
from tests.features.conftest import make_application, make_caller, make_group
from tests.features.scopes import application, asked

pytestmark = pytest.mark.anyio
_NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
_MOMENT = timedelta(microseconds=1)
_HOUR = timedelta(hours=1)


def _limit(action: Any = "setDiscount", amount: int = 100, **fields: Any) -> LimitConfig:
    return LimitConfig(action=action, limit=Decimal(amount), **{"entities": [], **fields})


def _new(**fields: Any) -> NewCampaign:
    return NewCampaign(**{"name": "Summer", "tags": [], "features": [], "limits": [], **fields})


def _changed(**fields: Any) -> UpdateCampaign:
    return UpdateCampaign(**{"name": "Summer", "tags": [], "features": [], "limits": [], **fields})


class _Shop:
    """One application with shortcuts to the functions under test."""

    def __init__(self, tx: Transaction, caller: Caller, application_id: int) -> None:
        self.tx, self.caller, self.id = tx, caller, application_id

    async def create(self, **fields: Any) -> Campaign:
        return await service.create_campaign(self.tx, self.caller, self.id, _new(**fields), _NOW)

    async def update(self, campaign_id: int, **fields: Any) -> Campaign:
        return await service.update_campaign(
            self.tx, self.caller, self.id, campaign_id, _changed(**fields), now=_NOW
        )

    async def get(self, campaign_id: int) -> Campaign:
        return await service.get_campaign(self.tx, self.id, campaign_id, _NOW)

    @property
    def scope(self) -> ApplicationScope:
        return application(self.caller, self.id, _NOW)

    async def names(self, page: Paging | None = None, **filters: Any) -> list[str]:
        found = await CAMPAIGNS.page(self.tx, self.scope, asked(CampaignFilter(**filters), page))
        return [campaign.name for campaign in found.data]

    async def place(self, campaign_id: int) -> tuple[int | None, int]:
        columns = select(campaigns.c.evaluation_group_id, campaigns.c.position)
        row = await self.tx.one(columns.where(campaigns.c.id == campaign_id))
        return row.evaluation_group_id, row.position

    async def base_group(self) -> int:
        column = select(applications.c.default_evaluation_group_id).where(applications.c.id == self.id)
        group_id: int = await self.tx.scalar(column)
        return group_id

    async def define(self, entity: Any, name: str, **fields: Any) -> None:
        defaults = {"title": name, "type": "string", "description": "", "suggestions": [], "editable": True}
        await create_attribute(
            self.tx, self.caller, NewAttribute(entity=entity, name=name, **{**defaults, **fields})
        )


@pytest.fixture
def shop(tx: Transaction, caller: Caller, application_id: int) -> _Shop:
    return _Shop(tx, caller, application_id)


def _problems(raised: pytest.ExceptionInfo[InvalidError]) -> list[tuple[str, str | None]]:
    return [(problem.title, problem.pointer) for problem in raised.value.problems]


async def test_a_campaign_comes_back_as_it_was_created(shop: _Shop) -> None:
    codes = CodeGeneratorSettings(valid_characters=["A", "B"], coupon_pattern="SUMMER-####")
    store = await create_store(
        shop.tx, application(shop.caller, shop.id), NewStore(name="s", description="", integration_id="s")
    )
    made = await shop.create(
        description="Ten percent",
        start_time=_NOW - _HOUR,
        end_time=_NOW + _HOUR,
        state="disabled",
        tags=["a", "b"],
        reevaluate_on_return=True,
        features=["coupons", "advancedEvents"],
        coupon_settings=codes,
        referral_settings=codes,
        limits=[_limit(period="daily", entities=["Profile"])],
        campaign_groups=[7],
        linked_store_ids=[store.id],
    )
    assert await shop.get(made.id) == made
    assert (made.name, made.description, made.state, made.type) == (
        "Summer",
        "Ten percent",
        "disabled",
        "advanced",
    )
    assert (made.start_time, made.end_time) == (_NOW - _HOUR, _NOW + _HOUR)
    assert (made.tags, made.features) == (["a", "b"], ["coupons", "advancedEvents"])
    assert made.coupon_settings == made.referral_settings == codes
    assert made.limits == [_limit(period="daily", entities=["Profile"])]
    assert (made.linked_store_ids, made.campaign_groups) == ([store.id], [7])
    assert (made.user_id, made.created_by, made.updated_by) == (shop.caller.user_id, "Ada Example", None)
    assert made.reevaluate_on_return


async def test_a_new_campaign_is_enabled_unless_told_otherwise(shop: _Shop) -> None:
    made = await shop.create()
    assert (made.state, made.frontend_state, made.type) == ("enabled", "running", "advanced")
    assert made.coupon_settings is None
    assert made.active_ruleset_id is None


async def test_without_limits_a_campaign_gets_those_of_the_application(
    tx: Transaction, caller: Caller
) -> None:
    defaults = [{"action": "redeemCoupon", "limit": Decimal("10"), "entities": ["Profile"]}]
    shop = _Shop(tx, caller, await make_application(tx, caller, "Two", limits=defaults))
    expected = [_limit("redeemCoupon", 10, entities=["Profile"])]
    new = NewCampaign(name="a", tags=[], features=[])
    assert (await service.create_campaign(tx, caller, shop.id, new, _NOW)).limits == expected
    assert (await shop.create(limits=[])).limits == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"start_time": _NOW, "end_time": _NOW}, ("minimum", "/endTime")),
        ({"limits": [_limit(), _limit()]}, ("duplicate", "/limits/1")),
        ({"limits": [_limit(amount=-1)]}, ("minimum", "/limits/0/limit")),
        ({"features": ["coupons", "coupons"]}, ("uniqueItems", "/features/1")),
        ({"features": ["giveaways"], "type": "cartItem"}, ("invalid", "/features/0")),
        ({"attributes": {"X": 1}}, ("Unknown", "/attributes/X")),
        ({"coupon_attributes": {"X": 1}}, ("Unknown", "/couponAttributes/X")),
        ({"linked_store_ids": [10**12]}, ("Unknown", "/linkedStoreIds/0")),
        ({"active_ruleset_id": 10**12}, ("Unknown", "/activeRulesetId")),
        ({"evaluation_group_id": 10**12}, ("Unknown", "/evaluationGroupId")),
        (
            {"coupon_settings": CodeGeneratorSettings(valid_characters=[], coupon_pattern="###")},
            ("minItems", "/couponSettings/validCharacters"),
        ),
        (
            {"referral_settings": CodeGeneratorSettings(valid_characters=["A", " "], coupon_pattern="###")},
            ("pattern", "/referralSettings/validCharacters/1"),
        ),
    ],
)
async def test_settings_that_cannot_be_kept_are_refused(
    shop: _Shop, fields: dict[str, Any], problem: tuple[str, str]
) -> None:
    with pytest.raises(InvalidError) as raised:
        await shop.create(**fields)
    assert _problems(raised) == [problem]


async def test_all_problems_are_told_at_once(shop: _Shop) -> None:
    with pytest.raises(InvalidError) as raised:
        await shop.create(start_time=_NOW, end_time=_NOW, attributes={"X": 1}, limits=[_limit(), _limit()])
    assert [pointer for _, pointer in _problems(raised)] == ["/endTime", "/limits/1", "/attributes/X"]


async def test_attributes_are_checked_and_mandatory_ones_must_be_there(
    tx: Transaction, caller: Caller
) -> None:
    settings = {"mandatory": {"campaigns": ["Owner"], "coupons": []}}
    shop = _Shop(tx, caller, await make_application(tx, caller, "Two", attributes_settings=settings))
    await shop.define("Campaign", "Owner")
    await shop.define("Coupon", "Channel")
    with pytest.raises(InvalidError) as raised:
        await shop.create()
    assert _problems(raised) == [("required", "/attributes/Owner")]
    made = await shop.create(attributes={"Owner": "Ada"}, coupon_attributes={"Channel": "web"})
    assert (made.attributes, made.coupon_attributes) == ({"Owner": "Ada"}, {"Channel": "web"})


async def test_new_campaigns_join_the_end_of_the_base_group(shop: _Shop) -> None:
    base = await shop.base_group()
    first, second = await shop.create(), await shop.create()
    await make_group(shop.tx, shop.id, "Child", parent_id=base, position=2)
    third = await shop.create()
    places = [await shop.place(campaign.id) for campaign in (first, second, third)]
    assert places == [(base, 0), (base, 1), (base, 3)]


async def test_a_campaign_can_join_another_group_and_move(shop: _Shop) -> None:
    base = await shop.base_group()
    group = await make_group(shop.tx, shop.id, "Best", parent_id=base)
    made = await shop.create(evaluation_group_id=group)
    assert await shop.place(made.id) == (group, 0)
    await shop.update(made.id)
    assert await shop.place(made.id) == (group, 0)
    await shop.create()
    await shop.update(made.id, evaluation_group_id=base)
    group_id, position = await shop.place(made.id)
    assert group_id == base
    assert position > 0


@pytest.mark.parametrize(
    ("columns", "campaign_type", "title"),
    [
        ({"locked": True}, "advanced", "locked"),
        ({"evaluation_scope": "cartItem"}, "advanced", "invalid"),
        ({"evaluation_scope": "session"}, "cartItem", "invalid"),
    ],
)
async def test_a_group_must_fit_and_be_unlocked(
    shop: _Shop, columns: dict[str, Any], campaign_type: str, title: str
) -> None:
    group = await make_group(shop.tx, shop.id, "Group", **columns)
    with pytest.raises(InvalidError) as raised:
        await shop.create(evaluation_group_id=group, type=campaign_type)
    assert _problems(raised) == [(title, "/evaluationGroupId")]


@pytest.mark.parametrize(
    ("state", "start", "end", "expected"),
    [
        ("enabled", None, None, "running"),
        ("enabled", _NOW, None, "running"),
        ("enabled", _NOW + _HOUR, None, "scheduled"),
        ("enabled", None, _NOW, "expired"),
        ("enabled", None, _NOW + _HOUR, "running"),
        ("enabled", _NOW - 2 * _HOUR, _NOW - _HOUR, "expired"),
        ("disabled", _NOW + _HOUR, None, "disabled"),
        ("archived", None, _NOW, "archived"),
    ],
)
async def test_the_visible_state_follows_state_and_schedule(
    shop: _Shop, state: str, start: datetime | None, end: datetime | None, expected: str
) -> None:
    made = await shop.create(state=state, start_time=start, end_time=end)
    assert made.frontend_state == expected
    everything = ("enabled", "disabled", "archived", "scheduled", "running", "expired", "staged")
    matching = {wanted for wanted in everything if await shop.names(campaign_state=wanted)}
    assert matching == {state, expected}


async def test_an_update_replaces_but_keeps_what_would_be_dangerous_to_lose(shop: _Shop) -> None:
    made = await shop.create(
        description="d",
        state="disabled",
        type="cartItem",
        tags=["a"],
        start_time=_NOW,
        reevaluate_on_return=True,
    )
    ruleset = await shop.tx.scalar(
        insert(rulesets).values(application_id=shop.id, campaign_id=made.id).returning(rulesets.c.id)
    )
    active = await shop.update(made.id, active_ruleset_id=ruleset)
    assert active.active_ruleset_id == ruleset
    changed = await shop.update(made.id, name="Winter")
    assert (changed.name, changed.description, changed.tags, changed.start_time) == ("Winter", "", [], None)
    assert not changed.reevaluate_on_return
    assert (changed.state, changed.type, changed.active_ruleset_id) == ("disabled", "cartItem", ruleset)
    assert changed.updated_by == "Ada Example"


async def test_the_type_is_fixed(shop: _Shop) -> None:
    made = await shop.create()
    assert (await shop.update(made.id, type="advanced")).type == "advanced"
    with pytest.raises(InvalidError) as raised:
        await shop.update(made.id, type="cartItem")
    assert _problems(raised) == [("readOnly", "/type")]


async def test_a_rule_set_of_another_campaign_cannot_be_active(shop: _Shop) -> None:
    made, other = await shop.create(), await shop.create()
    ruleset = await shop.tx.scalar(
        insert(rulesets).values(application_id=shop.id, campaign_id=other.id).returning(rulesets.c.id)
    )
    with pytest.raises(InvalidError) as raised:
        await shop.update(made.id, active_ruleset_id=ruleset)
    assert _problems(raised) == [("Unknown", "/activeRulesetId")]


async def test_an_archived_campaign_leaves_the_tree_and_can_only_be_restored(shop: _Shop) -> None:
    base = await shop.base_group()
    made = await shop.create()
    await shop.update(made.id, state="archived")
    assert await shop.place(made.id) == (None, 0)
    for state in ({}, {"state": "enabled"}, {"state": "archived"}):
        with pytest.raises(WrongStateError):
            await shop.update(made.id, **state)
    await shop.update(made.id, state="disabled")
    assert (await shop.place(made.id))[0] == base


async def test_a_deleted_campaign_takes_its_rules_and_codes_along(shop: _Shop) -> None:
    gone, kept = await shop.create(), await shop.create()
    for campaign in (gone, kept):
        mine = {"application_id": shop.id, "campaign_id": campaign.id}
        await shop.tx.execute(insert(rulesets).values(**mine))
        code = {**mine, "value": f"C{campaign.id}"}
        coupon = await shop.tx.scalar(insert(coupons).values(**code).returning(coupons.c.id))
        await shop.tx.execute(
            insert(coupon_reservations).values(application_id=shop.id, coupon_id=coupon, profile_id=1)
        )
        referral = {**mine, "code": f"R{campaign.id}", "advocate_profile_integration_id": "ann"}
        await shop.tx.execute(insert(referrals).values(**referral))
    await service.delete_campaign(shop.tx, shop.id, gone.id)
    with pytest.raises(NotFoundError):
        await shop.get(gone.id)
    for table in (rulesets, coupons, referrals):
        assert await shop.tx.scalars(select(table.c.campaign_id)) == [kept.id]
    assert len(await shop.tx.all(select(coupon_reservations))) == 1
    with pytest.raises(NotFoundError):
        await service.delete_campaign(shop.tx, shop.id, gone.id)


async def test_campaigns_of_other_applications_do_not_exist(shop: _Shop) -> None:
    made = await shop.create()
    other = _Shop(shop.tx, shop.caller, await make_application(shop.tx, shop.caller, "Two"))
    with pytest.raises(NotFoundError):
        await other.get(made.id)
    with pytest.raises(NotFoundError):
        await other.update(made.id)
    with pytest.raises(NotFoundError):
        await service.delete_campaign(shop.tx, other.id, made.id)
    assert await other.names() == []


async def test_lists_can_be_narrowed(shop: _Shop) -> None:
    store = await create_store(
        shop.tx, application(shop.caller, shop.id), NewStore(name="s", description="", integration_id="s")
    )
    await shop.create(name="Spring", tags=["Shoes"], start_time=_NOW)
    await shop.create(name="Summer 20%", end_time=_NOW, campaign_groups=[5])
    await shop.create(name="Winter", linked_store_ids=[store.id], tags=["hats"])
    assert await shop.names(name="s") == ["Spring", "Summer 20%"]
    assert await shop.names(name="0%") == ["Summer 20%"]
    assert await shop.names(tags=["shoes", "x"]) == ["Spring"]
    assert await shop.names(name="summer", tags=["HATS"]) == ["Summer 20%", "Winter"]
    assert await shop.names(start_after=_NOW - _HOUR) == ["Spring"]
    assert await shop.names(start_after=_NOW) == ["Spring"]
    assert await shop.names(start_after=_NOW + _MOMENT) == []
    assert await shop.names(start_before=_NOW) == []
    assert await shop.names(start_before=_NOW + _HOUR) == ["Spring"]
    assert await shop.names(end_after=_NOW - _HOUR, end_before=_NOW + _HOUR) == ["Summer 20%"]
    assert await shop.names(created_before=datetime(2000, 1, 1, tzinfo=UTC)) == []
    assert len(await shop.names(created_after=datetime(2000, 1, 1, tzinfo=UTC))) == 3
    assert await shop.names(campaign_group_id=5) == ["Summer 20%"]
    assert await shop.names(store_id=store.id) == ["Winter"]
    assert await shop.names(template_id=1) == []


async def test_lists_are_sorted_paged_and_counted(shop: _Shop) -> None:
    for name in ("b", "a", "c"):
        await shop.create(name=name)
    assert await shop.names(Paging(2, 1, "-name")) == ["b", "a"]
    found = await CAMPAIGNS.counted(shop.tx, shop.scope, asked(page=Paging(1)))
    assert found.total_result_size == 3
    with pytest.raises(InvalidError) as raised:
        await shop.names(Paging(1, 0, "budgets"))
    assert raised.value.problems[0].parameter == "sort"


async def test_campaigns_are_found_by_all_their_attributes(shop: _Shop) -> None:
    await shop.define("Campaign", "Owner")
    await shop.define("Campaign", "Size", type="number")
    await shop.create(name="a", attributes={"Owner": "Ada", "Size": 1})
    await shop.create(name="b", attributes={"Owner": "Ada", "Size": Decimal("2.50")}, state="disabled")

    async def found(state: Any = None, **attributes: Any) -> list[str]:
        condition = await with_attributes(shop.tx, shop.scope, attributes)
        filters = asked(StateFilter(campaign_state=state))
        page = await CAMPAIGNS.page(shop.tx, shop.scope, filters, condition)
        return [campaign.name for campaign in page.data]

    assert await found(Owner="Ada") == ["a", "b"]
    assert await found(Owner="Ada", Size=Decimal("2.5")) == ["b"]
    assert await found("running", Owner="Ada") == ["a"]
    assert await found(Owner="Bob") == []
    with pytest.raises(InvalidError) as raised:
        await found(Colour="red", Size="big")
    assert [pointer for _, pointer in _problems(raised)] == ["/attributes/Colour", "/attributes/Size"]


async def test_every_write_raises_the_revision_and_keeps_it_on_the_campaign(shop: _Shop) -> None:
    revision = select(applications.c.revision).where(applications.c.id == shop.id)
    other = await shop.create()
    made = await shop.create()
    kept = select(campaigns.c.revision).where(campaigns.c.id == made.id)
    first = await shop.tx.scalar(kept)
    assert first == await shop.tx.scalar(revision)
    await shop.update(made.id)
    second = await shop.tx.scalar(kept)
    assert first < second == await shop.tx.scalar(revision)
    await service.delete_campaign(shop.tx, shop.id, other.id)
    assert await shop.tx.scalar(revision) > second


async def _enter(shop: _Shop, campaign_id: int, kind: str, *amounts: str) -> None:
    """Ledger entries of a kind; those with a negative amount reverse an earlier one."""
    for amount in amounts:
        values = {
            "application_id": shop.id,
            "kind": kind,
            "campaign_id": campaign_id,
            "ruleset_id": 1,
            "rule_index": 0,
            "amount": Decimal(amount),
            "event_id": 1,
            "reverses": 1 if amount.startswith("-") else None,
        }
        await shop.tx.execute(insert(entries).values(**values))


async def test_the_deprecated_counters_are_sums_of_the_ledger(shop: _Shop) -> None:
    made, other = await shop.create(), await shop.create()
    await _enter(shop, made.id, "setDiscount", "10.50", "5", "-5")
    await _enter(shop, made.id, "redeemCoupon", "1", "1", "-1")
    await _enter(shop, made.id, "createLoyaltyPoints", "12.5")
    await _enter(shop, other.id, "setDiscount", "99")
    found = await shop.get(made.id)
    assert (found.discount_count, found.discount_effect_count) == (Decimal("10.5"), 1)
    assert (found.coupon_redemption_count, found.referral_redemption_count) == (1, 0)
    assert (found.created_loyalty_points_count, found.created_loyalty_points_effect_count) == (
        Decimal("12.5"),
        1,
    )
    page = await CAMPAIGNS.page(shop.tx, shop.scope, asked())
    assert [campaign.discount_count for campaign in page.data] == [Decimal("10.5"), Decimal(99)]


async def test_budgets_show_the_guarding_counter_or_the_sum_of_the_campaign(shop: _Shop) -> None:
    limits = [_limit(), _limit("redeemCoupon", 5, entities=["Profile"]), _limit("setDiscountEffect", 9)]
    made = await shop.create(limits=limits)
    await _enter(shop, made.id, "setDiscount", "10.50")
    await _enter(shop, made.id, "redeemCoupon", "1", "1")
    guard = {
        "application_id": shop.id,
        "campaign_id": made.id,
        "action": "setDiscount",
        "scope": "",
        "period": "",
        "used": Decimal("7.00"),
    }
    await shop.tx.execute(insert(counters).values(**guard))
    budgets = (await shop.get(made.id)).budgets
    assert [(budget.action, budget.limit, budget.counter) for budget in budgets] == [
        ("setDiscount", Decimal(100), Decimal(7)),
        ("redeemCoupon", Decimal(5), Decimal(2)),
        ("setDiscountEffect", Decimal(9), Decimal(0)),
    ]


async def test_people_without_a_name_are_shown_by_their_address(tx: Transaction) -> None:
    caller = await make_caller(tx, name="")
    shop = _Shop(tx, caller, await make_application(tx, caller))
    assert (await shop.create()).created_by == f"{caller.account_id}@example.com"


async def test_the_last_activity_is_told(shop: _Shop) -> None:
    made = await shop.create()
    assert made.last_activity is None
    activity = {"application_id": made.application_id, "campaign_id": made.id, "last_activity": _NOW}
    await shop.tx.execute(insert(campaign_activity).values(activity))
    assert (await shop.get(made.id)).last_activity == _NOW
