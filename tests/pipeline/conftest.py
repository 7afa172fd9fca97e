"""What tests of the pipeline share."""

from collections.abc import AsyncIterator

import pytest

from tercel.database.engine import Database
from tercel.settings import Settings
from tests.support.server import Server


@pytest.fixture
async def of_the_shop(server: Server, settings: Settings) -> AsyncIterator[Database]:
    """The database of the server, beside the server."""
    opened = await Database.open(server.dsn, settings)
    yield opened
    await opened.close()
