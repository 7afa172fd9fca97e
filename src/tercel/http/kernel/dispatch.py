"""Run one operation: find the caller, decode, call the handler, encode. Failures end here."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack

import structlog

from tercel.base.codec import encode
from tercel.base.errors import ForbiddenError, TercelError
from tercel.base.limits import BODY_BYTES_MAX, JSON_VALUES_MAX, PUBLIC_BODY_BYTES_MAX
from tercel.features.common.csv.exporting import File
from tercel.http.decoding.body import BodyReader
from tercel.http.decoding.query import QueryReader
from tercel.http.decoding.skeleton import Bytes, count_values
from tercel.http.decoding.strictness import (
    HEADER,
    Unknown,
    UnknownMembers,
    header_of,
    refuse,
    unknown_parameters,
)
from tercel.http.kernel.access import authorise
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.headers import Headers, check_content_type, header, idempotency_key, now_for
from tercel.http.kernel.incoming import read_body
from tercel.http.kernel.operation import Access, Operation
from tercel.http.kernel.room import Share
from tercel.http.kernel.runtime import Runtime
from tercel.http.kernel.sending import Sending
from tercel.http.kernel.upload import Upload, read_upload
from tercel.http.server.answer import Answer, failure, plain_failure
from tercel.http.server.asgi import Receive, Scope

_LARGE_BYTES = 256 * 1024
_LARGE_VALUES = 10_000
_log = structlog.get_logger(__name__)


class Dispatch:
    """Runs requests of one operation."""

    def __init__(self, operation: Operation, runtime: Runtime) -> None:
        self.operation = operation
        self._runtime = runtime
        self._call_of = operation.call
        self._run = operation.call.around(operation.handler)
        self._body_bytes_max = PUBLIC_BODY_BYTES_MAX if operation.access is Access.PUBLIC else BODY_BYTES_MAX
        self._takes_file = operation.body is Upload
        self._body = None if operation.body in (None, Upload) else BodyReader(operation.body)
        self._query = (
            None
            if operation.query is None
            else QueryReader(operation.query, is_strict=operation.is_query_strict)
        )
        self._members = None if self._body is None else UnknownMembers(operation.body)
        self._parameters = frozenset[str]() if self._query is None else self._query.names

    async def answer(self, scope: Scope, receive: Receive, path: dict[str, str]) -> Answer | Sending:
        """Answer one request, whatever happens."""
        ignored: list[Unknown] = []
        answer: Answer | Sending
        try:
            with self._runtime.room.share() as share, ExitStack() as kept:
                call = await self._call(scope, receive, path, share, ignored)
                if self._takes_file:
                    kept.enter_context(self._runtime.imports.one())
                    upload = await read_upload(scope["state"]["headers"], receive)
                    kept.callback(upload.content.close)
                    call.body = upload
                answer = self._encode(await self._run(call))
        except TercelError as error:
            answer = failure(error)
        except Exception:  # noqa: BLE001  # the last resort: one broken request must not take others along
            _log.exception(
                "request failed", request_id=scope["state"]["request_id"], operation=self.operation.id
            )
            answer = plain_failure(500, "internal error: the log has the details under this X-Request-Id")
        if ignored:
            answer.headers = {**answer.headers, HEADER: header_of(ignored)}
        return answer

    async def _call(
        self, scope: Scope, receive: Receive, path: dict[str, str], share: Share, ignored: list[Unknown]
    ) -> Call[object, object]:
        """Read one request, and add its members and parameters that are not known to ``ignored``."""
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
        call = self._call_of(
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
        if scope["query_string"]:
            ignored += unknown_parameters(scope["query_string"], self._parameters)
        if self._body is not None:
            if self.operation.access is Access.PUBLIC:
                check_content_type(headers)
            raw = await read_body(headers, receive, self._body_bytes_max, share)
            call.body, unknown = await self._read(raw, share, is_testing=caller.is_testing)
            ignored += unknown
        if ignored and caller.is_testing:
            refuse(ignored)
        return call

    async def _read(self, raw: Bytes, share: Share, *, is_testing: bool) -> tuple[object, list[Unknown]]:
        """Decode and check a body; a large one in a thread, and one at a time, while the event loop answers others."""
        values = min(count_values(raw), JSON_VALUES_MAX)  # more are refused
        share.decode(raw, values)
        if len(raw) <= _LARGE_BYTES and values <= _LARGE_VALUES:
            return self._decode(raw, values, is_testing=is_testing)
        async with self._runtime.large_body:
            return await asyncio.to_thread(self._decode, raw, values, is_testing=is_testing)

    def _decode(self, raw: Bytes, values: int, *, is_testing: bool) -> tuple[object, list[Unknown]]:
        """Decode the body; return it with its unknown members."""
        assert self._body is not None, "the operation has a body"
        assert self._members is not None, "there are members where there is a body"
        return self._body.read(raw, values), self._members.find(raw, is_whole=is_testing)

    def _encode(self, result: object) -> Answer | Sending:
        if isinstance(result, File):
            return Sending(result, self._runtime.services.database, self._runtime.exports)
        if result is None:
            return Answer(self.operation.empty_status)
        status = self.operation.status
        if isinstance(result, Raw):
            return Answer(result.status or status, result.content, result.content_type, result.headers)
        return Answer(status, encode(result))


def _check_application(call: Call[object, object]) -> None:
    """Refuse a key that is limited to other applications, whatever the handler does."""
    if call.caller.allowed_application_ids is None or "applicationId" not in call.path:
        return
    if not call.caller.may_use(call.id("applicationId")):
        raise ForbiddenError(f"this key may not use application `{call.path['applicationId']}`")
