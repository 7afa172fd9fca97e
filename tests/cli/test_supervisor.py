"""The sockets that workers listen on."""

from __future__ import annotations

import gc
import socket
import sys
from contextlib import ExitStack

import pytest
import uvicorn

from tercel.cli.supervisor import listen

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
