"""The address of ``tercel serve``: taken first, and told plainly when it cannot be had."""

import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from tercel.cli.serving.listening import AddressError, holder, listening
from tercel.settings import load
from tests.support.ports import free_port
from tests.support.process import run_tercel

_CONNECTIONS = 64


def _accepted(listener: socket.socket) -> int:
    listener.setblocking(False)
    count = 0
    while True:
        try:
            listener.accept()[0].close()
        except BlockingIOError:
            return count
        count += 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux spreads connections over sockets")
def test_connections_are_spread_over_the_workers() -> None:
    settings = load({"TERCEL_PORT": str(free_port()), "TERCEL_WORKERS": "2"})
    with ExitStack() as stack:
        listeners = stack.enter_context(listening(settings))
        for _ in range(_CONNECTIONS):
            stack.enter_context(socket.create_connection(listeners[0].getsockname()))
        counts = [_accepted(listener) for listener in listeners]
    assert sum(counts) == _CONNECTIONS
    assert min(counts) > _CONNECTIONS // 8


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_taken_port_ends_it_before_anything_is_made(open_directory: Path, workers: str) -> None:
    home = open_directory / "never"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_tercel("serve", "--home", str(home), "--port", port, "--workers", workers)
    assert done.returncode == 1
    assert done.stdout == ""
    process = re.escape(f"(process {os.getpid()})")
    advice = "stop it, or choose another one with `--port`"
    expected = rf"error: port {port} of `127.0.0.1` is taken by `\S+` {process}: {advice}\n"
    assert re.fullmatch(expected, done.stderr)
    assert not home.exists()


def test_two_that_start_at_once_cannot_have_the_same_port() -> None:
    settings = load({"TERCEL_PORT": str(free_port()), "TERCEL_WORKERS": "2"})
    with listening(settings), pytest.raises(AddressError, match="is taken by"), listening(settings):
        pytest.fail("both have it")


@pytest.mark.parametrize("host", ["no.such.host.invalid", "192.0.2.1", "x" * 300])
def test_a_host_that_is_not_here(host: str) -> None:
    with pytest.raises(AddressError, match=f"`{host}` is no address of this machine: .* with `--host`"):
        listening(load({"TERCEL_HOST": host, "TERCEL_PORT": str(free_port())})).__enter__()


def test_an_address_of_the_other_kind() -> None:
    settings = load({"TERCEL_HOST": "::1", "TERCEL_PORT": str(free_port())})
    with listening(settings) as [only]:
        assert only.getsockname()[:2] == ("::1", settings.port)


@pytest.mark.parametrize(
    ("home", "told"),
    [
        ("/srv/tercel", "by another `tercel serve` (process {pid}): stop it"),
        ("/srv/shop/.demo", ": the demonstration runs there (process {pid}): end it with `make demo-stop`"),
    ],
)
def test_a_server_of_ours_is_recognised(tmp_path: Path, home: str, told: str) -> None:
    program = tmp_path / "tercel"
    program.write_text(
        "import socket, sys\n"
        "with socket.create_server(('127.0.0.1', 0)) as s:\n"
        "    print(s.getsockname()[1], flush=True)\n"
        "    sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, str(program), "serve"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TERCEL_HOME": home},
    )
    assert process.stdout
    with process:
        assert holder(int(process.stdout.readline())).strip() == told.format(pid=process.pid)
        process.communicate("")


@pytest.mark.parametrize("given", ["abc", "99999", "0"])
def test_a_port_that_is_none_names_the_flag(given: str) -> None:
    done = run_tercel("serve", "--port", given)
    assert done.returncode == 1
    assert done.stderr == f"error: `--port` is `{given}`: expected a whole number, 1 to 65535\n"
