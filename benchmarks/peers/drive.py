"""Starting drivers: a job goes in as a file, an answer comes out as a file."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.peers.catalogue import Peer
from benchmarks.peers.install import DRIVERS, PeerError, class_path, python_of
from tercel.settings import environment_without_settings

_LAST_LINES = 3
_ROOT = Path(__file__).parents[2]


def do_job(peer: Peer, cache: Path, job: dict[str, Any], *, bound: float) -> dict[str, Any]:
    """Return the driver's answer to one job.

    Raises:
        PeerError: the driver failed, or took more than ``bound`` seconds.
    """
    with tempfile.TemporaryDirectory(prefix="tercel-peers-job-") as directory:
        result = Path(directory) / "result.json"
        file = _write(peer, cache, {**job, "result": str(result)}, Path(directory))
        with (Path(directory) / "output").open("w+b") as output:
            process = subprocess.Popen(
                command(peer, cache, file), stdout=output, stderr=subprocess.STDOUT, env=environment(peer)
            )
            try:
                status = process.wait(timeout=bound)
            except subprocess.TimeoutExpired:
                raise PeerError(f"more than {bound:.0f} s") from None
            finally:
                _end(process)
            if status or not result.exists():
                output.seek(0)
                raise PeerError(_reason(status, output.read().decode(errors="replace")))
        answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return answer


@contextmanager
def serving(peer: Peer, cache: Path, job: dict[str, Any], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the peer behind its HTTP server for the length of the block; it may still be starting."""
    with tempfile.TemporaryDirectory(prefix="tercel-peers-job-") as directory:
        file = _write(peer, cache, {**job, "mode": "serve", "port": port}, Path(directory))
        started, variables = command(peer, cache, file), environment(peer)
        if peer.asgi:
            started = _granian(peer, cache, port)
            variables |= {"JOB": str(file), "PYTHONPATH": str(DRIVERS)}
        process = subprocess.Popen(
            started, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=variables
        )
        try:
            yield process
        finally:
            _end(process)


def command(peer: Peer, cache: Path, job: Path) -> list[str]:
    """Return the command that starts the driver of a peer."""
    home = _home(peer, cache)
    if peer.runtime == "java":
        return ["java", "-Dsun.net.httpserver.nodelay=true", "-cp", class_path(home), peer.driver, str(job)]
    programs = {
        "here": sys.executable,
        "python": str(python_of(home)),
        "node": shutil.which("node") or "node",
    }
    return [programs[peer.runtime], str(DRIVERS / peer.driver), str(job)]


def environment(peer: Peer) -> dict[str, str]:
    """Variables of a driver: none of Tercel's, and production where an engine asks. Our own finds ``benchmarks``."""
    variables = {**environment_without_settings(), "NODE_ENV": "production"}
    return variables | {"PYTHONPATH": str(_ROOT)} if peer.runtime == "here" else variables


def _granian(peer: Peer, cache: Path, port: int) -> list[str]:
    program = python_of(_home(peer, cache)).with_name("granian")
    where = ["--interface", "asgi", "--host", "127.0.0.1", "--port", str(port)]
    return [str(program), *where, "--workers", "1", "--log-level", "warning", peer.asgi]


def _home(peer: Peer, cache: Path) -> Path:
    return cache / (peer.package.directory if peer.package else "")


def _write(peer: Peer, cache: Path, job: dict[str, Any], directory: Path) -> Path:
    file = directory / "job.json"
    file.write_text(
        json.dumps({**job, "home": str(_home(peer, cache)), "variant": peer.variant}), encoding="utf-8"
    )
    return file


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _reason(status: int, output: str) -> str:
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return f"exit status {status}: {' '.join(lines[-_LAST_LINES:])[-300:]}"
