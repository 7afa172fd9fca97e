"""From msgspec's first complaint to a problem with a JSON pointer and the wire's titles (behaviour/requests 1)."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import inspect

from tercel.base.errors import Problem
from tercel.base.near import did_you_mean
from tercel.http.decoding.shapes import choices, escape

_AT = " - at `"
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<index>\d+)\]|\[\.\.\.\]")
_CHOICE = re.compile(r"""Invalid (?:enum )?value (?P<quote>['"]?)(?P<value>.*)(?P=quote)$""", re.DOTALL)
_BOUND_TITLES = {
    ("int", ">="): "minimum",
    ("int", "<="): "maximum",
    ("int", ">"): "exclusiveMinimum",
    ("int", "<"): "exclusiveMaximum",
    ("str", ">="): "minLength",
    ("str", "<="): "maxLength",
    ("array", ">="): "minItems",
    ("array", "<="): "maxItems",
    ("object", ">="): "minProperties",
    ("object", "<="): "maxProperties",
}
_JSON_NAMES = {
    "str": "string",
    "int": "integer",
    "float": "number",
    "decimal": "number",
    "bool": "boolean",
    "datetime": "date and time",
    "uuid": "UUID",
}


def explain(complaint: str, shape: inspect.Type) -> Problem:
    """Translate a complaint about a document of this shape into a problem."""
    message, steps = _split(complaint)
    pointer = "".join(f"/{escape(str(step))}" for step in steps)
    name = _name(steps)
    if match := _CHOICE.match(message):
        allowed = choices(shape, steps)
        listed = ", ".join(f'"{value}"' for value in allowed)
        hint = did_you_mean(match["value"], map(str, allowed))
        details = f"{name} must be one of the following: {listed}{hint}"
        return Problem(title="enum", details=details, pointer=pointer)
    for pattern, build in _KINDS:
        if match := pattern.match(message):
            return build(match, name, pointer)
    return Problem(title="format", details=f"{name}: {message[:1].lower()}{message[1:]}", pointer=pointer)


def _name(steps: list[str | int]) -> str:
    """Name a place for a message: its member, with the indexes below it."""
    last = next((at for at in reversed(range(len(steps))) if isinstance(steps[at], str)), 0)
    return "/".join(map(str, steps[last:])) or "body"


def _split(complaint: str) -> tuple[str, list[str | int]]:
    # Because: a complaint may quote what the caller sent, which must not be taken for the place, nor searched again and again.
    message, found, place = complaint.rpartition(_AT)
    if not found:
        return complaint, []
    steps: list[str | int] = []
    for step in _STEP.finditer(place.partition("$")[2].removesuffix("`")):
        if step["name"] is not None:
            steps.append(step["name"])
        elif step["index"] is not None:
            steps.append(int(step["index"]))
        else:
            break  # msgspec does not tell the key of a map: point at the map
    return message, steps


def _missing(match: re.Match[str], _name: str, pointer: str) -> Problem:
    field = match[1]
    return Problem(title="required", details=f"{field} is required", pointer=f"{pointer}/{escape(field)}")


def _unknown(match: re.Match[str], _name: str, pointer: str) -> Problem:
    return Problem(
        title="additionalProperties", details=f"{match[1]} is not known here", pointer=f"{pointer}/{match[1]}"
    )


def _bound(match: re.Match[str], name: str, pointer: str) -> Problem:
    kind, sign, bound = match["kind"], match["sign"], match["bound"]
    title = _BOUND_TITLES.get((kind, sign), _BOUND_TITLES["int", sign])
    what = f"the length of {name}" if match["length"] else name
    return Problem(title=title, details=f"{what} must be {sign} {bound}", pointer=pointer)


def _pattern(match: re.Match[str], name: str, pointer: str) -> Problem:
    return Problem(title="pattern", details=f"{name} must match `{match[1]}`", pointer=pointer)


def _kind(match: re.Match[str], name: str, pointer: str) -> Problem:
    wanted = " or ".join(_JSON_NAMES.get(kind, kind) for kind in match[1].split(" | ") if kind != "null")
    got = _JSON_NAMES.get(match[2], match[2])
    return Problem(title="type", details=f"{name} must be of type {wanted}, not {got}", pointer=pointer)


def _zone(_match: re.Match[str], name: str, pointer: str) -> Problem:
    return Problem(
        title="format", details=f"{name} must have a time zone offset such as `Z`", pointer=pointer
    )


def _range(_match: re.Match[str], name: str, pointer: str) -> Problem:
    return Problem(title="maximum", details=f"{name} is out of range", pointer=pointer)


_Builder = Callable[[re.Match[str], str, str], Problem]
_KINDS: list[tuple[re.Pattern[str], _Builder]] = [
    (re.compile(r"Object missing required field `(.+)`"), _missing),
    (re.compile(r"Object contains unknown field `(.+)`"), _unknown),
    (re.compile(r"Expected `datetime` with a timezone"), _zone),
    (
        re.compile(r"Expected `(?P<kind>\w+)`(?P<length> of length)? (?P<sign>>=|<=|>|<) (?P<bound>\S+)"),
        _bound,
    ),
    (re.compile(r"Expected `str` matching regex ['\"](.+)['\"]"), _pattern),
    (re.compile(r"Expected `(.+)`, got `(.+)`"), _kind),
    (re.compile(r"(?:Integer value|Number) out of range"), _range),
]
