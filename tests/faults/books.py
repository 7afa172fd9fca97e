"""What must hold after every fault: what was answered is stored, nothing is counted twice, the limit is exact."""

import asyncio
from typing import Any

import psycopg
from psycopg import AsyncConnection

from tercel.ledger.verify import verify
from tests.faults.rush import CODE, LIMIT, ORDERS, Answers, Rush

_CLOSED = """SELECT s.integration_id, s.state, count(e.id) FILTER (WHERE e.type = 'talon_session_closed')
    FROM sessions AS s LEFT JOIN events AS e ON e.session_id = s.id AND e.application_id = s.application_id
    WHERE s.application_id = %s GROUP BY 1, 2"""
_REDEMPTIONS = """SELECT s.integration_id, count(*) FROM entries AS e JOIN sessions AS s ON s.id = e.session_id
    WHERE e.application_id = %s AND e.kind = 'redeemCoupon' GROUP BY 1"""
_USES = "SELECT usage_counter FROM coupons WHERE application_id = %s AND value = %s"


def check_books(rush: Rush, answers: Answers, dsn: str, orders: int = ORDERS, limit: int = LIMIT) -> None:
    """Compare what the clients were told with what is stored, and ask for every order once more."""
    assert sorted(answers.bodies) == list(range(orders))
    assert len(answers.accepted()) == limit
    assert all("retry-after" in refusal.headers for refusal in answers.refusals if refusal.status_code == 503)
    _check_stored(rush, answers, dsn)
    with rush.integration() as integration:
        for number in range(0, orders, 7):
            assert rush.order(integration, number).json() == answers.bodies[number]
    assert asyncio.run(_differences(dsn)) == []


def _check_stored(rush: Rush, answers: Answers, dsn: str) -> None:
    application = rush.application["id"]
    with psycopg.connect(dsn) as connection:
        closed = connection.execute(_CLOSED, [application]).fetchall()
        redeemed = connection.execute(_REDEMPTIONS, [application]).fetchall()
        uses = connection.execute(_USES, [application, CODE]).fetchone()
    assert sorted(closed) == sorted((f"order-{number}", "closed", 1) for number in answers.bodies)
    assert sorted(redeemed) == sorted((f"order-{number}", 1) for number in answers.accepted())
    assert uses == (len(answers.accepted()),)


async def _differences(dsn: str) -> list[Any]:
    async with await AsyncConnection.connect(dsn, autocommit=True) as connection:
        return [difference async for _, found in verify(connection) for difference in found]
