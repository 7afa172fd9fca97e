"""Files of loyalty programs over HTTP (behaviour/loyalty 9, behaviour/csv 11)."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.loyalty.club import Club, club
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import Shop, shop

__all__ = ["club", "shop"]

EVER = {"rangeStart": "2020-01-01T00:00:00Z", "rangeEnd": "2099-01-01T00:00:00Z"}
LOG = (
    "customerprofileid,customersessionid,rulesetid,rulename,programid,type,name,subledgerid,startdate,expirydate,id,created,amount,"
    "archived,campaignid,flags,transactionUUID"
)


def exported(club: Club, what: str, columns: str, **query: Any) -> list[dict[str, str]]:
    """The rows of a file that goes out."""
    answer = club.shop.management.get(f"{club.path}/{what}", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.text.splitlines()[0] == columns
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


def _log(club: Club, **query: Any) -> list[dict[str, str]]:
    return exported(club, f"profile/{club.ann}/export_log", LOG, **{**EVER, **query})


def test_transactions_go_out(club: Club) -> None:
    club.add(10.50, name="=gift", validUntil="2098-01-01T01:00:00+01:00")
    club.add(2, subledgerId="fuel", pendingDuration="on_action")
    club.add(3, pendingUntil="2097-01-01T00:00:00Z", customer="bob")
    club.deduct(0.5, name="sweets")
    first, second, third = rows = _log(club)
    assert {(row["customerprofileid"], row["programid"], row["archived"]) for row in rows} == {
        (club.ann, str(club.id), "false")
    }
    assert [(row["type"], row["amount"], row["subledgerid"]) for row in rows] == [
        ("addition", "10.5", ""),
        ("addition", "2", "fuel"),
        ("subtraction", "0.5", ""),
    ]
    assert [(row["startdate"], row["expirydate"]) for row in rows] == [
        ("immediate", "2098-01-01T00:00:00Z"),
        ("on_action", "unlimited"),
        ("immediate", "unlimited"),
    ]
    assert (first["name"], third["name"]) == ("'=gift", "sweets")
    listed = club.transactions()
    assert [row["transactionUUID"] for row in rows] == [each["transactionUUID"] for each in listed]
    assert [row["id"] for row in rows] == [str(each["id"]) for each in listed]
    assert {row[name] for row in rows for name in ("customersessionid", "rulename", "flags")} == {""}
    assert _log(club, rangeStart=third["created"]) == [third]
    assert _log(club, rangeEnd=third["created"]) == [first, second]
    assert _log(club, dateFormat="excel")[0]["expirydate"] == "2098-01-01 00:00:00"


BALANCES = (
    "loyaltyProgramID,loyaltySubledger,profileIntegrationID,currentBalance,pendingBalance,expiredBalance,"
    "spentBalance,currentTier"
)


def test_balances_go_out(shop: Shop) -> None:
    club = Club(shop, tiers=[{"name": "Gold", "minPoints": 5}], returnPolicy="unlimited")
    club.add(10)
    club.deduct(2.5)
    club.add(1, subledgerId="fuel", pendingUntil="2097-01-01T00:00:00Z", validUntil="2098-01-01T00:00:00Z")
    club.add(3, customer=f"{club.ann} too")
    told = exported(club, "export_customer_balances", BALANCES)
    assert {(row["loyaltyProgramID"]) for row in told} == {str(club.id)}
    assert [list(row.values())[1:] for row in told] == [
        ["", club.ann, "7.5", "0", "0", "2.5", "Gold"],
        ["fuel", club.ann, "0", "1", "0", "0", ""],
        ["", f"{club.ann} too", "3", "0", "0", "0", ""],
    ]
    assert exported(club, "export_customer_balance", BALANCES) == told
    [main, fuel, _] = exported(club, "export_customer_balances", BALANCES, endDate="2098-01-01T00:00:00Z")
    assert (main["currentBalance"], fuel["pendingBalance"], fuel["expiredBalance"]) == ("7.5", "0", "1")
    assert exported(club, "export_customer_balances", BALANCES, endDate="2020-01-01T00:00:00Z") == []


def test_some_balances_go_out(club: Club) -> None:
    club.add(10)
    club.deduct(4)
    columns = f"{BALANCES},negativeBalance"
    [row] = exported(club, "export_customer_balances", columns, balances="negativeBalance,spentBalance")
    assert list(row.values())[3:] == ["6", "", "", "4", "", "0"]
    [row] = exported(club, "export_customer_balances", BALANCES, balances="pendingBalance")
    assert list(row.values())[3:] == ["6", "0", "", "", ""]
    asked = club.shop.management.get(f"{club.path}/export_customer_balances", params={"balances": "all"})
    assert asked.status_code == 400


@pytest.mark.parametrize("missing", ["rangeStart", "rangeEnd"])
def test_transactions_go_out_of_an_interval(club: Club, missing: str) -> None:
    query = {name: value for name, value in EVER.items() if name != missing}
    club.add(1)
    answer = club.shop.management.get(f"{club.path}/profile/{club.ann}/export_log", params=query)
    assert answer.status_code == 400
    assert missing in answer.text


def test_transactions_of_nobody_do_not_go_out(club: Club, shop: Shop) -> None:
    def asked(one: Club) -> httpx.Response:
        return shop.management.get(f"{one.path}/profile/nobody/export_log", params=EVER)

    assert asked(club).status_code == 404
    cards = Club(shop, cardBased=True)
    assert asked(cards).status_code == 400
    for path in ("export_customer_balances", "export_customer_balance", "export_join_dates"):
        assert shop.management.get(f"{cards.path}/{path}").status_code == 400


def test_files_of_programs_of_others_do_not_go_out(server: Server, admin: httpx.Client, club: Club) -> None:
    other = make_application(admin)
    connected = [club.shop.application["id"], other["id"]]
    shared = Club(club.shop, subscribedApplications=connected)
    shared.add(1)
    secret = make_management_key(admin, allowedApplicationIds=connected[:1])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        club.add(1)
        for path in (
            f"profile/{club.ann}/export_log",
            "export_customer_balances",
            "export_customer_balance",
            "export_join_dates",
        ):
            assert narrow.get(f"{club.path}/{path}", params=EVER).status_code == 200
            assert narrow.get(f"{shared.path}/{path}", params=EVER).status_code == 404
