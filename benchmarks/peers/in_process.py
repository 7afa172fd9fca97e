"""Each peer in a process of its own, one size after the other, answers compared with what it means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.peers.catalogue import Peer
from benchmarks.peers.drive import do_job
from benchmarks.peers.install import PeerError
from benchmarks.peers.workload import Size, content
from tercel.cli.bench_workload import Workload, generate


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One peer at one size: microseconds of an evaluation, or the reason why there are none."""

    peer: str
    size: Size
    median: float = 0.0
    p99: float = 0.0
    runs: int = 0
    failure: str = ""
    problems: list[str] = []


class Conditions(msgspec.Struct, frozen=True):
    """How long to measure, how long a cell may take at most, and where the peers are installed."""

    cache: Path
    seconds: float
    bound: float


def measure(
    peer: Peer,
    sizes: list[Size],
    conditions: Conditions,
    database: dict[str, Any] | None,
    progress: Callable[[str], None],
) -> list[Cell]:
    """The cells of a peer; a size that fails does not keep the next from running."""
    cells = []
    for size in sizes:
        if size in peer.sizes:
            progress(f"{peer.title}: {size[0]} x {size[1]:,}")
            cells.append(_measure_one(peer, size, conditions, database))
        else:
            cells.append(Cell(peer=peer.name, size=size, failure="not run"))
    return cells


def _measure_one(peer: Peer, size: Size, conditions: Conditions, database: dict[str, Any] | None) -> Cell:
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
    return cell_of(peer, size, workload, answer)


def cell_of(peer: Peer, size: Size, workload: Workload, answer: dict[str, Any]) -> Cell:
    """A driver's answer as a cell, checked."""
    return Cell(
        peer=peer.name,
        size=size,
        median=answer["timing"]["median"],
        p99=answer["timing"]["p99"],
        runs=int(answer["timing"]["runs"]),
        problems=peer.meaning.problems(workload, answer["hits"], answer["discount"]),
    )
