"""The life of a process that answers requests: what it may open, and that it ends when the process that started it does."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading

_OPEN_FILES = 65_536


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
