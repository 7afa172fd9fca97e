"""Lists of values that attributes allow: from a file to what requests and rules may set (behaviour/csv 9; behaviour/definitions 1, 2)."""

from typing import Any

import httpx
import pytest

from tercel.features.setup.attributes import allowed_list
from tests.support.contract import validate_answer
from tests.support.server import Server, client, created, make_application, make_management_key
from tests.support.shop import Shop, item, rule

Json = dict[str, Any]


class Defined:
    """Attributes of a shop of one name, of one kind, restricted."""

    def __init__(self, shop: Shop, kind: str = "string", **fields: Any) -> None:
        self.management = shop.management
        self.name = f"listed{shop.application['id']}"
        body = {"entity": "CustomerSession", "name": self.name, "title": self.name, "type": kind, "description": "",
                "suggestions": [], "restrictedBySuggestions": True, "editable": True, **fields}  # fmt: skip
        self.body = body
        self.path = f"/v1/attributes/{created(shop.management.post('/v1/attributes', json=body))['id']}"

    def send(self, content: str, by: httpx.Client | None = None) -> httpx.Response:
        """Import a file."""
        files = {"upFile": ("x.csv", content.encode())}
        return (by or self.management).post(f"{self.path}/allowed_list/import", files=files)

    def take(self, *items: str) -> Json:
        """Import these values; the answer."""
        answer = self.send("\n".join(["item", *items]))
        assert answer.status_code == 200, answer.text
        validate_answer(answer.json(), "importAllowedList", 200)
        made: Json = answer.json()
        return made

    @property
    def has_list(self) -> bool:
        """Whether the attribute says that it has a list."""
        return bool(self.management.get(self.path).json()["hasAllowedList"])


def _sets(shop: Shop, defined: Defined, value: Any) -> int:
    """The status of a session that sets the attribute."""
    session = {"attributes": {defined.name: value}, "cartItems": [item("A", 5)]}
    answer = shop.integration.put("/v2/customer_sessions/s", json={"customerSession": session})
    if answer.status_code == 400:
        [error] = answer.json()["errors"]
        assert (error["title"], error["source"]["pointer"]) == (
            "enum",
            f"/customerSession/attributes/{defined.name}",
        )
        assert "not among the values to which it is restricted" in error["details"]
    return answer.status_code


def test_a_list_binds_from_one_request_to_the_next(shop: Shop) -> None:
    defined = Defined(shop, suggestions=["app"])
    assert not defined.has_list
    assert [_sets(shop, defined, value) for value in ("app", "00123")] == [200, 400]
    made = defined.take("00123", '"a ""quoted""\nname"', "'=1+1", "00123")
    assert (made["entity"], made["amount"]) == ("AttributeAllowedList", 4)
    assert defined.has_list
    values = ("00123", 'a "quoted"\nname', "=1+1", "123", "app")
    assert [_sets(shop, defined, value) for value in values] == [200, 200, 200, 400, 400]
    defined.take("web")
    assert [_sets(shop, defined, value) for value in ("00123", "web")] == [400, 200]
    assert defined.take()["amount"] == 0
    assert not defined.has_list
    assert [_sets(shop, defined, value) for value in ("web", "app")] == [400, 200]


def test_a_list_without_restriction_binds_nothing(shop: Shop) -> None:
    defined = Defined(shop, restrictedBySuggestions=False)
    defined.take("a")
    assert _sets(shop, defined, "b") == 200
    assert defined.management.put(
        defined.path, json={**defined.body, "restrictedBySuggestions": True}
    ).is_success
    assert defined.has_list
    assert [_sets(shop, defined, value) for value in ("b", "a")] == [400, 200]


def test_elements_and_numbers(shop: Shop) -> None:
    defined = Defined(shop, "(list number)")
    defined.take("5.0", "1000000", "0.10")
    values = ([5, 0.1], [], [5, 6], [10**6])
    assert [_sets(shop, defined, value) for value in values] == [200, 200, 400, 200]


def test_rules_set_what_is_listed_only(shop: Shop) -> None:
    defined = Defined(shop)
    defined.take("gold")
    shop.campaign(
        rule(
            [
                "updateAttribute",
                f"Session.Attributes.{defined.name}",
                ["first", [".", "Session", "Identifiers"]],
            ]
        )
    )
    for identifier, given in (("iron", []), ("gold", ["gold"])):
        answer = shop.update("s", identifiers=[identifier])
        assert [each["props"]["value"] for each in answer["effects"]] == given


def test_management_checks_the_same(shop: Shop) -> None:
    defined = Defined(shop, entity="Store")
    defined.take("north")
    body = {"name": "s", "description": "", "integrationId": "berlin"}
    for value, status in (("south", 400), ("north", 201)):
        answer = shop.management.post(
            f"{shop.path}/stores", json={**body, "attributes": {defined.name: value}}
        )
        assert answer.status_code == status


def test_all_lines_or_none(shop: Shop) -> None:
    defined = Defined(shop, "number")
    defined.take("7")
    answer = defined.send("item\n5\n1,5\n\n1e3\nseven\n")
    assert answer.status_code == 400
    validate_answer(answer.json(), "importAllowedList", 400)
    told = [(int(each["source"]["line"]), each["details"]) for each in answer.json()["errors"]]
    assert told == [(3, "the line has 2 cells, the header 1")]
    answer = defined.send('item\n5\n"1,5"\n\n1e3\nseven\n')
    assert [each["source"]["line"] for each in answer.json()["errors"]] == ["3", "5", "6"]
    assert [_sets(shop, defined, value) for value in (5, 7)] == [400, 200]


@pytest.mark.parametrize("kind", ["time", "boolean", "location", "(list time)"])
def test_only_texts_and_numbers_are_listed(shop: Shop, kind: str) -> None:
    defined = Defined(shop, kind, restrictedBySuggestions=False)
    answer = defined.send("item\ntrue\n")
    assert (answer.status_code, "only texts and numbers" in answer.json()["message"]) == (400, True)
    assert not defined.has_list


def test_only_the_attribute_that_the_key_is_for(
    shop: Shop, server: Server, admin: httpx.Client, management: httpx.Client
) -> None:
    own, other = shop.application["id"], make_application(management)["id"]
    key = make_management_key(admin, endpoints=[{"path": "*"}], allowedApplicationIds=[own])
    with client(server, f"ManagementKey-v1 {key}") as narrow:
        for applications, status in (([other], 404), ([], 404), ([own], 200)):
            name = f"n{own}{len(applications)}{status}{applications == [other]}"
            defined = Defined(shop, name=name, title=name, subscribedApplicationsIds=applications)
            assert defined.send("item\na\n", by=narrow).status_code == status
            assert defined.has_list is (status == 200)


def test_no_list_of_what_is_not_there(shop: Shop) -> None:
    files = {"upFile": ("x.csv", b"item\na\n")}
    answer = shop.management.post(f"/v1/attributes/{2**40}/allowed_list/import", files=files)
    assert answer.status_code == 404


def test_values_of_an_account_have_an_edge(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    defined = Defined(shop)
    own = 3
    others = 0
    for attribute in shop.management.get("/v1/attributes", params={"pageSize": 10_000}).json()["data"]:
        if attribute["hasAllowedList"]:
            path = f"/v1/attributes/{attribute['id']}/allowed_list/import"
            assert shop.management.post(path, files={"upFile": ("x.csv", b"item\n")}).is_success
    monkeypatch.setattr(allowed_list, "ALLOWED_ITEMS_PER_ACCOUNT_MAX", own + others)
    defined.take("a", "b", "c")
    answer = defined.send("item\na\nb\nc\nd\n")
    assert (answer.status_code, "together" in answer.json()["message"]) == (400, True)
    assert [_sets(shop, defined, value) for value in ("c", "d")] == [200, 400]
