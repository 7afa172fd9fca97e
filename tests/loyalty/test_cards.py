"""Loyalty cards: made, linked, changed, handed on and deleted (behaviour/loyalty 10)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tercel.base.limits import (
    CARD_IDENTIFIER_LENGTH_MAX,
    CARD_IDENTIFIER_LENGTH_MIN,
    CARD_PROFILES_MAX,
    CARDS_PER_CALL_MAX,
)
from tests.loyalty.club import Club
from tests.support.contract import validate_answer
from tests.support.server import (
    Server,
    client,
    created,
    make_application,
    make_integration_key,
    make_management_key,
)
from tests.support.shop import Shop, shop

__all__ = ["shop"]

Json = dict[str, Any]
SETTINGS = {"couponPattern": "CLUB-####", "validCharacters": ["A", "B", "C", "D", "E", "F", "G", "H"]}
EMPTY = {"currentBalance": 0, "pendingBalance": 0, "negativeBalance": 0, "expiredBalance": 0, "spentBalance": 0,
         "tentativeCurrentBalance": 0, "tentativePendingBalance": 0, "tentativeNegativeBalance": 0}  # fmt: skip


class Cards(Club):
    """A program with cards."""

    def __init__(self, shop: Shop, **settings: Any) -> None:
        super().__init__(shop, cardBased=True, **settings)
        self.management, self.integration = shop.management, shop.integration

    def make(self, identifier: str | None = None, *customers: str, **fields: Any) -> Json:
        """Make a card; the answer."""
        answer = self.ask(identifier, *customers, **fields)
        assert answer.status_code == 200, answer.text
        validate_answer(answer.json(), "generateLoyaltyCard", 200)
        made: Json = answer.json()
        return made

    def ask(self, identifier: str | None = None, *customers: str, **fields: Any) -> httpx.Response:
        """Ask for a card."""
        body = {"customerProfileIds": list(customers), **fields}
        if identifier is not None:
            body["cardIdentifier"] = identifier
        return self.integration.post(f"{self.path}/cards", json=body)

    def batch(self, number: int, **fields: Any) -> httpx.Response:
        """Ask for many cards."""
        return self.management.post(f"{self.path}/cards/batch", json={"numberOfCards": number, **fields})

    def get(self, identifier: str) -> Json:
        """Read a card."""
        card: Json = self.management.get(f"{self.path}/cards/{identifier}").raise_for_status().json()
        return card

    def put(self, identifier: str, **body: Any) -> httpx.Response:
        """Change a card."""
        return self.management.put(f"{self.path}/cards/{identifier}", json=body)

    def transfer(self, identifier: str, to: str, **fields: Any) -> httpx.Response:
        """Hand a card on."""
        body = {"newCardIdentifier": to, **fields}
        return self.management.put(f"{self.path}/cards/{identifier}/transfer", json=body)

    def link(self, identifier: str, customer: str, verb: str = "link") -> httpx.Response:
        """Link or unlink a customer."""
        path = f"/v2{self.path.removeprefix('/v1')}/cards/{identifier}/{verb}_profile"
        return self.integration.post(path, json={"integrationId": customer})

    def list(self, **query: Any) -> list[str]:
        """The identifiers of a list of cards."""
        answer = self.management.get(f"{self.path}/cards", params=query)
        assert answer.status_code == 200, answer.text
        validate_answer(answer.json(), "getLoyaltyCards", 200)
        return [card["identifier"] for card in answer.json()["data"]]


@pytest.fixture
def cards(shop: Shop) -> Cards:
    """A program with cards, two customers for each."""
    return Cards(shop, usersPerCardLimit=2)


def said(answer: httpx.Response) -> tuple[int, str | None]:
    """Status and place of a refusal."""
    [error] = answer.json()["errors"]
    source = error["source"]
    return answer.status_code, source.get("pointer", source.get("parameter"))


def customers_of(card: Json) -> list[str]:
    return [each["integrationId"] for each in card["profiles"]]


def test_a_card_has_every_field(cards: Cards, shop: Shop) -> None:
    made = cards.make("SUMMER-1", "eve", "adam", status="inactive")
    assert cards.get("SUMMER-1") == made
    assert made.pop("id") > 0
    assert all(each.pop("timestamp") == made["created"] for each in made["profiles"])
    assert made.pop("created")
    assert made == {
        "programID": cards.id,
        "programName": cards.program["name"],
        "programTitle": "Club",
        "status": "inactive",
        "identifier": "SUMMER-1",
        "usersPerCardLimit": 2,
        "profiles": [{"integrationId": "adam"}, {"integrationId": "eve"}],
        "ledger": EMPTY,
        "subledgers": {},
        "attributes": {},
    }


def test_identifiers_are_those_of_the_program(shop: Shop) -> None:
    plain, patterned = Cards(shop), Cards(shop, cardCodeSettings=SETTINGS)
    assert len(plain.make()["identifier"]) >= 8
    assert re.fullmatch("CLUB-[A-H]{4}", patterned.make("MINE-1")["identifier"])
    assert plain.make("Card")["identifier"] == "Card"
    assert plain.make("CARD")["identifier"] == "CARD"


def test_what_a_new_card_must_not_be(cards: Cards, shop: Shop) -> None:
    cards.make("TAKEN")
    assert said(cards.ask("TAKEN")) == (409, "/cardIdentifier")
    assert cards.make("a" * CARD_IDENTIFIER_LENGTH_MIN)
    assert said(cards.ask("b" * (CARD_IDENTIFIER_LENGTH_MIN - 1))) == (400, "/cardIdentifier")
    assert said(cards.ask("A" * (CARD_IDENTIFIER_LENGTH_MAX + 1))) == (400, "/cardIdentifier")
    assert cards.make("A" * CARD_IDENTIFIER_LENGTH_MAX)
    for identifier in ("with blank", "ümlaut", "line\n", "slash/1"):
        assert said(cards.ask(identifier)) == (400, "/cardIdentifier")
    assert said(cards.ask("THREE", "a", "b", "c")) == (400, "/customerProfileIds")
    assert cards.list(identifier="THREE") == []
    assert said(cards.ask("STATE", status="lost")) == (400, "/status")
    assert said(cards.ask("KIND", attributes={"nonsense": 1})) == (400, "/attributes/nonsense")
    profiles = Club(shop)
    assert said(shop.integration.post(f"{profiles.path}/cards", json={})) == (400, "loyaltyProgramId")


def test_a_batch_is_made_at_once(shop: Shop) -> None:
    cards = Cards(shop, cardCodeSettings=SETTINGS)
    answer = cards.batch(3000, status="inactive")
    validate_answer(answer.json(), "createBatchLoyaltyCards", 200)
    batch = answer.json()["batchId"]
    assert answer.json() == {"numberOfCardsGenerated": 3000, "batchId": batch}
    assert cards.batch(2, batchId="mine").json() == {"numberOfCardsGenerated": 2, "batchId": "mine"}
    identifiers = cards.list(batchId=batch, pageSize=5000)
    assert len(set(identifiers)) == 3000
    assert all(re.fullmatch("CLUB-[A-H]{4}", each) for each in identifiers)
    card = cards.get(identifiers[0])
    assert (card["status"], card["batchId"], card["profiles"]) == ("inactive", batch, [])
    own = {"couponPattern": "%S-##", "validCharacters": ["0", "1"]}
    assert cards.batch(4, batchId="own-", cardCodeSettings=own).status_code == 200
    assert sorted(cards.list(batchId="own-")) == ["%S-00", "%S-01", "%S-10", "%S-11"]
    assert said(cards.batch(1, cardCodeSettings=own)) == (400, "/cardCodeSettings/couponPattern")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"numberOfCards": 0}, "/numberOfCards"),
        ({"numberOfCards": CARDS_PER_CALL_MAX + 1}, "/numberOfCards"),
        ({"batchId": "abc"}, "/batchId"),
        ({"batchId": "b" * 21}, "/batchId"),
        ({"batchId": "b c d"}, "/batchId"),
        ({}, "/cardCodeSettings"),
        ({"cardCodeSettings": {"couponPattern": "A B-####", "validCharacters": ["A"]}}, "/cardCodeSettings/couponPattern"),
        ({"cardCodeSettings": {"couponPattern": "AB-####", "validCharacters": ["/"]}}, "/cardCodeSettings/validCharacters"),
        ({"cardCodeSettings": {"couponPattern": "AB#", "validCharacters": ["A"]}}, "/cardCodeSettings/couponPattern"),
        ({"cardCodeSettings": {"couponPattern": "ABC#", "validCharacters": ["A"]}, "numberOfCards": 2}, "/cardCodeSettings/couponPattern"),
    ],
)  # fmt: skip
def test_what_a_batch_must_not_be(cards: Cards, body: Json, pointer: str) -> None:
    answer = cards.management.post(f"{cards.path}/cards/batch", json={"numberOfCards": 1, **body})
    assert said(answer) == (400, pointer)


def test_the_largest_batch(shop: Shop) -> None:
    cards = Cards(shop, cardCodeSettings={**SETTINGS, "couponPattern": "#" * 10})
    assert cards.batch(CARDS_PER_CALL_MAX).json()["numberOfCardsGenerated"] == CARDS_PER_CALL_MAX


def test_customers_are_linked_and_unlinked(cards: Cards) -> None:
    cards.make("FAMILY")
    linked = cards.link("FAMILY", "eve")
    validate_answer(linked.json(), "linkLoyaltyCardToProfile", 200)
    again = cards.link("FAMILY", "eve").json()
    assert again["profiles"] == linked.json()["profiles"]
    assert customers_of(cards.link("FAMILY", "adam").json()) == ["eve", "adam"]
    assert said(cards.link("FAMILY", "lilith")) == (400, "/integrationId")
    left = cards.link("FAMILY", "eve", "unlink")
    validate_answer(left.json(), "unlinkLoyaltyCardFromProfile", 200)
    assert customers_of(left.json()) == ["adam"]
    for customer in ("eve", "nobody"):
        assert cards.link("FAMILY", customer, "unlink").status_code == 404
    assert cards.link("ELSE", "eve").status_code == 404


def test_no_more_than_the_limit_even_at_once(cards: Cards) -> None:
    cards.make("RUSH")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: cards.link("RUSH", f"c{name}").status_code, range(8)))
    assert sorted(told) == [200] * 2 + [400] * 6
    assert len(cards.get("RUSH")["profiles"]) == 2


def test_a_program_without_a_limit_has_one(shop: Shop) -> None:
    cards = Cards(shop)
    names = [f"c{number}" for number in range(CARD_PROFILES_MAX)]
    cards.make("CLUB", *names)
    assert said(cards.link("CLUB", "one more")) == (400, "/integrationId")
    assert said(cards.ask("MORE", *names, "one more")) == (400, "/customerProfileIds")


def test_cards_are_listed(cards: Cards, shop: Shop) -> None:
    cards.make("ONE-1", "eve")
    cards.make("TWO-2", "eve", "adam")
    cards.make("THREE-3")
    other = Cards(shop)
    other.make("FOUR-4", "eve")
    adam = _profile_id(shop, "adam")
    assert cards.list() == ["ONE-1", "TWO-2", "THREE-3"]
    assert cards.list(sort="-identifier") == ["TWO-2", "THREE-3", "ONE-1"]
    assert cards.list(identifier="TWO-2") == cards.list(profileId=adam) == ["TWO-2"]
    assert cards.list(identifier="two-2") == cards.list(batchId="none") == []
    assert cards.list(profileId=_profile_id(shop, "eve")) == ["ONE-1", "TWO-2"]
    page = cards.management.get(f"{cards.path}/cards", params={"pageSize": 1, "skip": 1}).json()
    assert (page["hasMore"], page["data"][0]["identifier"]) == (True, "TWO-2")


def _profile_id(shop: Shop, name: str) -> int:
    found = shop.management.get("/v1/customers/no_total", params={"pageSize": 10_000}).json()
    own = [each["id"] for each in found["data"] if each["integrationId"] == name]
    assert own, found
    return int(own[0])


def test_a_card_changes(cards: Cards, shop: Shop) -> None:
    name = f"color{cards.id}"
    body = {"entity": "LoyaltyCard", "name": name, "title": name, "type": "string", "description": "",
            "suggestions": [], "editable": True}  # fmt: skip
    created(shop.management.post("/v1/attributes", json=body))
    cards.make("CARD", attributes={name: "red"})
    changed = cards.put("CARD", status="inactive", blockReason="lost").json()
    validate_answer(changed, "updateLoyaltyCard", 200)
    assert (changed["status"], changed["blockReason"], changed["attributes"]) == (
        "inactive",
        "lost",
        {name: "red"},
    )
    assert changed["modified"] > changed["created"]
    found = cards.put("CARD", status="active", attributes={}).json()
    assert (found["status"], found["attributes"], "blockReason" in found) == ("active", {}, False)
    for body, pointer in (
        ({}, ""),
        ({"blockReason": "lost"}, ""),
        ({"status": "lost"}, "/status"),
        ({"attributes": {name: 5}}, f"/attributes/{name}"),
    ):
        assert said(cards.put("CARD", **body)) == (400, pointer)
    assert cards.put("ELSE", status="active").status_code == 404


def test_a_card_is_handed_on(cards: Cards, server: Server) -> None:
    before = cards.make("OLD-1", "eve", status="inactive")
    _give_points(server, cards, before["id"], 5)
    assert cards.transfer("OLD-1", "NEW-1", blockReason="lost").status_code == 204
    old, new = cards.get("OLD-1"), cards.get("NEW-1")
    assert (new["status"], new["oldCardIdentifier"], customers_of(new)) == ("active", "OLD-1", ["eve"])
    assert (new["ledger"]["currentBalance"], new["id"]) == (5, before["id"])
    assert (old["status"], old["newCardIdentifier"], old["blockReason"]) == ("inactive", "NEW-1", "lost")
    assert (old["ledger"], old["profiles"]) == (EMPTY, [])
    for refused in (
        cards.put("OLD-1", status="active"),
        cards.link("OLD-1", "adam"),
        cards.transfer("OLD-1", "NEW-2"),
    ):
        assert said(refused) == (400, "loyaltyCardId")
    for identifier in ("OLD-1", "NEW-1"):
        assert said(cards.transfer("NEW-1", identifier)) == (409, "/newCardIdentifier")
    assert said(cards.transfer("NEW-1", "abc")) == (400, "/newCardIdentifier")
    assert cards.transfer("NEW-1", "NEW-2").status_code == 204
    assert cards.management.delete(f"{cards.path}/cards/OLD-1").status_code == 204
    assert cards.management.get(f"{cards.path}/cards/OLD-1").status_code == 404
    middle = cards.get("NEW-1")
    assert (middle["oldCardIdentifier"], middle["newCardIdentifier"]) == ("OLD-1", "NEW-2")


def test_a_card_is_handed_on_once(cards: Cards) -> None:
    cards.make("OLD-1")
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda name: cards.transfer("OLD-1", f"NEW-{name}").status_code, range(8)))
    assert sorted(told) == [204] + [400] * 7
    assert len(cards.list()) == 2


def test_a_card_is_for_those_whose_program_it_is(cards: Cards, server: Server, admin: httpx.Client) -> None:
    cards.make("CARD")
    other = make_application(admin)
    key = make_management_key(admin, endpoints=[{"path": "*"}], allowedApplicationIds=[other["id"]])
    path = f"{cards.path}/cards"
    with client(server, f"ManagementKey-v1 {key}") as narrow:
        told = [
            narrow.get(path),
            narrow.post(f"{path}/batch", json={"numberOfCards": 1}),
            narrow.get(f"{path}/CARD"),
            narrow.put(f"{path}/CARD", json={"status": "inactive"}),
            narrow.delete(f"{path}/CARD"),
            narrow.put(f"{path}/CARD/transfer", json={"newCardIdentifier": "OTHER"}),
        ]
    assert [answer.status_code for answer in told] == [404] * 6
    with client(server, f"ApiKey-v1 {make_integration_key(admin, other['id'])}") as shop:
        told = [shop.post(path, json={}), *_links(shop, f"{path}/CARD")]
    assert [answer.status_code for answer in told] == [403] * 3
    assert cards.list() == ["CARD"]


def test_a_testing_key_makes_no_cards(cards: Cards, server: Server, admin: httpx.Client, shop: Shop) -> None:
    cards.make("CARD")
    key = make_integration_key(admin, shop.application["id"], type="staging")
    path = f"{cards.path}/cards"
    with client(server, f"ApiKey-v1 {key}") as testing:
        told = [testing.post(path, json={}), *_links(testing, f"{path}/CARD")]
    assert [answer.status_code for answer in told] == [403] * 3


def test_balances_are_those_of_the_ledgers(cards: Cards, server: Server) -> None:
    card = cards.make("RICH")
    poor = cards.make("POOR")
    _give_points(server, cards, card["id"], 7)
    _give_points(server, cards, card["id"], 2, "fuel")
    found = cards.get("RICH")
    assert found["ledger"] == {**EMPTY, "currentBalance": 7, "tentativeCurrentBalance": 7}
    assert found["subledgers"] == {"fuel": {**EMPTY, "currentBalance": 2, "tentativeCurrentBalance": 2}}
    assert cards.get("POOR")["ledger"] == poor["ledger"] == EMPTY


def test_a_card_goes_with_its_points_and_its_identifier_stays_taken(cards: Cards, server: Server) -> None:
    card = cards.make("GONE", "eve")
    kept = cards.make("KEPT", "eve")
    for each in (card, kept):
        _give_points(server, cards, each["id"], 7)
    assert cards.management.delete(f"{cards.path}/cards/GONE").status_code == 204
    assert cards.management.get(f"{cards.path}/cards/GONE").status_code == 404
    assert cards.management.delete(f"{cards.path}/cards/GONE").status_code == 404
    assert cards.list() == ["KEPT"]
    assert said(cards.ask("GONE")) == (409, "/cardIdentifier")
    assert said(cards.transfer("KEPT", "GONE")) == (409, "/newCardIdentifier")
    with psycopg.connect(server.dsn) as connection:
        for table, column in (
            ("loyalty_ledgers", "holder_id"),
            ("loyalty_transactions", "holder_id"),
            ("loyalty_card_profiles", "card_id"),
        ):
            statement = f"SELECT {column} FROM {table} WHERE program_id = %s"
            found = connection.execute(statement.encode(), [cards.id]).fetchall()
            assert found == [(kept["id"],)], table


def test_a_program_goes_with_its_cards(cards: Cards, server: Server) -> None:
    card = cards.make("CARD", "eve")
    _give_points(server, cards, card["id"], 1)
    assert cards.management.delete(cards.path).status_code == 409
    assert cards.management.delete(f"{cards.path}/cards/CARD").status_code == 204
    cards.make("OTHER", "eve")
    assert cards.management.delete(cards.path).status_code == 204
    with psycopg.connect(server.dsn) as connection:
        statement = "SELECT count(*) FROM loyalty_cards WHERE program_id = %s"
        assert connection.execute(statement, [cards.id]).fetchone() == (0,)


def _links(shop: httpx.Client, path: str) -> list[httpx.Response]:
    body = {"integrationId": "eve"}
    return [shop.post(f"/v2{path[3:]}/{verb}_profile", json=body) for verb in ("link", "unlink")]


def _give_points(server: Server, cards: Cards, card_id: int, points: int, subledger: str = "") -> None:
    """Put points onto a card, for which there is no operation yet."""
    values = {"program": cards.id, "card": card_id, "points": points, "subledger": subledger}
    with psycopg.connect(server.dsn) as connection:
        connection.execute(
            """INSERT INTO loyalty_ledgers (account_id, program_id, holder_id, subledger, version)
            VALUES (1, %(program)s, %(card)s, %(subledger)s, 1) ON CONFLICT DO NOTHING""",
            values,
        )
        connection.execute(
            """INSERT INTO loyalty_transactions
                (account_id, program_id, holder_id, subledger, uuid, is_addition, amount, remaining, starts_at, awarded, name, source)
            VALUES (1, %(program)s, %(card)s, %(subledger)s, gen_random_uuid(), true, %(points)s, %(points)s, now(), now(), '', 'manual')""",
            values,
        )
