"""How what runs in the background hears that it is to stop."""

from __future__ import annotations

import asyncio

from tercel.database.cancelling import cancellations, heed_cancellation


def is_told_to_stop() -> bool:
    """Tell whether this task was cancelled; a statement that was cut off by it may end as an error of the database
    instead."""
    return cancellations() > 0


async def rest(seconds: float) -> None:
    """Do nothing for a while, unless this task was told to stop while it did something that did not hear it.

    Raises:
        CancelledError: it was, or is now.
    """
    heed_cancellation(0)
    await asyncio.sleep(seconds)
