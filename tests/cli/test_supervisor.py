"""The sockets that workers listen on, and how they are watched."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest
import uvicorn

from tercel.cli.supervisor import Worker, listen
from tests.support.process import wait_until

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
    with ExitStack() as stack:
        listeners = [stack.enter_context(each) for each in listen(uvicorn.Config("", port=0, workers=2))]
        for listener in listeners:
            listener.listen(_CONNECTIONS)
        for _ in range(_CONNECTIONS):
            stack.enter_context(socket.create_connection(listeners[0].getsockname()))
        counts = [_accepted(listener) for listener in listeners]
    assert sum(counts) == _CONNECTIONS
    assert min(counts) > _CONNECTIONS // 8


# uvicorn leaves the socket that it could not bind to the collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_address_that_is_taken_is_refused() -> None:
    with ExitStack() as stack:
        first, *_ = [stack.enter_context(each) for each in listen(uvicorn.Config("", port=0, workers=2))]
        first.listen()
        port = first.getsockname()[1]
        with pytest.raises(SystemExit):
            listen(uvicorn.Config("", port=port, workers=2))
        gc.collect()


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker that has said that it started; its application is never asked."""
    config = uvicorn.Config("builtins:print", interface="asgi3", lifespan="off", log_config=None)
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        started = Worker(config, [listener])
        started.start()
        try:
            wait_until(lambda: started.is_well(60) and started.has_started)
            yield started
        finally:
            started.kill()
            started.join()
            started.process.close()


@pytest.mark.slow
def test_nobody_waits_for_the_answer_of_a_worker(worker: Worker) -> None:
    """It is frozen, so it does not answer; then it ends while it is asked."""
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGSTOP)
    wait_until(lambda: not worker.is_well(0.01))
    assert worker.is_well(60)
    os.kill(worker.pid, signal.SIGKILL)
    worker.process.join()
    assert not worker.is_well(60)
