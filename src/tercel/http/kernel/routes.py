"""From operations to routes of the web framework."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from tercel.http.kernel.dispatch import Dispatch
from tercel.http.kernel.operation import Operation
from tercel.http.kernel.runtime import Runtime

_PARAMETER = re.compile(r"\{(\w+)\}")


def route(operation: Operation, runtime: Runtime) -> HTTPRouteHandler:
    """The route of one operation."""
    dispatch = Dispatch(operation, runtime)

    async def handle(request: Request[Any, Any, Any]) -> ASGIApp:
        request.scope["state"]["operation"] = operation
        return await dispatch.answer(request.scope, request.receive)

    decorate = HTTPRouteHandler(
        path=_PARAMETER.sub(r"{\1:str}", operation.path),
        http_method=operation.method,  # type: ignore[arg-type]  # a plain text where a literal is wanted
        status_code=200,  # the answer has its own
        name=operation.id,
        include_in_schema=False,
    )
    return decorate(handle)
