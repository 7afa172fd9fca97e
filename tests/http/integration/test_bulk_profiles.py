"""Many customer profiles at once, without rules (behaviour/profiles 4)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.http.integration.tracking import Tracker, accepted, refused
from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_integration_key
from tests.support.shop import Shop, rule

PATH = "/v2/customer_profiles"


@pytest.fixture
def tracker(shop: Shop) -> Tracker:
    made = Tracker(shop)
    made.define("CustomerProfile", "nickname", "string")
    made.define("CustomerProfile", "points", "number")
    return made


def put(shop: Shop, *entries: dict[str, Any], silent: str = "no") -> httpx.Response:
    body = {"customerProfiles": list(entries)}
    return shop.integration.put(PATH, params={"silent": silent}, json=body)


def customers(shop: Shop) -> dict[str, Any]:
    found = shop.management.get(f"{shop.path}/customers").json()["data"]
    return {each["integrationId"]: each["attributes"] for each in found}


def test_profiles_are_created_and_updated(tracker: Tracker) -> None:
    shop = tracker.shop
    shop.campaign(rule(["showNotification", "Info", "Hi", "there"]))
    ann, bob = f"{shop.ann} 1", f"{shop.ann}/2"
    first = put(
        shop,
        {"integrationId": ann, "attributes": {"nickname": "Ann", "points": 1}},
        {"integrationId": bob},
    )
    validate_answer(accepted(first), "updateCustomerProfilesV2", 200)
    assert [each["customerProfile"]["integrationId"] for each in first.json()["integrationStates"]] == [
        ann,
        bob,
    ]
    assert customers(shop) == {ann: {"nickname": "Ann", "points": 1}, bob: {}}

    change = {"integrationId": ann, "attributes": {"nickname": None, "points": 2.5}}
    silent = put(shop, change, {"integrationId": bob, "attributes": {"nickname": "Bob"}}, silent="yes")
    assert (silent.status_code, silent.content) == (204, b"")
    assert customers(shop) == {ann: {"points": 2.5}, bob: {"nickname": "Bob"}}
    assert tracker.events() == []


def test_a_profile_named_twice_gets_both(tracker: Tracker) -> None:
    shop = tracker.shop
    for name in ("Ann", "Bea"):
        put(
            shop,
            {"integrationId": shop.ann, "attributes": {"nickname": name}},
            {"integrationId": shop.ann, "attributes": {"points": 3}},
        )
        assert customers(shop) == {shop.ann: {"nickname": name, "points": 3}}


def test_one_invalid_entry_refuses_all(tracker: Tracker) -> None:
    shop = tracker.shop
    good = {"integrationId": shop.ann, "attributes": {"nickname": "Ann"}}
    bad = {"integrationId": "b", "attributes": {"nope": 1}}
    assert refused(put(shop, good, bad)) == (
        "Unknown",
        {"pointer": "/customerProfiles/1/attributes/nope"},
    )
    for entry, title in (({}, "required"), ({"integrationId": ""}, "minLength"), ({"integrationId": "x" * 1_001}, "maxLength")):  # fmt: skip
        assert refused(put(shop, good, entry)) == (title, {"pointer": "/customerProfiles/1/integrationId"})
    assert customers(shop) == {}


def test_the_number_of_profiles(tracker: Tracker) -> None:
    shop = tracker.shop
    many = [{"integrationId": f"{shop.ann} {number}"} for number in range(1_001)]
    assert refused(put(shop, *many)) == ("maxItems", {"pointer": "/customerProfiles"})
    assert len(accepted(put(shop, *many[:1_000]))["integrationStates"]) == 1_000
    assert (
        put(shop).status_code
        == shop.integration.put(PATH, params={"silent": "no"}, json={}).status_code
        == 200
    )


def test_updates_that_come_together_lose_nothing(tracker: Tracker) -> None:
    shop = tracker.shop
    both = [f"{shop.ann} 1", f"{shop.ann} 2"]

    def update(number: int) -> int:
        name = "nickname" if number % 2 else "points"
        value = "Ann" if number % 2 else number
        entries = [{"integrationId": each, "attributes": {name: value}} for each in both]
        return put(shop, *(entries if number % 3 else reversed(entries))).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(update, range(16))) == {200}
    assert [sorted(attributes) for attributes in customers(shop).values()] == [["nickname", "points"]] * 2


def test_a_repeated_update_is_done_once(tracker: Tracker) -> None:
    shop = tracker.shop
    headers = {"Idempotency-Key": "bulk"}

    def send(nickname: str) -> httpx.Response:
        body = {"customerProfiles": [{"integrationId": shop.ann, "attributes": {"nickname": nickname}}]}
        return shop.integration.put(f"{PATH}?silent=no", json=body, headers=headers)

    assert send("Ann").content == send("Bea").content
    assert customers(shop) == {shop.ann: {"nickname": "Ann"}}


def test_a_testing_key_is_dry(server: Server, admin: httpx.Client, tracker: Tracker) -> None:
    shop = tracker.shop
    key = make_integration_key(admin, shop.application["id"], type="staging")
    body = {"customerProfiles": [{"integrationId": shop.ann, "attributes": {"nickname": "Ann"}}]}
    with client(server, f"ApiKey-v1 {key}") as testing:
        answer = accepted(testing.put(f"{PATH}?silent=no", json=body))
    assert answer["integrationStates"][0]["customerProfile"]["attributes"] == {"nickname": "Ann"}
    assert customers(shop) == {}
