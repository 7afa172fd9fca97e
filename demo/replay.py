"""Sending the baskets: each as one request that closes its session, in the order and at the time of the purchases."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from demo.client import Client
from demo.documents import SessionDocuments, session_path
from demo.shop import Basket, Shop
from demo.tally import Tally
from demo.tasks import for_each
from demo.world import World
from tercel.base.codec import encode, wire_time
from tercel.settings import Settings

AT_ONCE = 32


async def replay(shop: Shop, world: World, settings: Settings, progress: Callable[[Basket], None]) -> Tally:
    """Send every basket and count the answers; ``progress`` hears of each that was answered.

    Many are under way at once, but a household's next basket waits for the answer to its last one.
    """
    tally = Tally()
    documents = SessionDocuments(shop.products, shop.wide_offers())
    authorization = f"ApiKey-v1 {world.integration_key}"
    client = Client(
        settings.host, settings.port, Authorization=authorization, Content_Type="application/json"
    )
    last: dict[int, asyncio.Future[None]] = {}

    async def send(basket: Basket) -> None:
        before, answered = last.get(basket.household), asyncio.get_running_loop().create_future()
        last[basket.household] = answered
        if before is not None:
            await before
        body = encode(documents.document(basket))
        started = time.perf_counter()
        answer = await client.send("PUT", session_path(basket), body, X_Tercel_Now=wire_time(basket.at))
        seconds = time.perf_counter() - started
        answered.set_result(None)
        tally.add(basket, answer.status, answer.body, seconds)
        progress(basket)

    await for_each(shop.baskets, send, AT_ONCE)
    client.close()
    return tally
