"""Creating coupons, beside one plain SQL insert of the same rows into a copy of the same table, in the same run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, LiteralString

import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from benchmarks.server import call, cpu_seconds, cpu_spent, log_in, made, serving, temporary_home
from tercel.base.limits import COUPONS_PER_JOB_MAX
from tercel.database.embedded import running_database
from tercel.settings import load

REFERENCE = "one plain insert"
_LOOK_EVERY_S = 0.1
_TICK_S = 0.01  # processor time is not counted finer
_IN_ONE_CALL = 20_000
_WITH_PREFIX = 200_000
_PREPARE: tuple[LiteralString, ...] = (
    "CREATE UNLOGGED TABLE bench_rows AS SELECT * FROM coupons ORDER BY id",
    "CREATE TABLE bench_coupons (LIKE coupons INCLUDING ALL)",
)
_COUNT: LiteralString = "SELECT count(*), count(DISTINCT value) FROM coupons WHERE campaign_id = %s"
_INSERT: LiteralString = "INSERT INTO bench_coupons SELECT * FROM bench_rows"


class CouponFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One way to make coupons. ``problem`` says what was wrong with them, or nothing."""

    name: str
    coupons: int
    seconds: float
    processor_seconds: float
    problem: str = ""


def coupons(
    number: Annotated[
        int,
        typer.Option("--coupons", min=1, max=COUPONS_PER_JOB_MAX, help="Coupons that the job makes."),
    ] = 1_000_000,
) -> None:
    """Measure the creation of coupons over HTTP and by a job, beside one plain insert of the job's finished rows.

    Server and database share this machine. The time of the job runs from the request to the moment when the API calls it
    completed. The last column compares the processor time of server and database, which says more on a busy machine. Exit
    status 1 when codes are missing or double.

    Example: python -m benchmarks coupons --coupons 100000
    """
    table = Table(title="Creating coupons", title_justify="left")
    for heading in ("how", "coupons", "seconds", "per second", "time of a plain insert", "processor"):
        table.add_column(heading, justify="left" if heading == "how" else "right")
    figures = list(measure(number))
    plain = next(each for each in figures if each.name == REFERENCE)
    for each in figures:
        part = each.coupons / plain.coupons
        table.add_row(
            each.name,
            f"{each.coupons:,}",
            f"{each.seconds:.2f}",
            f"{each.coupons / each.seconds:,.0f}",
            f"{each.seconds / (part * plain.seconds):.2f} times",
            f"{each.processor_seconds / (part * max(plain.processor_seconds, _TICK_S)):.2f} times",
        )
    console = Console(width=max(Console().width, 100), highlight=False)
    console.print(table)
    problems = [f"{each.name}: {each.problem}" for each in figures if each.problem]
    console.print("\n".join(problems) or "as many coupons as were asked for, every code once")
    if problems:
        sys.exit(1)


def measure(number: int) -> Iterator[CouponFigures]:
    """Start a server and make coupons in each way; the plain insert comes last, of the rows that the job made.

    A job that is not counted comes first: the server uses its memory and its files of the log again, and the first
    job would pay for making them.
    """
    with temporary_home() as home, serving(home, workers=1) as url, _connected(home) as connection:
        bench = _Bench(home, url, connection)
        bench.by_job(number)
        connection.execute("TRUNCATE coupons")
        yield bench.in_one_call("one request", _IN_ONE_CALL)
        yield bench.in_one_call("one request, prefix", _WITH_PREFIX, uniquePrefix="BENCH-")
        connection.execute("TRUNCATE coupons")
        yield bench.by_job(number)
        yield bench.plainly(number)


class _Bench:
    """A server with an application, its database, and an empty campaign whenever one is wanted."""

    def __init__(self, home: Path, url: str, connection: psycopg.Connection) -> None:
        self._home = home
        self._url = url
        self._connection = connection
        self._token = log_in(url)
        fields = {"name": "Bench", "timezone": "UTC", "currency": "EUR"}
        self._path = f"/v1/applications/{made(url, '/v1/applications', fields, self._token)['id']}"

    def in_one_call(self, name: str, number: int, **settings: str) -> CouponFigures:
        """Coupons by one request, which answers when they are there."""
        campaign = self._add_campaign()
        body = {"usageLimit": 1, "numberOfCoupons": number, **settings}

        def create() -> str:
            path = f"{self._campaign(campaign)}/coupons"
            status, answer = call(self._url, "POST", path, body, f"Bearer {self._token}")
            return "" if status == 204 else f"{status}: {answer!r}"

        return self._timed(name, number, create, campaign)

    def by_job(self, number: int) -> CouponFigures:
        """Coupons by a job, from the request until the API calls it completed."""
        campaign = self._add_campaign()
        body = {"usageLimit": 1, "numberOfCoupons": number, "attributes": {}}

        def create() -> str:
            path = f"{self._campaign(campaign)}/coupons_async"
            batch_id = made(self._url, path, body, self._token, status=200)["batchId"]
            while (job := self._job(batch_id))["status"] == "pending":
                time.sleep(_LOOK_EVERY_S)
            return str(job.get("message", ""))

        return self._timed("job", number, create, campaign)

    def plainly(self, number: int) -> CouponFigures:
        """Insert all rows that there are once more, by one statement into a table like theirs."""
        for statement in _PREPARE:
            self._connection.execute(statement)

        def insert() -> str:
            self._connection.execute(_INSERT)
            return ""

        return self._timed(REFERENCE, number, insert)

    def _timed(
        self, name: str, number: int, make: Callable[[], str], campaign: int | None = None
    ) -> CouponFigures:
        self._connection.execute("CHECKPOINT")
        before, started = cpu_seconds(self._home), time.perf_counter()
        problem = make()
        seconds = time.perf_counter() - started
        used = cpu_spent(before, cpu_seconds(self._home))
        if campaign is not None:
            problem = problem or missing(self._connection, campaign, number)
        return CouponFigures(
            name=name, coupons=number, seconds=seconds, processor_seconds=used, problem=problem
        )

    def _add_campaign(self) -> int:
        fields = {"name": "Coupons", "state": "enabled", "tags": [], "features": ["coupons"], "limits": []}
        campaign: int = made(self._url, f"{self._path}/campaigns", fields, self._token)["id"]
        return campaign

    def _campaign(self, campaign: int) -> str:
        return f"{self._path}/campaigns/{campaign}"

    def _job(self, batch_id: str) -> dict[str, Any]:
        path = f"{self._path}/jobs?batchId={batch_id}"
        job: dict[str, Any] = made(self._url, path, None, self._token, method="GET", status=200)["data"][0]
        return job


@contextmanager
def _connected(home: Path) -> Iterator[psycopg.Connection]:
    with (
        running_database(load({"TERCEL_HOME": str(home)})) as dsn,
        psycopg.connect(dsn, autocommit=True) as connection,
    ):
        yield connection


def missing(connection: psycopg.Connection, campaign: int, number: int) -> str:
    """Explain what is wrong with the coupons of a campaign that should have ``number`` of them; empty if nothing is."""
    found = connection.execute(_COUNT, [campaign]).fetchone()
    return "" if found == (number, number) else f"{number} coupons were asked for, there are {found}"
