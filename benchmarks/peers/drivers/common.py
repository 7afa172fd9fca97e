"""What the drivers written in Python share: reading a job, timing a call, answering.

A driver is started with one argument, the file of its job, and writes its answer to the file that the job names. It
runs in the environment of the engine that it drives, so it imports nothing of this project.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles
from typing import Any


def read_job() -> dict[str, Any]:
    """Read the job that this process was started for."""
    job: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    return job


def answer(job: dict[str, Any], content: dict[str, Any]) -> None:
    """Write the answer of the job."""
    Path(job["result"]).write_text(json.dumps(content), encoding="utf-8")


def timed(call: Callable[[], Any], job: dict[str, Any]) -> dict[str, float]:
    """Warm up, then call for so many seconds and at least twice; microseconds of one call."""
    clock = time.perf_counter_ns
    end = clock() + int(job["warmUp"] * 1e9)
    while clock() < end:
        call()
    times: list[float] = []
    end = clock() + int(job["seconds"] * 1e9)
    while clock() < end or len(times) < 2:
        start = clock()
        call()
        times.append((clock() - start) / 1_000)
    return {
        "median": median(times),
        "p99": quantiles(times, n=100, method="inclusive")[-1],
        "runs": len(times),
    }
