"""Who referred a customer of an application: the advocate of the first referral that is in force, told wherever the customer is (behaviour/codes 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tercel.features.customers.profiles.aggregate import PROFILES, FriendMove, ProfileChanges
from tercel.features.engine.sessions.writing.record import Tracked, record
from tercel.ledger.entries import Cause, EntryRow
from tercel.pipeline.aggregate import Changes, Work
from tercel.pipeline.owner import Owner
from tests.support.shop import Shop, item, rule

_SERVICE = rule(["setDiscount", "d", 1], when=["and", ["referralValid"]])


@pytest.fixture
def friend(shop: Shop) -> str:
    return f"friend of {shop.application['id']}"


def _referral(shop: Shop, advocate: str) -> str:
    """A code of a campaign of its own: a customer is referred once by each."""
    campaign = shop.campaign(_SERVICE, features=["referrals"])
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": advocate}
    return str(shop.integration.post("/v1/referrals", json=body).json()["code"])


def _close(shop: Shop, name: str, friend: str, code: str | None = None) -> None:
    codes = {} if code is None else {"referralCode": code}
    cart = [item("A", 10)]
    answer = shop.update(name, profileId=friend, state="closed", cartItems=cart, **codes)
    given = {effect["effectType"] for effect in answer["effects"]}
    assert given == (set() if code is None else {"acceptReferral", "setDiscount"})


def _advocate(shop: Shop, friend: str) -> str | None:
    """As every reader of customers tells it."""
    listed = shop.profile(friend)
    asked = shop.management
    answers = [
        listed,
        asked.get(f"{shop.path}/customers/{listed['id']}").json(),
        asked.post(f"{shop.path}/customer_search", json={"integrationIDs": [friend]}).json()["data"][0],
        asked.post("/v1/application_customer_search", json={"profileIDs": [listed["id"]]}).json()["data"][0],
    ]
    told = {answer.get("advocateIntegrationId") for answer in answers}
    assert len(told) == 1
    return told.pop()


def test_it_is_told_from_the_close_to_the_end_of_the_redemption(shop: Shop, friend: str) -> None:
    code = _referral(shop, shop.ann)
    shop.update("order", profileId=friend, referralCode=code, cartItems=[item("A", 10)])
    assert _advocate(shop, friend) is None
    _close(shop, "order", friend, code)
    assert _advocate(shop, friend) == shop.ann
    shop.integration.put("/v2/customer_sessions/order/reopen").raise_for_status()
    assert _advocate(shop, friend) is None
    _close(shop, "order", friend, code)
    shop.update("order", state="cancelled")
    assert _advocate(shop, friend) is None


def test_nothing_else_that_the_customer_does_changes_it(shop: Shop, friend: str) -> None:
    _close(shop, "first", friend, _referral(shop, shop.ann))
    _close(shop, "second", friend)
    shop.update("third", profileId=friend)
    shop.integration.put(f"/v2/customer_profiles/{friend}", json={"attributes": {}}).raise_for_status()
    bulk = {"customerProfiles": [{"integrationId": friend, "attributes": {}}]}
    shop.integration.put("/v2/customer_profiles", json=bulk).raise_for_status()
    kind = f"visit_{shop.application['id']}"
    shop.management.post("/v1/event_types", json={"name": kind, "title": kind}).raise_for_status()
    event = {"profileId": friend, "type": kind, "attributes": {}}
    shop.integration.post("/v2/events", json=event).raise_for_status()
    shop.update("second", state="cancelled")
    assert _advocate(shop, friend) == shop.ann


def test_the_first_one_stays_as_long_as_a_referral_is_in_force(shop: Shop, friend: str) -> None:
    _close(shop, "first", friend, _referral(shop, shop.ann))
    _close(shop, "second", friend, _referral(shop, "bob"))
    assert _advocate(shop, friend) == shop.ann
    shop.update("first", state="cancelled")
    assert _advocate(shop, friend) == shop.ann
    shop.update("second", state="cancelled")
    assert _advocate(shop, friend) is None
    _close(shop, "third", friend, _referral(shop, "bob"))
    assert _advocate(shop, friend) == "bob"


def test_a_return_that_gives_the_referral_anew_keeps_it(shop: Shop, friend: str) -> None:
    campaign = shop.campaign(_SERVICE, features=["referrals"], reevaluateOnReturn=True)
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann}
    code = shop.integration.post("/v1/referrals", json=body).json()["code"]
    cart = [item("A", 10), item("B", 5)]
    shop.update("order", profileId=friend, state="closed", referralCode=code, cartItems=cart)
    shop.returned("order", [{"position": 1, "quantity": 1}], query="?runRuleEngine=true")
    assert _advocate(shop, friend) == shop.ann


#: Redemptions of referrals of a, b and c, and what takes one back.
_STEPS = st.lists(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=4), max_size=6)


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=3), _STEPS)
def test_a_batch_leaves_what_its_commands_would_one_by_one(before: list[str], commands: Any) -> None:
    number, advocate = len(before), before[0] if before else None
    union, work = ProfileChanges(), Work(Owner(1, 1))
    expected, left = advocate, number
    for steps in commands:
        command = Changes()
        for step in steps:
            if step is None and not left:
                continue
            left += -1 if step is None else 1
            expected = None if not left else expected or step
            _redeem(command, step)
        union.merge(command[PROFILES], work)
    move = union.friends.get((1, 2), FriendMove())
    assert number + move.referrals == left
    assert (advocate if number + move.lowest > 0 else move.advocate) == expected


def _redeem(changes: Changes, advocate: str | None) -> None:
    amount = Decimal(-1 if advocate is None else 1)
    entry = EntryRow("redeemReferral", 7, 1, 0, amount, referral_id=3)
    cause = Cause(application_id=1, created=datetime.now(UTC), event_id=1, profile_id=2)
    nothing: Sequence[None] = ()
    record(changes, cause, entry, nothing, Tracked(advocate=advocate))
