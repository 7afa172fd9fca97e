"""The ASGI application: routes for all operations, and what surrounds them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import structlog
from litestar import Litestar, MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp

from tercel.http.kernel import health
from tercel.http.kernel.answer import PROTECTION
from tercel.http.kernel.errors import plain_body
from tercel.http.kernel.observer import Observer
from tercel.http.kernel.paths import RawPaths
from tercel.http.kernel.pressure import Pressure
from tercel.http.kernel.routes import route
from tercel.http.kernel.runtime import Runtime
from tercel.http.kernel.services import Services
from tercel.http.kernel.stopping import Stopping
from tercel.http.openapi import document_operations
from tercel.http.operations import OPERATIONS
from tercel.settings import Settings

_log = structlog.get_logger(__name__)
_MESSAGES = {404: "there is no such path", 405: "this path does not have that method"}


def create_app(
    settings: Settings, open_services: Callable[[], AbstractAsyncContextManager[Services]]
) -> ASGIApp:
    """The application; its services are opened when it starts and closed when it stops."""
    runtime = Runtime(settings)
    operations = [*OPERATIONS, *health.OPERATIONS, *document_operations(OPERATIONS)]

    @asynccontextmanager
    async def lifespan(_app: Litestar) -> AsyncIterator[None]:
        async with open_services() as services:
            runtime.start(services)
            yield

    app = Litestar(
        route_handlers=[route(operation, runtime) for operation in operations],
        lifespan=[lifespan],
        exception_handlers={HTTPException: _unrouted, Exception: _broken},
        openapi_config=None,
        logging_config=None,
    )
    return Observer(Stopping(RawPaths(Pressure(app))))


def _unrouted(_request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the router refused, in the shape of all errors."""
    message = _MESSAGES.get(error.status_code, error.detail)
    return _response(error.status_code, message, error.headers)


def _broken(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """What should never happen: an error of ours outside every operation."""
    _log.error("request failed", request_id=request.scope["state"].get("request_id"), exc_info=error)
    return _response(500, "internal error: the log has the details under this X-Request-Id")


def _response(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    content = plain_body(status, message)
    return Response(
        content, status_code=status, media_type=MediaType.JSON, headers={**(headers or {}), **PROTECTION}
    )
