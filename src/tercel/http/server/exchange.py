"""One request and its answer on a connection.

The web server writes the head of an answer before its body. Each write is a call of the kernel and wakes the client,
which costs more than putting an answer together, so here the head waits for the body and both leave as one. A client
that still sends when it is answered, and whose connection ends then, gets time to read the answer.
"""

from __future__ import annotations

from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from tercel.http.server.answer import plain_failure
from tercel.http.server.asgi import Message

_CONTROL_CHARACTERS = bytes(set(range(32)) - {ord("\t")}) + b"\x7f"
_LINE_END = b"\r\n"


class Exchange(RequestResponseCycle):
    """As in uvicorn, but for answers that are complete when they begin.

    Attributes:
        linger: Hangs up on a client that is still sending.
    """

    _head: Message = None  # held back until the body is there
    linger: Callable[[], None]

    async def receive(self) -> Message:
        if self.more_body or not self.body or self.waiting_for_100_continue or self.disconnected:
            return await super().receive()
        # Because: uvicorn would first go on reading, which is for those whose bodies are not complete.
        body, self.body = bytes(self.body), bytearray()
        self.message_event.clear()
        return {"type": "http.request", "body": body, "more_body": False}

    async def send_500_response(self) -> None:
        answer = plain_failure(500, "internal error", {"Connection": "close"})
        await answer(self.scope, self.receive, self.send)

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self.response_started:
            self._head = message
            return
        head, self._head = self._head, None
        if head is None:
            await super().send(message)
            return
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        body = message.get("body", b"")
        written = None if message.get("more_body") else self._as_one(head, body)
        if written is None:
            await super().send(head)
            await super().send(message)
            return
        self.response_started = True
        self.waiting_for_100_continue = False
        self.transport.write(written)
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            if self.more_body:
                self.linger()
            else:
                self.transport.close()
        self.on_response()

    def _as_one(self, head: Message, body: bytes) -> bytes | None:
        """Return head and body as one text; None unless the head announces exactly this body."""
        if self.scope["method"] == "HEAD":
            return None
        parts = [STATUS_LINE[head["status"]]]
        has_length = closes = False
        for given, value in (*self.default_headers, *head["headers"]):
            name = given.lower()
            if name == b"content-length":
                has_length = value == b"%d" % len(body)
            elif name == b"connection":
                closes = b"close" in [token.strip() for token in value.lower().split(b",")]
            elif name == b"transfer-encoding":
                return None
            parts += (name, b": ", value, _LINE_END)
        if not has_length:
            return None
        lines = len(parts) // 4 + 1  # with that of the status
        if closes:
            self.keep_alive = False
        elif not self.keep_alive:
            parts.append(b"connection: close\r\n")
            lines += 1
        text = b"".join(parts)
        if len(text) - len(text.translate(None, _CONTROL_CHARACTERS)) != lines * len(_LINE_END):
            raise RuntimeError("a header of an answer has control characters")
        return b"".join((text, _LINE_END, body))
