"""The README's way from keys to an accepted code, walked with an installed Tercel instead of a checkout's."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from tests.architecture.sources import ROOT
from tests.readme.commands import Block, blocks, script
from tests.support.process import wait_until

_STOP_S = 60


def follow(directory: Path, tercel: str, port: int) -> list[str]:
    """Run the README's commands that make keys, a campaign and a cart.

    Args:
        directory: Where the keys are written.
        tercel: What stands for ``./tercel`` in a shell.
        port: Where the server listens that they are sent to.

    Returns:
        The kinds of effects that the cart got.
    """
    steps = [block for block in _commands() if "keys create" in block.text or "curl " in block.text]
    assert len(steps) == 3, "the README makes keys, a campaign and a cart"
    replaced = {r"\./tercel": tercel, r"localhost:8000": f"localhost:{port}"}
    (directory / "script").write_text(script(steps, replaced))
    done = subprocess.run(["bash", "script"], cwd=directory, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    answer = json.loads(done.stdout[done.stdout.rindex("\n{\n") :])
    return [effect["effectType"] for effect in answer["effects"]]


def _commands() -> list[Block]:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    return [block for block in blocks(page) if not block.language]


@contextmanager
def serving(command: Sequence[str], port: int, log: Path, environment: dict[str, str]) -> Iterator[None]:
    """Run a server until the end of the block; it begins when the server is ready."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    try:
        wait_until(lambda: process.poll() is not None or _is_ready(port))
        assert process.poll() is None, log.read_text()
        yield
    finally:
        # What started it, such as a container's runner, may end before the server does.
        started = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.terminate()
        process.wait(_STOP_S)
        _, alive = psutil.wait_procs(started, timeout=_STOP_S)
        assert not alive, f"still running after the stop: {alive}"


def _is_ready(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False


def environment(**settings: str) -> dict[str, str]:
    """That of this process without the settings of Tercel and of this checkout's Python."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("TERCEL_") and name not in {"VIRTUAL_ENV", "PYTHONPATH"}
    }
    return kept | settings
