"""The life of a process that answers requests: it ends when the process that started it does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading


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
