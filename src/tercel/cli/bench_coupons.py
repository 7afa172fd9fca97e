"""Creating coupons, beside one plain SQL insert of the same rows into a copy of the same table, in the same run."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, LiteralString

import msgspec
import psycopg
import typer
from rich.console import Console
from rich.table import Table

from tercel.base.limits import COUPONS_PER_JOB_MAX
from tercel.cli.bench_server import call, log_in, made, serving, temporary_home
from tercel.database.embedded import running_database
from tercel.settings import load

REFERENCE = "one plain insert"
_LOOK_EVERY_S = 0.02
_IN_ONE_CALL = 20_000
_WITH_PREFIX = 200_000
_PREPARE: tuple[LiteralString, ...] = (
    "CREATE UNLOGGED TABLE bench_rows AS SELECT * FROM coupons ORDER BY id",
    "CREATE TABLE bench_coupons (LIKE coupons INCLUDING ALL)",
    "CHECKPOINT",
)
_COUNT: LiteralString = "SELECT count(*), count(DISTINCT value) FROM coupons WHERE campaign_id = %s"
_INSERT: LiteralString = "INSERT INTO bench_coupons SELECT * FROM bench_rows"


class CouponFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One way to make coupons. ``problem`` says what was wrong with them, or nothing."""

    name: str
    coupons: int
    seconds: float
    problem: str = ""


def coupons(
    number: Annotated[
        int,
        typer.Option("--coupons", min=1, max=COUPONS_PER_JOB_MAX, help="Coupons that the job makes."),
    ] = 1_000_000,
) -> None:
    """Measure the creation of coupons over HTTP and by a job, beside one plain insert of the job's finished rows.

    Server and database share this machine. The time of the job runs from the request to the moment when the API calls it
    completed. Exit status 1 when codes are missing or double.

    Example: tercel bench coupons --coupons 100000
    """
    table = Table(title="Creating coupons", title_justify="left")
    for heading in ("how", "coupons", "seconds", "per second", "time of a plain insert"):
        table.add_column(heading, justify="left" if heading == "how" else "right")
    figures = list(measure(number))
    plain = next(each.seconds / each.coupons for each in figures if each.name == REFERENCE)
    for each in figures:
        times = each.seconds / each.coupons / plain
        rate = each.coupons / each.seconds
        table.add_row(
            each.name, f"{each.coupons:,}", f"{each.seconds:.2f}", f"{rate:,.0f}", f"{times:.2f} times"
        )
    console = Console(width=max(Console().width, 100), highlight=False)
    console.print(table)
    problems = [f"{each.name}: {each.problem}" for each in figures if each.problem]
    console.print("\n".join(problems) or "as many coupons as were asked for, every code once")
    if problems:
        sys.exit(1)


def measure(number: int) -> Iterator[CouponFigures]:
    """Start a server and make coupons in each way; the plain insert comes last, of the rows that the job made."""
    with temporary_home() as home, serving(home, workers=1) as url:
        campaigns = _Campaigns(url)
        with _connected(home) as connection:
            yield _in_one_call(campaigns, connection, "one request", _IN_ONE_CALL)
            yield _in_one_call(
                campaigns, connection, "one request, prefix", _WITH_PREFIX, uniquePrefix="BENCH-"
            )
            connection.execute("TRUNCATE coupons")
            connection.execute("CHECKPOINT")
            yield _by_job(campaigns, connection, number)
            yield _plainly(connection, number)


class _Campaigns:
    """An application, and an empty campaign whenever one is wanted."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = log_in(url)
        fields = {"name": "Bench", "timezone": "UTC", "currency": "EUR"}
        self.path = f"/v1/applications/{made(url, '/v1/applications', fields, self.token)['id']}"

    def add(self) -> str:
        """The path of a new campaign."""
        fields = {"name": "Coupons", "state": "enabled", "tags": [], "features": ["coupons"], "limits": []}
        return f"{self.path}/campaigns/{made(self.url, f'{self.path}/campaigns', fields, self.token)['id']}"

    def ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The answer to a request that makes coupons."""
        return made(self.url, path, body, self.token, status=200)

    def job(self, batch_id: str) -> dict[str, Any]:
        """The job of a batch."""
        path = f"{self.path}/jobs?batchId={batch_id}"
        job: dict[str, Any] = made(self.url, path, None, self.token, method="GET", status=200)["data"][0]
        return job


@contextmanager
def _connected(home: Path) -> Iterator[psycopg.Connection]:
    with (
        running_database(load({"TERCEL_HOME": str(home)})) as dsn,
        psycopg.connect(dsn, autocommit=True) as connection,
    ):
        yield connection


def _in_one_call(
    campaigns: _Campaigns, connection: psycopg.Connection, name: str, number: int, **settings: str
) -> CouponFigures:
    campaign = campaigns.add()
    body = {"usageLimit": 1, "numberOfCoupons": number, **settings}
    connection.execute("CHECKPOINT")
    started = time.perf_counter()
    status, answer = call(campaigns.url, "POST", f"{campaign}/coupons", body, f"Bearer {campaigns.token}")
    seconds = time.perf_counter() - started
    problem = _problem(connection, campaign, number) if status == 204 else f"{status}: {answer!r}"
    return CouponFigures(name=name, coupons=number, seconds=seconds, problem=problem)


def _by_job(campaigns: _Campaigns, connection: psycopg.Connection, number: int) -> CouponFigures:
    campaign = campaigns.add()
    body = {"usageLimit": 1, "numberOfCoupons": number, "attributes": {}}
    started = time.perf_counter()
    batch_id = campaigns.ask(f"{campaign}/coupons_async", body)["batchId"]
    while (job := campaigns.job(batch_id))["status"] == "pending":
        time.sleep(_LOOK_EVERY_S)
    seconds = time.perf_counter() - started
    problem = job.get("message", "") or _problem(connection, campaign, number)
    return CouponFigures(name="job", coupons=number, seconds=seconds, problem=problem)


def _plainly(connection: psycopg.Connection, number: int) -> CouponFigures:
    for statement in _PREPARE:
        connection.execute(statement)
    started = time.perf_counter()
    connection.execute(_INSERT)
    seconds = time.perf_counter() - started
    return CouponFigures(name=REFERENCE, coupons=number, seconds=seconds)


def _problem(connection: psycopg.Connection, campaign: str, number: int) -> str:
    found = connection.execute(_COUNT, [int(campaign.rpartition("/")[2])]).fetchone()
    return "" if found == (number, number) else f"{number} coupons were asked for, there are {found}"
