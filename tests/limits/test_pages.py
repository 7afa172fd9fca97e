"""Pages, sorting and ids in query strings: the same edges for every operation that reads them (behaviour/lists 1)."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from msgspec import inspect

from tercel.base.limits import PAGE_SIZE_MAX, SKIP_MAX
from tercel.http.decoding.query import fields_of, structs_of
from tercel.http.kernel.operation import Access, Operation
from tercel.http.operations import OPERATIONS
from tests.http.management.campaigns import make_campaign
from tests.loyalty.club import make_program
from tests.support.server import make_application, make_integration_key

_PARAMETER = re.compile(r"\{(\w+)\}")
NOBODY_HAS = 2**62


def fields(operation: Operation) -> dict[str, inspect.Field]:
    if operation.query is None:
        return {}
    structs = structs_of(operation.query)
    return {field.encode_name: field for struct in structs for field in fields_of(struct)}


PAGED = [operation for operation in OPERATIONS if "pageSize" in fields(operation)]
#: Published without ``sort``: their order is fixed, and the parameter is ignored like any that is unknown.
UNSORTED = {
    "getApplicationCustomers",
    "getApplicationCustomersByAttributes",
    "getApplicationSessionsByCustomerAttributes",
    "getCustomerProfiles",
    "getCustomersByAttributes",
    "getReservedCoupons",
    "getReservedCustomers",
    "searchCustomersOfAllApplications",
}
SORTED = [each for each in PAGED if "sort" in fields(each) and each.id not in UNSORTED]


def named(operation: Operation) -> str:
    return operation.id


@pytest.fixture(scope="module")
def ids(admin: httpx.Client) -> dict[str, Any]:
    """Ids that exist, by the parameter of the path, and a key."""
    application = make_application(admin)
    campaign = make_campaign(admin, application)
    key = make_integration_key(admin, application["id"])
    program = make_program(admin, application)
    customer = "paging"
    admin.put(f"/v1/loyalty_programs/{program['id']}/profile/{customer}/add_points", json={"points": 1})
    with_cards = make_program(admin, application, cardBased=True)
    card = "PAGING"
    admin.post(
        f"/v1/loyalty_programs/{with_cards['id']}/cards",
        json={"cardIdentifier": card},
        headers={"Authorization": f"ApiKey-v1 {key}"},
    )
    return {
        "applicationId": application["id"],
        "campaignId": campaign["id"],
        "loyaltyProgramId": program["id"],
        "integrationId": customer,
        "with cards": with_cards["id"],
        "loyaltyCardId": card,
        "key": key,
    }


def problem(answer: httpx.Response) -> tuple[int, str, str]:
    (found,) = answer.json()["errors"]
    return answer.status_code, found["title"], found["source"]["parameter"]


def ask(admin: httpx.Client, operation: Operation, ids: dict[str, Any], **query: Any) -> httpx.Response:
    known = {**ids, "loyaltyProgramId": ids["with cards"]} if "{loyaltyCardId}" in operation.path else ids
    path = _PARAMETER.sub(lambda match: str(known.get(match[1], NOBODY_HAS)), operation.path)
    body = None if operation.body is None else {"attributes": {}}
    is_integration = operation.access is Access.INTEGRATION
    headers = {"Authorization": f"ApiKey-v1 {ids['key']}"} if is_integration else {}
    return admin.request(operation.method, path, params=query, json=body, headers=headers)


@pytest.mark.parametrize("operation", PAGED, ids=named)
def test_a_page_has_bounds(operation: Operation, admin: httpx.Client, ids: dict[str, Any]) -> None:
    for query, title in (
        ({"pageSize": 0}, "minimum"),
        ({"pageSize": PAGE_SIZE_MAX + 1}, "maximum"),
        ({"skip": -1}, "minimum"),
        ({"skip": SKIP_MAX + 1}, "maximum"),
    ):
        assert problem(ask(admin, operation, ids, **query)) == (400, title, next(iter(query)))
    for query in ({"pageSize": 1}, {"pageSize": PAGE_SIZE_MAX}, {"skip": SKIP_MAX}):
        assert ask(admin, operation, ids, **query).status_code in {200, 404}


@pytest.mark.parametrize("operation", SORTED, ids=named)
def test_a_list_is_sorted_by_what_it_knows(
    operation: Operation, admin: httpx.Client, ids: dict[str, Any]
) -> None:
    for sort in ("weather", "-", "id;", "id,weather"):
        status, _, parameter = problem(ask(admin, operation, ids, sort=sort))
        assert (status, parameter) == (400, "sort"), sort


def unbounded(shape: inspect.Type) -> Iterator[inspect.Type]:
    """Whole numbers that may be anything."""
    match shape:
        case inspect.IntType(ge=None) | inspect.IntType(le=None):
            yield shape
        case inspect.UnionType(types=types):
            for option in types:
                yield from unbounded(option)
        case inspect.ListType(item_type=item):
            yield from unbounded(item)


def test_numbers_in_queries_have_bounds() -> None:
    found = [
        (operation.id, name)
        for operation in OPERATIONS
        for name, field in fields(operation).items()
        if any(unbounded(field.type))
    ]
    assert found == []


def test_deleting_by_a_query_ignores_nothing() -> None:
    deleting = [each for each in OPERATIONS if each.method == "DELETE" and each.query is not None]
    assert [each.id for each in deleting if not each.is_query_strict] == []
    assert deleting
