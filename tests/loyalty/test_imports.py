"""Files that come into loyalty programs over HTTP (behaviour/loyalty 9)."""

import httpx

from tests.loyalty.club import Club, club
from tests.loyalty.test_files import exported
from tests.support.server import Server, client, make_application, make_management_key
from tests.support.shop import Shop, shop

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


def test_files_come_only_into_programs_of_customers(shop: Shop) -> None:
    cards = Club(shop, cardBased=True)
    assert send(cards, "join_dates", "customerprofileid,newjoindate").status_code == 400


def test_files_do_not_come_into_programs_of_others(server: Server, admin: httpx.Client, club: Club) -> None:
    other = make_application(admin)
    connected = [club.shop.application["id"], other["id"]]
    shared = Club(club.shop, subscribedApplications=connected)
    secret = make_management_key(admin, allowedApplicationIds=connected[:1])
    with client(server, f"ManagementKey-v1 {secret}") as narrow:
        header = "customerprofileid,newjoindate"
        assert send(club, "join_dates", header, caller=narrow).status_code == 200
        assert send(shared, "join_dates", header, caller=narrow).status_code == 404
