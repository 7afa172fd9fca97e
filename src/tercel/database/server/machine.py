"""What the machine gives this process: memory, cores and disk; in a container, what the container may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from math import ceil
from pathlib import Path

import msgspec
import psutil

_MEGABYTE = 1024 * 1024
_CONTROL_GROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Memory and disk in megabytes; the disk is the one that holds the data."""

    memory_mb: int
    cores: int
    disk_mb: int


def this_machine(directory: Path) -> Machine:
    """Describe the machine that this process runs on, with the disk of ``directory``."""
    memory = psutil.virtual_memory().total
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError):  # no control groups here
        own = _OWN_GROUPS.read_text(encoding="utf-8")
        memory = min(memory, memory_limit(own, _CONTROL_GROUPS) or memory)
        cores = min(cores, core_limit(own, _CONTROL_GROUPS) or cores)
    return Machine(
        memory_mb=memory // _MEGABYTE,
        cores=cores,
        disk_mb=shutil.disk_usage(directory).total // _MEGABYTE,
    )


def memory_limit(own: str, root: Path) -> int | None:
    """Return the least memory in bytes that a control group above this process allows; None without a limit.

    ``own`` is the text of ``/proc/self/cgroup``, ``root`` where control groups are mounted. Both versions are read.
    """
    limits = [_number(group / "memory.max") for group in _groups(own, "", root)]
    limits += [_number(group / "memory.limit_in_bytes") for group in _groups(own, "memory", root)]
    return min((limit for limit in limits if limit), default=None)


def core_limit(own: str, root: Path) -> int | None:
    """Return the least number of cores, rounded up, that a control group above this process allows; None without a
    limit."""
    shares = []
    for group in _groups(own, "", root):
        with suppress(OSError, ValueError):
            quota, period = (group / "cpu.max").read_text(encoding="utf-8").split()
            shares.append(int(quota) / int(period))
    for group in _groups(own, "cpu", root):
        quota_us, period_us = _number(group / "cpu.cfs_quota_us"), _number(group / "cpu.cfs_period_us")
        if quota_us and period_us and quota_us > 0:
            shares.append(quota_us / period_us)
    return ceil(min(shares)) if shares else None


def _groups(own: str, controller: str, root: Path) -> Iterator[Path]:
    """Directories of the group with a controller and of all groups around it; no controller means version 2.

    Inside a container the path may be that of the host, of which only the root is mounted: whatever is missing is
    passed over by those who read.
    """
    for line in own.splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            mount = root / controllers if controllers else root
            inner = Path(path.lstrip("/"))
            yield mount / inner
            yield from (mount / outer for outer in inner.parents)


def _number(file: Path) -> int | None:
    """Return the number in a file; None when there is no such file or it says ``max``."""
    try:
        return int(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
