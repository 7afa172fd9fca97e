"""Guessing codes: a customer who enters many that do not exist waits; a checkout never does (behaviour/requests 8)."""

from typing import Any

import pytest

from tercel.features.access.throttles.codes import WINDOW_S
from tercel.settings import load
from tests.support.shop import Shop, item, rule, short

LIMIT = load({}).unknown_codes_limit
ACCEPTED = rule(["setDiscount", "code", 1], when=["and", ["couponValid"]])
CART = [item("mug", 10)]


@pytest.fixture
def guessed(shop: Shop) -> Shop:
    """A shop with a code, at a time that stands still, and a customer who has entered as many wrong codes as allowed."""
    shop.integration.headers["X-Tercel-Now"] = "2031-01-01T00:00:00Z"
    shop.coupon(shop.campaign(ACCEPTED), "REAL")
    shop.update("begun", profileId=shop.ann, couponCodes=["REAL"], cartItems=CART)
    shop.update("guesses", profileId=shop.ann, couponCodes=wrong_codes(LIMIT))
    return shop


def wrong_codes(number: int) -> list[str]:
    return [f"wrong-{each}" for each in range(number)]


NEW: dict[str, dict[str, Any]] = {
    "an unknown code": {"couponCodes": ["another"]},
    "a code that exists": {"couponCodes": ["REAL"]},
    "a referral code": {"referralCode": "friend"},
    "a code among known ones": {"couponCodes": [*wrong_codes(5), "another"]},
}


@pytest.mark.parametrize("query", ["", "?dry=true"], ids=["real", "dry"])
@pytest.mark.parametrize("sent", NEW.values(), ids=NEW)
def test_new_codes_must_wait(guessed: Shop, sent: dict[str, Any], query: str) -> None:
    answer = guessed.put("new", query=query, profileId=guessed.ann, cartItems=CART, **sent)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= WINDOW_S
    assert "REAL" not in answer.text
    assert guessed.integration.get("/v2/customer_sessions/new").status_code == 404


OTHERS: dict[str, dict[str, Any]] = {
    "no codes": {"cartItems": CART},
    "the codes of before": {"couponCodes": ["REAL"], "cartItems": CART},
    "codes known to be wrong": {"couponCodes": ["REAL", *wrong_codes(3)], "cartItems": CART},
    "closing": {"couponCodes": ["REAL"], "cartItems": CART, "state": "closed"},
}


@pytest.mark.parametrize("sent", OTHERS.values(), ids=OTHERS)
def test_everything_else_goes_on(guessed: Shop, sent: dict[str, Any]) -> None:
    guessed.update("begun", profileId=guessed.ann, **sent)


def test_other_customers_and_later_times_are_not_meant(guessed: Shop) -> None:
    other = guessed.update("other", profileId=f"bob of {guessed.ann}", couponCodes=["REAL"], cartItems=CART)
    assert [kind for kind, _ in short(other)] == ["acceptCoupon", "setDiscount"]
    guessed.integration.headers["X-Tercel-Now"] = "2031-01-01T00:10:00Z"
    guessed.update("later", profileId=guessed.ann, couponCodes=["REAL"])


def test_one_mistyped_code_counts_once_however_often_the_cart_is_sent(shop: Shop) -> None:
    shop.integration.headers["X-Tercel-Now"] = "2031-01-01T00:00:00Z"
    for _ in range(LIMIT + 1):
        shop.update("cart", query="?dry=true", profileId=shop.ann, couponCodes=["SUMER"])
    shop.update("cart", profileId=shop.ann, couponCodes=["SUMMER"])


def test_without_a_profile_the_session_is_the_customer(shop: Shop) -> None:
    shop.integration.headers["X-Tercel-Now"] = "2031-01-01T00:00:00Z"
    for code in wrong_codes(LIMIT):
        shop.update("anonymous", couponCodes=[code])
    assert shop.put("anonymous", couponCodes=["another"]).status_code == 429
    shop.update("anonymous", couponCodes=[], cartItems=CART)
    shop.update("somebody else", couponCodes=["another"])


def test_unknown_codes_are_told_to_whoever_watches(shop: Shop) -> None:
    def told() -> float:
        lines = shop.integration.get("/metrics").text.splitlines()
        return sum(float(line.split()[1]) for line in lines if line.startswith("tercel_unknown_codes_total"))

    before = told()
    shop.update("cart", profileId=shop.ann, couponCodes=["one", "two"])
    assert told() == before + 2
