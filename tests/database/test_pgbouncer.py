"""Behind a real PgBouncer: what docs/postgresql.md says of its modes."""

from pathlib import Path
from tempfile import mkdtemp

import httpx
import psycopg
import pytest

from tercel.base.errors import UnavailableError
from tercel.database.engine import Database
from tercel.database.readiness import Readiness
from tercel.settings import Settings
from tests.faults.books import check_books
from tests.faults.rush import Rush
from tests.faults.service import wait_until
from tests.support.pgbouncer import needs_pgbouncer, pgbouncer
from tests.support.server import serving

pytestmark = needs_pgbouncer


@pytest.fixture
def directory(open_directory: Path) -> Path:
    """A directory that others may enter: PgBouncer does not run as root."""
    return Path(mkdtemp(dir=open_directory))


def _answers(dsn: str) -> bool:
    try:
        psycopg.connect(dsn).close()
    except psycopg.OperationalError:
        return False
    return True


def test_a_shop_sells_in_session_mode(database_url: str, settings: Settings, directory: Path) -> None:
    """Also when the pooler goes and comes back in the middle."""
    with pgbouncer(database_url, directory, "session") as pooler:
        wait_until(lambda: _answers(pooler.dsn))
        with serving(pooler.dsn, settings) as server:
            assert httpx.get(f"{server.url}/readyz", timeout=30).status_code == 200
            rush = Rush(server)
            answers = rush.run(pooler.restart)
            check_books(rush, answers, database_url)


@pytest.mark.anyio
async def test_transaction_mode_that_forgets_what_is_prepared_is_not_ready(
    database_url: str, settings: Settings, directory: Path
) -> None:
    with pgbouncer(database_url, directory, "transaction") as pooler:
        wait_until(lambda: _answers(pooler.dsn))
        behind = await Database.open(pooler.dsn, settings)
        readiness = Readiness(behind)
        with pytest.raises(UnavailableError, match="does not keep"):
            await readiness.check()
        await readiness.close()
        await behind.close()
