"""The limits of the Management API, and of the calls that make codes and profiles: exactly at the limit, and one more."""

from typing import Any

import pytest

from tercel.base import limits
from tests.support.shop import Shop

Fields = dict[str, Any]

CAMPAIGN = {"name": "c", "tags": [], "features": ["coupons", "referrals"], "limits": []}
COUPONS = {"usageLimit": 1, "numberOfCoupons": 1}
CHARACTERS = [chr(0x4E00 + number) for number in range(limits.VALID_CHARACTERS_MAX + 1)]

#: Limit, fields of a campaign at the limit and beyond it, and what is said: title and pointer.
CAMPAIGNS: list[tuple[str, Fields, Fields, str, str]] = [
    (
        "NAME_LENGTH_MAX",
        {"name": "x" * limits.NAME_LENGTH_MAX},
        {"name": "x" * (limits.NAME_LENGTH_MAX + 1)},
        "maxLength",
        "/name",
    ),
    (
        "TAGS_MAX",
        {"tags": [f"t{number}" for number in range(limits.TAGS_MAX)]},
        {"tags": [f"t{number}" for number in range(limits.TAGS_MAX + 1)]},
        "maxItems",
        "/tags",
    ),
    (
        "TAG_LENGTH_MAX",
        {"tags": ["x" * limits.TAG_LENGTH_MAX]},
        {"tags": ["x" * (limits.TAG_LENGTH_MAX + 1)]},
        "maxLength",
        "/tags/0",
    ),
]

#: The same for coupons; those with two hundred thousand codes are only refused here, the benchmark makes them.
CODES: list[tuple[str, Fields | None, Fields, str, str]] = [
    (
        "COUPONS_PER_CALL_MAX",
        {"numberOfCoupons": limits.COUPONS_PER_CALL_MAX},
        {"numberOfCoupons": limits.COUPONS_PER_CALL_MAX + 1},
        "maximum",
        "/numberOfCoupons",
    ),
    (
        "COUPONS_WITH_PREFIX_PER_CALL_MAX",
        None,
        {"numberOfCoupons": limits.COUPONS_WITH_PREFIX_PER_CALL_MAX + 1, "uniquePrefix": "P"},
        "maximum",
        "/numberOfCoupons",
    ),
    (
        "VALID_CHARACTERS_MAX",
        {"validCharacters": CHARACTERS[:-1]},
        {"validCharacters": CHARACTERS},
        "maxItems",
        "/validCharacters",
    ),
    (
        "COUPON_CODE_LENGTH_MIN",
        {"couponPattern": "A" * limits.COUPON_CODE_LENGTH_MIN},
        {"couponPattern": "A" * (limits.COUPON_CODE_LENGTH_MIN - 1)},
        "minLength",
        "/couponPattern",
    ),
    (
        "COUPON_PATTERN_LENGTH_MIN",
        {"couponPattern": "#" * limits.COUPON_PATTERN_LENGTH_MIN, "uniquePrefix": "P"},
        {"couponPattern": "#" * (limits.COUPON_PATTERN_LENGTH_MIN - 1), "uniquePrefix": "PP"},
        "minLength",
        "/couponPattern",
    ),
    (
        "COUPON_PATTERN_LENGTH_MAX",
        {"couponPattern": "#" * limits.COUPON_PATTERN_LENGTH_MAX},
        {"couponPattern": "#" * (limits.COUPON_PATTERN_LENGTH_MAX + 1)},
        "maxLength",
        "/couponPattern",
    ),
    (
        "USAGE_LIMIT_MAX",
        {"usageLimit": limits.USAGE_LIMIT_MAX},
        {"usageLimit": limits.USAGE_LIMIT_MAX + 1},
        "maximum",
        "/usageLimit",
    ),
    (
        "AMOUNT_DIGITS_MAX",
        {"discountLimit": float(f"0.{'1' * limits.AMOUNT_DIGITS_MAX}")},
        {"discountLimit": float(f"0.{'1' * (limits.AMOUNT_DIGITS_MAX + 1)}")},
        "multipleOf",
        "/discountLimit",
    ),
]


def names(table: list[Any]) -> list[str]:
    return [row[0] for row in table]


def said(answer: Any) -> tuple[int, str, str]:
    (problem,) = answer.json()["errors"]
    return answer.status_code, problem["title"], problem["source"]["pointer"]


@pytest.mark.parametrize(
    ("allowed", "refused", "title", "pointer"), [row[1:] for row in CAMPAIGNS], ids=names(CAMPAIGNS)
)
def test_campaigns(shop: Shop, allowed: Fields, refused: Fields, title: str, pointer: str) -> None:
    path = f"{shop.path}/campaigns"
    assert said(shop.management.post(path, json={**CAMPAIGN, **refused})) == (400, title, pointer)
    assert shop.management.post(path, json={**CAMPAIGN, **allowed}).status_code == 201


@pytest.mark.parametrize(
    ("allowed", "refused", "title", "pointer"), [row[1:] for row in CODES], ids=names(CODES)
)
def test_coupons(shop: Shop, allowed: Fields | None, refused: Fields, title: str, pointer: str) -> None:
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/coupons"
    assert said(shop.management.post(path, json={**COUPONS, **refused})) == (400, title, pointer)
    if allowed is not None:
        assert shop.management.post(path, json={**COUPONS, **allowed}).status_code == 204


def customers(shop: Shop, count: int) -> list[str]:
    return [f"c{number} of {shop.application['id']}" for number in range(count)]


def test_recipients(shop: Shop) -> None:
    path = f"{shop.path}/campaigns/{shop.campaign()['id']}/coupons_with_recipients"
    pointer = "/recipientsIntegrationIds"
    many = customers(shop, limits.RECIPIENTS_PER_CALL_MAX + 1)
    body = {"usageLimit": 1, "recipientsIntegrationIds": many}
    assert said(shop.management.post(path, json=body)) == (400, "maxItems", pointer)
    assert shop.management.post(path, json={**body, "recipientsIntegrationIds": many[1:]}).status_code == 204


def test_advocates_and_the_length_of_their_codes(shop: Shop) -> None:
    campaign = shop.campaign(features=["referrals"])
    path, pointer = "/v1/referrals_for_multiple_advocates", "/advocateProfileIntegrationIds"
    many = customers(shop, limits.ADVOCATES_PER_CALL_MAX + 1)
    body = {"campaignId": campaign["id"], "usageLimit": 1, "advocateProfileIntegrationIds": many[:1]}

    def send(**fields: Any) -> Any:
        return shop.integration.post(path, json={**body, **fields})

    assert said(send(advocateProfileIntegrationIds=many)) == (400, "maxItems", pointer)
    assert send(advocateProfileIntegrationIds=many[1:]).status_code == 204
    short = "A" * (limits.COUPON_CODE_LENGTH_MIN - 1)
    assert said(send(referralPattern=short)) == (400, "minLength", "/referralPattern")
    assert send(referralPattern=f"{short}A").status_code == 204


def test_profiles_updated_at_once(shop: Shop) -> None:
    path, pointer = "/v2/customer_profiles", "/customerProfiles"
    many = [
        {"integrationId": name, "attributes": {}}
        for name in customers(shop, limits.PROFILES_PER_CALL_MAX + 1)
    ]
    assert said(shop.integration.put(path, json={"customerProfiles": many})) == (400, "maxItems", pointer)
    assert shop.integration.put(path, json={"customerProfiles": many[1:]}).status_code in {200, 204}


def test_searched_ids(shop: Shop) -> None:
    path, pointer = "/v1/customer_search/no_total", "/integrationIDs"
    many = customers(shop, limits.SEARCHED_IDS_MAX + 1)
    assert said(shop.management.post(path, json={"integrationIDs": many})) == (400, "maxItems", pointer)
    assert shop.management.post(path, json={"integrationIDs": many[1:]}).status_code == 200


def test_webhooks(shop: Shop) -> None:
    body = {"applicationIds": [], "title": "Hook", "draft": False, "verb": "GET", "url": "https://shop.example",
            "headers": [], "params": [], "enabled": True}  # fmt: skip
    parameter = {"type": "string", "title": "x", "ui": {}}
    for name, value, most in (
        ("headers", "X-A: 1", limits.WEBHOOK_HEADERS_MAX),
        ("params", parameter, limits.TEMPLATE_PARAMETERS_MAX),
    ):
        refused = shop.management.post("/v1/webhooks", json={**body, name: [value] * (most + 1)})
        assert said(refused) == (400, "maxItems", f"/{name}")
        allowed = shop.management.post("/v1/webhooks", json={**body, name: [value] * most})
        assert allowed.status_code == 201
