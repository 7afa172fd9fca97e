"""Durable session updates over HTTP, beside a constant answer of the same stack in the same run."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import uvloop

from benchmarks.load_client import LoadResult, run_load, run_open_load
from benchmarks.server import serving, temporary_home
from benchmarks.shop import Requests, Shop
from benchmarks.workload import generate

#: The constant answer that everything else is compared with.
REFERENCE = "constant answer"
#: How close to the highest rate the latency is measured.
CALM = 0.7
_UPDATE = "open session updated"
_ONE_CODE = "one limited code closed by all"
_CODE = "BENCH-CODE"
_SESSIONS = 1_000
_OPEN_LOOP_CONNECTIONS = 256


class HttpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One measurement over HTTP. ``problem`` says what was wrong with its answers, or nothing."""

    name: str
    result: LoadResult
    problem: str = ""


def measure(
    *, campaigns: int, lines: int, updates: int, connections: int, workers: int
) -> Iterator[HttpFigures]:
    """Start a server, fill it, and measure one kind of request after the other.

    The limited code may be redeemed by half of the sessions that try it; that exactly as many succeeded is checked.
    """
    workload = generate(lines, campaigns)
    with temporary_home() as home, serving(home, workers=workers) as url:
        shop = Shop(url, workload.promotions)
        shop.add_coupon(_CODE, limit=updates // 2)
        requests = shop.requests(workload.lines)
        uvloop.run(run_load(url, _warm_up(requests, updates // 5), connections))
        for name, load in _kinds(requests, updates).items():
            result = uvloop.run(run_load(url, load, connections))
            problem = problem_of(result)
            if name == _ONE_CODE and shop.redemptions(_CODE) != updates // 2:
                problem = f"{shop.redemptions(_CODE)} redemptions of {updates // 2} allowed"
            yield HttpFigures(name=name, result=result, problem=problem)
            if name == _UPDATE:
                rate = CALM * result.per_second
                calm = uvloop.run(run_open_load(url, load, _OPEN_LOOP_CONNECTIONS, per_second=rate))
                calm_name = f"the same at {CALM:.0%} of that rate"
                yield HttpFigures(name=calm_name, result=calm, problem=problem_of(calm))


def problem_of(result: LoadResult) -> str:
    """Explain what was wrong with the answers; empty if nothing was."""
    return f"answers with status {result.failures}" if result.failures else ""


def _warm_up(requests: Requests, updates: int) -> list[bytes]:
    return [requests.update(f"warm-up{number}", state="closed") for number in range(updates)]


def _kinds(requests: Requests, updates: int) -> dict[str, list[bytes]]:
    numbers = range(updates)
    return {
        REFERENCE: [requests.constant()] * updates,
        "dry update": [requests.update("dry", dry=True)] * updates,
        _UPDATE: [requests.update(f"s{number % _SESSIONS}") for number in numbers],
        "new session closed": [requests.update(f"closed{number}", state="closed") for number in numbers],
        _ONE_CODE: [requests.update(f"code{number}", state="closed", codes=[_CODE]) for number in numbers],
    }
