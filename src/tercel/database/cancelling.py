"""Cancellations that get lost, and how they are found again.

On Python 3.11 ``asyncio.wait_for`` swallows a cancellation that comes in the moment in which it has its result, and the pools
of connections wait with it. A task that was cancelled, or whose time was over, then goes on as if nothing had happened.
Its count of cancellations still tells.
"""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN_S = 1.0


def cancellations() -> int:
    """Count the cancellations of this task that it has not taken back."""
    task = asyncio.current_task()
    return 0 if task is None else task.cancelling()


def heed_cancellation(known: int) -> None:
    """Cancel this task where a cancellation was swallowed since it had been cancelled so many times.

    Raises:
        CancelledError: it was.
    """
    if cancellations() > known:
        raise asyncio.CancelledError


async def end_tasks(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, and again where that was lost, until all have ended; how does not matter."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)
