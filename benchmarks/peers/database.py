"""A PostgreSQL for the peers that need one: the embedded server, in a temporary directory."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from tercel.database.embedded import running_database
from tercel.settings import Settings


@contextmanager
def temporary_database() -> Iterator[dict[str, Any]]:
    """Yield the address of a server that lives as long as the block: ``host`` (a directory), ``user`` and ``port``."""
    home = Path(tempfile.mkdtemp(prefix="tercel-peers-"))
    home.chmod(0o755)  # another user may run the server
    try:
        with running_database(Settings(home=home)) as address:
            parts = conninfo_to_dict(address)
            yield {"host": parts["host"], "user": parts["user"], "port": 5432}
    finally:
        shutil.rmtree(home, ignore_errors=True)
