"""Operations are data: everything the router, the access check and the OpenAPI documents need to know."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tercel.http.kernel.call import Call

Handler = Callable[[Call], Awaitable[Any]]


class Access(StrEnum):
    """Who may call an operation."""

    PUBLIC = "public"
    INTEGRATION = "integration"  # a key of one application
    MANAGEMENT = "management"  # a management key with this endpoint, or a user
    ADMIN = "admin"  # the same, but users must be administrators and keys may do it only by name


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One published operation. ``path`` is a template such as ``/v1/applications/{applicationId}``."""

    id: str
    method: str
    path: str
    access: Access
    handler: Handler
    body: Any = None  # type of the JSON body; None when there is none
    query: Any = None  # struct of the query string; None when nothing is read from it
    is_query_strict: bool = False  # refuses unknown and empty parameters instead of ignoring them
    status: int = 200  # of an answer with content
    answer: Any = None  # type of the content, for the OpenAPI documents
    tag: str = ""
    is_idempotent: bool = False  # honours the Idempotency-Key header

    @property
    def empty_status(self) -> int:
        """Status of an answer without content: 204, unless the operation never has any and names another."""
        return self.status if self.answer is None and self.status != 200 else 204

    @property
    def summary(self) -> str:
        """First line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


def operation(
    operation_id: str,
    method: str,
    path: str,
    access: Access,
    **details: Any,
) -> Callable[[Handler], Operation]:
    """Turn a handler into an operation; ``details`` are the further fields of ``Operation``.

    A module of handlers lists its operations itself: ``OPERATIONS = [create_store, list_stores]``.
    """

    def decorate(handler: Handler) -> Operation:
        return Operation(id=operation_id, method=method, path=path, access=access, handler=handler, **details)

    return decorate
