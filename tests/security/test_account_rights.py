"""What a key for some applications sees and changes of the account: only what is for these applications alone (behaviour/access 2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx
import pytest

from tercel.http.kernel.operation import Access
from tercel.http.operations import OPERATIONS
from tests.security.callers import FOREVER, Place
from tests.security.things import minimal_body
from tests.support.server import Server, client, created, make_application, make_management_key

Json = dict[str, Any]
_numbers = count(1)


@dataclass(frozen=True)
class Noun:
    """A thing of the account: where it is, which member names its applications, and the operations on it."""

    path: str
    applications: str
    create: str
    change: str
    others: tuple[str, ...]
    fixed: Json = field(default_factory=dict)
    needs_applications: bool = False

    @property
    def operations(self) -> set[str]:
        return {self.create, self.change, *self.others}

    def body(self, applications: list[int]) -> Json:
        name = f"x{next(_numbers)}"
        named = {each: name for each in ("name", "title") if each in minimal_body(self.create)}
        return minimal_body(self.create, **named, **self.fixed, **{self.applications: applications})


NOUNS = [
    Noun(
        "/v1/attributes",
        "subscribedApplicationsIds",
        "createAttribute",
        "updateAttribute",
        ("getAttributes", "getAttribute"),
        {"entity": "Store", "type": "string", "editable": True},
    ),
    Noun(
        "/v1/additional_costs",
        "subscribedApplicationsIds",
        "createAdditionalCost",
        "updateAdditionalCost",
        ("getAdditionalCosts", "getAdditionalCost"),
    ),
    Noun(
        "/v1/webhooks",
        "applicationIds",
        "createWebhook",
        "updateWebhook",
        ("getWebhooks", "getWebhook", "deleteWebhook"),
        {"url": "https://shop.example", "verb": "POST", "payload": "{}"},
    ),
    Noun(
        "/v1/custom_effects",
        "applicationIds",
        "createCustomEffect",
        "updateCustomEffect",
        ("getCustomEffects", "getCustomEffect", "deleteCustomEffect"),
        {"payload": "{}"},
        needs_applications=True,
    ),
    Noun(
        "/v1/loyalty_programs",
        "subscribedApplications",
        "createLoyaltyProgram",
        "updateLoyaltyProgram",
        ("getLoyaltyPrograms", "getLoyaltyProgram", "deleteLoyaltyProgram"),
        {"timezone": "UTC", "defaultValidity": "unlimited", "defaultPending": "immediate", "sandbox": False},
    ),
    Noun(
        "/v1/management_keys",
        "allowedApplicationIds",
        "createManagementKey",
        "updateManagementKey",
        ("getManagementKeys", "deleteManagementKey"),
        {"endpoints": [], "expiryDate": FOREVER},
    ),
]
#: Account-wide operations that are about something else, each with its test below or elsewhere.
OTHERWISE = {
    "destroySession": "ends the caller's own session",
    "createApplication": "test_no_further_application",
    "getApplications": "test_only_its_own_applications",
    "getEventTypes": "test_types_of_events_are_for_all",
    "createEventType": "test_types_of_events_are_for_all",
    "getCustomerProfiles": "tests/features/customers/test_list.py",
    "getCustomersByAttributes": "tests/features/customers/test_list.py",
    "getCustomerProfile": "tests/features/customers/test_list.py",
    "searchCustomersOfAllApplications": "tests/features/customers/test_list.py",
    "getExports": "tests/http/management/test_file_records.py",
    "getImports": "tests/http/management/test_file_records.py",
    "importAllowedList": "tests/http/management/test_allowed_list.py",
    "listAccountJobs": "tests/jobs/test_lines.py",
    "getAccountJob": "tests/jobs/test_lines.py",
    **dict.fromkeys(
        (
            "createBatchLoyaltyCards",
            "getLoyaltyCards",
            "getLoyaltyCard",
            "updateLoyaltyCard",
            "deleteLoyaltyCard",
            "transferLoyaltyCard",
        ),
        "tests/loyalty/test_cards.py",
    ),
    "addLoyaltyCardPoints": "tests/loyalty/test_card_points.py",
    "deductLoyaltyCardPoints": "tests/loyalty/test_card_points.py",
    "getLoyaltyCardTransactionLogs": "tests/loyalty/test_card_points.py",
    "addLoyaltyPoints": "tests/loyalty/test_programs.py",
    "removeLoyaltyPoints": "tests/loyalty/test_programs.py",
    "getLoyaltyLedgerBalances": "tests/loyalty/test_programs.py",
    "getLoyaltyProgramTransactions": "tests/loyalty/test_programs.py",
    "getLoyaltyProgramProfileLedgerTransactions": "tests/loyalty/test_programs.py",
    "exportLoyaltyLedger": "tests/loyalty/test_files.py",
    "exportLoyaltyBalances": "tests/loyalty/test_files.py",
    "exportLoyaltyBalance": "tests/loyalty/test_files.py",
    "exportLoyaltyJoinDates": "tests/loyalty/test_files.py",
    "importLoyaltyJoinDates": "tests/loyalty/test_imports.py",
    "importLoyaltyPoints": "tests/loyalty/test_imports.py",
}
MANAGING = [each for each in OPERATIONS if each.access in {Access.MANAGEMENT, Access.ADMIN}]


@pytest.fixture(scope="module")
def place(server: Server, admin: httpx.Client) -> Place:
    return Place(server, admin, OPERATIONS)


@pytest.fixture(scope="module")
def own(admin: httpx.Client) -> int:
    return int(make_application(admin)["id"])


@pytest.fixture(scope="module")
def other(admin: httpx.Client) -> int:
    return int(make_application(admin)["id"])


@pytest.fixture(scope="module")
def narrow(server: Server, admin: httpx.Client, own: int) -> Iterator[httpx.Client]:
    """A key for everything in one application, the administration included."""
    endpoints = [{"method": each.method, "path": each.path} for each in MANAGING]
    key = make_management_key(admin, endpoints=endpoints, allowedApplicationIds=[own])
    with client(server, f"ManagementKey-v1 {key}") as opened:
        yield opened


def test_every_account_wide_operation_is_covered() -> None:
    account_wide = {each.id for each in MANAGING if "{applicationId}" not in each.path}
    covered = set(OTHERWISE).union(*(noun.operations for noun in NOUNS))
    assert account_wide == covered


def reads(noun: Noun) -> bool:
    return any(name.startswith("get") and not name.endswith("s") for name in noun.others)


def deletes(noun: Noun) -> bool:
    return any(name.startswith("delete") for name in noun.others)


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.path)
def test_only_what_is_for_its_applications_alone(
    admin: httpx.Client, narrow: httpx.Client, own: int, other: int, noun: Noun
) -> None:
    foreign = [[other], [own, other]] + ([] if noun.needs_applications else [[]])
    mine = created(admin.post(noun.path, json=noun.body([own])))
    theirs = [created(admin.post(noun.path, json=noun.body(applications))) for applications in foreign]

    seen = {each["id"] for each in narrow.get(noun.path).json()["data"]}
    assert mine["id"] in seen
    assert not seen & {each["id"] for each in theirs}
    for thing in theirs:
        path, body = f"{noun.path}/{thing['id']}", {**noun.body([own]), "name": thing.get("name", "")}
        told = [narrow.put(path, json=body)]
        told += [narrow.get(path)] if reads(noun) else []
        told += [narrow.delete(path)] if deletes(noun) else []
        assert {answer.status_code for answer in told} == {404}, noun.path
    kept = {each["id"]: each for each in admin.get(noun.path).json()["data"]}
    for thing in theirs:
        assert {**thing, "key": None} == {**kept[thing["id"]], "key": None}


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.path)
def test_nothing_is_made_or_widened_for_others(
    admin: httpx.Client, narrow: httpx.Client, own: int, other: int, noun: Noun
) -> None:
    nowhere = 2**40
    for applications in ([other], [own, other], [nowhere]) + (() if noun.needs_applications else ([],)):
        assert narrow.post(noun.path, json=noun.body(applications)).status_code == 403, applications
        body = noun.body([own])
        path = f"{noun.path}/{created(narrow.post(noun.path, json=body))['id']}"
        wider = narrow.put(path, json={**body, noun.applications: applications})
        assert wider.status_code == 403, applications
        [kept] = [each for each in admin.get(noun.path).json()["data"] if path.endswith(f"/{each['id']}")]
        assert kept[noun.applications] == [own]
        assert narrow.put(path, json=body).status_code == 200
        if deletes(noun):
            assert narrow.delete(path).status_code == 204


def test_no_further_application(admin: httpx.Client, narrow: httpx.Client) -> None:
    before = admin.get("/v1/applications").json()["totalResultSize"]
    body = {"name": "one more", "timezone": "UTC", "currency": "EUR"}
    assert narrow.post("/v1/applications", json=body).status_code == 403
    assert admin.get("/v1/applications").json()["totalResultSize"] == before


def test_only_its_own_applications(narrow: httpx.Client, own: int) -> None:
    assert [each["id"] for each in narrow.get("/v1/applications").json()["data"]] == [own]


def test_types_of_events_are_for_all(admin: httpx.Client, narrow: httpx.Client, own: int) -> None:
    known, unknown = f"known {own}", f"unknown {own}"
    created(admin.post("/v1/event_types", json={"name": known, "title": known}))
    assert narrow.get("/v1/event_types").json()["data"] == []
    assert narrow.post("/v1/event_types", json={"name": unknown, "title": unknown}).status_code == 403
    for event_type, status in ((known, 201), (unknown, 403)):
        body = NOUNS[0].body([own]) | {"entity": "Event", "eventType": event_type}
        assert narrow.post("/v1/attributes", json=body).status_code == status
    assert admin.get("/v1/event_types", params={"name": unknown}).json()["data"] == []
