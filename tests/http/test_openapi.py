"""The OpenAPI documents: kept in the repository, so that every change of the wire is seen in review."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

from tests.http.reference.documents import DOCUMENTS
from tests.support.golden import CompareWithFile

DIRECTORY = Path(__file__).parents[2] / "openapi"


@pytest.mark.parametrize("name", ["integration", "management"])
def test_the_document_is_the_one_in_the_repository(name: str, golden: CompareWithFile) -> None:
    golden(DIRECTORY / f"{name}.json", json.dumps(DOCUMENTS[name], indent=2, ensure_ascii=False) + "\n")


@pytest.mark.parametrize("name", ["integration", "management"])
def test_the_document_is_served(name: str, api: httpx.Client) -> None:
    assert api.get(f"/openapi/{name}.json").json() == DOCUMENTS[name]


@pytest.mark.parametrize("name", ["integration", "management"])
def test_the_schemas_are_valid_and_complete(name: str) -> None:
    document = DOCUMENTS[name]
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    missing = [
        ref for ref in references(document) if ref.rsplit("/", 1)[-1] not in document["components"]["schemas"]
    ]
    assert not missing


def references(value: Any) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for item in value.values() for ref in references(item)]
    return [ref for item in value for ref in references(item)] if isinstance(value, list) else []


def test_exact_numbers_are_numbers() -> None:
    limit = DOCUMENTS["management"]["components"]["schemas"]["LimitConfig"]["properties"]["limit"]
    assert limit["type"] == "number"
