"""The wire contract: the published schemas, and the check that an answer has the shape of one of them."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

_DIRECTORY = Path(__file__).parent.parent / "contract" / "schemas"
#: Where a schema is in several documents, the first of these has the current one.
_DOCUMENTS = ("management", "integration", "further_schemas", "legacy")
_PUBLISHED = ("management", "integration", "legacy", "third_party")
_METHODS = ("get", "post", "put", "patch", "delete")
#: Fields that a schema demands without describing them: they belong to the first version of sessions (behaviour/sessions 1).
_LEFT_OVER = {("integration", "CustomerSessionV2"): {"coupon", "referral"}}
#: A deprecated list that is always null on the wire (behaviour/sessions 1).
_NULL_LIST = "loyaltyMemberships"


def validate(answer: Any, schema_name: str, document: str | None = None) -> None:
    """Fail with every difference between an answer and a schema, found by name in one or any document."""
    found = document or next(name for name in _DOCUMENTS if schema_name in _schemas(name))
    validate_against(answer, {"$ref": f"#/components/schemas/{schema_name}"}, found)


def validate_answer(answer: Any, operation_id: str, status: int) -> None:
    """Fail with every difference between an answer and what the contract says about an operation."""
    for name in _PUBLISHED:
        for operation in _operations(name):
            if operation["operationId"] == operation_id:
                content = operation["responses"][str(status)]["content"]["application/json"]
                validate_against(answer, content["schema"], name)
                return
    raise AssertionError(f"the contract has no operation {operation_id}")


def validate_against(answer: Any, schema: dict[str, Any], document: str) -> None:
    """Fail with every difference between an answer and a schema of a document."""
    root = {**schema, "components": _read(document)["components"]}
    validator = Draft202012Validator(root, format_checker=FormatChecker())
    differences = [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(answer)]
    assert not differences, "\n".join(differences)


def operation_ids() -> set[str]:
    """Every operation of the contract."""
    return {operation["operationId"] for name in _PUBLISHED for operation in _operations(name)}


def operations() -> dict[str, tuple[str, str]]:
    """Method and path of every operation of the contract, the current documents first."""
    found: dict[str, tuple[str, str]] = {}
    for name in _PUBLISHED:
        for operation in _operations(name):
            found.setdefault(operation["operationId"], (operation["method"], operation["path"]))
    return found


def access(operation_id: str) -> str:
    """Who may call an operation: what the contract says, and for older operations what their paths are about."""
    name, operation = next(
        (name, each)
        for name in _PUBLISHED
        for each in _operations(name)
        if each["operationId"] == operation_id
    )
    security = operation.get("security")
    if security == []:
        return "public"
    is_integration = name in ("integration", "third_party") or "api_key_v1" in str(security)
    return "integration" if is_integration else "management"


def request_members(operation_id: str) -> dict[str, bool]:
    """The members of an operation's body, each with whether it is required; none without a contract or a body."""
    for name in _PUBLISHED:
        for operation in _operations(name):
            if operation["operationId"] == operation_id and "requestBody" in operation:
                body = operation["requestBody"]
                if "$ref" in body:
                    body = _read(name)["components"]["requestBodies"][body["$ref"].rpartition("/")[2]]
                json_body = body["content"].get("application/json")
                return {} if json_body is None else _members(json_body["schema"], name)
    return {}


def _members(schema: dict[str, Any], document: str) -> dict[str, bool]:
    while "$ref" in schema:
        schema = _schemas(document)[schema["$ref"].rpartition("/")[2]]
    found = dict.fromkeys(schema.get("properties", {}), False)
    for part in schema.get("allOf", []):
        found |= _members(part, document)
    return found | dict.fromkeys(schema.get("required", []), True)


@lru_cache
def _read(document: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((_DIRECTORY / f"{document}.json").read_text(), object_hook=_mended)
    for (place, name), fields in _LEFT_OVER.items():
        if place == document:
            for part in content["components"]["schemas"][name]["allOf"]:
                part["required"] = [each for each in part.get("required", []) if each not in fields]
    return content


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Properties of effects fit several of their alternatives, so exactly one cannot be meant."""
    if "oneOf" in schema:
        schema["anyOf"] = schema.pop("oneOf")
    if "array" in (schema.get(_NULL_LIST) or {}).get("type", ()):
        schema[_NULL_LIST]["type"] = ["array", "null"]
    return schema


def _schemas(document: str) -> dict[str, Any]:
    schemas: dict[str, Any] = _read(document)["components"]["schemas"]
    return schemas


def _operations(document: str) -> list[dict[str, Any]]:
    return [
        {**operation, "method": method.upper(), "path": path}
        for path, methods in _read(document)["paths"].items()
        for method, operation in methods.items()
        if method in _METHODS
    ]
