"""What keeps a program: rules that run, and points, also those that are just being written (behaviour/loyalty 1)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import httpx
import psycopg
import pytest

from tests.loyalty.club import Club, club
from tests.support.process import wait_until
from tests.support.server import Server
from tests.support.shop import rule, shop

__all__ = ["club", "shop"]

_NOTE = ["showNotification", "Info", "t", "b"]
_WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
_KEEP = "SELECT FROM loyalty_programs WHERE id = %s FOR KEY SHARE"
_SLOT = "SELECT FROM revisions WHERE application_id = %s AND slot = 0 FOR SHARE"
_LEDGER = "INSERT INTO loyalty_ledgers (account_id, program_id, holder_id, subledger) VALUES (%s, %s, 1, '')"


@pytest.mark.parametrize(
    "when",
    [
        lambda club: ["and", [">", [".", "Loyalty", club.program["name"], "Balance"], 1]],
        lambda club: ["and", ["isLoyaltyMember", club.id]],
    ],
    ids=["by name", "by id"],
)
def test_a_program_that_running_rules_name_stays(club: Club, when: Any) -> None:
    campaign = club.shop.campaign(rule(_NOTE, when=when(club)))
    refused = club.shop.management.delete(club.path)
    assert (refused.status_code, f"campaign `{campaign['id']}`" in refused.text) == (409, True)
    path = f"{club.shop.path}/campaigns/{campaign['id']}"
    club.shop.management.put(path, json={**campaign, "state": "disabled"}).raise_for_status()
    assert club.shop.management.delete(club.path).status_code == 204


def test_rules_that_have_its_name_for_something_else_do_not_hold_a_program(club: Club) -> None:
    words = f"{club.program['name']} {club.id}"
    club.shop.campaign(rule(["showNotification", "Info", words, club.program["name"]]))
    assert club.shop.management.delete(club.path).status_code == 204


@pytest.fixture
def beside() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def _begin(
    server: Server, beside: ThreadPoolExecutor, method: Any, *given: Any, **more: Any
) -> Future[httpx.Response]:
    """Send a request that waits for a lock of the test."""
    answer: Future[httpx.Response] = beside.submit(method, *given, **more)
    with psycopg.connect(server.dsn, autocommit=True) as observer:
        wait_until(lambda: observer.execute(_WAITING).fetchone() != (0,))
    return answer


@pytest.mark.parametrize("writer", ["by hand", "by an order"])
def test_points_on_their_way_are_waited_for(
    club: Club, server: Server, beside: ThreadPoolExecutor, writer: str
) -> None:
    application = club.shop.application
    with psycopg.connect(server.dsn) as points:
        if writer == "by hand":
            points.execute(_KEEP, [club.id])
        else:
            points.execute(_SLOT, [application["id"]])
        points.execute(_LEDGER, [application["accountId"], club.id])
        answer = _begin(server, beside, club.shop.management.delete, club.path)
    assert answer.result().status_code == 409
    assert club.shop.management.get(club.path).status_code == 200


def test_points_by_hand_find_no_program_that_is_deleted(
    club: Club, server: Server, beside: ThreadPoolExecutor
) -> None:
    club.shop.update("s", profileId=club.ann)
    with psycopg.connect(server.dsn) as deleting:
        deleting.execute("DELETE FROM loyalty_programs WHERE id = %s", [club.id])
        path = f"{club.path}/profile/{club.ann}/add_points"
        answer = _begin(server, beside, club.shop.management.put, path, json={"points": 1})
    assert answer.result().status_code == 404
    with psycopg.connect(server.dsn) as connection:
        left = "SELECT count(*) FROM loyalty_ledgers WHERE program_id = %s"
        assert connection.execute(left, [club.id]).fetchone() == (0,)
