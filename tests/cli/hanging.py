"""An application whose event loop hangs when asked to, and the program that serves it under a supervisor."""

import asyncio
import os
import re
import sys
import time
from typing import Any

import uvicorn

from tercel.cli.serving import heartbeat
from tercel.cli.serving.listening import listening
from tercel.cli.serving.supervisor import Supervisor
from tercel.http.server.answer import Answer
from tercel.settings import load

SHUTDOWN_S = 1


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Tell the process, or hang: in Python code, in the interpreter, in a call of the system; or be busy and fair."""
    print("asked", scope["path"], flush=True)
    match scope["path"]:
        case "/python":
            while True:
                pass
        case "/interpreter":
            re.match("(a*)*b", "a" * 100)
        case "/system":
            time.sleep(3600)
        case "/busy":
            end = time.process_time() + 3
            while time.process_time() < end:
                await asyncio.sleep(0)
    await Answer(200, str(os.getpid()).encode())(scope, receive, send)


def main(port: str, workers: str, stuck_s: str, silent_s: str) -> None:
    """Serve until told to stop."""
    heartbeat.WORKER_STUCK_SECONDS_MAX = float(stuck_s)  # type: ignore[misc]
    heartbeat.WORKER_SILENT_SECONDS_MAX = float(silent_s)  # type: ignore[misc]
    config = uvicorn.Config(
        "tests.cli.hanging:application",
        port=int(port),
        workers=int(workers),
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=SHUTDOWN_S,
    )
    settings = load({"TERCEL_PORT": port, "TERCEL_WORKERS": workers})
    with listening(settings) as sockets:
        Supervisor(config, sockets, delay_s=0).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
