"""Random JSON sent as session updates: refused or accepted in the documented shape, never a 5xx.

Schema-made requests (``test_fuzz``) rarely leave the schema; these do on purpose, and half of them look like sessions.
"""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.bad_input.refusals import Refusal, check
from tests.support.contract import validate_answer
from tests.support.server import created

_SETTINGS = settings(
    max_examples=150,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_STATES = ["open", "closed", "cancelled", "partially_returned"]
_CONTENT = ["customerSession", "customerProfile", "coupons", "event", "ruleFailureReasons", "loyalty"]

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["", "open", "2026-01-01T00:00:00Z", "\0", "9" * 40])
)
_json = st.recursive(
    _scalars,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=8), part, max_size=4),
    max_leaves=12,
)


def _often(likely: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what belongs there, sometimes anything."""
    return st.integers(0, 39).flatmap(lambda roll: _json if roll == 39 else likely)


_amount = st.decimals(-(10**6), 10**6, places=4, allow_nan=False).map(float)
_costs = st.dictionaries(
    st.sampled_from(["shipping", "wrapping"]), st.fixed_dictionaries({"price": _often(_amount)})
)
_item = st.fixed_dictionaries(
    {"sku": _often(st.sampled_from("ABC")), "quantity": _often(st.integers(1, 5)), "price": _often(_amount)},
    optional={"name": _often(st.text(max_size=9)), "category": _often(st.text(max_size=9)),
              "weight": _often(_amount), "attributes": _often(st.just({})), "product": _often(st.fixed_dictionaries({"name": st.text(max_size=9)})), "position": _often(st.integers(0, 9))},
)  # fmt: skip
_session = st.fixed_dictionaries(
    {},
    optional={
        "profileId": _often(st.sampled_from(["", "ann", "bob", "ä/🫖"])),
        "storeIntegrationId": _often(st.none()),
        "couponCodes": _often(st.lists(st.sampled_from(["FOUND", "LOST", "ÄÖÜ", " "]), max_size=3)),
        "referralCode": _often(st.text(max_size=9)),
        "loyaltyCards": _often(st.lists(st.text(max_size=9), max_size=1)),
        "state": _often(st.sampled_from(_STATES)),
        "cartItems": _often(st.lists(_often(_item), max_size=4)),
        "additionalCosts": _often(_costs),
        "identifiers": _often(st.lists(st.text(max_size=9), max_size=5)),
        "attributes": _often(st.just({})),
        "evaluableCampaignIds": _often(st.lists(st.integers(1, 9), max_size=3)),
        "experimentVariantAllocations": _often(st.just([])),
    },
)
_request = st.fixed_dictionaries(
    {"customerSession": _often(_session)},
    optional={"responseContent": _often(st.lists(st.sampled_from(_CONTENT), max_size=3, unique=True))},
)


@pytest.fixture
def shop(admin: httpx.Client, application: dict[str, Any]) -> None:
    """Rules that touch every part of a cart."""
    for name in ("shipping", "wrapping"):
        body = {"name": name, "title": name, "description": "", "type": "both"}
        assert admin.post("/v1/additional_costs", json=body).status_code in (201, 409)
    path = f"/v1/applications/{application['id']}/campaigns"
    campaign = {"name": "Random", "state": "enabled", "tags": [], "features": ["coupons"],
                "limits": [{"action": "setDiscount", "limit": 1_000, "entities": ["Profile"]}]}  # fmt: skip
    campaign_path = f"{path}/{created(admin.post(path, json=campaign))['id']}"
    rules = [
        {"title": "cart", "condition": ["and", [">", [".", "Session", "Total"], 100]],
         "effects": [["setDiscount", "cart", ["*", [".", "Session", "Total"], 0.07]]]},
        {"title": "items", "condition": ["and", [".", "Session", "FirstSession"]],
         "effects": [["setDiscountPerItem", "items", [".", "Session", "CartItems"], ["/", [".", "Item", "Price"], 3]]]},
        {"title": "code", "condition": ["and", ["couponValid"]], "effects": [["setDiscount", "code", 5]]},
    ]  # fmt: skip
    ruleset = created(admin.post(f"{campaign_path}/rulesets", json={"rules": rules, "bindings": []}))
    admin.put(campaign_path, json={**campaign, "activeRulesetId": ruleset["id"]}).raise_for_status()
    coupon = {"usageLimit": 3, "numberOfCoupons": 1, "couponPattern": "FOUND"}
    admin.post(f"{campaign_path}/coupons", json=coupon).raise_for_status()


@_SETTINGS
@pytest.mark.usefixtures("shop")
@given(body=_often(_request), name=st.text("ab🫖/ %", min_size=1, max_size=4), is_dry=st.booleans())
def test_any_json_is_answered(integration: httpx.Client, body: Any, name: str, is_dry: bool) -> None:
    path = "/v2/customer_sessions/" + "".join(f"%{byte:02X}" for byte in name.encode())
    answer = integration.put(path, content=json.dumps(body), params={"dry": str(is_dry).lower()})
    if answer.status_code == 200:
        validate_answer(answer.json(), "updateCustomerSessionV2", 200)
    else:
        check(answer, Refusal(400))


@_SETTINGS
@given(body=st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@pytest.mark.parametrize("path", ["/v2/customer_sessions/bytes", "/v2/customer_profiles/bytes"])
def test_any_bytes_are_answered(integration: httpx.Client, path: str, body: bytes) -> None:
    answer = integration.put(path, content=body)
    if answer.status_code != 200:
        check(answer, Refusal(400))
