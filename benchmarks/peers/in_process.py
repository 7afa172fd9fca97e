"""Each peer in a process of its own, one size after the other, answers compared with what it means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import psutil

from benchmarks.peers.catalogue import Peer
from benchmarks.peers.drive import do_job
from benchmarks.peers.install import PeerError
from benchmarks.peers.workload import Size, content
from benchmarks.workload import generate


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One peer at one size: microseconds of an evaluation, or the reason why there are none.

    ``load`` is how busy the machine was just before, this benchmark's own work of the last minute included.
    """

    peer: str
    size: Size
    median: float = 0.0
    p99: float = 0.0
    runs: int = 0
    load: float = 0.0
    failure: str = ""
    problems: list[str] = []


class Conditions(msgspec.Struct, frozen=True):
    """How long to measure, how long a cell may take at most, and where the peers are installed."""

    cache: Path
    seconds: float
    bound: float


def measure(peer: Peer, size: Size, conditions: Conditions, database: dict[str, Any] | None) -> Cell:
    """Measure one cell; a failure is reported in it, and does not keep the next from running."""
    if size not in peer.sizes:
        return Cell(peer=peer.name, size=size, failure="not run")
    load = psutil.getloadavg()[0]
    workload = generate(*size)
    job = {
        "mode": "cell",
        "workload": content(workload),
        "seconds": conditions.seconds,
        "warmUp": min(peer.warm_up, 4 * conditions.seconds),
        "database": database,
    }
    try:
        answer = do_job(peer, conditions.cache, job, bound=conditions.bound)
    except PeerError as error:
        return Cell(peer=peer.name, size=size, failure=str(error))
    return Cell(
        peer=peer.name,
        size=size,
        median=answer["timing"]["median"],
        p99=answer["timing"]["p99"],
        runs=int(answer["timing"]["runs"]),
        load=load,
        problems=peer.meaning.problems(workload, answer["hits"], answer["discount"]),
    )
