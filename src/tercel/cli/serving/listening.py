"""The address to serve on: taken before anything else happens, and told plainly when it cannot be had."""

from __future__ import annotations

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from tercel.base.errors import TercelError
from tercel.settings import Settings

CONNECTIONS_WAITING = 2048
#: Where the demonstration of a checkout keeps its database.
_DEMONSTRATIONS = (".demo", "demo")


class AddressError(TercelError):
    """The address to listen on cannot be had; the message says why and what to do."""

    code = "address"


@contextmanager
def listening(settings: Settings) -> Iterator[list[socket.socket]]:
    """Open a socket for each worker, all of one address, that accept connections from now on.

    A client that connects before a server runs waits for it. The kernel spreads connections over the sockets evenly.

    Because: of workers that share a socket, the one that wakes first takes nearly all connections that come together. They are
    made here, so that what waits for a worker that died is accepted by its successor.

    Raises:
        AddressError: the address is taken, forbidden or not of this machine.
    """
    family, address = _resolve(settings)
    only = _listener(family, address, settings, shares=False)
    # Elsewhere one of the sockets would get everything.
    spreads = settings.workers > 1 and sys.platform == "linux"
    sockets = [only] * settings.workers
    if spreads:
        only.close()
        sockets = [_listener(family, address, settings, shares=True) for _ in range(settings.workers)]
    try:
        yield sockets
    finally:
        for each in sockets:
            each.close()


def _resolve(settings: Settings) -> tuple[socket.AddressFamily, Any]:
    try:
        found = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
    except (OSError, UnicodeError):
        raise _nowhere(settings.host) from None
    # Because: of a name with both, IPv4 is what other programs of a machine expect.
    family, _, _, _, address = min(found, key=lambda each: each[0] != socket.AF_INET)
    return family, address


def _listener(
    family: socket.AddressFamily, address: Any, settings: Settings, *, shares: bool
) -> socket.socket:
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shares:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
        listener.listen(CONNECTIONS_WAITING)
    except OSError as error:
        listener.close()
        raise _reason(error, settings) from None
    listener.set_inheritable(True)
    return listener


def is_free(host: str, port: int) -> bool:
    """Tell whether the address is free."""
    try:
        with closing(socket.create_server((host, port))):
            return True
    except OSError:
        return False


def _reason(error: OSError, settings: Settings) -> AddressError:
    where = f"port {settings.port} of `{settings.host}`"
    if error.errno == errno.EADDRNOTAVAIL:
        return _nowhere(settings.host)
    if error.errno == errno.EACCES:
        return AddressError(f"{where} is for root only: choose one above 1023 with `--port`")
    if error.errno == errno.EADDRINUSE:
        return AddressError(f"{where} is taken{holder(settings.port)}, or choose another one with `--port`")
    return AddressError(f"{where} cannot be used: {error.strerror}: choose another one with `--port`")


def _nowhere(host: str) -> AddressError:
    return AddressError(f"`{host}` is no address of this machine: choose another one with `--host`")


def holder(port: int) -> str:
    """Name the program that listens on a port and the command that ends it, as far as this user may know."""
    with suppress(psutil.Error, OSError):
        for pid in sorted(
            each.pid
            for each in psutil.net_connections("tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid
        ):
            return _describe(psutil.Process(pid))
    return ": stop whatever listens there"


def _describe(process: psutil.Process) -> str:
    command = process.cmdline()
    if "serve" not in command or not any(Path(word).name == "tercel" for word in command):
        return f" by `{process.name()}` (process {process.pid}): stop it"
    home = process.environ().get("TERCEL_HOME", "")
    if Path(home).name in _DEMONSTRATIONS:
        return f": the demonstration runs there (process {process.pid}): end it with `make demo-stop`"
    return f" by another `tercel serve` (process {process.pid}): stop it"
