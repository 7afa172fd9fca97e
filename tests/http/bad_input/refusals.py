"""What a refused request looks like, and how to say so in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.contract import validate

INVALID = "The submitted data was invalid"
_SOURCES = {"pointer", "parameter", "resource"}


@dataclass(frozen=True)
class Refusal:
    """The status, and the title and the source of the first problem; ``message`` where its words matter."""

    status: int = 400
    title: str | None = None
    source: str | None = None
    message: str | None = None


def at(pointer: str, title: str) -> Refusal:
    """A 400 that names a place of the body."""
    return Refusal(400, title, pointer, INVALID)


def parameter(name: str, title: str) -> Refusal:
    """A 400 that names a query or path parameter, or a header."""
    return Refusal(400, title, name, INVALID)


def check(answer: httpx.Response, expected: Refusal) -> None:
    """Fail unless the answer is this refusal, in the one shape of all refusals."""
    assert answer.status_code == expected.status, answer.text[:500]
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    validate(body, "ErrorResponseWithStatus")
    assert set(body) <= {"message", "errors", "StatusCode"}
    assert body["message"]
    assert body["StatusCode"] == expected.status
    for problem in body.get("errors", []):
        assert problem["title"], problem
        assert problem["details"], problem
        assert len(set(problem["source"]) & _SOURCES) == len(problem["source"]) == 1, problem
    if expected.message is not None:
        assert body["message"] == expected.message, answer.text
    if expected.title is not None:
        first = body["errors"][0]
        assert (first["title"], *first["source"].values()) == (expected.title, expected.source), answer.text


def ids(table: list[Any]) -> list[str]:
    """The labels of a table whose rows begin with one."""
    return [row[0] for row in table]
