"""Every name that rules read, as a page: made from the globals and the fields of their entities."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from tercel.evaluation.entities.achievements import Achievement
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.entities.loyalty import LoyaltyProgram, Subledger
from tercel.evaluation.entities.profile import Profile
from tercel.evaluation.entities.run import GLOBALS
from tercel.language.values.entity import Entity, Field

_INTRODUCTION = """<!-- Made from the source by `make bless`. -->

# Names that rules can read

`[".", "Session", "Total"]` reads the field `Total` of `Session`. Capital letters make no difference. What is unset raises
`missing`: the condition does not hold, and the rule does nothing. `["catch", 0, [".", "Session", "Attributes", "points"]]`
gives 0 instead, and `["isSet", …]` asks.

Attributes are the fields of your own: define one through the Management API, send it, read it as
`[".", "Session", "Attributes", "channel"]`. Amounts are in the currency of the application, times carry their zone.

## First names
"""

#: Entities that are read through the first name before them: title, entity and what it is.
_REACHED: dict[str, list[tuple[str, type[Entity], str]]] = {
    "Session": [
        (
            "Item",
            Item,
            "One unit of `Session.CartItems`, and the usual parameter of blocks such as those of `filter`",
        ),
        (
            "Bundle",
            Bundle,
            "Units that belong together, as bindings of bundles list them; `Bundle` in blocks",
        ),
    ],
    "Loyalty": [
        (
            "Program",
            LoyaltyProgram,
            '`[".", "Loyalty", "stars", "Balance"]` reads a field of the program “stars”',
        ),
        (
            "Subledger",
            Subledger,
            '`[".", "Loyalty", "stars", "Subledgers", "coffee", "Balance"]` reads another ledger',
        ),
    ],
    "Achievements": [
        (
            "Achievement",
            Achievement,
            '`[".", "Achievements", "ten-coffees", "Progress"]` reads the progress of the customer',
        ),
    ],
}


def names_page() -> str:
    """The page as Markdown."""
    parts = [_INTRODUCTION, *_table(("name", "kind", "meaning"), _first_names())]
    for title, entity, how in _entities():
        parts += [f"\n## {title}\n", f"{how}.\n", *_table(("field", "kind", "meaning"), _fields(entity))]
    return "\n".join([*parts, *_MADE, ""])


_MADE = (
    "\n## Names of a rule set\n",
    'A binding is read by its name, `[".", "Shoes"]`, and its fields as those of any value. Where it is a list of items,',
    '`[".", "Shoes item count"]` is their number. A block gives a name to what it goes through: `[["Item"], …]`.',
)


def described() -> Iterator[tuple[str, str]]:
    """Every name with what the page says about it."""
    for name, known in GLOBALS.items():
        yield name, known.doc
    for title, entity, _ in _entities():
        for name, field in entity.FIELDS.items():
            yield f"{title}.{name}", field.doc


def _first_names() -> Iterator[tuple[str, ...]]:
    for name, known in GLOBALS.items():
        yield f"`{name}`", str(known.kind), known.doc


def _entities() -> Iterator[tuple[str, type[Entity], str]]:
    shown: set[type[Entity]] = set()
    for name, known in GLOBALS.items():
        if known.entity is not None and known.entity.FIELDS and known.entity not in shown:
            shown.add(known.entity)
            also = ". `AdvocateProfile` has the same fields" if known.entity is Profile else ""
            yield name, known.entity, known.doc[0].upper() + known.doc[1:] + also
        for title, entity, what in _REACHED.get(name, ()):
            shown.add(entity)
            yield title, entity, what


def _fields(entity: type[Entity]) -> Iterator[tuple[str, ...]]:
    for name, field in entity.FIELDS.items():
        yield f"`{name}`", _kind(entity, field), field.doc


def _kind(entity: type[Entity], field: Field) -> str:
    kind = str(field.kind)
    if field.kind == "list" and field.entity is not None:
        kind = f"list of {field.entity.__name__}"
    return f"{kind}, may be unset" if _may_be_unset(entity, field) else kind


def _may_be_unset(entity: type[Entity], field: Field) -> bool:
    made = inspect.getattr_static(entity, field.attribute, None)
    if isinstance(made, property) and made.fget is not None:
        return "None" in str(made.fget.__annotations__.get("return"))
    return "None" in str(entity.__annotations__.get(field.attribute, ""))


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> list[str]:
    return [_row(head), "|" + "---|" * len(head), *map(_row, rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
