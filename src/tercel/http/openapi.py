"""OpenAPI documents of both APIs, made from the operations and the structs they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operation, operation

_INTEGRATION = "integration"
_MANAGEMENT = "management"
_TITLES = {_INTEGRATION: "Tercel Integration API", _MANAGEMENT: "Tercel Management API"}
_VERSION = "1"
_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_SCHEMES = {
    _INTEGRATION: {"api_key_v1": "ApiKey-v1 <key>"},
    _MANAGEMENT: {"management_key": "ManagementKey-v1 <key>", "manager_auth": "Bearer <token>"},
}


class ErrorSource(msgspec.Struct, omit_defaults=True):
    """Where in the request a problem is: exactly one of these."""

    pointer: str | None = None
    parameter: str | None = None
    resource: str | None = None


class APIError(msgspec.Struct):
    """One thing wrong with a request."""

    title: str
    details: str
    source: ErrorSource


class ErrorResponseWithStatus(msgspec.Struct, omit_defaults=True):
    """The body of every failure."""

    message: str
    status_code: int = msgspec.field(name="StatusCode")
    errors: list[APIError] = []


def documents(operations: Iterable[Operation]) -> dict[str, dict[str, Any]]:
    """Both documents by name: the integration API has the operations of integration keys, the other the rest."""
    parts: dict[str, list[Operation]] = {_INTEGRATION: [], _MANAGEMENT: []}
    for each in operations:
        parts[_INTEGRATION if each.access is Access.INTEGRATION else _MANAGEMENT].append(each)
    return {name: _document(name, part) for name, part in parts.items()}


def document_operations(operations: list[Operation]) -> list[Operation]:
    """The operations that serve the documents."""

    @lru_cache
    def render(name: str) -> bytes:
        return encode(documents(operations)[name])

    @operation("getIntegrationDocument", "GET", "/openapi/integration.json", Access.PUBLIC)
    async def get_integration_document(call: Call) -> Raw:  # the same for every request
        """Get the OpenAPI document of the Integration API."""
        return Raw(render(_INTEGRATION))

    @operation("getManagementDocument", "GET", "/openapi/management.json", Access.PUBLIC)
    async def get_management_document(call: Call) -> Raw:  # the same for every request
        """Get the OpenAPI document of the Management API."""
        return Raw(render(_MANAGEMENT))

    return [get_integration_document, get_management_document]


def _document(name: str, operations: list[Operation]) -> dict[str, Any]:
    types = _types(operations)
    schemas, components = msgspec.json.schema_components(types, ref_template=_REF)
    by_type = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for each in sorted(operations, key=lambda known: (known.path, known.method)):
        paths.setdefault(each.path, {})[each.method.lower()] = _describe(each, by_type, components)
    queries = {_component(by_type[_key(each.query)]) for each in operations if each.query is not None}
    used = {known: schema for known, schema in components.items() if known not in queries}
    document: dict[str, Any] = _numbers({
        "openapi": "3.1.0",
        "info": {"title": _TITLES[name], "version": _VERSION},
        "paths": paths,
        "components": {"schemas": dict(sorted(used.items())), "securitySchemes": _security_schemes(name)},
        "security": [{scheme: []} for scheme in _SCHEMES[name]],
    })  # fmt: skip
    return document


def _types(operations: list[Operation]) -> list[Any]:
    found: dict[str, Any] = {_key(ErrorResponseWithStatus): ErrorResponseWithStatus}
    for each in operations:
        for kind in (each.body, each.query, each.answer):
            if kind is not None:
                found[_key(kind)] = kind
    return list(found.values())


def _key(kind: Any) -> str:
    return f"{getattr(kind, '__module__', '')}.{kind!r}"


def _describe(each: Operation, by_type: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": each.id,
        "summary": each.summary,
        "tags": [each.tag or each.id],
        "parameters": [*_path_parameters(each.path), *_query_parameters(each, by_type, components)],
        "responses": _responses(each, by_type),
    }
    if each.is_idempotent:
        described["parameters"].append(
            {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}}
        )
    if each.body is not None:
        described["requestBody"] = {"required": True, "content": _json(by_type[_key(each.body)])}
    if each.access is Access.PUBLIC:
        described["security"] = []
    return described


def _responses(each: Operation, by_type: dict[str, Any]) -> dict[str, Any]:
    failure = {"description": "Failure", "content": _json(by_type[_key(ErrorResponseWithStatus)])}
    if each.answer is None:
        return {str(each.empty_status): {"description": "Done"}, "default": failure}
    answer = {"description": "Success", "content": _json(by_type[_key(each.answer)])}
    responses: dict[str, Any] = {str(each.status): answer}
    if each.query is not None and "silent" in each.query.__struct_fields__:
        responses["204"] = {"description": "Done, silently"}
    return {**responses, "default": failure}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _PARAMETER.findall(path)
    ]


def _query_parameters(
    each: Operation, by_type: dict[str, Any], components: dict[str, Any]
) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    schema = components[_component(by_type[_key(each.query)])]
    required = schema.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": kind}
        for name, kind in schema["properties"].items()
    ]


def _component(reference: dict[str, Any]) -> str:
    """The name of the schema that is referred to."""
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _security_schemes(name: str) -> dict[str, Any]:
    return {
        scheme: {"type": "apiKey", "in": "header", "name": "Authorization", "description": form}
        for scheme, form in _SCHEMES[name].items()
    }


def _numbers(value: Any) -> Any:
    """Exact numbers travel as JSON numbers, whatever the schema library says."""
    if isinstance(value, dict):
        if value.get("format") == "decimal":
            return {**{key: item for key, item in value.items() if key != "format"}, "type": "number"}
        return {key: _numbers(item) for key, item in value.items()}
    return [_numbers(item) for item in value] if isinstance(value, list) else value
