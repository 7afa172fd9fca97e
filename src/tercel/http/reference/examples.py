"""Examples of members, parameters and bodies: written beside this file, or made from their schemas."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any

from tercel.http.reference.words import words

Schema = dict[str, Any]
_OF_TYPE: dict[str, type | tuple[type, ...]] = {
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "string": str,
    "object": dict,
}


def of_property(owner: str, name: str, schema: Schema) -> object:
    """Return an example of a member that has no members of its own."""
    key = key_of(owner, name, schema)
    return _of_type(schema) if key is None else words("examples")["properties"][key]


def key_of(owner: str, name: str, schema: Schema) -> str | None:
    """Return the key of the written example for a member; None where its type alone gives one."""
    known = words("examples")["properties"]
    keys = (f"{owner}.{name}", name)
    return next((key for key in keys if key in known and _fits(known[key], schema)), None)


def of_parameter(name: str) -> str:
    """Return an example of a parameter of a path; ids that Tercel gives are numbers from 1."""
    return str(words("examples")["parameters"].get(name, 1))


def of_body(operation_id: str, schema: Schema, components: dict[str, Schema]) -> object:
    """Return an example of a request's body: the one written for the operation, else one made from its schema."""
    written = bodies()
    return written[operation_id] if operation_id in written else _build(schema, components)


@lru_cache
def bodies() -> dict[str, object]:
    """Return the bodies that were written, by operation."""
    text = (resources.files(__package__) / "bodies.json").read_text(encoding="utf-8")
    found: dict[str, object] = json.loads(text)
    return found


def is_leaf(schema: Schema) -> bool:
    """Tell whether a schema is complete in its place, without a reference to another."""
    parts = [*schema.get("anyOf", []), schema.get("items"), schema.get("additionalProperties")]
    return "$ref" not in schema and all(is_leaf(part) for part in parts if isinstance(part, dict))


def _build(schema: Schema, components: dict[str, Schema], owner: str = "", name: str = "") -> object:
    """Make a value for a schema: required members, and those that are worth showing."""
    if "$ref" in schema:
        owner = str(schema["$ref"]).rsplit("/", 1)[-1]
        whole = components[owner]
        shown = [*whole.get("required", []), *words("examples")["shown"].get(owner, [])]
        return {
            each: _build(part, components, owner, each)
            for each, part in whole["properties"].items()
            if each in shown
        }
    if is_leaf(schema):
        return of_property(owner, name, schema)
    if "anyOf" in schema:
        return _build(_first(schema), components, owner, name)
    count = schema.get("minItems", 1)
    return [_build(schema["items"], components, owner, name) for _ in range(count)]


def _first(schema: Schema) -> Schema:
    """Return the first alternative that is not null."""
    return next((part for part in schema.get("anyOf", []) if part.get("type") != "null"), schema)


def _fits(value: object, schema: Schema) -> bool:
    """Tell whether a value has the kind that the schema wants; tests look closer."""
    wanted = _first(schema)
    if "enum" in wanted:
        return value in wanted["enum"]
    if "type" not in wanted:
        return True
    if isinstance(value, list):
        return wanted["type"] == "array" and all(_fits(each, wanted.get("items", {})) for each in value)
    return isinstance(value, _OF_TYPE.get(wanted["type"], ()))


def _of_type(schema: Schema) -> object:
    wanted = _first(schema)
    if "enum" in wanted:
        return wanted["enum"][0]
    kinds = words("examples")["types"]
    kind = wanted.get("format", wanted.get("type", "object"))
    if kind == "null":
        return None
    if kind == "array":
        items = wanted.get("items", {})
        return [_of_type(items)] if items else []
    return kinds[kind]
