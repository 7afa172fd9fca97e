"""The ASGI application: routes for all operations, and what surrounds them."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from tercel.http.kernel import health
from tercel.http.kernel.dispatch import Dispatch
from tercel.http.kernel.headers import is_valid_host
from tercel.http.kernel.observer import Observer
from tercel.http.kernel.router import NoSuchMethodError, NoSuchPathError, Router
from tercel.http.kernel.runtime import Runtime
from tercel.http.kernel.sending import Sending
from tercel.http.kernel.services import Services
from tercel.http.operations import OPERATIONS
from tercel.http.pending import PENDING
from tercel.http.reference import pages
from tercel.http.reference.document import document_operations
from tercel.http.server.answer import Answer, plain_failure
from tercel.http.server.asgi import (
    ASGIApp,
    Receive,
    Scope,
    Send,
)
from tercel.http.server.origins import OtherOrigins
from tercel.http.server.paths import RawPaths, restore
from tercel.http.server.pressure import Pressure
from tercel.http.server.stopping import Stopping
from tercel.settings import Settings

_PART_LENGTH_SHOWN = 32

OpenServices = Callable[[], AbstractAsyncContextManager[Services]]


def create_app(settings: Settings, open_services: OpenServices) -> ASGIApp:
    """Create the application; its services are opened when it starts and closed when it stops."""
    runtime = Runtime(settings)
    router = Router[Dispatch]()
    beside = [*health.api, *document_operations(OPERATIONS), *pages.api]
    for operation in [*OPERATIONS, *PENDING, *beside]:
        router.add(operation.method, operation.path, Dispatch(operation, runtime))
    app: ASGIApp = Stopping(RawPaths(Pressure(Routing(router, runtime, open_services))))
    if settings.cors_origins:
        app = OtherOrigins(app, settings.cors_origins)
    return Observer(app)


def _shown(path: str) -> str:
    """Return a path as it may be repeated: parts as long as a key are left out, because they may be one."""
    return "/".join(part if len(part) <= _PART_LENGTH_SHOWN else "…" for part in path.split("/"))


class Routing:
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

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | Sending:
        state = scope["state"]
        if not is_valid_host(state["headers"], scope["http_version"]):
            return plain_failure(400, "Invalid host header")
        method = scope["method"]
        try:
            dispatch, parameters = self.router.find(method, scope["path"])
        except NoSuchPathError:
            hint = self.router.nearest_words(scope["path"])
            return plain_failure(404, f"there is no path `{_shown(restore(scope['path']))}`{hint}")
        except NoSuchMethodError as error:
            allow = {"Allow": ", ".join(error.allowed)}
            if method == "OPTIONS":
                return Answer(204, headers=allow)
            there = ", ".join(each for each in error.allowed if each != "OPTIONS")
            return plain_failure(405, f"this path does not have the method {method}: it has {there}", allow)
        state["operation"] = dispatch.operation
        return await dispatch.answer(scope, receive, parameters)

    async def _live(self, receive: Receive, send: Send) -> None:
        """Run from the start of the process to its end, as the server announces them."""
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
