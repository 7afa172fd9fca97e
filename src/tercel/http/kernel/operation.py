"""Operations are data: everything the router, the access check and the OpenAPI documents need to know.

What an operation reads and answers stands in the annotations of its handler, once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import TypedDict, TypeVar, Union, Unpack, get_args, get_origin, get_type_hints

from tercel.http.decoding.shapes import Kind
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call, Handler

_Handler = TypeVar("_Handler", bound=Handler)
_VERSIONS = ("/v1/", "/v2/", "/v3/")


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
    call: type[Call[object, object]] = Call
    body: Kind = None  # type of the JSON body; None when there is none
    query: Kind = None  # struct of the query string; None when nothing is read from it
    is_query_strict: bool = False  # refuses unknown and empty parameters instead of ignoring them
    status: int = 200  # of an answer with content
    answer: Kind = None  # type of the content, for the OpenAPI documents
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


class Details(TypedDict, total=False):
    """What an operation may say of itself, besides what its handler and its module say."""

    status: int
    tag: str
    access: Access
    is_query_strict: bool
    is_idempotent: bool


class Operations:
    """The operations of a module, which have tag, access and the beginning of their paths in common.

    A path that begins with a version stands for itself.
    """

    def __init__(self, tag: str, prefix: str, access: Access) -> None:
        self._tag = tag
        self._prefix = prefix
        self._access = access
        self._all: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._all)

    def get(
        self, operation_id: str, path: str = "", **details: Unpack[Details]
    ) -> Callable[[_Handler], _Handler]:
        """Let a handler answer GET."""
        return self._add("GET", operation_id, path, details)

    def post(
        self, operation_id: str, path: str = "", **details: Unpack[Details]
    ) -> Callable[[_Handler], _Handler]:
        """Let a handler answer POST."""
        return self._add("POST", operation_id, path, details)

    def put(
        self, operation_id: str, path: str = "", **details: Unpack[Details]
    ) -> Callable[[_Handler], _Handler]:
        """Let a handler answer PUT."""
        return self._add("PUT", operation_id, path, details)

    def delete(
        self, operation_id: str, path: str = "", **details: Unpack[Details]
    ) -> Callable[[_Handler], _Handler]:
        """Let a handler answer DELETE."""
        return self._add("DELETE", operation_id, path, details)

    def _add(
        self, method: str, operation_id: str, path: str, details: Details
    ) -> Callable[[_Handler], _Handler]:
        whole = path if path.startswith(_VERSIONS) else self._prefix + path
        given: Details = {"tag": self._tag, "access": self._access, **details}

        def add(handler: _Handler) -> _Handler:
            call, body, query, answer = _read(handler)
            self._all.append(
                Operation(
                    id=operation_id,
                    method=method,
                    path=whole,
                    handler=handler,
                    call=call,
                    body=body,
                    query=query,
                    answer=answer,
                    **given,
                )
            )
            return handler

        return add


def _read(handler: Handler) -> tuple[type[Call[object, object]], Kind, Kind, Kind]:
    """Return the kind of call, and the types of body, query and answer, from the annotations of a handler."""
    hints = get_type_hints(handler)
    answer = hints.pop("return")
    [taken] = hints.values()
    call = get_origin(taken) or taken
    body, query = (None if kind is NoneType else kind for kind in get_args(taken) or (None, None))
    return call, body, query, _content(answer)


def _content(answer: Kind) -> Kind:
    """Return the type of an answer's content; of alternatives the first, which documents the operation."""
    origin: object = get_origin(answer)
    if origin in (Union, UnionType, Raw):
        return _content(get_args(answer)[0])
    return None if answer is NoneType else answer
