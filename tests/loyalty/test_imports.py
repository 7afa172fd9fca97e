"""Files that come into loyalty programs over HTTP (behaviour/loyalty 9)."""

import httpx

from tests.loyalty.club import Club, club
from tests.loyalty.test_files import BALANCES, exported
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import Shop, item, rule, shop

__all__ = ["club", "shop"]


def send(club: Club, what: str, *lines: str, caller: httpx.Client | None = None) -> httpx.Response:
    """Send a file of lines, the header first."""
    content = "\n".join(lines).encode()
    files = {"upFile": ("file.csv", content, "text/csv")}
    return (caller or club.shop.management).post(f"{club.path}/import_{what}", files=files)


def told(answer: httpx.Response) -> list[tuple[str, str, str]]:
    """Where a file is refused, and for what."""
    assert answer.status_code == 400, answer.text
    return [
        (each["source"]["line"], each["title"], each["details"].partition(":")[0])
        for each in answer.json()["errors"]
    ]


def _dates(club: Club) -> dict[str, str]:
    rows = exported(club, "export_join_dates", "loyaltyProgramID,profileIntegrationID,joinDate")
    assert {row["loyaltyProgramID"] for row in rows} <= {str(club.id)}
    return {row["profileIntegrationID"]: row["joinDate"] for row in rows}


def test_join_dates_come_in_and_go_out(club: Club) -> None:
    club.add(1)
    bob = f"{club.ann} too"
    club.add(1, customer=bob, subledgerId="fuel")
    assert _dates(club) == {}
    header = "customerprofileid,newjoindate"
    answer = send(
        club, "join_dates", header, f"{club.ann},2025-01-01T01:00:00+01:00", f"{bob},2026-01-01T00:00:00Z"
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["entity"], answer.json()["amount"]) == ("LoyaltyJoinDates", 2)
    assert _dates(club) == {club.ann: "2025-01-01T00:00:00Z", bob: "2026-01-01T00:00:00Z"}
    again = send(club, "join_dates", header, f"{club.ann},2024-01-01T00:00:00Z")
    assert again.json()["amount"] == 1
    assert _dates(club) == {club.ann: "2024-01-01T00:00:00Z", bob: "2026-01-01T00:00:00Z"}
    joined = club.shop.integration.post(f"{club.path}/profile/{bob}/join")
    assert joined.status_code == 400
    assert club.balance() == {"active": 1}


def test_join_dates_come_in_all_or_none(club: Club) -> None:
    club.add(1)
    answer = send(
        club,
        "join_dates",
        "customerprofileid,newjoindate",
        f"{club.ann},2025-01-01T00:00:00Z",
        "nobody,2025-01-01T00:00:00Z",
        f"{club.ann},2025-01-01T00:00:00Z",
    )
    assert told(answer) == [("3", "Unknown", "customerprofileid"), ("4", "unique", "customerprofileid")]
    assert _dates(club) == {}


HEADER = "customerprofileid,amount,startdate,expirydate,validityDuration,subledgerid,reason"


def test_points_come_in(club: Club) -> None:
    bob = f"{club.ann} too"
    answer = send(
        club,
        "points",
        HEADER,
        f"{club.ann},10.50,,,,,welcome",
        f"{club.ann},2,on_action,,2D,fuel,",
        f"{bob},3,2097-01-01T00:00:00Z,2098-01-01T00:00:00Z,,,",
        f"{club.ann},4,2020-01-01T00:00:00Z,unlimited,,,",
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json()["entity"], answer.json()["amount"]) == ("LoyaltyPoints", 4)
    first, second, fourth = club.transactions()
    assert [(each["amount"], each["startDate"], each["expiryDate"]) for each in (first, second, fourth)] == [
        (10.5, "immediate", "unlimited"),
        (2, "on_action", "unlimited"),
        (4, "immediate", "unlimited"),
    ]
    assert (first["name"], second["name"], second["validityDuration"]) == (
        "welcome",
        club.program["name"],
        "2D",
    )
    [third] = club.transactions(bob)
    assert (third["startDate"], third["expiryDate"]) == ("2097-01-01T00:00:00Z", "2098-01-01T00:00:00Z")
    assert (club.balance(), club.balance(subledger="fuel")) == ({"active": 14.5}, {"pending": 2})
    assert club.balance(bob) == {"pending": 3}
    listed = club.shop.management.get(f"{club.path}/transactions").json()["data"]
    assert {each["importId"] for each in listed} == {answer.json()["id"]}
    imported = club.shop.integration.get(
        f"{club.path}/profile/{bob}/transactions", params={"loyaltyTransactionType": "import"}
    )
    assert len(imported.json()["data"]) == 1


def test_points_come_in_all_or_none(club: Club) -> None:
    answer = send(
        club,
        "points",
        HEADER,
        f"{club.ann},1,,,,,",
        f"{club.ann},0,,,,,",
        f"{club.ann},1,soon,,,,",
        f"{club.ann},1,,2020-01-01T00:00:00Z,,,",
        f"{club.ann},1,,,ever,,",
        f"{club.ann},1,,unlimited,1D,,",
        f"{club.ann},1,2097-01-01T00:00:00Z,2096-01-01T00:00:00Z,,,",
        f"{club.ann},1,,,,{'x' * 65},",
    )
    assert told(answer) == [
        ("3", "minimum", "amount"),
        ("4", "format", "startdate"),
        ("5", "range", "expirydate"),
        ("6", "range", "validityduration"),
        ("7", "not", "validityduration"),
        ("8", "range", "expirydate"),
        ("9", "maxLength", "subledgerid"),
    ]
    assert club.shop.management.get(f"{club.path}/transactions").json()["data"] == []
    assert told(send(club, "points", "customerprofileid,amount", ",1", "x,a")) == [
        ("2", "required", "customerprofileid must not be empty"),
        (
            "3",
            "format",
            "amount must be a number such as `12.50`, with a point before its fraction and nothing between thousands",
        ),
    ]


def test_imported_points_make_members_and_reach_tiers(shop: Shop) -> None:
    club = Club(shop, programJoinPolicy="points_earned", tiers=[{"name": "Gold", "minPoints": 5}])
    lines = [f"{club.ann} {number},1" for number in range(2_100)]  # more than a piece
    assert (
        send(club, "points", "customerprofileid,amount", *lines, f"{club.ann} 7,4").json()["amount"] == 2_101
    )
    [row] = [row for row in exported(club, "export_customer_balances", BALANCES) if row["currentTier"]]
    assert (row["profileIntegrationID"], row["currentBalance"]) == (f"{club.ann} 7", "5")
    assert len(_dates(club)) == 2_100


def test_imported_points_pay_debts_at_once(shop: Shop) -> None:
    club = Club(shop, returnPolicy="unlimited")
    shop.campaign(rule(["addLoyaltyPoints", club.id, "Purchase", 100]))
    shop.update("s1", profileId=club.ann, state="closed", cartItems=[item("A", 100)])
    club.deduct(60)
    shop.update("s1", state="cancelled")
    assert club.balance()["negative"] == 60
    assert send(club, "points", "customerprofileid,amount", f"{club.ann},70").status_code == 200
    assert club.balance()["active"] == 10


def test_files_come_only_into_programs_of_customers(shop: Shop) -> None:
    cards = Club(shop, cardBased=True)
    assert send(cards, "join_dates", "customerprofileid,newjoindate").status_code == 400
    assert send(cards, "points", "customerprofileid,amount").status_code == 400


def test_files_do_not_come_into_programs_of_others(server: Server, admin: httpx.Client, club: Club) -> None:
    other = make_application(admin)
    connected = [club.shop.application["id"], other["id"]]
    shared = Club(club.shop, subscribedApplications=connected)
    secret = make_management_key(admin, allowedApplicationIds=connected[:1])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        header = "customerprofileid,newjoindate"
        assert send(club, "join_dates", header, caller=narrow).status_code == 200
        assert send(shared, "join_dates", header, caller=narrow).status_code == 404
        assert send(shared, "points", "customerprofileid,amount", caller=narrow).status_code == 404
