"""A network between two parts that tests cut, stall and slow down: a TCP proxy in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

_CHUNK = 65_536
LOST = 10
_Connect = Callable[[], Any]
#: How PostgreSQL's protocol says that a server is ready for the next statement, but for the state of its transaction …
_READY = b"Z\x00\x00\x00\x05"
#: … and what a pooler between sends instead when it has lost the server meanwhile.
_FAREWELL = b"SFATAL\x00VFATAL\x00C08P01\x00Mserver conn crashed?\x00\x00"
_GOOD_BYE = b"E" + (len(_FAREWELL) + 4).to_bytes(4, "big") + _FAREWELL


class Proxy:
    """Passes bytes on, as long as it is told to."""

    def __init__(self, connect: _Connect) -> None:
        self._connect = connect
        self._loop = asyncio.new_event_loop()
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._is_cut = False
        self.answers_to_lose = 0
        self._says_good_bye = False
        self._delay: Callable[[], float] | None = None
        self.port = 0

    def cut(self) -> None:
        """Break every connection, and every new one."""
        self._call(self._set_cut, True)

    def mend(self) -> None:
        """Let connections be made again."""
        self._call(self._set_cut, False)

    def stall(self) -> None:
        """Keep every connection open and pass nothing on."""
        self._call(self._flows.clear)

    def flow(self) -> None:
        """Pass on what was kept, and what comes."""
        self._call(self._flows.set)

    def lose_answers(self) -> None:
        """Break connections at their next answers: the requests were passed on, their answers are lost."""
        self._call(setattr, self, "answers_to_lose", LOST)

    def say_good_bye(self) -> None:
        """Pass the next answers of a database on, and end each with a fatal error where it says that it is ready."""
        self._call(setattr, self, "_says_good_bye", True)

    def hold_up(self, delay: Callable[[], float] | None) -> None:
        """Pass each piece of data on only after so many seconds; None: at once, as before."""
        self._delay = delay

    def _set_cut(self, is_cut: bool) -> None:
        self._is_cut = is_cut
        if is_cut:
            for writer in self._writers:
                writer.transport.abort()

    def _call(self, function: Callable[..., object], *arguments: object) -> None:
        done = threading.Event()

        def call() -> None:
            function(*arguments)
            done.set()

        self._loop.call_soon_threadsafe(call)
        done.wait()

    def run(self, started: threading.Event) -> None:
        """Run until stopped; ``started`` is set when the port is known."""
        self._loop.run_until_complete(self._serve(started))
        self._loop.close()

    async def _serve(self, started: threading.Event) -> None:
        self._flows.set()
        self._stopped = asyncio.Event()
        server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=4096)
        self.port = server.sockets[0].getsockname()[1]
        started.set()
        await self._stopped.wait()
        server.close()
        self._set_cut(True)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def stop(self) -> None:
        """Break everything and end."""
        self._loop.call_soon_threadsafe(self._stopped.set)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if not self._is_cut:
                await self._join(reader, writer)
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        try:
            far_reader, far_writer = await self._connect()
        except OSError:
            return
        self._writers.add(far_writer)
        both = [
            asyncio.ensure_future(self._pass_on(reader, far_writer, is_answer=False)),
            asyncio.ensure_future(self._pass_on(far_reader, writer, is_answer=True)),
        ]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            self._writers.discard(far_writer)
            far_writer.transport.abort()

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_answer: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(_CHUNK):
                if self._delay is not None:
                    await asyncio.sleep(self._delay())
                await self._flows.wait()
                if is_answer and self.answers_to_lose:
                    self.answers_to_lose -= 1
                    return
                if is_answer and self._says_good_bye and data[-len(_READY) - 1 : -1] == _READY:
                    writer.write(data[: -len(_READY) - 1] + _GOOD_BYE)
                    await writer.drain()
                    writer.close()  # after what it has to say
                    await writer.wait_closed()
                    return
                writer.write(data)
                await writer.drain()


@contextmanager
def between(connect: _Connect) -> Iterator[Proxy]:
    """A proxy to what ``connect`` opens."""
    proxy, started = Proxy(connect), threading.Event()
    thread = threading.Thread(target=proxy.run, args=[started])
    thread.start()
    started.wait()
    try:
        yield proxy
    finally:
        proxy.stop()
        thread.join()


@contextmanager
def before_database(dsn: str) -> Iterator[tuple[Proxy, str]]:
    """A proxy to the embedded database, and the address that leads through it."""
    address = conninfo_to_dict(dsn)
    socket_file = Path(str(address["host"])) / ".s.PGSQL.5432"

    async def connect() -> Any:
        return await asyncio.open_unix_connection(str(socket_file))

    with between(connect) as network:
        options = f"user=tercel dbname={address['dbname']} sslmode=disable"
        yield network, f"host=127.0.0.1 port={network.port} {options}"
