"""The life of a process that answers requests: it serves until told, may open many files, and ends with its parent."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import resource
import signal
import socket
import threading
from contextlib import suppress
from multiprocessing.connection import Connection

import uvicorn

from tercel.cli.serving.graceful import GracefulServer

_OPEN_FILES = 65_536


def serve_until_stopped(
    config: uvicorn.Config, listener: socket.socket, delay_s: float, pipe: Connection
) -> None:
    """Be a worker: answer what arrives on the listener, and beat through the pipe."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # the supervisor hears it too, and decides
    faulthandler.register(signal.SIGUSR1)  # says where the process is, whatever it is doing
    with suppress(KeyboardInterrupt):  # the server raises again what stopped it
        GracefulServer(config, delay_s, pipe).run([listener])


def allow_open_files() -> None:
    """Let this process open many files, as far as the system allows: each connection is one.

    The ordinary limit is kept low for programs that cannot cope with more, and a stranger could use it up.
    """
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    if now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def end_with_parent() -> None:
    """Stop this process gracefully when its parent dies, even when that was killed and could say nothing.

    Without this the workers of a killed ``tercel serve`` would keep the port and the database.
    """
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="parent-watcher", daemon=True).start()
