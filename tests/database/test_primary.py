"""Starting while there is no primary: who waits, for how long, and what waiting does not mend."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tercel.database.primary import NoDatabaseError, wait_for_primary
from tests.support.proxy import before_database


def test_a_primary_is_not_waited_for(database_url: str) -> None:
    told: list[str] = []
    wait_for_primary(database_url, told.append, sleep=_never)
    assert told == []


def test_it_waits_until_the_database_takes_writes(database_url: str) -> None:
    """Nobody answers, then a standby does, then a primary. Each reason is told once."""
    told: list[str] = []
    rounds: list[float] = []
    name = conninfo_to_dict(database_url)["dbname"]
    read_only = f'ALTER DATABASE "{name}" SET default_transaction_read_only = {{}}'
    with (
        before_database(database_url) as (network, address),
        psycopg.connect(database_url, autocommit=True) as administrator,
    ):
        network.cut()

        def sleep(seconds: float) -> None:
            rounds.append(seconds)
            if len(rounds) == 2:
                administrator.execute(read_only.format("on").encode())
                network.mend()
            if len(rounds) == 4:
                administrator.execute("SET default_transaction_read_only = off")
                administrator.execute(read_only.format("off").encode())

        wait_for_primary(address, told.append, sleep=sleep)
    assert len(rounds) == 4
    assert len(told) == 2
    assert "waiting for it: connection failed" in told[0]
    assert "it is a standby or read-only" in told[1]


def test_a_standby_is_not_taken_where_the_address_wants_a_primary(database_url: str) -> None:
    """As with several hosts of which none is the primary yet."""
    unreachable = "host=127.0.0.1,127.0.0.1 port=1,2 dbname=t user=t target_session_attrs=read-write"
    told: list[str] = []

    class Waited(Exception):  # ends the wait
        pass

    def sleep(_seconds: float) -> None:
        raise Waited

    with pytest.raises(Waited):
        wait_for_primary(unreachable, told.append, sleep=sleep)
    assert len(told) == 1


@pytest.mark.parametrize("wrong", [{"dbname": "nowhere"}, {"user": "nobody"}])
def test_what_waiting_does_not_mend_ends_it_at_once(database_url: str, wrong: dict[str, str]) -> None:
    with pytest.raises(NoDatabaseError, match="cannot be used") as ended:
        wait_for_primary(make_conninfo(database_url, **wrong), _not_told, sleep=_never)
    assert "\n" not in str(ended.value)


@pytest.mark.parametrize("address", ["postgresql://a b", "no=such=option", "postgresql://u@h:port/x"])
def test_an_address_that_cannot_be_read_ends_it_at_once(address: str) -> None:
    with pytest.raises(NoDatabaseError):
        wait_for_primary(address, _not_told, sleep=_never)


def _never(_seconds: float) -> None:
    raise AssertionError("waited")


def _not_told(line: str) -> None:
    raise AssertionError(line)
