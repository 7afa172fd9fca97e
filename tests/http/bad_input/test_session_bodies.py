"""Bodies of session updates that are refused: what is said, and that nothing of them is kept (behaviour/requests 1; behaviour/sessions 2)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.http.bad_input.conftest import SESSION, Shop
from tests.http.bad_input.refusals import Refusal, at, check, ids

_ITEM = {"sku": "MUG", "quantity": 1, "price": 10}
_ROOT = "/customerSession"


def _session(**fields: Any) -> bytes:
    return json.dumps({"customerSession": fields}).encode()


def _item(**fields: Any) -> bytes:
    return _session(cartItems=[_ITEM, {**_ITEM, **fields}])


def _number(text: str) -> bytes:
    """A cart whose price is written like this."""
    return b'{"customerSession":{"cartItems":[{"sku":"MUG","quantity":1,"price":' + text.encode() + b"}]}}"


_SYNTAX: list[tuple[str, bytes, Refusal]] = [
    ("empty", b"", at("", "format")),
    ("cut off", b'{"customerSession": {', at("", "format")),
    ("trailing comma", b'{"customerSession": {},}', at("", "format")),
    ("two documents", b'{"customerSession":{}} {}', at("", "format")),
    ("not JSON", b"customerSession=1", at("", "format")),
    ("not UTF-8", b'{"customerSession":{"profileId":"\xff\xfe"}}', at("", "format")),
    ("list", b"[]", at("", "type")),
    ("null", b"null", at("", "type")),
    ("text", b'"session"', at("", "type")),
    ("number", b"1", at("", "type")),
    ("deep lists", b"[" * 1_000 + b"]" * 1_000, at("", "maxDepth")),
    ("deep attributes", _session(attributes={"channel": json.loads("[" * 900 + "]" * 900)}), at("", "maxDepth")),
    ("lone surrogate", b'{"customerSession":{"profileId":"\\ud800"}}', at("", "format")),
]  # fmt: skip

_TYPES: list[tuple[str, bytes, Refusal]] = [
    ("nothing", b"{}", at(_ROOT, "required")),
    ("session is null", b'{"customerSession":null}', at(_ROOT, "type")),
    ("session is a list", b'{"customerSession":[]}', at(_ROOT, "type")),
    ("state is unknown", _session(state="paid"), at(f"{_ROOT}/state", "enum")),
    ("state is a number", _session(state=1), at(f"{_ROOT}/state", "type")),
    ("profile is a number", _session(profileId=1), at(f"{_ROOT}/profileId", "type")),
    ("profile of 1,001 characters", _session(profileId="x" * 1_001), at(f"{_ROOT}/profileId", "maxLength")),
    ("NUL in the profile", _session(profileId="a\0b"), at(f"{_ROOT}/profileId", "pattern")),
    ("store is empty", _session(storeIntegrationId=""), at(f"{_ROOT}/storeIntegrationId", "minLength")),
    ("store is unknown", _session(storeIntegrationId="nowhere"), at(f"{_ROOT}/storeIntegrationId", "Unknown")),
    ("codes are a text", _session(couponCodes="KEPT"), at(f"{_ROOT}/couponCodes", "type")),
    ("a code is a number", _session(couponCodes=[1]), at(f"{_ROOT}/couponCodes/0", "type")),
    ("101 codes", _session(couponCodes=["x"] * 101), at(f"{_ROOT}/couponCodes", "maxItems")),
    ("NUL in a code", _session(couponCodes=["KEPT\0"]), at(f"{_ROOT}/couponCodes/0", "pattern")),
    ("long referral", _session(referralCode="x" * 101), at(f"{_ROOT}/referralCode", "maxLength")),
    ("two cards", _session(loyaltyCards=["a", "b"]), at(f"{_ROOT}/loyaltyCards", "maxItems")),
    ("six identifiers", _session(identifiers=["x"] * 6), at(f"{_ROOT}/identifiers", "maxItems")),
    ("items are an object", _session(cartItems={}), at(f"{_ROOT}/cartItems", "type")),
    ("an item is a text", _session(cartItems=["MUG"]), at(f"{_ROOT}/cartItems/0", "type")),
    ("attributes are a list", _session(attributes=[]), at(f"{_ROOT}/attributes", "type")),
    ("unknown response content", b'{"customerSession":{},"responseContent":["weather"]}',
     at("/responseContent/0", "enum")),
    ("response content is a text", b'{"customerSession":{},"responseContent":"event"}',
     at("/responseContent", "type")),
]  # fmt: skip

_ITEMS: list[tuple[str, bytes, Refusal]] = [
    ("no sku", _session(cartItems=[{"quantity": 1, "price": 1}]), at(f"{_ROOT}/cartItems/0/sku", "required")),
    ("empty sku", _item(sku=""), at(f"{_ROOT}/cartItems/1/sku", "minLength")),
    ("no quantity", _session(cartItems=[{"sku": "a", "price": 1}]), at(f"{_ROOT}/cartItems/0/quantity", "required")),
    ("no units", _item(quantity=0), at(f"{_ROOT}/cartItems/1/quantity", "minimum")),
    ("negative units", _item(quantity=-1), at(f"{_ROOT}/cartItems/1/quantity", "minimum")),
    ("half a unit", _item(quantity=1.5), at(f"{_ROOT}/cartItems/1/quantity", "type")),
    ("units as a text", _item(quantity="1"), at(f"{_ROOT}/cartItems/1/quantity", "type")),
    ("10,001 units", _item(quantity=10_000), at(f"{_ROOT}/cartItems", "maximum")),
    ("1,001 lines", _session(cartItems=[_ITEM] * 1_001), at(f"{_ROOT}/cartItems", "maxItems")),
    ("no price", _session(cartItems=[{"sku": "a", "quantity": 1}]), at(f"{_ROOT}/cartItems/0/price", "required")),
    ("price is null", _item(price=None), at(f"{_ROOT}/cartItems/1/price", "required")),
    ("price is a text", _item(price="10"), at(f"{_ROOT}/cartItems/1/price", "type")),
    ("price is NaN as a text", _item(price="NaN"), at(f"{_ROOT}/cartItems/1/price", "type")),
    ("price is NaN", _number("NaN"), at("", "format")),
    ("price is infinite", _number("Infinity"), at("", "format")),
    ("price beyond floats", _number("1e400"), at(f"{_ROOT}/cartItems/0/price", "maximum")),
    ("price below floats", _number("1e-400"), at(f"{_ROOT}/cartItems/0/price", "maximum")),
    ("price beyond amounts", _number("1000000000000001"), at(f"{_ROOT}/cartItems/0/price", "maximum")),
    ("price of 400 digits", _number("9" * 400), at(f"{_ROOT}/cartItems/0/price", "maximum")),
    ("exponent of 10 digits", _number("1e9999999999"), at(f"{_ROOT}/cartItems/0/price", "maximum")),
    ("price is true", _number("true"), at(f"{_ROOT}/cartItems/0/price", "type")),
    ("weight beyond amounts", _item(weight=1e300), at(f"{_ROOT}/cartItems/1/weight", "maximum")),
    ("product is a text", _item(product="mug"), at(f"{_ROOT}/cartItems/1/product", "type")),
    ("long name", _item(name="x" * 4_001), at(f"{_ROOT}/cartItems/1/name", "maxLength")),
]  # fmt: skip

_DEFINED: list[tuple[str, bytes, Refusal]] = [
    ("unknown attribute", _session(attributes={"shoes": 1}), at(f"{_ROOT}/attributes/shoes", "Unknown")),
    ("name to escape", _session(attributes={"a/b~c": 1}), at(f"{_ROOT}/attributes/a~1b~0c", "Unknown")),
    ("attribute of another entity", _session(attributes={"colour": "red"}), at(f"{_ROOT}/attributes/colour", "Unknown")),
    ("number for a text", _session(attributes={"channel": 1}), at(f"{_ROOT}/attributes/channel", "Invalid type")),
    ("text for a number", _session(attributes={"visits": "1"}), at(f"{_ROOT}/attributes/visits", "Invalid type")),
    ("text for a list", _session(attributes={"chosen": "a"}), at(f"{_ROOT}/attributes/chosen", "Invalid type")),
    ("list of another kind", _session(attributes={"chosen": [1]}), at(f"{_ROOT}/attributes/chosen", "Invalid type")),
    ("unknown attribute of an item", _item(attributes={"size": 1}), at(f"{_ROOT}/cartItems/1/attributes/size", "Unknown")),
    ("unknown cost", _session(additionalCosts={"bribe": {"price": 1}}), at(f"{_ROOT}/additionalCosts/bribe", "Unknown")),
    ("cost of items on the session", _session(additionalCosts={"engraving": {"price": 1}}),
     at(f"{_ROOT}/additionalCosts/engraving", "Invalid scope")),
    ("cost of sessions on an item", _item(additionalCosts={"carriage": {"price": 1}}),
     at(f"{_ROOT}/cartItems/1/additionalCosts/carriage", "Invalid scope")),
    ("cost without a price", _session(additionalCosts={"carriage": {}}),
     at(f"{_ROOT}/additionalCosts/price", "required")),
    ("cost beyond amounts", _session(additionalCosts={"carriage": {"price": 1e16}}),
     at(f"{_ROOT}/additionalCosts/carriage/price", "maximum")),
]  # fmt: skip
_TABLE = [*_SYNTAX, *_TYPES, *_ITEMS, *_DEFINED]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("body", "refusal"), [row[1:] for row in _TABLE], ids=ids(_TABLE))
def test_a_body_is_refused_and_leaves_nothing(shop: Shop, body: bytes, refusal: Refusal) -> None:
    check(shop.integration.put(SESSION, content=body), refusal)
    check(shop.integration.put("/v2/customer_sessions/never", content=body), refusal)
    check(shop.integration.get("/v2/customer_sessions/never"), Refusal(404))


@pytest.mark.usefixtures("unchanged")
def test_every_problem_is_listed(shop: Shop) -> None:
    item = {
        "sku": "a",
        "quantity": 1,
        "attributes": {"size": 1},
        "additionalCosts": {"carriage": {"price": 1}},
    }
    answer = shop.integration.put(
        SESSION, content=_session(attributes={"shoes": 1, "visits": ""}, cartItems=[item])
    )
    assert [problem["source"]["pointer"] for problem in answer.json()["errors"]] == [
        f"{_ROOT}/attributes/shoes",
        f"{_ROOT}/attributes/visits",
        f"{_ROOT}/cartItems/0/price",
        f"{_ROOT}/cartItems/0/attributes/size",
        f"{_ROOT}/cartItems/0/additionalCosts/carriage",
    ]


@pytest.mark.usefixtures("unchanged")
def test_a_body_has_a_largest_size(shop: Shop) -> None:
    huge = b'{"customerSession":{"profileId":"' + b"x" * 50_000_000 + b'"}}'
    check(shop.integration.put(SESSION, content=huge), Refusal(413))


_ACCEPTED: list[tuple[str, bytes]] = [
    ("unknown fields", b'{"customerSession":{"weather":"fine","cartItems":[{"sku":"a","quantity":1,"price":1,"uuId":1}]}}'),
    ("the last of two equal keys", b'{"customerSession":{"profileId":"a","profileId":"b"}}'),
    ("byte order mark", b"\xef\xbb\xbf" + _session()),
    ("null for most fields", _session(profileId=None, couponCodes=None, cartItems=None, attributes=None)),
    ("10,000 units", _item(quantity=9_999)),
    ("1,000 lines", _session(cartItems=[_ITEM] * 1_000)),
    ("a negative price", _item(price=-5)),
    ("a price of nothing", _item(price=0)),
    ("a price of many digits", _number("0.1234567890123456789")),
    ("an exponent", _number("1.5E+3")),
    ("an emoji", _item(name="mug 🫖", sku="ŞKÜ")),
    ("a surrogate pair", b'{"customerSession":{"profileId":"\\ud83e\\uded6"}}'),
    ("profile of 1,000 characters", _session(profileId="x" * 1_000)),
    ("a code of spaces", _session(couponCodes=["  "])),
    ("no cards, no identifiers", _session(loyaltyCards=[], identifiers=[])),
]  # fmt: skip


@pytest.mark.parametrize("body", [row[1] for row in _ACCEPTED], ids=ids(_ACCEPTED))
def test_a_strange_body_is_accepted(shop: Shop, body: bytes) -> None:
    answer = shop.integration.put("/v2/customer_sessions/strange?dry=true", content=body)
    assert answer.status_code == 200, answer.text
    assert {effect["effectType"] for effect in answer.json()["effects"]} <= {"rejectCoupon"}
    assert shop.integration.get("/v2/customer_sessions/strange").status_code == 404, "a dry one is not kept"
