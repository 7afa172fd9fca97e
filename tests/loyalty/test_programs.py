"""Loyalty programs: what they say, what may change, and what is refused (behaviour/loyalty 1, 6)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tercel.base.limits import POINTS_MAX, TIERS_MAX, USERS_PER_CARD_MAX
from tests.loyalty.club import Club, club, make_program
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import Shop, shop

__all__ = ["club", "shop"]

_PATH = "/v1/loyalty_programs"


def _problems(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 400, answer.text
    return [(each["source"]["pointer"], each["title"]) for each in answer.json()["errors"]]


def _new(shop: Shop, **settings: Any) -> dict[str, Any]:
    return {
        "name": "refused",
        "title": "Club",
        "subscribedApplications": [shop.application["id"]],
        "defaultValidity": "30D",
        "defaultPending": "immediate",
        "allowSubledger": False,
        "sandbox": False,
        "timezone": "Europe/Berlin",
        **settings,
    }


def test_a_program_is_made_read_listed_and_deleted(shop: Shop) -> None:
    made = make_program(
        shop.management,
        shop.application,
        tiers=[{"name": "Gold", "minPoints": 300}, {"name": "Silver", "minPoints": 100.5}],
    )
    assert [(tier["name"], tier["minPoints"]) for tier in made["tiers"]] == [("Silver", 100.5), ("Gold", 300)]
    assert (made["returnPolicy"], made["programJoinPolicy"], made["usersPerCardLimit"]) == (
        "within_balance",
        "not_join",
        0,
    )
    assert [made[name] for name in made if name.startswith("can")] == [True, True, True, True]
    path = f"{_PATH}/{made['id']}"
    assert shop.management.get(path).json() == made
    assert made in shop.management.get(_PATH).json()["data"]
    assert shop.management.delete(path).status_code == 204
    assert shop.management.get(path).status_code == 404


@pytest.mark.parametrize(
    ("given", "pointer", "title"),
    [
        ({"name": "two words"}, "/name", "pattern"),
        ({"timezone": "Europe/Nowhere"}, "/timezone", "format"),
        ({"defaultValidity": "on_action"}, "/defaultValidity", "format"),
        ({"defaultValidity": "1h_D"}, "/defaultValidity", "format"),
        ({"defaultPending": "unlimited"}, "/defaultPending", "format"),
        ({"tiers": [{"name": "a", "minPoints": -1}]}, "/tiers/0/minPoints", "range"),
        ({"tiers": [{"name": "a", "minPoints": float(POINTS_MAX) + 1}]}, "/tiers/0/minPoints", "range"),
        (
            {"tiers": [{"name": "a", "minPoints": 1}, {"name": "a", "minPoints": 2}]},
            "/tiers/1/name",
            "uniqueItems",
        ),
        (
            {"tiers": [{"name": "a", "minPoints": 1}, {"name": "b", "minPoints": 1}]},
            "/tiers/1/minPoints",
            "uniqueItems",
        ),
        (
            {"tiers": [{"name": str(number), "minPoints": number} for number in range(TIERS_MAX + 1)]},
            "/tiers",
            "maxItems",
        ),
        ({"usersPerCardLimit": 1}, "/usersPerCardLimit", "not"),
        ({"cardBased": True, "usersPerCardLimit": USERS_PER_CARD_MAX + 1}, "/usersPerCardLimit", "maximum"),
        (
            {"cardCodeSettings": {"validCharacters": ["A"], "couponPattern": "C-####"}},
            "/cardCodeSettings",
            "not",
        ),
        (
            {"cardBased": True, "cardCodeSettings": {"validCharacters": [], "couponPattern": "C-####"}},
            "/cardCodeSettings/validCharacters",
            "minItems",
        ),
        ({"tiersExpireIn": "1Y"}, "/tiersExpirationPolicy", "required"),
        (
            {"tiersExpirationPolicy": "tier_start_date", "tiersDowngradePolicy": "one_down"},
            "/tiersExpireIn",
            "required",
        ),
        (
            {"tiersExpirationPolicy": "tier_start_date", "tiersExpireIn": "1Y"},
            "/tiersDowngradePolicy",
            "required",
        ),
        (
            {
                "tiersExpirationPolicy": "absolute_expiration",
                "tiersExpireIn": "1Y",
                "tiersDowngradePolicy": "one_down",
            },
            "/tierCycleStartDate",
            "required",
        ),
        (
            {"tiersExpirationPolicy": "customer_attribute", "tiersDowngradePolicy": "one_down"},
            "/tiersExpirationAttribute",
            "required",
        ),
        (
            {
                "tiersExpirationPolicy": "customer_attribute",
                "tiersDowngradePolicy": "one_down",
                "tiersExpirationAttribute": "unheardOf",
            },
            "/tiersExpirationAttribute",
            "Unknown",
        ),
        ({"subscribedApplications": [2**40]}, "/subscribedApplications/0", "Unknown"),
    ],
)
def test_a_wrong_program_is_refused_at_its_place(
    shop: Shop, given: dict[str, Any], pointer: str, title: str
) -> None:
    answer = shop.management.post(_PATH, json=_new(shop, **given))
    assert (pointer, title) in _problems(answer)


def test_the_largest_numbers_are_accepted(shop: Shop) -> None:
    tiers = [{"name": str(number), "minPoints": number} for number in range(TIERS_MAX - 1)]
    made = make_program(
        shop.management,
        shop.application,
        cardBased=True,
        usersPerCardLimit=USERS_PER_CARD_MAX,
        tiers=[*tiers, {"name": "top", "minPoints": float(POINTS_MAX)}],
    )
    assert made["tiers"][-1]["minPoints"] == float(POINTS_MAX)


def test_applications_are_of_one_environment(shop: Shop) -> None:
    sandbox = make_application(shop.management, sandbox=True)
    answer = shop.management.post(_PATH, json=_new(shop, subscribedApplications=[sandbox["id"]]))
    assert _problems(answer) == [("/subscribedApplications/0", "not")]


@pytest.mark.parametrize(
    ("name", "value"),
    [("name", "other"), ("timezone", "UTC"), ("sandbox", True), ("cardBased", True)],
)
def test_some_things_stay(club: Club, name: str, value: object) -> None:
    answer = club.shop.management.put(club.path, json={name: value})
    assert (f"/{name}", "readOnly") in _problems(answer) or name == "sandbox"
    assert club.shop.management.get(club.path).json()[name] == club.program[name]


def test_what_is_not_sent_stays(shop: Shop) -> None:
    club = Club(shop, tiers=[{"name": "Silver", "minPoints": 10}], defaultValidity="30D")
    changed = shop.management.put(club.path, json={"title": "New"}).json()
    assert changed == {**club.program, "title": "New", "tiers": changed["tiers"]}
    assert [tier["id"] for tier in changed["tiers"]] == [tier["id"] for tier in club.program["tiers"]]


def test_tiers_are_known_by_id_and_by_name(shop: Shop) -> None:
    club = Club(shop, tiers=[{"name": "A", "minPoints": 1}, {"name": "B", "minPoints": 2}])
    first, second = (tier["id"] for tier in club.program["tiers"])
    tiers = [{"id": first, "name": "B", "minPoints": 5}, {"id": second, "name": "A", "minPoints": 7}]
    changed = shop.management.put(club.path, json={"tiers": tiers}).json()["tiers"]
    assert [(tier["id"], tier["name"], tier["minPoints"]) for tier in changed] == [
        (first, "B", 5),
        (second, "A", 7),
    ]
    left = shop.management.put(club.path, json={"tiers": [{"name": "A", "minPoints": 9}]}).json()["tiers"]
    assert [(tier["id"], tier["minPoints"]) for tier in left] == [(second, 9)]
    twice = [{"id": second, "name": name, "minPoints": len(name)} for name in ("A", "BB")]
    assert _problems(shop.management.put(club.path, json={"tiers": twice})) == [
        ("/tiers/1/id", "uniqueItems")
    ]
    unknown = [{"id": first, "name": "C", "minPoints": 1}]
    answer = shop.management.put(club.path, json={"tiers": unknown})
    assert _problems(answer) == [("/tiers/0/id", "Unknown")]


def test_the_tiers_of_another_program_are_made_anew(shop: Shop) -> None:
    """Whatever their ids are there."""
    club = Club(shop, tiers=[{"name": "A", "minPoints": 1}])
    copied = make_program(shop.management, shop.application, tiers=club.program["tiers"])["tiers"]
    assert [(tier["name"], tier["minPoints"]) for tier in copied] == [("A", 1)]
    assert copied[0]["id"] != club.program["tiers"][0]["id"]


def test_a_program_with_points_stays(club: Club) -> None:
    club.add(1, subledgerId="fuel")
    assert club.shop.management.delete(club.path).status_code == 409
    answer = club.shop.management.put(club.path, json={"allowSubledger": False})
    assert _problems(answer) == [("/allowSubledger", "readOnly")]
    assert club.shop.management.get(club.path).json()["canUpdateSubledgers"] is False


def test_a_name_is_taken_once(club: Club) -> None:
    body = _new(club.shop, name=club.program["name"])
    assert club.shop.management.post(_PATH, json=body).status_code == 409


def test_a_key_for_some_applications_sees_their_programs_only(
    server: Server, admin: httpx.Client, club: Club
) -> None:
    other = make_application(admin)
    shared = make_program(
        admin, club.shop.application, subscribedApplications=[club.shop.application["id"], other["id"]]
    )
    secret = make_management_key(admin, allowedApplicationIds=[club.shop.application["id"]])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        assert [each["id"] for each in narrow.get(_PATH).json()["data"]] == [club.id]
        assert narrow.get(club.path).status_code == 200
        path = f"{_PATH}/{shared['id']}"
        assert narrow.get(path).status_code == 404
        assert narrow.delete(path).status_code == 404
        assert narrow.get(f"{path}/transactions").status_code == 404
        member = f"{path}/profile/{club.ann}"
        told = [narrow.get(f"{member}/ledger_{what}") for what in ("balances", "transactions")]
        told += [narrow.put(f"{member}/{verb}_points", json={"points": 1}) for verb in ("add", "deduct")]
        assert [answer.status_code for answer in told] == [404] * 4
        body = _new(club.shop, subscribedApplications=[other["id"]])
        assert narrow.post(_PATH, json=body).status_code == 403
