"""Moves of a session that a PUT cannot make (behaviour/sessions 7): the sentence is the one that clients know."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.http.bad_input.conftest import Shop
from tests.http.bad_input.refusals import Refusal, check

_PATHS = {
    "new": [],
    "open": ["open"],
    "closed": ["open", "closed"],
    "cancelled": ["open", "cancelled"],
    "revoked": ["closed", "cancelled"],
}
_REFUSED = [
    ("new", "cancelled"),
    ("new", "partially_returned"),
    ("open", "partially_returned"),
    ("closed", "open"),
    ("closed", "closed"),
    ("closed", "partially_returned"),
    ("cancelled", "open"),
    ("cancelled", "closed"),
    ("cancelled", "cancelled"),
    ("cancelled", "partially_returned"),
    ("revoked", "open"),
    ("revoked", "cancelled"),
]
_NAMES = {"revoked": "cancelled"}


def _put(shop: Shop, session_id: str, **session: Any) -> httpx.Response:
    return shop.integration.put(f"/v2/customer_sessions/{session_id}", json={"customerSession": session})


@pytest.mark.parametrize(("stored", "wanted"), _REFUSED)
def test_a_move_is_refused(shop: Shop, stored: str, wanted: str) -> None:
    session_id = f"{stored} to {wanted}"
    profile = f"{session_id} of {shop.id}"
    for state in _PATHS[stored]:
        cart = [{"sku": "MUG", "quantity": 1, "price": 10}]
        _put(shop, session_id, state=state, profileId=profile, cartItems=cart).raise_for_status()
    before = shop.facts(), shop.integration.get(f"/v2/customer_sessions/{session_id}").json()

    sentence = f'Cannot move session to state "{wanted}" from state "{_NAMES.get(stored, stored)}"'
    answer = _put(
        shop, session_id, state=wanted, profileId="somebody new", cartItems=[], couponCodes=["KEPT-CODE"]
    )
    check(answer, Refusal(400, message=sentence))
    assert (shop.facts(), shop.integration.get(f"/v2/customer_sessions/{session_id}").json()) == before


def test_an_update_without_a_state_does_not_open_a_closed_session(shop: Shop) -> None:
    _put(shop, "forgotten", state="closed").raise_for_status()
    sentence = 'Cannot move session to state "open" from state "closed"'
    check(_put(shop, "forgotten", attributes={"channel": "app"}), Refusal(400, message=sentence))


def test_bad_content_does_not_hide_a_refused_move(shop: Shop) -> None:
    _put(shop, "closed for good", state="closed").raise_for_status()
    sentence = 'Cannot move session to state "open" from state "closed"'
    check(_put(shop, "closed for good", attributes={"shoes": 1}), Refusal(400, message=sentence))


def test_a_dry_request_may_ask_for_any_state(shop: Shop) -> None:
    before = shop.facts()
    for state in ("open", "closed", "cancelled", "partially_returned"):
        answer = shop.integration.put(
            "/v2/customer_sessions/kept?dry=true", json={"customerSession": {"state": state}}
        )
        assert answer.status_code == 200, (state, answer.text)
    assert shop.facts() == before
