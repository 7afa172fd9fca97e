"""What one look at the server tells."""

import pytest

from tercel.database.engine import Database
from tercel.database.figures import look_at_server

pytestmark = pytest.mark.anyio


async def test_standbys_are_counted_only_where_the_role_may_see_them(database: Database) -> None:
    async with database.connection() as connection, connection.transaction(force_rollback=True):
        assert (await look_at_server(connection)).synchronous_standbys == 0
        await connection.execute("CREATE ROLE blind")
        await connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO blind")
        await connection.execute("SET LOCAL ROLE blind")
        assert (await look_at_server(connection)).synchronous_standbys == -1
