"""Every effect with its properties and with what a shop does about it: made from the structs of tercel.effects."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args

import msgspec

from tercel.effects import all as every
from tercel.effects.props import Props

_INTRODUCTION = """<!-- Made from the source by `make bless`. -->

# Effects

An answer to a session or an event carries a list of effects, in the order in which rules gave them. Each has the same envelope:

```json
{
  "campaignId": 3,
  "rulesetId": 5,
  "ruleIndex": 0,
  "ruleName": "10 off from 45",
  "effectType": "setDiscount",
  "triggeredByCoupon": 12,
  "props": {"name": "Spring", "value": 10}
}
```

A shop looks at `effectType` and `props`, keeps the rest for its reports, and **ignores types it does not know**: new ones may
come. Effects of an open session are what *would* happen. Show them and send nothing out; act when the answer to `closed` has them.
Every answer is complete: forget the effects of the one before.

Properties with a `?` may be missing. Amounts are in the currency of the application.
"""

_TITLES = {
    "discounts": "Discounts",
    "coupons": "Coupons",
    "referrals": "Referrals",
    "giveaways": "Gifts",
    "messages": "Messages",
    "attributes": "Attributes",
    "audiences": "Audiences",
    "": "What is taken back",
    "loyalty": "Loyalty programs",
    "achievements": "Achievements",
}
_LATER = "Rules can give these; programs, achievements, audiences and giveaway pools cannot be made over the API yet.\n"
_KINDS = {"Decimal": "number", "str": "text", "int": "number", "bool": "true or false", "datetime": "time"}


def effects_page() -> str:
    parts = [_INTRODUCTION]
    for name, title in _TITLES.items():
        parts.append(f"## {title}\n")
        parts += [_LATER] if name in ("loyalty", "achievements") else []
        parts += map(_effect, _structs(getattr(every, name)) if name else _rollbacks())
    return "\n".join(parts)


def _structs(module: ModuleType) -> Iterator[type[Props]]:
    for kind in vars(module).values():
        if isinstance(kind, type) and issubclass(kind, Props) and not kind.effect_type.startswith("rollback"):
            yield from [kind] if kind.effect_type else []


def _rollbacks() -> Iterator[type[Props]]:
    for name, kind in sorted(every.EFFECTS.items()):
        if name.startswith("rollback"):
            yield kind


def _effect(kind: type[Props]) -> str:
    doc = " ".join(inspect.cleandoc(kind.__doc__ or "").split())
    props = ", ".join(_prop(field) for field in msgspec.structs.fields(kind))
    return f"### `{kind.effect_type}`\n\n{_bare(doc)}\n\n**Shop:** {kind.shop}\n\n{props}\n"


def _bare(doc: str) -> str:
    """Docstrings name Python's attributes; here they are properties of the wire."""
    told = re.sub(r" \(rules\.md [^)]*\)", "", doc.replace("``", "`"))
    return re.sub(r"`(\w+)`", lambda name: f"`{rename(name[1])}`", told)


def rename(attribute: str) -> str:
    head, *rest = attribute.split("_")
    return head + "".join(word.capitalize() for word in rest)


def _prop(field: Any) -> str:
    choices = [choice for choice in get_args(field.type) if choice is not type(None)] or [field.type]
    kind = _KINDS.get(getattr(choices[0], "__name__", ""), "any")
    mark = "" if field.required else "?"
    return f"`{field.encode_name}`{mark} ({kind})"
