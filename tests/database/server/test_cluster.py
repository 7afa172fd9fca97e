"""A server that cannot start says why: its newest log is quoted."""

import os
from pathlib import Path

import pytest

from tercel.database.server.account import choose_account
from tercel.database.server.cluster import Cluster
from tercel.database.server.errors import EmbeddedDatabaseError
from tercel.database.server.programs import find_programs


@pytest.fixture
def cluster(open_directory: Path, request: pytest.FixtureRequest) -> Cluster:
    """A cluster whose data directory was never made."""
    directory = open_directory / request.node.name
    directory.mkdir()
    account = choose_account(directory / "data")
    account.make_private_directory(directory / "data")
    return Cluster(directory, find_programs(account, directory / "programs"), account)


def test_the_newest_log_is_quoted(cluster: Cluster) -> None:
    cluster.logs.mkdir()
    for name, age in (("b.log", 10), ("c.log", 20), ("a.log", 0)):
        log = cluster.logs / name
        log.write_text("".join(f"{name} line {number}\n" for number in range(20)))
        os.utime(log, (1_000_000 - age, 1_000_000 - age))
    (cluster.logs / "newer.txt").write_text("no log\n")
    with pytest.raises(EmbeddedDatabaseError) as raised:
        cluster.start(100, {})
    quoted = [line for line in str(raised.value).splitlines() if ".log line" in line]
    assert quoted == [f"a.log line {number}" for number in range(10, 20)]


def test_without_a_log_the_program_speaks(cluster: Cluster) -> None:
    with pytest.raises(EmbeddedDatabaseError, match="pg_ctl failed for the database in"):
        cluster._run("pg_ctl", "status", "--pgdata=/nonexistent")
