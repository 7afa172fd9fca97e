"""The server that stories are told to: one that runs, or one of their own for the time of the run."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tercel.cli.stories.errors import StoryError
from tercel.settings import Settings, environment_without_settings

_READY_S = 120
_LOOK_EVERY_S = 0.1
_STOP_S = 30
_TIMEOUT_S = 60
_EMAIL = "stories@example.com"
_LOG_LINES_SHOWN = 15


@contextmanager
def administrator(url: str, email: str, password: str) -> Iterator[httpx.Client]:
    """Yield a client of an administrator of a running server.

    Raises:
        StoryError: the server cannot be reached, or refuses the password.
    """
    try:
        client = httpx.Client(base_url=url, timeout=_TIMEOUT_S)
    except httpx.InvalidURL as error:
        raise StoryError(f"`{url}` is no address of a server: {error}") from None
    with client:
        try:
            answer = client.post("/v1/sessions", json={"email": email, "password": password})
        except httpx.HTTPError as error:
            raise StoryError(f"`{url}` cannot be reached: {error}") from None
        if answer.status_code != 201:
            raise StoryError(f"`{url}` refuses the password of {email}: {answer.status_code} {answer.text}")
        client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
        yield client


@contextmanager
def temporary_server() -> Iterator[httpx.Client]:
    """Start a server with an empty database of its own, and yield a client of its administrator.

    Raises:
        StoryError: it does not start; the message has the end of its log.
    """
    with tempfile.TemporaryDirectory(prefix="tercel-stories-") as directory:
        home = Path(directory)
        # Because: as root, the embedded database runs as another account, which must get there.
        home.chmod(0o755)
        settings = Settings(
            home=home,
            port=_free_port(),
            admin_email=_EMAIL,
            admin_password=secrets.token_urlsafe(16),
            trust_clock_header=True,
            log_level="error",
        )
        log = home / "server.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "tercel", "serve"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment_without_settings() | settings.to_environment(),
            )
        try:
            url = f"http://{settings.host}:{settings.port}"
            _wait_until_ready(process, url, log)
            with administrator(url, _EMAIL, settings.admin_password or "") as client:
                yield client
        finally:
            _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/readyz", timeout=_TIMEOUT_S).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(_LOOK_EVERY_S)
    lines = log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
    raise StoryError("\n  ".join(["the server for the stories did not start; its log ends with:", *lines]))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
