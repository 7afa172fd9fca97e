"""A process that does nothing but jobs, to be killed: its argument is the address of the database."""

import asyncio
import sys

from tercel.database.engine import Database
from tercel.features.jobs.bell import Bell
from tercel.jobs.worker import work
from tercel.settings import load


async def main(dsn: str) -> None:
    """Work until killed."""
    await work(await Database.open(dsn, load({})), Bell())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
