"""The client of the demonstration."""

import asyncio

import pytest

from demo.client import Client

pytestmark = pytest.mark.anyio


async def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    ended = asyncio.Event()

    async def answer_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        writer.close()
        await writer.wait_closed()
        ended.set()

    server = await asyncio.start_server(answer_once, "127.0.0.1", 0)
    async with server:
        client = Client(*server.sockets[0].getsockname())
        for _ in range(2):
            ended.clear()
            assert (await client.send("GET", "/")).status == 200
            await ended.wait()
            [(reader, _writer)] = client._idle
            assert await reader.read() == b""  # the end has arrived
        client.close()
