"""Which files came in and went out, and who sees that (behaviour/csv 10).

The published description of ``getImports`` names the answer of another operation; clients of its time read a list of ``Import``.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.contract import validate, validate_answer
from tests.support.server import Server, client, created, make_management_key
from tests.support.shop import Shop, rule

Json = dict[str, Any]


@pytest.fixture
def narrow(shop: Shop, server: Server, admin: httpx.Client) -> Iterator[httpx.Client]:
    """A key for everything in the shop alone, so that nothing of other tests is seen."""
    key = make_management_key(
        admin, endpoints=[{"path": "*"}], allowedApplicationIds=[shop.application["id"]]
    )
    with client(server, f"ManagementKey-v1 {key}") as opened:
        yield opened


def _listed(by: httpx.Client, what: str, **query: Any) -> Json:
    listed: Json = by.get(f"/v1/{what}", params=query).raise_for_status().json()
    return listed


def _export(shop: Shop, name: str, **query: Any) -> None:
    shop.management.get(f"{shop.path}/export_{name}", params=query).raise_for_status()


def test_exports_are_listed_with_what_chose_their_rows(shop: Shop, narrow: httpx.Client) -> None:
    _export(shop, "coupons", campaignId=3, usable="true", createdAfter="2030-01-01T00:00:00+01:00", sort="-id", dateFormat="excel", valuesOnly="true")  # fmt: skip
    _export(shop, "referrals")
    listed = _listed(narrow, "exports")
    validate_answer(listed, "getExports", 200)
    assert listed["totalResultSize"] == 2
    assert [(each["entity"], each["filter"]) for each in listed["data"]] == [
        ("Referral", {}),
        ("Coupon", {"campaignId": 3, "usable": "true", "createdAfter": "2030-01-01T00:00:00+01:00"}),
    ]
    assert {(each["accountId"], each["userId"]) for each in listed["data"]} == {(1, 1)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"entity": "Coupon"}, ["Coupon", "Coupon"]),
        ({"campaignId": 3}, ["Effect", "Coupon"]),
        ({"campaignId": 3, "entity": "Effect"}, ["Effect"]),
        ({"entity": "Collection"}, []),
        ({"applicationId": 2**40}, []),
        ({"pageSize": 1, "skip": 1}, ["Coupon"]),
    ],
)
def test_exports_are_chosen(shop: Shop, narrow: httpx.Client, query: Json, found: list[str]) -> None:
    _export(shop, "coupons", campaignId=3)
    _export(shop, "coupons", campaignId=4)
    _export(shop, "effects", campaignId=3)
    assert [each["entity"] for each in _listed(narrow, "exports", **query)["data"]] == found


def test_imports_are_listed_with_their_rows(shop: Shop, narrow: httpx.Client) -> None:
    campaign = shop.campaign(rule(["couponValid"]))
    path = f"{shop.path}/campaigns/{campaign['id']}/import_coupons"
    made = [
        _send(shop, path, "value\n" + "".join(f"CODE-{each}\n" for each in range(amount)))
        for amount in (2, 0)
    ]
    assert shop.management.post(path, files={"upFile": ("x.csv", b"value\nCODE-0\n")}).status_code == 400
    listed = _listed(narrow, "imports")
    assert listed == {"totalResultSize": 2, "data": made[::-1]}
    for each in listed["data"]:
        validate(each, "Import", "management")


def test_a_key_sees_the_files_of_its_applications(shop: Shop, narrow: httpx.Client) -> None:
    name = f"listed{shop.application['id']}"
    body = {"entity": "Store", "name": name, "title": name, "type": "string", "description": "",
            "suggestions": [], "editable": True}  # fmt: skip
    attribute = created(shop.management.post("/v1/attributes", json=body))
    made = _send(shop, f"/v1/attributes/{attribute['id']}/allowed_list/import", "item\na\n")
    assert _listed(shop.management, "imports", pageSize=1)["data"] == [made]
    assert _listed(narrow, "imports") == {"totalResultSize": 0, "data": []}
    assert narrow.get("/v1/exports", params={"entity": "Coupons"}).status_code == 400


def test_records_stay_when_the_application_goes(shop: Shop) -> None:
    _export(shop, "coupons")
    assert shop.management.delete(shop.path).status_code == 204
    kept = _listed(shop.management, "exports", applicationId=shop.application["id"])
    assert [each["entity"] for each in kept["data"]] == ["Coupon"]


def _send(shop: Shop, path: str, content: str) -> Json:
    answer = shop.management.post(path, files={"upFile": ("x.csv", content.encode())})
    made: Json = answer.raise_for_status().json()
    return made
