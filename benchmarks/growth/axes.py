"""What may grow, and a server for each size of it: filled, with requests of every kind to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import NamedTuple

from benchmarks.growth.copies import SESSIONS_PER_CUSTOMER, code_of
from benchmarks.growth.fill import Filler, connect, prepare_partitions
from benchmarks.server import cpu_seconds, serving, temporary_home
from benchmarks.shop import Requests, Shop
from benchmarks.workload import crowded, generate, stretched
from tercel.database.embedded import running_database
from tercel.settings import load

#: The answer that grows with nothing: how much it changes is the noise of the machine.
REFERENCE = "constant answer"
_PROMOTIONS = 10
_LINES = 10
_SESSIONS = 1_000
_COUPONS = 1_000
_STRIDE = 7_919  # a prime, so that requests walk through everything in no order
_new_sessions = count()
_PER_CUSTOMER = {"action": "redeemCoupon", "limit": 1_000_000, "entities": ["Profile"]}

#: Makes the request of that number.
Maker = Callable[[int], bytes]
Tell = Callable[[str], None]


class Stage(NamedTuple):
    """A server of one size, while it runs; ``cpu`` tells the processor time that its processes have used."""

    size: int
    url: str
    cpu: Callable[[], dict[int, float]]
    kinds: Mapping[str, Maker]


class AxisName(StrEnum):
    """What may grow."""

    SESSIONS = "sessions"
    CAMPAIGNS = "campaigns"
    COUPONS = "coupons"
    LINES = "lines"
    PROCESSES = "processes"


class Axis(NamedTuple):
    """Something that grows: its sizes, those of a quick run, and the stages of given sizes."""

    name: AxisName
    noun: str
    sizes: Sequence[int]
    quick: Sequence[int]
    stages: Callable[[Sequence[int], Tell], Iterator[Stage]]


class _Place(NamedTuple):
    """A running server with its shop."""

    url: str
    cpu: Callable[[], dict[int, float]]
    shop: Shop
    requests: Requests
    filler: Filler


def _sessions(sizes: Sequence[int], tell: Tell) -> Iterator[Stage]:
    with _place(tell) as place:
        place.filler.coupons(_COUPONS)
        for size in sizes:
            tell(f"storing {size:,} sessions")
            place.filler.sessions(size)
            kinds = _kinds(place.requests, sessions=size, coupons=_COUPONS)
            reads = {
                "list of sessions": f"{place.shop.path}/sessions?pageSize=20",
                "list of events": f"{place.shop.path}/events/no_total?pageSize=20",
                "list of customers": f"{place.shop.path}/customers?pageSize=20",
            }
            yield Stage(size, place.url, place.cpu, kinds | _reads(place.requests, reads))


def _campaigns(sizes: Sequence[int], tell: Tell) -> Iterator[Stage]:
    with _place(tell) as place:
        _fill_little(place)
        known = _PROMOTIONS
        for size in sizes:
            tell(f"running {size:,} campaigns")
            added = crowded(generate(_LINES, _PROMOTIONS), size).promotions[known:]
            if added:
                place.filler.campaigns(added)
            known = size
            kinds = _kinds(place.requests, sessions=_SESSIONS, coupons=_COUPONS)
            reads = {"list of campaigns": f"{place.shop.path}/campaigns?pageSize=20"}
            yield Stage(size, place.url, place.cpu, kinds | _reads(place.requests, reads))


def _coupons(sizes: Sequence[int], tell: Tell) -> Iterator[Stage]:
    with _place(tell) as place:
        place.filler.coupons(_COUPONS)
        place.filler.sessions(_SESSIONS)
        for size in sizes:
            tell(f"creating {size:,} coupons")
            place.filler.coupons(size)
            kinds = _kinds(place.requests, sessions=_SESSIONS, coupons=size)
            listed = f"{place.shop.coupons_path}/no_total"
            reads = {
                "list of coupons": f"{listed}?pageSize=20",
                "coupon by its code": f"{listed}?exactMatch=true&value={code_of(7)}",
            }
            yield Stage(size, place.url, place.cpu, kinds | _reads(place.requests, reads))


def _lines(sizes: Sequence[int], tell: Tell) -> Iterator[Stage]:
    with _place(tell) as place:
        _fill_little(place)
        for size in sizes:
            tell(f"carts of {size:,} lines")
            requests = place.shop.requests(stretched(generate(_LINES, _PROMOTIONS).lines, size))
            yield Stage(size, place.url, place.cpu, _kinds(requests, sessions=_SESSIONS, coupons=_COUPONS))


def _processes(sizes: Sequence[int], tell: Tell) -> Iterator[Stage]:
    for size in sizes:
        with _place(tell, workers=size) as place:
            _fill_little(place)
            yield Stage(
                size, place.url, place.cpu, _kinds(place.requests, sessions=_SESSIONS, coupons=_COUPONS)
            )


AXES = {
    axis.name: axis
    for axis in (
        Axis(AxisName.SESSIONS, "sessions stored", (10_000, 100_000, 1_000_000), (400, 4_000), _sessions),
        Axis(AxisName.CAMPAIGNS, "campaigns running", (10, 100, 1_000, 10_000), (10, 100), _campaigns),
        Axis(AxisName.COUPONS, "coupons", (10_000, 100_000, 1_000_000), (1_000, 4_000), _coupons),
        Axis(AxisName.LINES, "lines of the cart", (1, 10, 100, 1_000), (1, 10), _lines),
        Axis(AxisName.PROCESSES, "processes", (1, 2, 4), (1, 2), _processes),
    )
}


@contextmanager
def _place(tell: Tell, *, workers: int = 1) -> Iterator[_Place]:
    """Start a server with a database of its own, a year of partitions, and a shop."""
    tell("starting a server")
    with temporary_home() as home, serving(home, workers=workers) as url, _database(home) as dsn:
        prepare_partitions(dsn)
        workload = generate(_LINES, _PROMOTIONS)
        shop = Shop(url, workload.promotions, limits=[_PER_CUSTOMER])
        requests = shop.requests(workload.lines)
        with connect(dsn) as connection:
            yield _Place(url, lambda: cpu_seconds(home), shop, requests, Filler(connection, shop, requests))


@contextmanager
def _database(home: Path) -> Iterator[str]:
    with running_database(load({"TERCEL_HOME": str(home)})) as dsn:
        yield dsn


def _fill_little(place: _Place) -> None:
    place.filler.coupons(_COUPONS)
    place.filler.sessions(_SESSIONS)


def _kinds(requests: Requests, *, sessions: int, coupons: int) -> dict[str, Maker]:
    """Return the makers of every kind of update, over all the sessions, customers and coupons that are stored."""

    def session(number: int) -> int:
        return number * _STRIDE % (sessions // 2) * 2  # even: an open one

    def customer(number: int) -> str:
        return f"customer-{number * _STRIDE % (sessions // SESSIONS_PER_CUSTOMER)}"

    def update(number: int, *, dry: bool = False) -> bytes:
        stored = session(number)
        return requests.update(
            f"stored-{stored}", customer=f"customer-{stored // SESSIONS_PER_CUSTOMER}", dry=dry
        )

    def close(number: int, codes: Sequence[str] = ()) -> bytes:
        name = f"closed-{next(_new_sessions)}"  # none is closed twice, at whatever size
        return requests.update(name, customer=customer(number), state="closed", codes=codes)

    return {
        REFERENCE: lambda _number: requests.constant(),
        "dry update": lambda number: update(number, dry=True),
        "open update": update,
        "close": close,
        "close with a code": lambda number: close(number, [code_of(number * _STRIDE % coupons)]),
    }


def _reads(requests: Requests, paths: Mapping[str, str]) -> dict[str, Maker]:
    return {name: _reading(requests.reading(path)) for name, path in paths.items()}


def _reading(request: bytes) -> Maker:
    return lambda _number: request
