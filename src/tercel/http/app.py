"""The ASGI application: routes for all operations, and what surrounds them."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from tercel.http.kernel import health
from tercel.http.kernel.answer import Answer, plain_failure
from tercel.http.kernel.asgi import ASGIApp, Receive, Scope, Send
from tercel.http.kernel.dispatch import Dispatch
from tercel.http.kernel.headers import is_valid_host
from tercel.http.kernel.observer import Observer
from tercel.http.kernel.paths import RawPaths
from tercel.http.kernel.pressure import Pressure
from tercel.http.kernel.router import NoSuchMethodError, NoSuchPathError, Router
from tercel.http.kernel.runtime import Runtime
from tercel.http.kernel.services import Services
from tercel.http.kernel.stopping import Stopping
from tercel.http.openapi import document_operations
from tercel.http.operations import OPERATIONS
from tercel.settings import Settings

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings, open_services: OpenServices) -> ASGIApp:
    """The application; its services are opened when it starts and closed when it stops."""
    runtime = Runtime(settings)
    router = Router[Dispatch]()
    for operation in [*OPERATIONS, *health.OPERATIONS, *document_operations(OPERATIONS)]:
        router.add(operation.method, operation.path, Dispatch(operation, runtime))
    return Observer(Stopping(RawPaths(Pressure(Operations(router, runtime, open_services)))))


class Operations:
    """Opens the services with the start of the process, and leads each request to its operation."""

    def __init__(self, router: Router[Dispatch], runtime: Runtime, open_services: OpenServices) -> None:
        self.router = router
        self._runtime = runtime
        self._open_services = open_services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        answer = await self._answer(scope, receive)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        state = scope["state"]
        if not is_valid_host(state["headers"]):
            return plain_failure(400, "Invalid host header")
        method = scope["method"]
        try:
            dispatch, parameters = self.router.find(method, scope["path"])
        except NoSuchPathError:
            return plain_failure(404, "there is no such path")
        except NoSuchMethodError as error:
            allow = {"Allow": ", ".join(error.allowed)}
            if method == "OPTIONS":
                return Answer(204, headers=allow)
            return plain_failure(405, "this path does not have that method", allow)
        state["operation"] = dispatch.operation
        return await dispatch.answer(scope, receive, parameters)

    async def _live(self, receive: Receive, send: Send) -> None:
        """From the start of the process to its end, as the server tells them."""
        await receive()
        stage = "startup"
        try:
            async with self._open_services() as services:
                self._runtime.start(services)
                await send({"type": "lifespan.startup.complete"})
                stage = "shutdown"
                await receive()
        except BaseException:
            await send({"type": f"lifespan.{stage}.failed", "message": traceback.format_exc()})
            raise
        await send({"type": "lifespan.shutdown.complete"})
