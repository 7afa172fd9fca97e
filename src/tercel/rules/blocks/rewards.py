"""Blocks that give something or tell something: items, giveaways, notifications, webhooks, custom effects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tercel.rules.blocks.codecs import DIGITS, PARAMETERS, TEXT, absent_as, choice
from tercel.rules.blocks.discounts import PARTIAL
from tercel.rules.blocks.forms import Block, Form, Hole
from tercel.rules.blocks.references import CUSTOM_EFFECT, POOL, WEBHOOK
from tercel.rules.blocks.targets import bundle_items, item_targets

_EFFECT = Hole("customEffect", CUSTOM_EFFECT)
_PARAMETERS = Hole("params", absent_as(PARAMETERS), default=["kv"])


def _form(block_type: str, pattern: Any, **fields: Any) -> Form:
    return Form({"type": block_type, **fields}, pattern)


def _custom_effects() -> Iterator[Form]:
    yield _form("triggerCustomEffect", ["customEffect", _EFFECT, _PARAMETERS], **{"target/type": "cart"})
    bundles = ({"target/type": "bundle"}, bundle_items("target"))
    for fields, items in (*item_targets("target"), bundles):
        pattern = ["customEffectPerItem", _EFFECT, items, Block("Item", _PARAMETERS)]
        yield _form("triggerCustomEffect", pattern, **fields)


REWARD_FORMS = [
    _form(
        "awardItem",
        ["addFreeItem", Hole("sku", TEXT), Hole("name", TEXT), Hole("quantity", DIGITS, default=1), PARTIAL],
    ),
    _form(
        "awardGiveaway",
        [
            "awardGiveaway",
            Hole("giveawayPool", POOL),
            Hole("profile", choice("Current", "Advocate"), default="Current"),
        ],
    ),
    _form(
        "showNotification",
        [
            "showNotification",
            Hole("notificationType", TEXT),
            Hole("title", TEXT),
            Hole("body", TEXT, default=""),
        ],
    ),
    _form("triggerWebhook", ["triggerWebhook", Hole("webhook", WEBHOOK), _PARAMETERS]),
    *_custom_effects(),
]
