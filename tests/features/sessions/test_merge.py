"""What a stored session becomes when a request says something about it, or nothing (behaviour/sessions 2)."""

import msgspec
import pytest

from tercel.features.engine.sessions.integration_model import NewCustomerSession
from tercel.features.engine.sessions.request.merge import Cart, merge


def _merged(**sent: object) -> Cart:
    return merge(None, msgspec.convert(sent, NewCustomerSession))


@pytest.mark.parametrize(("sent", "kept"), [("ann", "ann"), ("", None), (None, None)])
def test_an_empty_customer_is_none(sent: str | None, kept: str | None) -> None:
    assert _merged(profileId=sent).profile_integration_id == kept


@pytest.mark.parametrize(("sent", "kept"), [("CODE", "CODE"), ("", None), (None, None)])
def test_an_empty_referral_code_is_none(sent: str | None, kept: str | None) -> None:
    assert _merged(referralCode=sent).referral_code == kept


def test_of_nothing_comes_nothing() -> None:
    cart = _merged()
    assert (cart.items, cart.coupon_codes, cart.costs, cart.attributes) == ([], [], {}, {})
    assert (cart.loyalty_cards, cart.identifiers, cart.lines) == ([], [], None)


def test_attributes_that_are_null_are_not_kept() -> None:
    assert _merged(attributes={"one": 1, "none": None}).attributes == {"one": 1}
