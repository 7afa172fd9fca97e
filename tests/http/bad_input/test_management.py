"""Management requests that are refused."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.http.bad_input.conftest import CODE, Shop
from tests.http.bad_input.refusals import Refusal, at, check, ids, parameter
from tests.support.server import make_application

_CAMPAIGN = {"name": "New", "state": "enabled", "tags": [], "features": [], "limits": []}
_COUPONS = {"usageLimit": 1, "numberOfCoupons": 1}
_STORE = {"name": "North", "description": "", "integrationId": "north"}

_LISTS: list[tuple[str, str, Refusal]] = [
    ("page of nothing", "pageSize=0", parameter("pageSize", "minimum")),
    ("page of 10,001", "pageSize=10001", parameter("pageSize", "maximum")),
    ("negative page", "pageSize=-1", parameter("pageSize", "minimum")),
    ("page in words", "pageSize=ten", parameter("pageSize", "type")),
    ("half a page", "pageSize=1.5", parameter("pageSize", "type")),
    ("page of many digits", f"pageSize={'9' * 50}", parameter("pageSize", "maximum")),
    ("negative skip", "skip=-1", parameter("skip", "minimum")),
    ("skip beyond integers", f"skip={2**63}", parameter("skip", "maximum")),
    ("unknown sort", "sort=weather", parameter("sort", "enum")),
    ("sort by SQL", "sort=name;drop table accounts", parameter("sort", "enum")),
]
_PATHS = ["/campaigns", "/sessions", "/stores"]


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize(("query", "refusal"), [row[1:] for row in _LISTS], ids=ids(_LISTS))
def test_a_page_is_refused(shop: Shop, path: str, query: str, refusal: Refusal) -> None:
    check(shop.admin.get(f"{shop.path}{path}?{query}"), refusal)


_BODIES: list[tuple[str, str, dict[str, Any], Refusal]] = [
    ("campaign without a name", "/campaigns", {**_CAMPAIGN, "name": ""}, at("/name", "minLength")),
    ("NUL in a name", "/campaigns", {**_CAMPAIGN, "name": "a\0b"}, at("/name", "pattern")),
    ("long name", "/campaigns", {**_CAMPAIGN, "name": "x" * 1_001}, at("/name", "maxLength")),
    ("unknown state", "/campaigns", {**_CAMPAIGN, "state": "sleeping"}, at("/state", "enum")),
    ("time without an offset", "/campaigns", {**_CAMPAIGN, "startTime": "2026-01-01T00:00:00"},
     at("/startTime", "format")),
    ("unknown action", "/campaigns", {**_CAMPAIGN, "limits": [{"action": "sing", "limit": 1, "entities": []}]},
     at("/limits/0/action", "enum")),
    ("negative limit", "/campaigns",
     {**_CAMPAIGN, "limits": [{"action": "redeemCoupon", "limit": -1, "entities": []}]},
     at("/limits/0/limit", "minimum")),
    ("51 tags", "/campaigns", {**_CAMPAIGN, "tags": [str(n) for n in range(51)]}, at("/tags", "maxItems")),
    ("unknown attribute", "/campaigns", {**_CAMPAIGN, "attributes": {"shoes": 1}}, at("/attributes/shoes", "Unknown")),
    ("store without an id", "/stores", {"name": "North", "description": ""}, at("/integrationId", "required")),
    ("long store id", "/stores", {**_STORE, "integrationId": "x" * 1_001}, at("/integrationId", "maxLength")),
    ("store with an unknown attribute", "/stores", {**_STORE, "attributes": {"shoes": 1}},
     at("/attributes/shoes", "Unknown")),
    ("negative uses", "/campaigns/{campaign}/coupons", {**_COUPONS, "usageLimit": -1}, at("/usageLimit", "minimum")),
    ("a million uses", "/campaigns/{campaign}/coupons", {**_COUPONS, "usageLimit": 1_000_000},
     at("/usageLimit", "maximum")),
    ("no coupons", "/campaigns/{campaign}/coupons", {**_COUPONS, "numberOfCoupons": 0},
     at("/numberOfCoupons", "minimum")),
    ("too many coupons", "/campaigns/{campaign}/coupons", {**_COUPONS, "numberOfCoupons": 10**9},
     at("/numberOfCoupons", "maximum")),
    ("pattern of two characters", "/campaigns/{campaign}/coupons", {**_COUPONS, "couponPattern": "##"},
     at("/couponPattern", "minLength")),
    ("space in a pattern", "/campaigns/{campaign}/coupons", {**_COUPONS, "couponPattern": "A B C D"},
     at("/couponPattern", "pattern")),
    ("ends before it starts", "/campaigns/{campaign}/coupons",
     {**_COUPONS, "startDate": "2030-01-01T00:00:00Z", "expiryDate": "2029-01-01T00:00:00Z"},
     at("/expiryDate", "minimum")),
    ("duplicate code", "/campaigns/{campaign}/coupons",
     {**_COUPONS, "couponPattern": CODE, "validCharacters": []}, Refusal(409)),
]  # fmt: skip


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("path", "body", "refusal"), [row[1:] for row in _BODIES], ids=ids(_BODIES))
def test_a_body_is_refused(shop: Shop, path: str, body: dict[str, Any], refusal: Refusal) -> None:
    campaign = shop.campaign_path.rsplit("/", 1)[-1]
    check(shop.admin.post(shop.path + path.format(campaign=campaign), json=body), refusal)


@pytest.mark.usefixtures("unchanged")
def test_a_store_id_is_taken_once(shop: Shop) -> None:
    shop.admin.post(f"{shop.path}/stores", json={**_STORE, "integrationId": "taken"}).raise_for_status()
    answer = shop.admin.post(f"{shop.path}/stores", json={**_STORE, "integrationId": "taken"})
    store_id = shop.admin.get(f"{shop.path}/stores").json()["data"][0]["id"]
    shop.admin.delete(f"{shop.path}/stores/{store_id}").raise_for_status()
    check(answer, Refusal(409))


@pytest.mark.usefixtures("unchanged")
def test_a_rule_set_with_many_errors_names_them_all(shop: Shop) -> None:
    rules = [
        {"title": "unknown function", "condition": ["and", ["sing"]], "effects": []},
        {"title": "text for a number", "condition": ["and", ["*", "a", 2]], "effects": []},
        {"title": "no amount", "condition": ["and"], "effects": [["setDiscount", "a"]]},
        {"title": "unknown field", "condition": ["and", [".", "Session", "Weather"]], "effects": []},
    ]
    answer = shop.admin.post(f"{shop.campaign_path}/rulesets", json={"rules": rules, "bindings": []})
    check(answer, Refusal(400, message="The submitted data was invalid"))
    assert [(problem["title"], problem["source"]["pointer"]) for problem in answer.json()["errors"]] == [
        ("unknownFunction", "/rules/0/condition/1/0"),
        ("type", "/rules/1/condition/1/1"),
        ("arity", "/rules/2/effects/0"),
        ("unknownField", "/rules/3/condition/1/2"),
    ]


_DEPTH = 200


@pytest.mark.usefixtures("unchanged")
def test_a_deep_rule_is_refused(shop: Shop) -> None:
    condition: list[Any] = ["and", True]
    for _ in range(_DEPTH):
        condition = ["and", condition]
    rules = [{"title": "deep", "condition": condition, "effects": []}]
    answer = shop.admin.post(f"{shop.campaign_path}/rulesets", json={"rules": rules, "bindings": []})
    check(answer, Refusal(400))


_IDS = ["0", "-1", "x", "1.5", "9" * 30, "%20", "1%2F2", "٣"]


@pytest.mark.parametrize("text", _IDS)
def test_a_strange_number_is_not_found(shop: Shop, text: str) -> None:
    check(shop.admin.get(f"/v1/applications/{text}"), Refusal(404))
    check(shop.admin.get(f"{shop.path}/campaigns/{text}"), Refusal(404))
    check(shop.admin.delete(f"{shop.campaign_path}/coupons/{text}"), Refusal(404))


@pytest.mark.usefixtures("unchanged")
def test_what_belongs_to_another_application_is_not_found(shop: Shop, admin: httpx.Client) -> None:
    other = f"/v1/applications/{make_application(admin)['id']}"
    campaign = shop.campaign_path.removeprefix(shop.path)
    coupon_id = shop.admin.get(f"{shop.campaign_path}/coupons").json()["data"][0]["id"]
    for method, path in (
        ("GET", campaign),
        ("DELETE", campaign),
        ("GET", f"{campaign}/rulesets"),
        ("GET", f"{campaign}/coupons"),
        ("DELETE", f"{campaign}/coupons"),
        ("DELETE", f"{campaign}/coupons/{coupon_id}"),
    ):
        check(admin.request(method, other + path), Refusal(404))
    check(admin.put(other + campaign, json=_CAMPAIGN), Refusal(404))
    check(admin.post(f"{other}{campaign}/coupons", json=_COUPONS), Refusal(404))


def test_nothing_is_found_of_an_application_that_is_not_there(shop: Shop) -> None:
    for path in ("/campaigns", "/stores", "/sessions", "/customers"):
        check(shop.admin.get(f"/v1/applications/999999999{path}"), Refusal(404))
