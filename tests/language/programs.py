"""Random programs of the language for hypothesis, and the world they run in: entities and plain maps side by side."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st

from tercel.language.compiler.indexed import IndexedList
from tercel.language.running.run import Run
from tercel.language.running.scope import Global, Scope
from tercel.language.values.entity import Entity, Field
from tercel.language.values.kinds import (
    ENTITY,
    LIST,
    MAP,
    NUMBER,
    STRING,
)


class Item(Entity):
    __slots__ = ("attributes", "category", "price")
    FIELDS: ClassVar = {
        "Price": Field("price", NUMBER, is_fixed=True),
        "Category": Field("category", STRING),
        "Attributes": Field("attributes", MAP),
    }

    def __init__(self, data: dict[str, Any]) -> None:
        self.price = data.get("Price")
        self.category = data.get("Category")
        self.attributes = data["Attributes"]


class Session(Entity):
    __slots__ = ("attributes", "items", "total")
    FIELDS: ClassVar = {
        "Total": Field("total", NUMBER),
        "CartItems": Field("items", LIST, entity=Item),
        "Attributes": Field("attributes", MAP),
    }

    def __init__(self, data: dict[str, Any]) -> None:
        self.total = data.get("Total")
        self.attributes = data["Attributes"]
        self.items = IndexedList(map(Item, data["CartItems"]))


class WorldRun(Run):
    __slots__ = ("session",)


SCOPE = Scope(globals={"Session": Global("session", ENTITY, Session)})


def run_in(world: dict[str, Any]) -> WorldRun:
    run = WorldRun(now=datetime(2026, 1, 1, tzinfo=UTC), zone=UTC)
    run.session = Session(world)
    return run


def data_of(value: Any) -> Any:
    """A value with its entities as the maps that the reference interpreter works on."""
    if isinstance(value, Item):
        fields = {"Price": value.price, "Category": value.category, "Attributes": value.attributes}
        return {name: part for name, part in fields.items() if part is not None}
    if isinstance(value, Session):
        fields = {"Total": value.total, "Attributes": value.attributes, "CartItems": data_of(value.items)}
        return {name: part for name, part in fields.items() if part is not None}
    return [data_of(part) for part in value] if isinstance(value, list) else value


_NUMBERS = st.sampled_from([Decimal(text) for text in ("0", "1", "2", "0.5", "10", "-3", "1.10")])
_TEXTS = st.sampled_from(["a", "b", "1", "true", ""])
_ATTRIBUTES = st.dictionaries(st.sampled_from(["x", "y"]), _NUMBERS | _TEXTS | st.booleans(), max_size=2)
_ITEMS = st.fixed_dictionaries({"Attributes": _ATTRIBUTES}, optional={"Price": _NUMBERS, "Category": _TEXTS})
WORLDS = st.fixed_dictionaries(
    {"Attributes": _ATTRIBUTES, "CartItems": st.lists(_ITEMS, max_size=4)}, optional={"Total": _NUMBERS}
)

_LITERALS = _NUMBERS | _TEXTS | st.booleans() | st.none()
_READS = st.sampled_from(
    [
        [".", "Session", "Total"],
        [".", "Session", "CartItems"],
        [".", "Session", "Attributes", "x"],
        [".", "Session", "Attributes"],
        [".", "Session", "CartItems", Decimal(0), "Price"],
        [".", "Session", "CartItems", "Price"],
        [".", "Item", "Price"],
        [".", "Item", "Category"],
        [".", "Item", "Attributes", "y"],
        [".", "Item"],
        [".", "n"],
    ]
)
_CART = st.just([".", "Session", "CartItems"])
_TESTS = st.builds(
    lambda left, right, caught: ["catch", False, ["=", left, right]] if caught else ["=", left, right],
    _READS,
    _TEXTS,
    st.booleans(),
)


def _calls(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def call(names: list[str], *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.builds(lambda name, *values: [name, *values], st.sampled_from(names), *parts)

    block = st.builds(lambda name, body: [[name], body], st.sampled_from(["Item", "n"]), inner | _TESTS)
    return st.one_of(
        call(
            ["+", "-", "*", "/", "=", "!=", "<", "<=", ">", ">=", "and", "or", "list", "catch"], inner, inner
        ),
        call(["item", "take", "oneOf"], inner, inner),
        call(["+", "=", "!=", "<", "and", "or", "list", "if"], inner, inner, inner),
        call(["not", "count", "head", "reverse", "floor", "isSet", "identity"], inner),
        call(["map", "filter", "exists", "every", "sum", "countIf"], _CART | inner, block),
        call(["do"], inner, block),
        st.just(["noop"]),
        st.lists(st.builds(lambda part: ["identity", part], inner), min_size=1, max_size=2),
    )


PROGRAMS = st.recursive(_LITERALS | _READS, _calls, max_leaves=12)
