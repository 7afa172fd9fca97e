"""The interface between web servers and applications (ASGI), as far as it is used here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Scope = Any  # of one request, or of the life of the process: a dict
Message = Any  # a dict whose ``type`` says what happened
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]
