"""Reserving coupons for customers, and what reservations mean to rules (behaviour/codes 11)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.http.integration.tracking import accepted, refused
from tests.support.contract import validate_answer
from tests.support.server import Server, client, make_application, make_integration_key
from tests.support.shop import Shop, item, rule, short

VALID = ["and", ["couponValid"]]
TEN = ["setDiscount", "ten", 10]


@pytest.fixture
def campaign(shop: Shop) -> dict[str, Any]:
    return shop.campaign(rule(TEN, when=VALID))


def reserve(shop: Shop, code: str, *customers: str) -> httpx.Response:
    return shop.integration.post(f"/v1/coupon_reservations/{code}", json={"integrationIDs": customers})


def end(shop: Shop, code: str, *customers: str) -> httpx.Response:
    body = {"integrationIDs": customers}
    return shop.integration.request("DELETE", f"/v1/coupon_reservations/{code}", json=body)


def customers(shop: Shop, code: str, **query: Any) -> list[str]:
    answer = accepted(shop.integration.get(f"/v1/coupon_reservations/customerprofiles/{code}", params=query))
    validate_answer(answer, "getReservedCustomers", 200)
    return [each["integrationId"] for each in answer["data"]]


def codes(shop: Shop, customer: str) -> list[str]:
    answer = accepted(shop.integration.get(f"/v1/coupon_reservations/coupons/{customer}"))
    return [each["value"] for each in answer["data"]]


def use(shop: Shop, code: str, **session: Any) -> tuple[str, dict[str, Any]]:
    """The first effect of a cart with the code."""
    cart = {"profileId": shop.ann, "couponCodes": [code], "cartItems": [item("A", 20)], **session}
    return short(shop.update("cart", **cart))[0]


def test_a_coupon_is_reserved_and_released(shop: Shop, campaign: dict[str, Any]) -> None:
    made = shop.coupon(campaign, "SALE+10%", reservationLimit=1)
    answer = reserve(shop, "SALE+10%25", shop.ann, f"{shop.ann} 2", shop.ann)
    assert answer.status_code == 201, answer.text
    validate_answer(answer.json(), "createCouponReservation", 201)
    assert answer.json() == {**made, "reservationCounter": 2}
    assert reserve(shop, "SALE+10%25", shop.ann).json()["reservationCounter"] == 2
    assert customers(shop, "SALE+10%25") == [shop.ann, f"{shop.ann} 2"]
    assert codes(shop, shop.ann) == ["SALE+10%"]

    released = end(shop, "SALE+10%25", shop.ann, "nobody")
    assert (released.status_code, released.content) == (204, b"")
    assert customers(shop, "SALE+10%25") == [f"{shop.ann} 2"]
    assert codes(shop, shop.ann) == []
    assert shop.stored_coupon(campaign, "SALE+10%")["reservationCounter"] == 1


def test_a_code_is_found_as_the_application_compares_codes(
    server: Server, admin: httpx.Client, management: httpx.Client
) -> None:
    application = make_application(management, caseSensitivity="insensitive-uppercase")
    with client(server, f"ApiKey-v1 {make_integration_key(admin, application['id'])}") as integration:
        shop = Shop(application, management, integration)
        shop.coupon(shop.campaign(rule(TEN, when=VALID)), "SALE")
        assert reserve(shop, "sale", shop.ann).json()["value"] == "SALE"
        assert customers(shop, "Sale") == [shop.ann]


def test_a_code_is_that_of_the_application_of_the_key(
    server: Server, admin: httpx.Client, management: httpx.Client
) -> None:
    """Two applications have codes that are written alike."""
    shops = []
    for number in range(2):
        application = make_application(management)
        integration = client(server, f"ApiKey-v1 {make_integration_key(admin, application['id'])}")
        shops.append(Shop(application, management, integration))
        shops[number].coupon(
            shops[number].campaign(rule(TEN, when=VALID)), "SALE", reservationLimit=number + 1
        )
    first, second = shops
    for number, shop in enumerate(shops):
        assert reserve(shop, "SALE", shop.ann).json()["reservationLimit"] == number + 1
    assert (customers(first, "SALE"), customers(second, "SALE")) == ([first.ann], [second.ann])
    end(first, "SALE", first.ann)
    assert (customers(first, "SALE"), customers(second, "SALE")) == ([], [second.ann])
    for shop in shops:
        shop.integration.close()


def test_a_guest_who_redeemed_a_coupon_is_no_customer(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "OPEN")
    use(shop, "OPEN", profileId="", state="closed")
    reserve(shop, "OPEN", shop.ann)
    assert customers(shop, "OPEN") == [shop.ann]


def test_a_mandatory_reservation_is_needed(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "HARD", isReservationMandatory=True)
    assert use(shop, "HARD") == (
        "rejectCoupon",
        {"value": "HARD", "rejectionReason": "CouponReservationRequired"},
    )
    reserve(shop, "HARD", f"{shop.ann} 2")
    assert use(shop, "HARD")[1]["rejectionReason"] == "CouponReservationRequired"
    reserve(shop, "HARD", shop.ann)
    assert use(shop, "HARD") == ("acceptCoupon", {"value": "HARD"})
    end(shop, "HARD", shop.ann)
    assert use(shop, "HARD", state="closed")[0] == "rejectCoupon"


@pytest.mark.parametrize("implicit", [True, False])
def test_other_reservations_are_not_needed(shop: Shop, campaign: dict[str, Any], implicit: bool) -> None:
    shop.coupon(campaign, "SOFT", implicitlyReserved=implicit)
    reserve(shop, "SOFT", f"{shop.ann} 2")
    assert use(shop, "SOFT") == ("acceptCoupon", {"value": "SOFT"})


def test_who_redeemed_a_coupon_has_reserved_it(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "USED")
    use(shop, "USED")
    assert (customers(shop, "USED"), codes(shop, shop.ann)) == ([], [])
    use(shop, "USED", state="closed")
    assert (customers(shop, "USED"), codes(shop, shop.ann)) == ([shop.ann], ["USED"])
    shop.update("cart", state="cancelled")
    assert (customers(shop, "USED"), codes(shop, shop.ann)) == ([], [])


def test_a_rule_respects_the_limit_that_the_shop_may_pass(shop: Shop) -> None:
    campaign = shop.campaign(rule(["reserveCoupon"], when=["and", ["couponValid", False]]))
    shop.coupon(campaign, "FEW1", reservationLimit=2)

    def visit(number: int) -> bool:
        session = {"profileId": f"{shop.ann} {number}", "couponCodes": ["FEW1"]}
        kinds = [kind for kind, _ in short(shop.update(f"cart {number}", **session))]
        return "reserveCoupon" in kinds

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(visit, range(12))) == 2
    assert shop.stored_coupon(campaign, "FEW1")["reservationCounter"] == 2
    assert len(customers(shop, "FEW1")) == 2
    reserve(shop, "FEW1", shop.ann)
    assert len(customers(shop, "FEW1")) == 3


def test_reservations_that_come_together_are_all_counted(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "MANY")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda n: reserve(shop, "MANY", f"{shop.ann} {n % 10}", f"{shop.ann} {n % 7}"), range(30)
            )
        )
    assert {answer.status_code for answer in answers} == {201}
    assert shop.stored_coupon(campaign, "MANY")["reservationCounter"] == len(customers(shop, "MANY")) == 10


def test_a_personal_code_is_reserved_by_nobody_else(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "HERS", recipientIntegrationId=shop.ann)
    answer = reserve(shop, "HERS", shop.ann, "bob")
    assert refused(answer) == ("recipient", {"pointer": "/integrationIDs/1"})
    assert customers(shop, "HERS") == []
    assert reserve(shop, "HERS", shop.ann).status_code == 201


def test_unknown_codes_and_customers(shop: Shop) -> None:
    path = "/v1/coupon_reservations/customerprofiles/NOPE"
    answers = (reserve(shop, "NOPE", shop.ann), end(shop, "NOPE", shop.ann), shop.integration.get(path))
    assert [answer.status_code for answer in answers] == [404] * 3
    assert shop.integration.get("/v1/coupon_reservations/coupons/nobody at all").status_code == 404


@pytest.mark.parametrize(
    ("ids", "title", "pointer"),
    [
        ([f"c{number}" for number in range(1_001)], "maxItems", "/integrationIDs"),
        ([""], "minLength", "/integrationIDs/0"),
        (["x" * 1_001], "maxLength", "/integrationIDs/0"),
        ([1], "type", "/integrationIDs/0"),
    ],
)
def test_reservations_that_cannot_be(
    shop: Shop, campaign: dict[str, Any], ids: list[Any], title: str, pointer: str
) -> None:
    shop.coupon(campaign, "SALE")
    assert refused(reserve(shop, "SALE", *ids)) == (title, {"pointer": pointer})
    assert refused(end(shop, "SALE", *ids)) == (title, {"pointer": pointer})


def test_customers_come_in_pages(shop: Shop, campaign: dict[str, Any]) -> None:
    shop.coupon(campaign, "SALE")
    reserve(shop, "SALE", *(f"{shop.ann} {number}" for number in range(1_000)))
    assert len(customers(shop, "SALE")) == 1_000
    assert len(customers(shop, "SALE", pageSize=2, skip=999)) == 1


def test_a_testing_key_changes_nothing(
    server: Server, admin: httpx.Client, shop: Shop, campaign: dict[str, Any]
) -> None:
    shop.coupon(campaign, "SALE")
    key = make_integration_key(admin, shop.application["id"], type="staging")
    with client(server, f"ApiKey-v1 {key}") as testing:
        path, body = "/v1/coupon_reservations/SALE", {"integrationIDs": [shop.ann]}
        assert testing.post(path, json=body).status_code == 403
        assert testing.request("DELETE", path, json=body).status_code == 403
    assert customers(shop, "SALE") == []
