"""Coupons over HTTP: shapes, statuses and pointers; ``tests/features/coupons`` has the behaviour."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.http.management.campaigns import make_campaign
from tests.support.contract import validate, validate_answer
from tests.support.server import make_application

Json = dict[str, Any]


@pytest.fixture
def application(management: httpx.Client) -> Json:
    return make_application(management, caseSensitivity="insensitive-uppercase")


@pytest.fixture
def campaign(management: httpx.Client, application: Json) -> Json:
    return make_campaign(management, application)


@pytest.fixture
def coupons(campaign: Json) -> str:
    """The path of the campaign's coupons."""
    return f"/v1/applications/{campaign['applicationId']}/campaigns/{campaign['id']}/coupons"


def create(management: httpx.Client, path: str, **fields: Any) -> list[Json]:
    body = {"usageLimit": 1, "numberOfCoupons": 1, **fields}
    answer = management.post(path, params={"silent": "no"}, json=body)
    assert answer.status_code == 200, answer.text
    validate_answer(answer.json(), "createCoupons", 200)
    data: list[Json] = answer.json()["data"]
    return data


def problem(answer: httpx.Response, status: int = 400) -> tuple[str, str]:
    """Title and place of the only problem."""
    assert answer.status_code == status, answer.text
    assert answer.json()["StatusCode"] == status
    [error] = answer.json()["errors"]
    return error["title"], next(iter(error["source"].values()))


def test_creating_is_silent_unless_told_otherwise(management: httpx.Client, coupons: str) -> None:
    answer = management.post(coupons, json={"usageLimit": 1, "numberOfCoupons": 3})
    assert (answer.status_code, answer.content) == (204, b"")
    assert management.get(coupons).json()["totalResultSize"] == 3


def test_a_created_coupon_has_every_field(management: httpx.Client, coupons: str, campaign: Json) -> None:
    [coupon] = create(
        management,
        coupons,
        usageLimit=2,
        discountLimit=12.5,
        reservationLimit=3,
        startDate="2030-01-01T01:00:00+01:00",
        expiryDate="2030-02-01T00:00:00.000001Z",
        couponPattern="summer",
        limits=[{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}],
        isReservationMandatory=True,
        implicitlyReserved=True,
        supportRequestId=1,
        supportRequestNote="ignored",
    )
    assert coupon["value"] == "SUMMER"
    assert {name: value for name, value in coupon.items() if name not in ("id", "created", "batchId")} == {
        "campaignId": campaign["id"],
        "value": "SUMMER",
        "usageLimit": 2,
        "discountLimit": 12.5,
        "reservationLimit": 3,
        "startDate": "2030-01-01T00:00:00Z",
        "expiryDate": "2030-02-01T00:00:00.000001Z",
        "limits": [{"action": "redeemCoupon", "limit": 1, "entities": ["Profile"]}],
        "usageCounter": 0,
        "discountCounter": 0,
        "discountRemainder": 12.5,
        "reservationCounter": 0,
        "attributes": {},
        "reservation": True,
        "isReservationMandatory": True,
        "implicitlyReserved": True,
    }


def test_one_code_for_each_recipient(management: httpx.Client, coupons: str) -> None:
    recipients = ["a/b", "🦅", "x" * 1_000]
    answer = management.post(
        f"{coupons}_with_recipients",
        params={"silent": "no"},
        json={"usageLimit": 1, "recipientsIntegrationIds": recipients},
    )
    validate_answer(answer.json(), "createCouponsForMultipleRecipients", 200)
    assert [coupon["recipientIntegrationId"] for coupon in answer.json()["data"]] == recipients


def test_a_code_that_exists_is_a_conflict(management: httpx.Client, coupons: str) -> None:
    body = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "SUMMER"}
    assert management.post(coupons, json=body).status_code == 204
    answer = management.post(coupons, json=body | {"couponPattern": "summer"})
    assert problem(answer, 409) == ("duplicate", "/couponPattern")


def test_of_calls_at_the_same_time_one_gets_the_code(management: httpx.Client, coupons: str) -> None:
    body = {"usageLimit": 1, "numberOfCoupons": 1, "couponPattern": "SUMMER"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: management.post(coupons, json=body), range(8)))
    assert sorted(answer.status_code for answer in answers) == [204] + [409] * 7


def test_batches_at_the_same_time_share_a_small_pattern(management: httpx.Client, coupons: str) -> None:
    body = {
        "usageLimit": 1,
        "numberOfCoupons": 25,
        "couponPattern": "N-##",
        "validCharacters": list("0123456789"),
    }
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: management.post(coupons, json=body), range(4)))
    assert [answer.status_code for answer in answers] == [204] * 4
    found = management.get(coupons).json()["data"]
    assert len({coupon["value"] for coupon in found}) == 100


@pytest.mark.parametrize(
    ("fields", "title", "pointer"),
    [
        ({"usageLimit": None}, "type", "/usageLimit"),
        ({"usageLimit": -1}, "minimum", "/usageLimit"),
        ({"usageLimit": 1_000_000}, "maximum", "/usageLimit"),
        ({"usageLimit": 1.5}, "type", "/usageLimit"),
        ({"numberOfCoupons": 0}, "minimum", "/numberOfCoupons"),
        ({"numberOfCoupons": 20_001}, "maximum", "/numberOfCoupons"),
        ({"reservationLimit": 1_000_000}, "maximum", "/reservationLimit"),
        ({"discountLimit": 1e15 + 1}, "maximum", "/discountLimit"),
        ({"discountLimit": "5"}, "type", "/discountLimit"),
        ({"startDate": "tomorrow"}, "format", "/startDate"),
        ({"recipientIntegrationId": "x" * 1_001}, "maxLength", "/recipientIntegrationId"),
        ({"recipientIntegrationId": "a\0b"}, "pattern", "/recipientIntegrationId"),
        ({"couponPattern": "##"}, "minLength", "/couponPattern"),
        ({"couponPattern": "A B#"}, "pattern", "/couponPattern"),
        (
            {"couponPattern": "A###", "validCharacters": ["1"], "numberOfCoupons": 2},
            "capacity",
            "/couponPattern",
        ),
        ({"validCharacters": ["AB"]}, "pattern", "/validCharacters/0"),
        ({"validCharacters": "AB"}, "type", "/validCharacters"),
        ({"attributes": {"nope": 1}}, "Unknown", "/attributes/nope"),
        ({"limits": [{"action": "jump", "limit": 1, "entities": []}]}, "enum", "/limits/0/action"),
    ],
)
def test_bodies_that_cannot_be_used(
    management: httpx.Client, coupons: str, fields: Json, title: str, pointer: str
) -> None:
    answer = management.post(coupons, json={"usageLimit": 1, "numberOfCoupons": 1, **fields})
    assert problem(answer) == (title, pointer)
    validate(answer.json(), "ErrorResponseWithStatus")
    assert management.get(coupons).json()["totalResultSize"] == 0


@pytest.mark.parametrize(("number", "status"), [(1_000, 204), (1_001, 400), (0, 400)])
def test_the_number_of_recipients(management: httpx.Client, coupons: str, number: int, status: int) -> None:
    body = {"usageLimit": 1, "recipientsIntegrationIds": [f"customer {at}" for at in range(number)]}
    assert management.post(f"{coupons}_with_recipients", json=body).status_code == status


@pytest.mark.parametrize(
    ("method", "path", "operation_id"),
    [
        ("GET", "/campaigns/{c}/coupons", "getCoupons"),
        ("GET", "/campaigns/{c}/coupons/no_total", "getCouponsWithoutTotalCount"),
        ("POST", "/campaigns/{c}/coupons_search", "getCouponsByAttributes"),
        ("POST", "/campaigns/{c}/coupons_search_advanced", "searchCouponsAdvanced"),
        ("POST", "/campaigns/{c}/coupons_search_advanced/no_total", "searchCouponsAdvancedWithoutTotalCount"),
        ("POST", "/coupons_search", "getCouponsByAttributesApplicationWide"),
        ("POST", "/coupons_search_advanced", "searchCouponsAdvancedApplicationWide"),
        (
            "POST",
            "/coupons_search_advanced/no_total",
            "searchCouponsAdvancedApplicationWideWithoutTotalCount",
        ),
    ],
)
def test_every_list(
    management: httpx.Client, coupons: str, campaign: Json, method: str, path: str, operation_id: str
) -> None:
    for code in ("AAAA", "BBBB", "CCCC"):
        create(management, coupons, couponPattern=code)
    url = f"/v1/applications/{campaign['applicationId']}{path.format(c=campaign['id'])}"
    json = {"attributes": {}} if method == "POST" else None
    answer = management.request(method, url, params={"pageSize": 2, "sort": "-value"}, json=json)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert [coupon["value"] for coupon in body["data"]] == ["CCCC", "BBBB"]
    if path.endswith("no_total"):
        assert body["hasMore"] is True
        validate_answer(body, operation_id, 200)
    else:
        assert body["totalResultSize"] == 3
        for coupon in body["data"]:
            validate(coupon, "Coupon", "management")
    filtered = management.request(method, url, params={"value": "bb"}, json=json)
    assert [coupon["value"] for coupon in filtered.json()["data"]] == ["BBBB"]


def test_values_only(management: httpx.Client, coupons: str) -> None:
    create(management, coupons, couponPattern="AAAA")
    answer = management.get(f"{coupons}/no_total", params={"valuesOnly": "true"})
    assert answer.json() == {"hasMore": False, "data": [{"value": "AAAA"}]}


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"usable": "true", "redeemed": "true"}, ("not", "redeemed")),
        ({"usable": "maybe"}, ("enum", "usable")),
        ({"valid": "never"}, ("enum", "valid")),
        ({"sort": "attributes"}, ("enum", "sort")),
        ({"pageSize": "10001"}, ("maximum", "pageSize")),
        ({"pageSize": "0"}, ("minimum", "pageSize")),
        ({"skip": "-1"}, ("minimum", "skip")),
        ({"createdBefore": "yesterday"}, ("format", "createdBefore")),
        ({"referralId": "x"}, ("type", "referralId")),
        ({"exactMatch": "perhaps"}, ("type", "exactMatch")),
    ],
)
def test_queries_that_cannot_be_used(
    management: httpx.Client, coupons: str, query: dict[str, str], place: tuple[str, str]
) -> None:
    assert problem(management.get(f"{coupons}/no_total", params=query)) == place


@pytest.mark.parametrize("number", [1, 350])
@pytest.mark.parametrize(
    ("sent", "instant"),
    [
        ("2030-05-21T23:41:20-20:17", "2030-05-22T19:58:20Z"),
        ("2030-05-21T23:00:00+23:00", "2030-05-21T00:00:00Z"),
    ],
)
def test_an_offset_may_be_that_of_no_place(
    management: httpx.Client, coupons: str, number: int, sent: str, instant: str
) -> None:
    made = create(management, coupons, numberOfCoupons=number, expiryDate=sent)
    assert {coupon["expiryDate"] for coupon in made} == {instant}
    assert len(made) == number


def test_dates_alone_and_dates_with_an_offset(management: httpx.Client, coupons: str) -> None:
    create(management, coupons, couponPattern="AAAA", expiryDate="2030-02-01T00:00:00Z")
    for instant, expected in (("2030-02-01", 0), ("2030-02-02", 1), ("2030-02-01T02:00:00+01:00", 1)):
        found = management.get(coupons, params={"expiresBefore": instant}).json()
        assert found["totalResultSize"] == expected


def test_updating_a_coupon(management: httpx.Client, coupons: str) -> None:
    [coupon] = create(management, coupons, startDate="2030-01-01T00:00:00Z", recipientIntegrationId="ann")
    answer = management.put(f"{coupons}/{coupon['id']}", json={"usageLimit": 5})
    assert answer.status_code == 200, answer.text
    validate_answer(answer.json(), "updateCoupon", 200)
    assert answer.json()["usageLimit"] == 5
    assert not {"startDate", "recipientIntegrationId"} & set(answer.json())
    refused = management.put(f"{coupons}/{coupon['id']}", json={"usageLimit": "many"})
    assert problem(refused) == ("type", "/usageLimit")


def test_updating_a_batch(management: httpx.Client, coupons: str) -> None:
    [first], [second] = create(management, coupons), create(management, coupons)
    answer = management.put(coupons, json={"usageLimit": 9, "batchID": first["batchId"]})
    assert (answer.status_code, answer.content) == (204, b"")
    found = management.get(coupons).json()["data"]
    assert {coupon["id"]: coupon["usageLimit"] for coupon in found} == {first["id"]: 9, second["id"]: 1}


def test_deleting(management: httpx.Client, coupons: str) -> None:
    made = [create(management, coupons, couponPattern=code)[0] for code in ("AAAA", "BBBB", "CCCC", "DDDD")]
    assert management.delete(f"{coupons}/{made[0]['id']}").status_code == 204
    assert management.delete(f"{coupons}/{made[0]['id']}").status_code == 404
    assert management.delete(coupons, params={"value": "bbbb", "exactMatch": "true"}).status_code == 204
    assert [coupon["value"] for coupon in management.get(coupons).json()["data"]] == ["CCCC", "DDDD"]
    assert management.delete(coupons).status_code == 204
    assert management.get(coupons).json()["totalResultSize"] == 0


@pytest.mark.parametrize(
    ("query", "title", "parameter"),
    [
        ("value=", "minLength", "value"),
        ("createdBefore=", "minLength", "createdBefore"),
        ("batchId=", "minLength", "batchId"),
        ("batchID=abc", "Unknown", "batchID"),
        ("pageSize=1", "Unknown", "pageSize"),
        ("valid=maybe", "enum", "valid"),
        ("referralId=0", "minimum", "referralId"),
    ],
)
def test_a_filter_that_would_be_ignored_deletes_nothing(
    management: httpx.Client, coupons: str, query: str, title: str, parameter: str
) -> None:
    create(management, coupons)
    assert problem(management.delete(f"{coupons}?{query}")) == (title, parameter)
    assert management.get(coupons).json()["totalResultSize"] == 1


def test_what_does_not_exist(management: httpx.Client, coupons: str, application: Json) -> None:
    [coupon] = create(management, coupons)
    other = make_application(management)
    elsewhere = coupons.replace(f"/{application['id']}/", f"/{other['id']}/")
    body = {"usageLimit": 1, "numberOfCoupons": 1}
    for path in (elsewhere, "/v1/applications/999999999/campaigns/1/coupons"):
        assert management.get(path).status_code == 404
        assert management.post(path, json=body).status_code == 404
        assert management.put(path, json={}).status_code == 404
        assert management.delete(path).status_code == 404
        assert management.put(f"{path}/{coupon['id']}", json={}).status_code == 404
    for coupon_id in (2**62, 2**70, "x", "-1"):
        assert management.put(f"{coupons}/{coupon_id}", json={}).status_code == 404


def test_attributes_go_round(
    management: httpx.Client, coupons: str, application: Json, campaign: Json
) -> None:
    name = f"Colour{campaign['id']}"
    attribute = {
        "entity": "Coupon",
        "name": name,
        "title": name,
        "type": "string",
        "description": "",
        "suggestions": [],
        "editable": True,
    }
    assert management.post("/v1/attributes", json=attribute).status_code == 201
    create(management, coupons, couponPattern="AAAA", attributes={name: "red"})
    create(management, coupons, couponPattern="BBBB", attributes={name: "blue"})
    path = f"/v1/applications/{application['id']}/coupons_search_advanced/no_total"
    answer = management.post(path, json={"attributes": {name: "red"}})
    assert [coupon["attributes"] for coupon in answer.json()["data"]] == [{name: "red"}]
