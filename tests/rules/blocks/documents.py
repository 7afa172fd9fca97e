"""Rule sets around one expression, and blocks without their ids."""

import json
from pathlib import Path
from typing import Any

from tercel.base.codec import decode_any, encode
from tercel.rules.blocks.rulesets import from_blocks, to_blocks
from tests.rules.blocks.names import NAMES

EXAMPLES: list[dict[str, Any]] = decode_any((Path(__file__).parent / "examples.json").read_bytes())
CART = [".", "Session", "CartItems"]
BINDINGS = [
    {"name": "Shoes", "type": "cartItemFilter", "expression": CART},
    {"name": "Outfit", "type": "bundle", "expression": ["bundle", "Outfit", ["part", CART, 2]]},
]


def ruleset(*effects: Any, condition: Any = True) -> dict[str, Any]:
    rule = {"title": "t", "condition": ["and", condition], "effects": list(effects)}
    return {"rules": [rule], "bindings": BINDINGS}


def sent(value: Any) -> Any:
    """What arrives when a value was sent as JSON."""
    return decode_any(encode(value))


def blocks_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    shown = sent(to_blocks(data, "place", NAMES))
    blocks: list[dict[str, Any]] = shown["promotionRules"][0]["blocks"]
    return blocks


def read_rule(*blocks: Any) -> dict[str, Any]:
    document = {"promotionRules": [{"title": "t", "blocks": list(blocks)}]}
    rule: dict[str, Any] = from_blocks(document, NAMES).data["rules"][0]
    return rule


def without_ids(value: Any) -> Any:
    """Blocks without their ids; references keep theirs."""
    if isinstance(value, dict):
        return {
            name: without_ids(part) for name, part in value.items() if name != "id" or "type" not in value
        }
    return [without_ids(part) for part in value] if isinstance(value, list) else value


def label(example: dict[str, Any]) -> str:
    return json.dumps(sent(example["data"]), default=str)[:80]
