"""Events of an application: lists, every filter, the order, and the types (behaviour/lists 6; behaviour/events 6)."""

from typing import Any

import pytest

from tests.http.integration.tracking import Tracker, accepted
from tests.support.contract import validate_answer
from tests.support.server import created, make_application
from tests.support.shop import Shop, item, rule

NOTICE = ["showNotification", "Info", "Hi", "there"]


@pytest.fixture
def tracker(shop: Shop) -> Tracker:
    """A shop in which Ann tracked an event, then closed a cart with the code SPRING, and Bob brought an unknown one."""
    made = Tracker(shop)
    for name in ("Name", "Email"):
        made.define("CustomerProfile", name, "string")
    attributes = {
        "Name": f"Ann_{shop.application['id']} Smith",
        "Email": f"ann%{shop.application['id']}@example.com",
    }
    accepted(shop.integration.put(f"/v2/customer_profiles/{shop.ann}", json={"attributes": attributes}))
    shop.campaign(
        rule(NOTICE, title="Say 100% hello", when=["and", ["=", [".", "Event", "Type"], made.type]])
    )
    spring = shop.campaign(
        rule(["setDiscount", "ten", 10], title="Ten", when=["and", ["couponValid"]]), name="Spring_1"
    )
    shop.coupon(spring, "SPRING")
    made.track()
    cart = {"cartItems": [item("A", 20)]}
    shop.update(
        "order", "ruleFailureReasons", profileId=shop.ann, couponCodes=["SPRING"], state="closed", **cart
    )
    shop.update("other", profileId=f"bob of {shop.application['id']}", referralCode="friend", **cart)
    return made


TRACKED, CLOSED, OPENED = "visit", "closed", "created"


def kinds(tracker: Tracker, **query: Any) -> list[str]:
    """Which of the three events a list has, in its order."""
    return [
        event["type"].removeprefix("talon_session_").partition("_")[0] for event in tracker.events(**query)
    ]


def test_events_come_newest_first(tracker: Tracker) -> None:
    path = f"{tracker.shop.path}/events"
    page = accepted(tracker.shop.management.get(f"{path}/no_total", params={"pageSize": 2}))
    validate_answer(page, "getApplicationEventsWithoutTotalCount", 200)
    assert page["hasMore"] is True
    assert kinds(tracker) == [OPENED, CLOSED, TRACKED]
    assert kinds(tracker, sort="created") == [TRACKED, CLOSED, OPENED]
    assert kinds(tracker, sort="-type", skip=1, pageSize=1) == [OPENED]
    everything = accepted(tracker.shop.management.get(path, params={"pageSize": 1}))
    assert (everything["totalResultSize"], everything["data"]) == (3, page["data"][:1])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"type": "talon_session_created,talon_session_closed"}, [OPENED, CLOSED]),
        ({"type": "talon_session"}, []),
        ({"session": "order"}, [CLOSED]),
        ({"session": "ord"}, []),
        ({"profile": "{ann}"}, [CLOSED, TRACKED]),
        ({"profile": "nobody"}, []),
        ({"customerName": "ann_{id} s"}, [CLOSED, TRACKED]),
        ({"customerName": "annx{id}"}, []),
        ({"customerEmail": "ANN%{id}@"}, [CLOSED, TRACKED]),
        ({"customerEmail": "ann%{id}@", "session": "order"}, [CLOSED]),
        ({"couponCode": "spring"}, [CLOSED]),
        ({"couponCode": "friend"}, []),
        ({"referralCode": "friend"}, [OPENED]),
        ({"referralCode": "spring"}, []),
        ({"ruleQuery": "100% HELLO"}, [TRACKED]),
        ({"ruleQuery": "100_ hello"}, []),
        ({"campaignQuery": "spring_"}, [CLOSED]),
        ({"campaignQuery": "springx"}, []),
        ({"effectType": "setDiscount"}, [CLOSED]),
        ({"effectType": "rejectReferral", "couponCode": "spring"}, []),
        ({"createdAfter": "2000-01-01"}, [OPENED, CLOSED, TRACKED]),
        ({"createdBefore": "2000-01-01"}, []),
    ],
)
def test_filters(tracker: Tracker, query: dict[str, str], expected: list[str]) -> None:
    shop = tracker.shop
    filled = {
        name: term.replace("{ann}", shop.ann).replace("{id}", str(shop.application["id"]))
        for name, term in query.items()
    }
    assert kinds(tracker, **filled) == expected


def test_intervals_are_half_open(tracker: Tracker) -> None:
    moment = tracker.events()[1]["created"]
    assert kinds(tracker, createdAfter=moment) == [OPENED, CLOSED]
    assert kinds(tracker, createdBefore=moment) == [TRACKED]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"sort": "nope"}, "sort"),
        ({"customerName": "a"}, "customerName"),
        ({"createdAfter": "x"}, "createdAfter"),
    ],
)
def test_lists_that_cannot_be(tracker: Tracker, query: dict[str, str], parameter: str) -> None:
    answer = tracker.shop.management.get(f"{tracker.shop.path}/events/no_total", params=query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["source"] == {"parameter": parameter}


def test_the_types_that_were_recorded(tracker: Tracker) -> None:
    tracker.track()
    path = f"{tracker.shop.path}/event_types"
    listed = accepted(tracker.shop.management.get(path))
    validate_answer(listed, "getApplicationEventTypes", 200)
    everything = ["talon_session_closed", "talon_session_created", tracker.type]
    assert listed == {"totalResultSize": 3, "data": everything}
    page = accepted(tracker.shop.management.get(path, params={"sort": "-type", "pageSize": 1, "skip": 1}))
    assert page == {"totalResultSize": 3, "data": everything[1:2]}


def test_a_store_is_that_of_the_application(tracker: Tracker) -> None:
    """Another application may have a store of the same name."""
    elsewhere = make_application(tracker.shop.management)
    body = {"name": "b", "description": "", "integrationId": "berlin"}
    created(tracker.shop.management.post(f"/v1/applications/{elsewhere['id']}/stores", json=body))
    own = tracker.store("berlin")
    tracker.track(storeIntegrationId="berlin")
    assert [event.get("storeId") for event in tracker.events()] == [own["id"], None, None, None]


def test_events_of_other_applications_are_not_shown(tracker: Tracker, shop: Shop) -> None:
    assert shop.management.get("/v1/applications/999999999/events/no_total").status_code == 404
    assert shop.management.get("/v1/applications/999999999/event_types").status_code == 404
