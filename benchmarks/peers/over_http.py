"""Peers and Tercel behind their HTTP servers: the same cart, the same client, one after the other."""

from __future__ import annotations

import http.client
import itertools
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from benchmarks import server
from benchmarks.load_client import LoadResult, request_bytes, run_load
from benchmarks.peers.catalogue import Peer
from benchmarks.peers.drive import serving
from benchmarks.peers.install import PeerError
from benchmarks.peers.workload import cart, content
from benchmarks.shop import Shop
from benchmarks.workload import Workload, generate, reference
from tercel.base.codec import decode_any, encode

SIZE = (10, 100)
_START_SECONDS = 90
_SESSIONS = 1_000


class HttpFigures(msgspec.Struct, frozen=True, kw_only=True):
    """One server: answers per second and milliseconds, or the reason why there are none."""

    peer: str
    includes: str
    per_second: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    failure: str = ""
    problems: list[str] = []


class Load(msgspec.Struct, frozen=True):
    """How many connections send, and for how many seconds; half of that before, to warm up."""

    connections: int
    seconds: float

    def measure(self, url: str, requests: Iterable[bytes]) -> LoadResult:
        """Send the requests over and over."""
        endless = itertools.cycle(requests)
        uvloop.run(run_load(url, _until(endless, self.seconds / 2), self.connections))
        return uvloop.run(run_load(url, _until(endless, self.seconds), self.connections))


def measure_peer(peer: Peer, cache: Path, load: Load, database: dict[str, Any] | None) -> HttpFigures:
    """Measure a peer behind its server."""
    workload = generate(*SIZE)
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    body = encode(cart(workload))
    try:
        with serving(peer, cache, {"workload": content(workload), "database": database}, port) as process:
            answer = _first_answer(process, port, body)
            headers = {"Content-Type": "application/json"}
            result = load.measure(url, [request_bytes("POST", "/", f"127.0.0.1:{port}", headers, body)])
    except (PeerError, OSError) as error:
        return HttpFigures(peer=peer.title, includes=peer.over_http, failure=str(error))
    problems = peer.meaning.problems(workload, answer["hits"], float(answer["discount"]))
    return _figures(peer.title, peer.over_http, result, problems)


def measure_tercel(load: Load) -> Iterator[HttpFigures]:
    """Tercel, dry and durable; the answer is compared with the reference before.

    A server that does not start is a row of its own, so that what was measured before is not lost.
    """
    try:
        yield from _tercel(load)
    except (RuntimeError, OSError) as error:
        yield HttpFigures(peer="Tercel", includes="", failure=str(error))


def _tercel(load: Load) -> Iterator[HttpFigures]:
    workload = generate(*SIZE)
    with server.temporary_home() as home, server.serving(home, workers=1) as url:
        shop = Shop(url, workload.promotions)
        requests = shop.requests(workload.lines)
        problems = _wrong(shop.sent(requests.update("check", dry=True)), workload)
        kinds = (
            (
                "Tercel, dry update",
                "whole effects; reads PostgreSQL, writes nothing",
                [requests.update("dry", dry=True)],
            ),
            (
                "Tercel, durable update",
                "whole effects; session, profile and effects committed before the answer",
                [requests.update(f"s{number}") for number in range(_SESSIONS)],
            ),
        )
        for title, includes, sent in kinds:
            yield _figures(title, includes, load.measure(url, sent), problems)


def _wrong(answer: Any, workload: Workload) -> list[str]:
    hits, discount = reference(workload)
    values = [
        effect["props"]["value"] for effect in answer["effects"] if effect["effectType"] == "setDiscount"
    ]
    given = sum(map(Decimal, map(str, values)), Decimal(0))
    if (len(values), given) == (len(hits), discount):
        return []
    return [f"{len(values)} discounts of {given}, not {len(hits)} of {discount}"]


def _figures(title: str, includes: str, result: LoadResult, problems: list[str]) -> HttpFigures:
    refused = [f"answers with status {result.failures}"] if result.failures else []
    return HttpFigures(
        peer=title,
        includes=includes,
        per_second=result.per_second,
        p50=result.percentile(0.5) * 1000,
        p99=result.percentile(0.99) * 1000,
        problems=problems + refused,
    )


def _until(requests: Iterator[bytes], seconds: float) -> Iterator[bytes]:
    """Requests until the time is over."""
    end = time.perf_counter() + seconds
    for request in requests:
        if time.perf_counter() >= end:
            return
        yield request


def _first_answer(process: subprocess.Popen[bytes], port: int, body: bytes) -> dict[str, Any]:
    """Return the server's answer once it has started."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise PeerError(f"its server ended with exit status {process.returncode}")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            read = answer.read()
        except OSError:
            time.sleep(0.2)
            continue
        finally:
            connection.close()
        if answer.status != 200:
            raise PeerError(f"its server answered {answer.status}: {read[:200].decode(errors='replace')}")
        decoded: dict[str, Any] = decode_any(read)
        return decoded
    raise PeerError(f"its server did not start in {_START_SECONDS} s")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port
