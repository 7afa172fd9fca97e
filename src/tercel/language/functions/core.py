"""Core: values, maps, failure and local names."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.language.catalogue.catalogue import SPECIAL, VARIABLE, Family
from tercel.language.errors import MissingError, TalangError, TypeMismatchError, located
from tercel.language.running.blocks import BlockCode
from tercel.language.running.run import UNSET, Compiled, Run
from tercel.language.running.site import Site
from tercel.language.tree import Literal
from tercel.language.values.costs import steps_of_text
from tercel.language.values.entity import Entity
from tercel.language.values.kinds import (
    BOOLEAN,
    LIST,
    MAP,
    NULL,
    NUMBER,
    STRING,
)
from tercel.language.values.values import (
    decimal_text,
    kind_of_value,
    limited_text,
    plain_decimal,
    to_text,
)

FAMILY = Family("Core", is_foldable=True)


@FAMILY.define(
    ".|",
    "default:any expression:any",
    examples=[('[".|", 0, [".", "Unset"]]', "0")],
    errors="type",
    flags=SPECIAL,
)
def read_or(site: Site, default: Compiled, expression: Compiled) -> Compiled:
    """Compute the expression; if it fails, return the default instead. Both must be of the same kind."""
    literal = site.call.arguments[0]
    kind = kind_of_value(literal.value) if isinstance(literal, Literal) else None

    def read(run: Run) -> Any:
        try:
            value = expression(run)
        except TalangError as error:
            if not error.is_caught:
                raise
            value = UNSET
        if value is UNSET:
            return default(run)
        if kind is not None and kind_of_value(value) is not kind:
            found = kind_of_value(value)
            raise located(TypeMismatchError(f"the default is a {kind}, the value a {found}"), site.call.at)
        return value

    return read


@FAMILY.define(
    "catch",
    "default:effect expression:effect",
    result_rule="join 0",
    examples=[('["catch", 22, [".", "Unset"]]', "22"), ('["catch", 22, 2]', "2")],
    flags=SPECIAL,
)
def catch(site: Site, default: Compiled, expression: Compiled) -> Compiled:
    """Compute the expression; if it fails, compute the default instead. Limits and effects that cannot be applied are
    not caught."""
    attempt = attempted(expression) if site.records_effects else expression

    def run_catch(run: Run) -> Any:
        try:
            return attempt(run)
        except TalangError as error:
            if not error.is_caught:
                raise
        # Because: an error that is raised while another one is handled keeps that one, and all that it keeps itself.
        return default(run)

    return run_catch


def attempted(expression: Compiled) -> Compiled:
    """Return the expression, compiled so that the effects it recorded are taken back when it fails."""

    def attempt(run: Run) -> Any:
        return run.need_host().attempt(lambda: expression(run))

    return attempt


@FAMILY.define("noop", "", NULL, examples=[('["noop"]', "null")], phrases="nothing")
def noop(_run: Run) -> None:
    """Do nothing."""
    return


@FAMILY.define(
    "identity",
    "value:any",
    result_rule="like 0",
    examples=[('["identity", 10]', "10")],
    phrases="{0}",
)
def identity(_run: Run, value: Any) -> Any:
    """Return the value itself."""
    return value


@FAMILY.define(
    "do let",
    "value:any block:effectblock",
    result_rule="body 1",
    examples=[('["do", 4, [["x"], ["*", [".", "x"], [".", "x"]]]]', "16")],
    flags=SPECIAL,
    phrases="{1} with {0}",
)
def do(_site: Site, value: Compiled, block: BlockCode) -> Compiled:
    """Give a value a name and compute the body with it."""
    slot, body, _ = block

    def run_do(run: Run) -> Any:
        named = value(run)
        slots = run.slots
        before = slots[slot]
        slots[slot] = named
        try:
            return body(run)
        finally:
            slots[slot] = before

    return run_do


@FAMILY.define(
    "if",
    "condition:boolean then:effect else:effect?",
    result_rule="join 1",
    examples=[('["if", true, "yes", "no"]', '"yes"'), ('["if", false, "yes"]', "null")],
    flags=SPECIAL,
)
def if_(site: Site, condition: Compiled, then: Compiled, otherwise: Compiled | None = None) -> Compiled:
    """Compute the second argument if the condition is true, else the third; without a third, return null."""

    def run_if(run: Run) -> Any:
        value = condition(run)
        if value is True:
            return then(run)
        if value is False:
            return None if otherwise is None else otherwise(run)
        raise located(TypeMismatchError(f"`if` takes a boolean, got a {kind_of_value(value)}"), site.call.at)

    return run_if


@FAMILY.define(
    "isSet",
    "expression:any",
    BOOLEAN,
    examples=[('["isSet", [".", "Unset"]]', "false"), ('["isSet", 1]', "true")],
    flags=SPECIAL,
    phrases="{0} is set|{0} is not set",
    blocks="checkAttribute attribute:path operator=exists|not(exists)",
)
def is_set(_site: Site, expression: Compiled) -> Compiled:
    """Tell whether the expression has a value; false only when something is missing."""

    def run_is_set(run: Run) -> bool:
        try:
            expression(run)
        except TalangError as error:
            if error.name != "missing":
                raise
            return False
        return True

    return run_is_set


@FAMILY.define(
    "coalesce",
    "expressions:any...",
    result_rule="join 0",
    examples=[('["coalesce", [".", "Unset"], 3]', "3")],
    errors="missing",
    flags=SPECIAL,
)
def coalesce(site: Site, *expressions: Compiled) -> Compiled:
    """Return the value of the first expression that is not missing."""

    def run_coalesce(run: Run) -> Any:
        for expression in expressions:
            try:
                return expression(run)
            except TalangError as error:
                if error.name != "missing":
                    raise
        raise located(MissingError("none of the expressions has a value"), site.call.at)

    return run_coalesce


@FAMILY.define("list", "values:any*", LIST, examples=[('["list", 1, "a"]', '[1, "a"]')])
def list_(_run: Run, *values: Any) -> list[Any]:
    """Return a list of the values."""
    return list(values)


@FAMILY.define(
    "kv",
    "entries:pair*",
    MAP,
    examples=[('["kv", ["scope", "price"], ["count", ["+", 1, 2]]]', '{"scope": "price", "count": 3}')],
    flags=SPECIAL,
)
def kv(site: Site, *parts: Compiled) -> CompiledMap:
    """Return a map of literal keys to values; a later entry of the same key wins."""
    keys = [node.value for node in site.call.arguments[::2] if isinstance(node, Literal)]
    return CompiledMap(dict(zip(keys, parts[1::2], strict=True)))


class CompiledMap:
    """A compiled ``kv``: computes all its values, or lends single ones to ``onError``."""

    __slots__ = ("entries",)

    def __init__(self, entries: dict[str, Compiled]) -> None:
        self.entries = entries

    def __call__(self, run: Run) -> dict[str, Any]:
        """Compute every value and return the map of them."""
        return {key: value(run) for key, value in self.entries.items()}


@FAMILY.define(
    "get",
    "container:map|list|entity key:string|number default:any?",
    examples=[('["get", ["list", "a", "b"], 1]', '"b"'), ('["get", ["kv", ["a", 1]], "b", 0]', "0")],
    errors="missing",
    phrases=("{1} of {0}", "{1} of {0}, else {2}"),
)
def get(_run: Run, container: Any, key: Any, *default: Any) -> Any:
    """Return the element of a map under a key, or of a list at an index; the default if there is none."""
    if isinstance(container, list):
        if not isinstance(key, Decimal):
            raise TypeMismatchError("the index of a list is a number")
        is_index = key == key.to_integral_value() and 0 <= key < len(container)
        found = container[int(key)] if is_index else None
    else:
        name = decimal_text(key) if isinstance(key, Decimal) else key
        found = container.find(name) if isinstance(container, Entity) else container.get(name)
    if found is not None:
        return found
    if default:
        return default[0]
    raise MissingError(f"there is no `{str(key)[:100]}`")


@FAMILY.define(
    "toString",
    "value:number|string|boolean|time",
    STRING,
    examples=[('["toString", 2.50]', '"2.5"')],
    flags=VARIABLE,
)
def to_string(run: Run, value: Any) -> str:
    """Return the text of a value: a plain decimal, true or false, RFC 3339."""
    text = limited_text(to_text(value, run.zone))
    run.spend(steps_of_text(len(text)))
    return text


@FAMILY.define(
    "toNumber",
    "value:string|number",
    NUMBER,
    examples=[('["toNumber", "2.50"]', "2.5")],
    errors="type",
)
def to_number(run: Run, value: Any) -> Decimal:
    """Return the number that a plain decimal text writes."""
    if isinstance(value, Decimal):
        return value
    run.spend(steps_of_text(len(value)))
    number = plain_decimal(value)
    if number is None:
        raise TypeMismatchError(f"`{value[:100]}` is no plain decimal number")
    return +number
