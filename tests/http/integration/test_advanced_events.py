"""Advanced events: named by the client, on request after a closed session (behaviour/events 4)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.http.integration.tracking import Tracker, accepted, refused
from tests.support.contract import validate_answer
from tests.support.shop import Shop, item, rule

EVERYTHING = (
    "customerProfile", "triggeredCampaigns", "loyalty", "advancedEvent", "awardedGiveaways", "ruleFailureReasons",
)  # fmt: skip


@pytest.fixture
def tracker(shop: Shop) -> Tracker:
    return Tracker(shop)


def test_an_advanced_event_is_recorded_and_read(tracker: Tracker) -> None:
    tracker.shop.campaign(rule(["showNotification", "Info", "Hi", "there"]))
    tracker.shop.update("order", profileId=tracker.shop.ann, state="closed", cartItems=[item("A", 1)])
    answer = accepted(
        tracker.send_advanced(
            EVERYTHING, integrationId="visit/1", connectedSessionId="order", attributes={"page": "home"}
        )
    )
    validate_answer(answer, "trackEventV3", 200)
    event = answer["advancedEvent"]
    assert (event["integrationId"], event["connectedSessionId"]) == ("visit/1", "order")
    assert event["effects"] == [["showNotification", "Info", "Hi", "there"]]

    read = tracker.shop.integration.get("/v3/events/visit%2F1")
    assert accepted(read) == event
    validate_answer(read.json(), "getEventV3", 200)
    assert [effect["effectType"] for effect in tracker.shop.get("order")["effects"]] == ["showNotification"]
    [stored] = tracker.events(type=tracker.type)
    assert (stored["id"], stored["integrationId"]) == (event["id"], "visit/1")
    assert stored["sessionId"] == tracker.events(session="order", sort="id")[0]["sessionId"]


def test_the_words_of_older_clients_are_understood(tracker: Tracker) -> None:
    tracker.shop.update("order", state="closed")
    answer = accepted(
        tracker.send_advanced(("advancedEvent", "event"), integrationId="e", connectedSessionID="order")
    )
    assert answer["advancedEvent"]["connectedSessionId"] == "order"
    assert answer["event"] == answer["advancedEvent"]


@pytest.mark.parametrize("state", ["open", "cancelled"])
def test_the_connected_session_must_be_closed(tracker: Tracker, state: str) -> None:
    tracker.shop.update("order")
    tracker.shop.update("order", state=state)
    answer = tracker.send_advanced(integrationId="e", connectedSessionId="order")
    assert refused(answer) == ("state", {"pointer": "/connectedSessionId"})
    unknown = tracker.send_advanced(integrationId="e", connectedSessionId="nothing")
    assert refused(unknown) == ("Unknown", {"pointer": "/connectedSessionId"})
    assert tracker.shop.integration.get("/v3/events/e").status_code == 404


def test_an_identifier_is_given_once(tracker: Tracker) -> None:
    long = "x" * 1_000
    for integration_id in ("e", long):
        accepted(tracker.send_advanced(integrationId=integration_id))
        again = tracker.send_advanced(integrationId=integration_id, profileId="somebody else")
        assert again.status_code == 409, again.text
    assert len(tracker.events(type=tracker.type)) == 2
    assert accepted(tracker.shop.integration.get(f"/v3/events/{long}"))["integrationId"] == long


def test_an_identifier_is_given_once_however_many_come_together(tracker: Tracker) -> None:
    def send(number: int) -> int:
        return tracker.send_advanced(integrationId="e", profileId=f"{tracker.shop.ann} {number}").status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(send, range(8))) == [200] + [409] * 7
    assert len(tracker.events()) == 1


def test_a_dry_event_does_not_take_its_identifier(tracker: Tracker) -> None:
    accepted(tracker.send_advanced(integrationId="e", query={"dry": True}))
    assert tracker.shop.integration.get("/v3/events/e").status_code == 404
    silent = tracker.send_advanced(integrationId="e", query={"silent": "yes"})
    assert (silent.status_code, silent.content) == (204, b"")
    assert tracker.send_advanced(integrationId="e", query={"dry": True}).status_code == 409


def test_an_identifier_is_needed(tracker: Tracker) -> None:
    assert refused(tracker.send_advanced()) == ("required", {"pointer": "/integrationId"})
    assert refused(tracker.send_advanced(integrationId="")) == ("minLength", {"pointer": "/integrationId"})
    wrong = tracker.send_advanced(("customerSession",), integrationId="e")
    assert refused(wrong) == ("enum", {"pointer": "/responseContent/0"})
