"""``tercel`` as processes of their own: one command to its end, or a server that tests stop as they like."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import httpx
import pytest

from tests.support.ports import free_port
from tests.support.server import (
    ADMIN_EMAIL,
    ADMIN_PASSWORD,
    Server,
    client,
    make_application,
    make_integration_key,
    make_management_key,
)
from tests.support.shop import Shop

_TERCEL = [str(Path(sys.executable).with_name("tercel"))]
_PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
"""Where the shell finds it, so that what it prints does not depend on how the tests were started."""
_WAIT_S = 120


class Serving:
    """A running ``tercel serve``."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def press_ctrl_c(self) -> None:
        """Interrupt all of its processes, as a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)

    def answers(self) -> bool:
        """Whether it is ready."""
        return self.status("/readyz") == 200

    def status(self, path: str, timeout_s: float = 10) -> int:
        """The status of an answer on a connection of its own; 0 when there is none in time."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)  # polled: lighter than httpx
        with suppress(OSError, HTTPException), closing(connection):
            connection.request("GET", path)
            return connection.getresponse().status
        return 0


def run_tercel(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    environment = {**os.environ, "PATH": _PATH, "NO_COLOR": "1", **variables}
    return subprocess.run(
        [*_TERCEL, *arguments], check=False, capture_output=True, text=True, env=environment, timeout=120
    )


@contextmanager
def serving_process(home: Path, *options: str, **variables: str) -> Iterator[Serving]:
    """Serve a home in a process of its own, which is stopped with the block if nobody did."""
    port = free_port()
    command = [*_TERCEL, "serve", "--home", str(home), "--port", str(port), *options]
    environment = {**os.environ, "PATH": _PATH, "TERCEL_LOG_LEVEL": "warning", **variables}
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        process_group=0,  # its own, as a terminal would give it
    )
    try:
        serving = Serving(process, port)
        wait_until(lambda: serving.answers() or process.poll() is not None)
        assert process.poll() is None, process.communicate()[0]
        yield serving
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[str]) -> None:
    """End it so that its database ends too; a test that failed may have left it in any state."""
    process.terminate()
    try:
        process.communicate(timeout=_WAIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


@contextmanager
def shop_of(serving: Serving) -> Iterator[tuple[Shop, str]]:
    """A fresh application of a server that was started with ``TERCEL_ADMIN_PASSWORD``, and its integration key."""
    server = Server(serving.url, "")
    login = {"email": ADMIN_EMAIL, "password": ADMIN_PASSWORD}
    token = (
        httpx.post(f"{serving.url}/v1/sessions", json=login, timeout=30).raise_for_status().json()["token"]
    )
    with ExitStack() as stack:
        admin = stack.enter_context(client(server, f"Bearer {token}"))
        management_key = make_management_key(admin)
        management = stack.enter_context(client(server, f"ManagementKey-v1 {management_key}"))
        application = make_application(management)
        key = make_integration_key(admin, application["id"])
        integration = stack.enter_context(client(server, f"ApiKey-v1 {key}"))
        yield Shop(application, management, integration), key


def wait_until(condition: Callable[[], bool]) -> None:
    """Poll for what another process does; what it does is not announced to us."""
    for _ in range(_WAIT_S * 10):
        if condition():
            return
        threading.Event().wait(0.1)
    pytest.fail("the condition never came about")
