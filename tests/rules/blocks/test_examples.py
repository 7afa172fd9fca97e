"""Every type, operator and target of blocks: an expression, its block, and what reading the block gives (behaviour/evaluation 9; behaviour/language 14)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tercel.language.reader import read
from tests.rules.blocks.documents import EXAMPLES, blocks_of, label, read_rule, ruleset, without_ids
from tests.support.contract import validate

_CONTRACT = Path(__file__).parents[2] / "contract" / "schemas" / "management.json"


@pytest.mark.parametrize("example", EXAMPLES, ids=map(label, EXAMPLES))
def test_an_expression_is_shown_as_its_block(example: dict[str, Any]) -> None:
    is_check = example["kind"] == "check"
    data = ruleset(condition=example["data"]) if is_check else ruleset(example["data"])
    (block,) = blocks_of(data)
    assert without_ids(block) == example["block"]
    validate(block, "PromotionBlock", "management")


@pytest.mark.parametrize("example", EXAMPLES, ids=map(label, EXAMPLES))
def test_a_block_is_read_as_its_expression(example: dict[str, Any]) -> None:
    rule = read_rule(example["block"])
    root = rule["condition"] if example["kind"] == "check" else rule["effects"]
    assert read(root[-1]) == read(example.get("read", example["data"]))
    assert len(rule["condition"]) == 2


def _schemas() -> dict[str, Any]:
    schemas: dict[str, Any] = json.loads(_CONTRACT.read_text())["components"]["schemas"]
    return schemas


def _fields(name: str) -> dict[str, Any]:
    schema = _schemas()[name]
    fields = dict(schema.get("properties", {}))
    for part in schema.get("allOf", []):
        fields |= _fields(part["$ref"].split("/")[-1]) if "$ref" in part else part.get("properties", {})
    return fields


def _demanded() -> Iterator[tuple[str, str, str]]:
    """Type, field and value of everything the contract lists: types, operators, actions, profiles, targets."""
    for block_type, reference in _schemas()["PromotionBlock"]["discriminator"]["mapping"].items():
        fields = _fields(reference.split("/")[-1])
        yield block_type, "type", block_type
        for name in ("operator", "action", "profile", "balance"):
            for value in fields.get(name, {}).get("enum", []):
                yield block_type, name, value
        target = fields.get("target", {}).get("properties", {}).get("type", {}).get("enum", [])
        if block_type == "awardDiscount":
            target = _schemas()["AwardDiscountTarget"]["discriminator"]["mapping"]
        for value in target:
            yield block_type, "target", value


def test_everything_the_contract_lists_has_an_example() -> None:
    shown = set()
    for example in EXAMPLES:
        block = example["block"]
        shown |= {(block["type"], name, block[name]) for name in block if isinstance(block[name], str)}
        if "target" in block:
            shown.add((block["type"], "target", block["target"]["type"]))
    demanded = set(_demanded())
    assert len(demanded) > 100
    assert demanded - shown == set()
