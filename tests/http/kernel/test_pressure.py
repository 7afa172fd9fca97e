"""Too many requests at once are turned away at once (behaviour/requests 10)."""

import asyncio
from typing import Any

import pytest

from tercel.http.server.pressure import Pressure
from tests.support.samples import sample

pytestmark = pytest.mark.anyio


async def status_of(app: Any, path: str = "/v1/applications") -> int:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "http", "path": path}, None, send)
    status: int = sent[0]["status"]
    return status


async def test_beyond_the_limit_the_answer_is_later() -> None:
    may_end = asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        await may_end.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def quick(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    app = Pressure(slow, limit=2)
    waiting = [asyncio.create_task(status_of(app)) for _ in range(2)]
    await asyncio.sleep(0)
    assert await status_of(app) == 503
    may_end.set()
    assert [await task for task in waiting] == [200, 200]
    assert await status_of(app) == 200
    assert await status_of(Pressure(quick, limit=0), path="/healthz") == 200


async def test_the_gauge_follows_the_requests_in_flight() -> None:
    may_end = asyncio.Event()

    async def slow(_scope: Any, _receive: Any, send: Any) -> None:
        await may_end.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    app = Pressure(slow)
    waiting = [asyncio.create_task(status_of(app)) for _ in range(3)]
    told = []
    for _ in range(2):  # once they have begun, and once that was told
        await asyncio.sleep(0)
    told.append(sample("tercel_http_requests_in_flight"))
    may_end.set()
    await asyncio.gather(*waiting)
    await asyncio.sleep(0)
    told.append(sample("tercel_http_requests_in_flight"))
    assert told == [3, 0]
