"""Names that nobody reads are told in a header, and refused for testing keys (behaviour/requests 5, 7)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tercel.base.codec import encode
from tercel.base.limits import CHECK_ERRORS_MAX, IGNORED_NAMES_LENGTH_MAX
from tercel.http.decoding import strictness
from tercel.http.decoding.strictness import (
    UNUSED,
    UnknownMembers,
    header_of,
    unknown_parameters,
)
from tercel.http.kernel.upload import Upload
from tercel.http.operations import OPERATIONS
from tests.security.minimal import full
from tests.support import contract
from tests.support.server import Server, client, make_application, make_integration_key

SESSION = "/v2/customer_sessions/s"
WITH_BODY = [operation for operation in OPERATIONS if operation.body not in (None, Upload)]


def found(kind: Any, document: Any) -> list[str]:
    return [each.name for each in UnknownMembers(kind).find(encode(document), is_whole=True)]


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_known_names_are_known_and_others_are_not(operation: Any) -> None:
    document = full(operation.body)
    assert found(operation.body, document) == []
    for place, name in objects(document):
        place["naem"] = 1
        assert set(found(operation.body, document)) == {f"{name}naem"}
        del place["naem"]


def objects(value: Any, name: str = "") -> Iterator[tuple[dict[str, Any], str]]:
    """The objects of a document that have members of a known name, with what comes before these."""
    if isinstance(value, list):
        for each in value[:1]:
            yield from objects(each, f"{name.removesuffix('.')}[].")
    elif isinstance(value, dict) and value:
        yield value, name
        for key, each in value.items():
            yield from objects(each, f"{name}{key}.")


def test_what_the_contract_has_is_no_mistake() -> None:
    unknown: set[str] = set()
    for operation in WITH_BODY:
        document = dict.fromkeys(contract.request_members(operation.id))
        unknown.update(found(operation.body, document))
    assert unknown <= UNUSED


def test_all_names_are_in_the_header(integration: httpx.Client, management: httpx.Client) -> None:
    item = {"sku": "a", "quantity": 1, "price": 1, "pric": 1}
    session = {"cartItem": [], "cartItems": [item, {**item, "größe, x": 1}], "state": "open"}
    answer = integration.put(f"{SESSION}?dryrun=true", json={"customerSession": session, "naïve\r\n": 1})
    assert answer.status_code == 200
    assert answer.headers["x-tercel-ignored"] == (
        "dryrun, customerSession.cartItem, customerSession.cartItems[].pric,"
        " customerSession.cartItems[].gr%C3%B6%C3%9Fe%2C%20x, na%C3%AFve%0D%0A"
    )
    assert management.get("/v1/applications?pagesize=1").headers["x-tercel-ignored"] == "pagesize"
    assert management.get("/v1/webhooks/0?a=1").headers["x-tercel-ignored"] == "a"
    assert "x-tercel-ignored" not in management.get("/v1/applications?pageSize=1").headers
    assert "x-tercel-ignored" not in integration.put(SESSION, json={"customerSession": {}}).headers


def test_refusals_tell_them_too(integration: httpx.Client) -> None:
    answer = integration.put(SESSION, json={"customerSession": {"state": "cancelled", "couponCode": "A"}})
    assert (answer.status_code, answer.headers["x-tercel-ignored"]) == (400, "customerSession.couponCode")


def test_the_header_has_a_length() -> None:
    names = [f"{'x' * 40}{number}" for number in range(100)]
    text = header_of(unknown_parameters("&".join(f"{name}=1" for name in names).encode(), ()))
    told, _, rest = text.rpartition(", and ")
    assert len(told) <= IGNORED_NAMES_LENGTH_MAX < len(told) + 45
    assert rest == f"{100 - len(told.split(', '))} more"
    assert header_of(unknown_parameters(b"x" * 5_000 + b"=1", ())) == "x" * 100


@pytest.fixture
def testing(server: Server, admin: httpx.Client) -> Iterator[httpx.Client]:
    key = make_integration_key(admin, make_application(admin)["id"], type="staging")
    with client(server, f"ApiKey-v1 {key}") as opened:
        yield opened


def test_testing_keys_are_refused_with_the_right_name(testing: httpx.Client) -> None:
    body = {"customerSession": {"cartItem": [], "cartItems": [{"sku": "a", "quantity": 1, "prise": 1}]}}
    problems = refused(testing.put(SESSION, json=body))
    assert problems == [
        ("additionalProperties", "`cartItem` is not known here; did you mean `cartItems`?",
         {"pointer": "/customerSession/cartItem"}),
        ("additionalProperties", "`prise` is not known here; did you mean `price`?",
         {"pointer": "/customerSession/cartItems/0/prise"}),
    ]  # fmt: skip
    [(title, details, source)] = refused(testing.put(f"{SESSION}?explian=1", json={"customerSession": {}}))
    assert (title, source) == ("Unknown", {"parameter": "explian"})
    assert details == "`explian` is not known here; did you mean `explain`?"
    many = {f"x{number}": 1 for number in range(CHECK_ERRORS_MAX + 1)}
    assert len(refused(testing.put(SESSION, json={"customerSession": many}))) == CHECK_ERRORS_MAX


def test_testing_keys_may_send_what_the_contract_has(testing: httpx.Client) -> None:
    item = {"sku": "a", "quantity": 1, "price": 1, "catalogItemID": 1}
    answer = testing.put(SESSION, json={"customerSession": {"cartItems": [item]}})
    assert (answer.status_code, answer.headers["x-tercel-ignored"]) == (
        200,
        "customerSession.cartItems[].catalogItemID",
    )


def refused(answer: httpx.Response) -> list[tuple[str, str, dict[str, str]]]:
    assert answer.status_code == 400, answer.text
    return [(each["title"], each["details"], each["source"]) for each in answer.json()["errors"]]


def test_after_a_body_without_mistakes_it_rests_for_a_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(strictness, "monotonic", lambda: now)
    kind = next(operation.body for operation in WITH_BODY if operation.id == "updateCustomerSessionV2")
    members, misspelt = UnknownMembers(kind), b'{"customerSessoin": {}}'

    def names(*, is_whole: bool) -> list[str]:
        return [each.name for each in members.find(misspelt, is_whole=is_whole)]

    assert members.find(b'{"customerSession": {}}', is_whole=False) == []
    assert names(is_whole=False) == []
    assert names(is_whole=True) == ["customerSessoin"], "bodies of testing keys are always looked at"
    now += 0.0011
    assert names(is_whole=False) == ["customerSessoin"]
