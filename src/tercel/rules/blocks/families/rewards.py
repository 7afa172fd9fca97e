"""The block ``triggerCustomEffect``: one row per target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tercel.rules.blocks.codecs import PARAMETERS, absent_as
from tercel.rules.blocks.families.references import REFERENCES
from tercel.rules.blocks.families.targets import bundle_items, item_targets
from tercel.rules.blocks.forms import Block, Form, Hole

_EFFECT = Hole("customEffect", REFERENCES["customEffects"])
_PARAMETERS = Hole("params", absent_as(PARAMETERS), default=["kv"])


def _form(block_type: str, pattern: Any, **fields: Any) -> Form:
    return Form({"type": block_type, **fields}, pattern)


def _custom_effects() -> Iterator[Form]:
    yield _form("triggerCustomEffect", ["customEffect", _EFFECT, _PARAMETERS], **{"target/type": "cart"})
    bundles = ({"target/type": "bundle"}, bundle_items("target"))
    for fields, items in (*item_targets("target"), bundles):
        pattern = ["customEffectPerItem", _EFFECT, items, Block("Item", _PARAMETERS)]
        yield _form("triggerCustomEffect", pattern, **fields)


REWARD_FORMS = list(_custom_effects())
