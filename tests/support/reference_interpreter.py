"""A second, naive interpreter of the rule language, written from the description of the language alone: no compilation, no shapes, no indexes.

It works on JSON data, knows the functions that the generated programs use, and takes blocks in the pair form only. It
exists to disagree with the compiler.
"""

from collections.abc import Callable
from decimal import ROUND_FLOOR, Decimal
from typing import Any


class Failed(Exception):  # it is what happened, not a kind of error
    """An error of the language, by name."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


Names = dict[str, Any]


def interpret(data: Any, names: Names) -> Any:
    """The value of an expression; raises Failed."""
    if not isinstance(data, list):
        return Decimal(data) if isinstance(data, int) and not isinstance(data, bool) else data
    head, *rest = data
    if isinstance(head, list):
        return [interpret(part, names) for part in data][-1]
    if head == ".":
        return read(rest, names)
    if head in LAZY:
        return LAZY[head](rest, names)
    if head in LOOPS:
        return loop(head, rest, names)
    if head not in STRICT:
        raise Failed("unknownFunction")
    return STRICT[head](*[interpret(part, names) for part in rest])


def read(segments: list[Any], names: Names) -> Any:
    first, *rest = [interpret(segment, names) for segment in segments]
    value = names.get(first)
    for segment in rest:
        if value is None:
            break
        if isinstance(value, list):
            if not isinstance(segment, Decimal):
                raise Failed("type")
            is_index = segment == int(segment) and 0 <= segment < len(value)
            value = value[int(segment)] if is_index else None
        else:
            value = value.get(segment) if isinstance(value, dict) else None
    if value is None:
        raise Failed("missing")
    return value


def truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, list | dict):
        return True
    raise Failed("type")


def equal(left: Any, right: Any) -> bool:
    if isinstance(left, str) and not isinstance(right, str):
        left, right = right, left
    if isinstance(right, str) and isinstance(left, Decimal):
        digits = right.removeprefix("-").replace(".", "", 1)
        is_plain = digits.isdigit() and right.removeprefix("-")[0] != "." and right[-1] != "."
        return is_plain and left == Decimal(right)
    if isinstance(right, str) and isinstance(left, bool):
        return right == str(left).lower()
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(equal(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(equal(left[key], right[key]) for key in left)
    return bool(left == right)


def numbers(*values: Any) -> list[Decimal]:
    if not all(isinstance(value, Decimal) for value in values):
        raise Failed("type")
    return list(values)


def folded(step: Callable[[Decimal, Decimal], Decimal]) -> Callable[..., Decimal]:
    def fold(*values: Any) -> Decimal:
        total, *others = numbers(*values)
        for other in others:
            total = step(total, other)
        return total

    return fold


def add(*values: Any) -> Any:
    if all(isinstance(value, str) for value in values):
        return "".join(values)
    return folded(lambda a, b: a + b)(*values)


def divide(left: Decimal, right: Decimal) -> Decimal:
    if right == 0:
        raise Failed("divisionByZero")
    return left / right


def ordered(holds: Callable[[Decimal, Decimal], bool]) -> Callable[..., bool]:
    def compare(*values: Any) -> bool:
        first, *others = numbers(*values)
        return all(holds(first, other) for other in others)

    return compare


def a_list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise Failed("type")
    return value


def head(values: Any) -> Any:
    if not a_list(values):
        raise Failed("missing")
    return values[0]


def item(values: Any, index: Any) -> Any:
    a_list(values)
    numbers(index)
    if index != int(index) or not 0 <= index < len(values):
        raise Failed("range")
    return values[int(index)]


def negate(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Failed("type")
    return not value


STRICT: dict[str, Callable[..., Any]] = {
    "+": add,
    "-": folded(lambda a, b: a - b),
    "*": folded(lambda a, b: a * b),
    "/": folded(divide),
    "=": lambda first, *others: all(equal(first, other) for other in others),
    "!=": lambda first, *others: not any(equal(first, other) for other in others),
    "<": ordered(lambda a, b: a < b),
    "<=": ordered(lambda a, b: a <= b),
    ">": ordered(lambda a, b: a > b),
    ">=": ordered(lambda a, b: a >= b),
    "not": negate,
    "list": lambda *values: list(values),
    "count": lambda values: Decimal(len(a_list(values))),
    "head": head,
    "item": item,
    "reverse": lambda values: a_list(values)[::-1],
    "floor": lambda value: numbers(value)[0].to_integral_value(ROUND_FLOOR),
    "take": lambda values, count: a_list(values)[: max(int(numbers(count)[0]), 0)],
    "oneOf": lambda value, values: any(equal(value, other) for other in a_list(values)),
    "noop": lambda: None,
    "identity": lambda value: value,
}


def conjunction(parts: list[Any], names: Names) -> bool:
    return all(truth(interpret(part, names)) for part in parts)


def disjunction(parts: list[Any], names: Names) -> bool:
    return any(truth(interpret(part, names)) for part in parts)


def catch(parts: list[Any], names: Names) -> Any:
    try:
        return interpret(parts[1], names)
    except Failed:
        return interpret(parts[0], names)


def branch(parts: list[Any], names: Names) -> Any:
    condition = interpret(parts[0], names)
    negate(condition)
    return interpret(parts[1] if condition else parts[2], names)


def is_set(parts: list[Any], names: Names) -> bool:
    try:
        interpret(parts[0], names)
    except Failed as failed:
        if failed.name == "missing":
            return False
        raise
    return True


def let(parts: list[Any], names: Names) -> Any:
    (parameter,), body = parts[1]
    return interpret(body, {**names, parameter: interpret(parts[0], names)})


LAZY: dict[str, Callable[[list[Any], Names], Any]] = {
    "and": conjunction,
    "or": disjunction,
    "catch": catch,
    "if": branch,
    "isSet": is_set,
    "do": let,
}
LOOPS = {"map", "filter", "exists", "every", "sum", "countIf"}


def loop(name: str, parts: list[Any], names: Names) -> Any:
    values = a_list(interpret(parts[0], names))
    (parameter,), body = parts[1]
    results = []
    for value in values:
        result = interpret(body, {**names, parameter: value})
        if name in {"filter", "exists", "every", "countIf"}:
            negate(result)
            if (name, result) in {("exists", True), ("every", False)}:
                return result
        results.append(result)
    match name:
        case "map":
            return results
        case "sum":
            return sum(numbers(*results), Decimal(0))
        case "exists" | "every":
            return name == "every"
    chosen = [value for value, result in zip(values, results, strict=True) if result]
    return chosen if name == "filter" else Decimal(len(chosen))
