"""Both documents as they are served, and ways through them."""

import json
from collections.abc import Iterator
from typing import Any

from tercel.base.codec import encode
from tercel.http.operations import OPERATIONS
from tercel.http.reference.document import documents

DOCUMENTS: dict[str, Any] = json.loads(encode(documents(OPERATIONS)))


def operations() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every operation, with the document that it is in."""
    for document in DOCUMENTS.values():
        for methods in document["paths"].values():
            for operation in methods.values():
                yield document, operation


def members() -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Every member of every schema: names of schema and member, what it is, and its document."""
    for document in DOCUMENTS.values():
        for name, schema in document["components"]["schemas"].items():
            for member, kind in schema["properties"].items():
                yield name, member, kind, document


def body(operation: dict[str, Any]) -> dict[str, Any]:
    """The JSON body that an operation wants; empty when it wants none."""
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return content
