"""Codes as people type and paste them: white space around a code, and how its letters are composed, make no other code of it (behaviour/codes 2)."""

from __future__ import annotations

from typing import Any, Literal
from unicodedata import normalize
from urllib.parse import quote

import pytest

from tests.security.test_code_guessing import LIMIT, wrong_codes
from tests.support.shop import Shop, item, rule, short

CODE = "SÄNTIS-É"
#: Around a code, and the form of its letters.
SPELLINGS: dict[str, tuple[str, Literal["NFC", "NFD"]]] = {
    "letters in parts": ("{}", "NFD"),
    "spaces": ("  {} ", "NFC"),
    "a no-break space": ("{}\u00a0", "NFC"),
    "a line end": ("{}\r\n", "NFD"),
    "other spaces": ("\t\u3000{}\u2028", "NFC"),
}
CART = [item("A", 10)]


def _spelled(code: str, spelling: str) -> str:
    around, form = SPELLINGS[spelling]
    return around.format(normalize(form, code))


@pytest.fixture(params=list(SPELLINGS))
def spelling(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def code(spelling: str) -> str:
    """The code as somebody sends it."""
    return _spelled(CODE, spelling)


@pytest.fixture
def campaign(shop: Shop) -> dict[str, Any]:
    made = shop.campaign(rule(["setDiscount", "d", 1], when=["and", ["couponValid"]]))
    shop.coupon(made, CODE, usageLimit=2)
    return made


def test_a_session_takes_the_code(shop: Shop, campaign: dict[str, Any], code: str) -> None:
    answer = shop.update("order", "coupons", "customerSession", couponCodes=[code], cartItems=CART)
    accepted = ("acceptCoupon", {"value": CODE})
    assert short(answer)[0] == accepted
    assert answer["customerSession"]["couponCodes"] == [CODE]
    assert [each["value"] for each in answer["coupons"]] == [CODE]
    shop.update("order", state="closed", couponCodes=[code, CODE], cartItems=CART)
    assert shop.stored_coupon(campaign, code)["usageCounter"] == 1


def test_a_code_that_is_unknown_is_refused_as_it_is_meant(shop: Shop, spelling: str) -> None:
    answer = shop.update("order", couponCodes=[_spelled("GÄBE", spelling)], cartItems=CART)
    refused = [props["value"] for kind, props in short(answer) if kind == "rejectCoupon"]
    assert refused == ["GÄBE"]


def test_searches_find_it(shop: Shop, campaign: dict[str, Any], code: str) -> None:
    shop.update("order", state="closed", couponCodes=[CODE], cartItems=CART)
    codes = f"{shop.path}/campaigns/{campaign['id']}/coupons/no_total"
    found = [
        shop.management.get(codes, params={"value": code, "exactMatch": True}),
        shop.management.get(codes, params={"value": code}),
        shop.management.get(f"{shop.path}/sessions", params={"coupon": code}),
        shop.management.get(f"{shop.path}/sessions", params={"coupon": code, "partialMatch": True}),
        shop.management.get(f"{shop.path}/events/no_total", params={"couponCode": code}),
    ]
    assert [len(answer.json()["data"]) for answer in found] == [1] * 5


def test_reservations_find_it(shop: Shop, campaign: dict[str, Any], code: str) -> None:
    path, holder = f"/v1/coupon_reservations/{quote(code)}", {"integrationIDs": [shop.ann]}
    assert shop.integration.post(path, json=holder).json()["value"] == CODE
    customers = shop.integration.get(f"/v1/coupon_reservations/customerprofiles/{quote(code)}").json()
    assert [each["integrationId"] for each in customers["data"]] == [shop.ann]
    assert shop.integration.request("DELETE", path, json=holder).status_code == 204
    assert shop.stored_coupon(campaign, CODE)["reservationCounter"] == 0


def test_referrals_are_found_too(shop: Shop, spelling: str) -> None:
    service = rule(["setDiscount", "d", 1], when=["and", ["referralValid"]])
    settings = {"referralSettings": {"validCharacters": ["Ä"], "couponPattern": "S#NTIS"}}
    campaign = shop.campaign(service, features=["referrals"], **settings)
    body = {"campaignId": campaign["id"], "advocateProfileIntegrationId": shop.ann}
    assert shop.integration.post("/v1/referrals", json=body).json()["code"] == "SÄNTIS"
    sent = _spelled("SÄNTIS", spelling)
    answer = shop.update(
        "order", "customerSession", "referral", state="closed", referralCode=sent, cartItems=CART
    )
    assert short(answer)[0] == ("acceptReferral", {"value": "SÄNTIS"})
    assert answer["customerSession"]["referralCode"] == answer["referral"]["code"] == "SÄNTIS"
    found = [
        shop.management.get(
            f"{shop.path}/campaigns/{campaign['id']}/referrals/no_total", params={"code": sent}
        ),
        shop.management.get(f"{shop.path}/sessions", params={"referral": sent}),
        shop.management.get(f"{shop.path}/sessions", params={"referral": sent, "partialMatch": True}),
        shop.management.get(f"{shop.path}/events/no_total", params={"referralCode": sent}),
    ]
    assert [len(each.json()["data"]) for each in found] == [1] * 4


def test_a_code_is_stored_as_it_is_meant(shop: Shop, code: str) -> None:
    made = shop.campaign()
    assert shop.coupon(made, code)["value"] == CODE
    spelled = shop.coupon(
        made, normalize("NFD", "Ö-##"), uniquePrefix=f" {normalize('NFD', 'Ü')}", validCharacters=["é"]
    )
    assert spelled["value"] == "ÜÖ-éé"


def test_a_filter_of_white_space_finds_nothing(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.update("order", state="closed", couponCodes=[CODE], cartItems=CART)
    path = f"{shop.path}/campaigns/{campaign['id']}/coupons"
    for search in ({"value": " \u00a0 "}, {"value": " \u00a0 ", "exactMatch": True}):
        assert shop.management.get(f"{path}/no_total", params=search).json()["data"] == []
        shop.management.delete(path, params=search).raise_for_status()
    sessions = {"coupon": " \u00a0 ", "partialMatch": True}
    assert shop.management.get(f"{shop.path}/sessions", params=sessions).json()["data"] == []
    assert shop.stored_coupon(campaign, CODE)["usageCounter"] == 1


def test_the_brake_counts_a_code_once_however_it_is_spelled(shop: Shop) -> None:
    """Every spelling of a wrong code is one guess; and a guess is no other one with a space behind it."""
    shop.integration.headers["X-Tercel-Now"] = "2031-01-01T00:00:00Z"
    shop.update("guesses", profileId=shop.ann, couponCodes=wrong_codes(LIMIT - 1))
    for each in SPELLINGS:
        shop.update("guesses", profileId=shop.ann, couponCodes=[_spelled("WRÖNG", each)])
    assert shop.put("guesses", profileId=shop.ann, couponCodes=["one more"]).status_code == 429
    again = [f" {wrong}\u00a0" for wrong in wrong_codes(LIMIT - 1)]
    assert shop.put("guesses", profileId=shop.ann, couponCodes=again).status_code == 200
