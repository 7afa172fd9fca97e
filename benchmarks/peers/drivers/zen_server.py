"""zen behind an ASGI server: a cart in, promotions and discount out. The job's file is the variable ``JOB``."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import orjson
from zen_rules import collected, decision

_table = decision(json.loads(Path(os.environ["JOB"]).read_text(encoding="utf-8"))["workload"]["promotions"])


async def app(
    scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Callable[[Any], Awaitable[None]]
) -> None:
    """Evaluate the cart of one request."""
    assert scope["type"] == "http"
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    decided = await _table.async_evaluate({"cart": orjson.loads(body)})
    hits, cents = collected(decided["result"])
    answer = orjson.dumps({"hits": hits, "discount": cents / 100})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": answer})
