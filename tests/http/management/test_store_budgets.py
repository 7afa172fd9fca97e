"""Budgets of stores over the wire, and what sessions of those stores take from them (behaviour/budgets 6)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tercel.base.limits import STORE_LIMITS_PER_BUDGET_MAX
from tests.support.contract import validate_answer
from tests.support.server import created, make_application
from tests.support.shop import TOTAL, Shop, item, rule, short

Json = dict[str, Any]
HALF = rule(["setDiscount", "half", ["*", TOTAL, 0.5]])
_CART = [item("A", 100)]


class Stores:
    """A shop with two stores and one campaign that takes half off."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.first, self.second = (self.store(name) for name in ("mitte", "nord"))
        self.campaign = shop.campaign(HALF)
        self.path = f"{shop.path}/campaigns/{self.campaign['id']}/stores"

    def store(self, integration_id: str) -> Json:
        body = {"name": integration_id.title(), "description": "", "integrationId": integration_id}
        return created(self.shop.management.post(f"{self.shop.path}/stores", json=body))

    def post(self, *limits: tuple[Json, Any], **fields: Any) -> httpx.Response:
        amounts = [{"storeId": store["id"], "limit": limit} for store, limit in limits]
        body = {"action": "setDiscount", "storeLimits": amounts, **fields}
        return self.shop.management.post(f"{self.path}/budgets", json=body)

    def budget(self, *limits: tuple[Json, Any], **fields: Any) -> None:
        answer = self.post(*limits, **fields)
        assert (answer.status_code, answer.content) == (201, b""), answer.text

    def put(self, *limits: tuple[Json, Any], **fields: Any) -> httpx.Response:
        amounts = [{"storeId": store["id"], "limit": limit} for store, limit in limits]
        body = {"action": "setDiscount", "storeLimits": amounts, **fields}
        return self.shop.management.put(f"{self.path}/budgets", json=body)

    def listed(self, **query: Any) -> list[Json]:
        answer = self.shop.management.get(f"{self.path}/budgets", params=query)
        assert answer.status_code == 200, answer.text
        validate_answer(answer.json(), "listCampaignStoreBudgetLimits", 200)
        return list(answer.json()["data"])

    def used(self, **query: Any) -> list[tuple[str, str, Any]]:
        return [(each["store"]["name"], each["period"], each["counter"]) for each in self.listed(**query)]

    def summary(self) -> list[Json]:
        answer = self.shop.management.get(f"{self.path}/budgets/summary").json()
        validate_answer(answer, "summarizeCampaignStoreBudget", 200)
        return list(answer["data"])

    def delete(self, **query: Any) -> None:
        answer = self.shop.management.delete(f"{self.path}/budgets", params=query)
        assert (answer.status_code, answer.content) == (204, b""), answer.text

    def close(self, session_id: str, store: Json | None) -> list[Any]:
        """The discounts of a session that closes in a store."""
        fields = {} if store is None else {"storeIntegrationId": store["integrationId"]}
        answer = self.shop.update(session_id, state="closed", cartItems=_CART, **fields)
        return [props["value"] for kind, props in short(answer) if kind == "setDiscount"]


@pytest.fixture
def stores(shop: Shop) -> Stores:
    return Stores(shop)


def test_budgets_live_through_their_operations(stores: Stores) -> None:
    stores.budget((stores.first, 1000), (stores.second, 99))
    stores.budget((stores.first, 10), period="weekly")
    first = {"id": stores.first["id"], "integrationId": "mitte", "name": "Mitte"}
    second = {"id": stores.second["id"], "integrationId": "nord", "name": "Nord"}
    overall = {"action": "setDiscount", "period": "overall", "counter": 0}
    weekly = {**overall, "period": "weekly", "store": first, "limit": 10}
    assert stores.listed() == [
        {**overall, "store": first, "limit": 1000},
        {**overall, "store": second, "limit": 99},
        weekly,
    ]
    assert stores.listed(period="weekly", action="setDiscount") == [weekly]
    assert stores.listed(period="daily") == []
    assert stores.summary() == [
        {"action": "setDiscount", "period": "overall", "storeCount": 2, "imported": False},
        {"action": "setDiscount", "period": "weekly", "storeCount": 1, "imported": False},
    ]
    stores.delete(period="overall")
    stores.budget((stores.first, 5), period="daily")
    stores.budget((stores.first, 5))
    assert [each["period"] for each in stores.summary()] == ["overall", "daily", "weekly"]
    stores.delete(period="daily")
    stores.delete(period="overall")
    assert stores.listed() == [weekly]
    stores.delete()
    assert stores.summary() == []


def test_a_budget_is_given_once_per_action_and_period(stores: Stores) -> None:
    stores.budget((stores.first, 10), period="daily")
    answer = stores.post((stores.second, 10), period="daily")
    assert answer.status_code == 409
    assert answer.json()["errors"][0]["source"] == {"pointer": "/period"}
    stores.delete(period="daily")
    stores.budget((stores.second, 10), period="daily")


def test_two_equal_budgets_at_the_same_time_are_one(stores: Stores) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: stores.post((stores.first, 1)).status_code, range(4)))
    assert sorted(answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"action": "redeemCoupon"}, "enum", "/action"),
        ({"period": "overall"}, "enum", "/period"),
        ({"storeLimits": []}, "minItems", "/storeLimits"),
        ({"storeLimits": [{"storeId": 999_999_999, "limit": 1}]}, "Unknown", "/storeLimits/0/storeId"),
        ({"storeLimits": [{"limit": 1}]}, "required", "/storeLimits/0/storeId"),
    ],
)
def test_bad_budgets_are_refused(stores: Stores, fields: Json, title: str, pointer: str) -> None:
    answer = stores.post((stores.first, 1), **fields)
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert (problem["title"], problem["source"]) == (title, {"pointer": pointer})


@pytest.mark.parametrize(("limit", "status"), [(0, 201), (1e15, 201), (-0.01, 400), (1e15 + 1, 400)])
def test_limits_of_stores_have_edges(stores: Stores, limit: float, status: int) -> None:
    assert stores.post((stores.first, limit)).status_code == status


def test_limits_of_stores_may_have_fractions(stores: Stores) -> None:
    stores.budget((stores.first, 99.25))
    (listed,) = stores.shop.management.get(f"{stores.path}/budgets").json()["data"]
    assert listed["limit"] == 99.25


@pytest.mark.parametrize(
    ("number", "title"),
    [(STORE_LIMITS_PER_BUDGET_MAX, "uniqueItems"), (STORE_LIMITS_PER_BUDGET_MAX + 1, "maxItems")],
)
def test_a_budget_has_so_many_stores(stores: Stores, number: int, title: str) -> None:
    answer = stores.post(*[(stores.first, 1)] * number)
    assert {problem["title"] for problem in answer.json()["errors"]} == {title}


def test_every_problem_of_a_budget_is_told(stores: Stores) -> None:
    path = f"{stores.shop.path}/campaigns/{stores.campaign['id']}"
    body = {"name": "c", "tags": [], "features": [], "limits": [], "linkedStoreIds": [stores.first["id"]]}
    assert stores.shop.management.put(path, json=body).status_code == 200
    answer = stores.post((stores.first, 1), (stores.second, -1), (stores.first, 1))
    told = [(problem["title"], problem["source"]["pointer"]) for problem in answer.json()["errors"]]
    assert told == [
        ("Unknown", "/storeLimits/1/storeId"),
        ("minimum", "/storeLimits/1/limit"),
        ("uniqueItems", "/storeLimits/2/storeId"),
    ]


def test_a_typing_error_in_a_filter_deletes_nothing(stores: Stores) -> None:
    stores.budget((stores.first, 1))
    for query in ({"periods": "weekly"}, {"period": ""}, {"period": "hourly"}):
        assert stores.shop.management.delete(f"{stores.path}/budgets", params=query).status_code == 400
    assert len(stores.listed()) == 1


def test_budgets_of_other_campaigns_are_not_found(stores: Stores) -> None:
    management = stores.shop.management
    other = make_application(management)
    path = f"/v1/applications/{other['id']}/campaigns/{stores.campaign['id']}/stores"
    assert management.get(f"{path}/budgets").status_code == 404
    assert management.get(f"{path}/budgets/summary").status_code == 404
    assert management.delete(f"{path}/budgets").status_code == 404
    assert management.delete(path).status_code == 404
    body = {"action": "setDiscount", "storeLimits": [{"storeId": stores.first["id"], "limit": 1}]}
    assert management.post(f"{path}/budgets", json=body).status_code == 404


def test_each_store_has_its_own_budget(stores: Stores) -> None:
    stores.budget((stores.first, 70))
    assert stores.close("1", stores.first) == [50]
    assert stores.close("2", stores.first) == []
    assert [stores.close(f"3 {number}", stores.second) for number in range(2)] == [[50], [50]]
    assert stores.close("4", None) == [50]
    assert stores.used() == [("Mitte", "overall", 50)]
    stores.shop.update("1", state="cancelled")
    assert stores.used() == [("Mitte", "overall", 0)]
    assert stores.close("5", stores.first) == [50]


def test_open_sessions_take_nothing(stores: Stores) -> None:
    stores.budget((stores.first, 70))
    for number in range(3):
        answer = stores.shop.update(f"{number}", cartItems=_CART, storeIntegrationId="mitte")
        assert len(answer["effects"]) == 1
    assert stores.used() == [("Mitte", "overall", 0)]


def test_budgets_hold_per_period_and_overall(stores: Stores) -> None:
    stores.budget((stores.first, 120))
    for period in ("daily", "weekly", "monthly", "yearly"):
        stores.budget((stores.first, 200), period=period)
    assert stores.close("1", stores.first) == [50]
    assert stores.close("2", stores.first) == [50]
    assert stores.close("3", stores.first) == []
    periods = ["daily", "monthly", "overall", "weekly", "yearly"]
    assert sorted(stores.used()) == [("Mitte", period, 100) for period in periods]
    stores.delete(period="overall")
    assert stores.close("4", stores.first) == [50]


def test_the_lower_of_two_limits_of_a_store_holds(stores: Stores) -> None:
    limits = [{"action": "setDiscount", "limit": 60, "entities": ["Store"]}]
    stores.campaign = stores.shop.campaign(HALF, limits=limits)
    stores.path = f"{stores.shop.path}/campaigns/{stores.campaign['id']}/stores"
    stores.budget((stores.first, 500))
    assert stores.close("1", stores.first) == [50, 50]
    assert stores.close("2", stores.first) == [50]
    assert stores.used() == [("Mitte", "overall", 50)]


def test_many_sessions_of_a_store_at_once_do_not_pass_its_budget(stores: Stores) -> None:
    stores.budget((stores.first, 250))
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda number: stores.close(f"{number}", stores.first), range(16)))
    assert sum(map(sum, given)) == 250
    assert stores.used() == [("Mitte", "overall", 250)]


def test_the_budgets_go_with_the_store_and_the_campaign(stores: Stores) -> None:
    stores.budget((stores.first, 1), (stores.second, 1))
    management = stores.shop.management
    assert management.delete(f"{stores.shop.path}/stores/{stores.first['id']}").status_code == 204
    assert [each["storeCount"] for each in stores.summary()] == [1]
    assert management.delete(stores.path.removesuffix("/stores")).status_code == 204
    assert management.get(f"{stores.path}/budgets").status_code == 404


def test_a_disconnected_campaign_runs_everywhere(stores: Stores) -> None:
    path = stores.path.removesuffix("/stores")
    body = {"name": "c", "tags": [], "features": [], "limits": [], "linkedStoreIds": [stores.first["id"]]}
    assert stores.shop.management.put(path, json=body).status_code == 200
    assert stores.close("1", stores.second) == []
    answer = stores.shop.management.delete(stores.path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert stores.shop.management.get(path).json()["linkedStoreIds"] == []
    assert stores.close("2", stores.second) == [50]


def test_a_budget_is_changed_in_place(stores: Stores) -> None:
    stores.budget((stores.first, 60), (stores.second, 60))
    stores.budget((stores.second, 9), period="weekly")
    assert stores.close("one", stores.first) == [50]
    changed = stores.put((stores.first, 110))
    assert (changed.status_code, changed.content) == (204, b""), changed.text
    limits = [
        (each["store"]["name"], each["period"], each["limit"], each["counter"]) for each in stores.listed()
    ]
    assert limits == [("Mitte", "overall", 110, 50), ("Nord", "weekly", 9, 0)]
    assert stores.close("two", stores.first) == [50]
    assert stores.close("three", stores.first) == []


def test_a_store_that_joins_a_budget_brings_what_it_gave(stores: Stores) -> None:
    stores.budget((stores.first, 60))
    assert stores.close("one", stores.second) == [50]
    stores.put((stores.first, 60), (stores.second, 60)).raise_for_status()
    assert stores.used() == [("Mitte", "overall", 0), ("Nord", "overall", 50)]
    assert stores.close("two", stores.second) == []
    stores.put((stores.first, 60)).raise_for_status()
    assert stores.close("three", stores.second) == [50]
    stores.put((stores.first, 60), (stores.second, 150)).raise_for_status()
    assert stores.used() == [("Mitte", "overall", 0), ("Nord", "overall", 100)]


def test_only_what_is_there_is_changed(stores: Stores) -> None:
    assert stores.put((stores.first, 60)).status_code == 404
    stores.budget((stores.first, 60))
    assert stores.put((stores.first, 60), period="daily").status_code == 404
    assert stores.put((stores.first, -1)).status_code == 400
    assert stores.put((stores.first, 1), (stores.first, 2)).status_code == 400
    assert [each["limit"] for each in stores.listed()] == [60]
