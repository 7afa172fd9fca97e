"""Ports for servers that are told theirs before they bind it."""

from __future__ import annotations

import itertools
import os
import random
import socket
from pathlib import Path

_LOWEST = 10_000
_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_RANGE = "32768 60999"


def _highest() -> int:
    """Where the ports begin that the system gives to clients, and to servers that do not care."""
    text = _RANGE.read_text() if _RANGE.exists() else _USUAL_RANGE
    return max(int(text.split()[0]), _LOWEST + 1_000)


def _candidates() -> list[int]:
    """The ports of this process: its siblings of the same run have others, and other runs begin elsewhere."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    mine = range(_LOWEST + number, _highest(), count)
    start = random.SystemRandom().randrange(len(mine))
    return [*mine[start:], *mine[:start]]


_ports = itertools.cycle(_candidates())


def free_port() -> int:
    """A port of this machine on which nobody listens, and which nobody is given before its server binds it.

    The system would hand out one of those that it also gives to every connection that is made meanwhile.
    """
    for port in _ports:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("there is always another port")
