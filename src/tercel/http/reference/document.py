"""OpenAPI documents of both APIs, made from the operations and the structs they name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from tercel.base.codec import encode
from tercel.features.common.csv.exporting import File
from tercel.http.decoding.query import structs_of
from tercel.http.decoding.shapes import Kind
from tercel.http.kernel.answers import Raw
from tercel.http.kernel.call import Call
from tercel.http.kernel.operation import Access, Operation, Operations
from tercel.http.kernel.upload import PART, Upload
from tercel.http.reference import examples
from tercel.http.reference.examples import Schema
from tercel.http.reference.words import of_parameter, of_property, words

_INTEGRATION = "integration"
_MANAGEMENT = "management"
_VERSION = "1"
_REF = "#/components/schemas/{name}"
_PARAMETER = re.compile(r"\{(\w+)\}")
_FORM: Schema = {
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {PART: {"type": "string", "format": "binary"}},
            "required": [PART],
        }
    }
}
_CSV: Schema = {"text/csv": {"schema": {"type": "string", "format": "csv"}}}
_SCHEMES = {_INTEGRATION: ["api_key_v1"], _MANAGEMENT: ["management_key", "manager_auth"]}


class ErrorSource(msgspec.Struct, omit_defaults=True):
    """Where in the request a problem is: exactly one of these."""

    pointer: str | None = None
    parameter: str | None = None
    line: str | None = None
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


def documents(operations: Iterable[Operation]) -> dict[str, Schema]:
    """Return both documents by name: the integration API has the operations of integration keys, the other the rest."""
    parts: dict[str, list[Operation]] = {_INTEGRATION: [], _MANAGEMENT: []}
    for each in operations:
        parts[_INTEGRATION if each.access is Access.INTEGRATION else _MANAGEMENT].append(each)
    return {name: _document(name, part) for name, part in parts.items()}


def document_operations(operations: list[Operation]) -> Operations:
    """Declare the operations that serve the documents."""

    @lru_cache
    def render(name: str) -> bytes:
        return encode(documents(operations)[name])

    api = Operations("", "/openapi", Access.PUBLIC)

    @api.get("getIntegrationDocument", "/integration.json")
    async def get_integration_document(call: Call) -> Raw[None]:  # the same for every request
        """Get the OpenAPI document of the Integration API."""
        return Raw(render(_INTEGRATION))

    @api.get("getManagementDocument", "/management.json")
    async def get_management_document(call: Call) -> Raw[None]:  # the same for every request
        """Get the OpenAPI document of the Management API."""
        return Raw(render(_MANAGEMENT))

    return api


def _document(name: str, operations: list[Operation]) -> Schema:
    types = _types(operations)
    schemas, components = map(_numbers, msgspec.json.schema_components(types, ref_template=_REF))
    by_type = dict(zip(map(_key, types), schemas, strict=True))
    paths: dict[str, Schema] = {}
    for each in sorted(operations, key=lambda known: (known.path, known.method)):
        paths.setdefault(each.path, {})[each.method.lower()] = _describe(each, by_type, components)
    queries = {_component(by_type[_key(struct)]) for each in operations for struct in _structs(each)}
    used = {known: _explain(known, schema) for known, schema in components.items() if known not in queries}
    return {
        "openapi": "3.1.0",
        "info": {**words("documents")[name], "version": _VERSION},
        "servers": [{"url": "/"}],
        "tags": [
            {"name": tag, "description": words("tags")[tag]} for tag in sorted(set(map(_tag, operations)))
        ],
        "paths": paths,
        "components": {"schemas": dict(sorted(used.items())), "securitySchemes": _security_schemes(name)},
        "security": [{scheme: []} for scheme in _SCHEMES[name]],
    }


def _types(operations: list[Operation]) -> list[Kind]:
    found: dict[str, Kind] = {_key(ErrorResponseWithStatus): ErrorResponseWithStatus}
    for each in operations:
        for kind in (each.body, *_structs(each), each.answer):
            if kind not in (None, Upload, File):
                found[_key(kind)] = kind
    return list(found.values())


def _structs(each: Operation) -> tuple[type[msgspec.Struct], ...]:
    """Return the structs of an operation's query."""
    return () if each.query is None else structs_of(each.query)


def _reads(each: Operation, name: str) -> bool:
    """Tell whether an operation's query has this member."""
    return any(name in struct.__struct_fields__ for struct in _structs(each))


def _key(kind: Kind) -> str:
    return f"{getattr(kind, '__module__', '')}.{kind!r}"


def _describe(each: Operation, by_type: dict[str, Schema], components: dict[str, Schema]) -> Schema:
    described: Schema = {
        "operationId": each.id,
        "summary": each.summary,
        "description": words("operations")[each.id],
        "tags": [_tag(each)],
        "parameters": [*_path_parameters(each.path), *_query_parameters(each, by_type, components)],
        "responses": _responses(each, by_type),
    }
    if each.is_idempotent:
        described["parameters"].append(_parameter("Idempotency-Key", "header", {"type": "string"}))
    if each.body is Upload:
        described["requestBody"] = {"required": True, "content": _FORM}
    elif each.body is not None:
        schema = by_type[_key(each.body)]
        content = _json(schema, example=examples.of_body(each.id, schema, components))
        described["requestBody"] = {"required": True, "content": content}
    if each.access is Access.PUBLIC:
        described["security"] = []
    return described


def _tag(each: Operation) -> str:
    return each.tag or each.id


def _explain(name: str, schema: Schema) -> Schema:
    """Return the schema of a struct with a description of every member, and an example where no other schema gives
    one."""
    properties = {}
    for member, kind in schema["properties"].items():
        properties[member] = {**kind, "description": of_property(name, member)}
        if examples.is_leaf(kind):
            properties[member]["examples"] = [examples.of_property(name, member, kind)]
    return {**schema, "properties": properties}


def _responses(each: Operation, by_type: dict[str, Schema]) -> Schema:
    texts = words("responses")
    failure = {"description": texts["default"], "content": _json(by_type[_key(ErrorResponseWithStatus)])}
    if each.answer is None:
        text = texts["made" if each.empty_status == 201 else "204"]
        return {str(each.empty_status): {"description": text}, "default": failure}
    content = _CSV if each.answer is File else _json(by_type[_key(each.answer)])
    responses: Schema = {str(each.status): {"description": _success(each), "content": content}}
    if _reads(each, "silent"):
        responses["204"] = {"description": texts["silent"]}
    return {**responses, "default": failure}


def _success(each: Operation) -> str:
    """Describe an answer with content."""
    if each.answer is File:
        return str(words("responses")["file"])
    kind = "list" if _reads(each, "page_size") else "read" if each.method == "GET" else str(each.status)
    return str(words("responses")[kind])


def _json(schema: Schema, **more: object) -> Schema:
    return {"application/json": {"schema": schema, **more}}


def _parameter(name: str, place: str, schema: Schema, **more: object) -> Schema:
    return {"name": name, "in": place, "description": of_parameter(name), "schema": schema, **more}


def _path_parameters(path: str) -> list[Schema]:
    return [
        _parameter(name, "path", {"type": "string"}, required=True, example=examples.of_parameter(name))
        for name in _PARAMETER.findall(path)
    ]


def _query_parameters(
    each: Operation, by_type: dict[str, Schema], components: dict[str, Schema]
) -> list[Schema]:
    schemas = [components[_component(by_type[_key(struct)])] for struct in reversed(_structs(each))]
    # Because: pages that try operations send the examples of parameters, and a filter must be a caller's wish.
    return [
        _parameter(name, "query", kind, required=name in schema.get("required", []))
        for schema in schemas
        for name, kind in schema["properties"].items()
    ]


def _component(reference: Schema) -> str:
    """Return the name of the schema that is referred to."""
    return str(reference["$ref"]).rsplit("/", 1)[-1]


def _security_schemes(name: str) -> Schema:
    return {
        scheme: {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": words("documents")["schemes"][scheme],
        }
        for scheme in _SCHEMES[name]
    }


def _numbers(value: Any) -> Any:
    """Exact numbers travel as JSON numbers, whatever the schema library says."""
    if isinstance(value, dict):
        if value.get("format") == "decimal":
            return {**{key: item for key, item in value.items() if key != "format"}, "type": "number"}
        return {key: _numbers(item) for key, item in value.items()}
    return [_numbers(item) for item in value] if isinstance(value, list) else value
