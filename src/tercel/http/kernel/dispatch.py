"""Run one operation: find the caller, decode, call the handler, encode. Failures end here."""

from __future__ import annotations

from typing import Any

import structlog

from tercel.base.codec import encode
from tercel.base.errors import ForbiddenError, TercelError
from tercel.base.limits import BODY_BYTES_MAX, PUBLIC_BODY_BYTES_MAX
from tercel.http.kernel.access import authorise
from tercel.http.kernel.answer import Answer, failure, plain_failure
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.asgi import Receive, Scope
from tercel.http.kernel.body import BodyReader
from tercel.http.kernel.call import Call
from tercel.http.kernel.headers import Headers, check_content_type, header, idempotency_key, now_for
from tercel.http.kernel.incoming import read_body
from tercel.http.kernel.operation import Access, Operation
from tercel.http.kernel.query import QueryReader
from tercel.http.kernel.runtime import Runtime

_log = structlog.get_logger(__name__)


class Dispatch:
    """Runs requests of one operation."""

    def __init__(self, operation: Operation, runtime: Runtime) -> None:
        self.operation = operation
        self._runtime = runtime
        self._body_bytes_max = PUBLIC_BODY_BYTES_MAX if operation.access is Access.PUBLIC else BODY_BYTES_MAX
        self._body = None if operation.body is None else BodyReader(operation.body)
        self._query = (
            None
            if operation.query is None
            else QueryReader(operation.query, is_strict=operation.is_query_strict)
        )

    async def answer(self, scope: Scope, receive: Receive, path: dict[str, str]) -> Answer:
        """Answer one request, whatever happens."""
        try:
            call = await self._call(scope, receive, path)
            return self._encode(await self.operation.handler(call))
        except TercelError as error:
            return failure(error)
        except Exception:  # noqa: BLE001  # the last resort: one broken request must not take others along
            _log.exception(
                "request failed", request_id=scope["state"]["request_id"], operation=self.operation.id
            )
            return plain_failure(500, "internal error: the log has the details under this X-Request-Id")

    async def _call(self, scope: Scope, receive: Receive, path: dict[str, str]) -> Call:
        services = self._runtime.services
        state = scope["state"]
        headers: Headers = state["headers"]
        client = scope.get("client")
        address = client[0] if client else ""
        caller, credential_hash = await authorise(
            self.operation, header(headers, b"authorization"), address, services
        )
        if credential_hash:
            services.throttles.rates.take(credential_hash, services.clock())
        call = Call(
            caller=caller,
            path=path,
            body=None,
            query=None if self._query is None else self._query.read(scope["query_string"]),
            services=services,
            request_id=state["request_id"],
            now=now_for(headers, caller, services),
            address=address,
            credential_hash=credential_hash,
            idempotency_key=idempotency_key(headers) if self.operation.is_idempotent else None,
        )
        _check_application(call)
        if self._body is not None:
            check_content_type(headers)
            call.body = self._body.read(await read_body(headers, receive, self._body_bytes_max))
        return call

    def _encode(self, result: Any) -> Answer:
        if result is None:
            return Answer(self.operation.empty_status)
        status = self.operation.status
        if isinstance(result, Raw):
            return Answer(result.status or status, result.content, result.content_type, result.headers)
        return Answer(status, encode(result))


def _check_application(call: Call) -> None:
    """A key for some applications opens no other, whatever the handler does."""
    if call.caller.allowed_application_ids is None or "applicationId" not in call.path:
        return
    if not call.caller.may_use(call.id("applicationId")):
        raise ForbiddenError(f"this key may not use application `{call.path['applicationId']}`")
