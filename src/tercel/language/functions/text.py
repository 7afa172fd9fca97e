"""Texts: code points, case-sensitive unless said otherwise."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tercel.base.limits import STRING_LENGTH_MAX
from tercel.language.catalogue import VARIABLE, Family
from tercel.language.errors import MissingError
from tercel.language.kinds import BOOLEAN, LIST, NUMBER, STRING
from tercel.language.patterns import finds
from tercel.language.run import Run
from tercel.language.values import limited_list, limited_text, require_length, to_text, whole

FAMILY = Family("Text", is_foldable=True)


def _spend(run: Run, text: str) -> None:
    run.spend(len(text) >> 8)


@FAMILY.define(
    "concat",
    "values:number|string|boolean|time...",
    STRING,
    examples=[('["concat", "a", 1, true]', '"a1true"')],
    errors="type range",
    flags=VARIABLE,
)
def concat(run: Run, *values: Any) -> str:
    """The texts of the values, one after the other."""
    text = limited_text("".join(to_text(value, run.zone) for value in values))
    _spend(run, text)
    return text


@FAMILY.define(
    "contains",
    "text:string parts:string...",
    BOOLEAN,
    examples=[('["contains", "Hello World", "World", "Hell"]', "true")],
)
def contains(run: Run, text: str, *parts: str) -> bool:
    """Whether every part occurs in the text."""
    _spend(run, text)
    return all(part in text for part in parts)


@FAMILY.define(
    "notContains",
    "text:string parts:string...",
    BOOLEAN,
    examples=[('["notContains", "Hello", "World"]', "true")],
)
def not_contains(run: Run, text: str, *parts: str) -> bool:
    """Whether no part occurs in the text."""
    _spend(run, text)
    return not any(part in text for part in parts)


@FAMILY.define(
    "startsWith",
    "text:string prefixes:string...",
    BOOLEAN,
    examples=[('["startsWith", "Hello", "He"]', "true")],
)
def starts_with(_run: Run, text: str, *prefixes: str) -> bool:
    """Whether the text starts with every prefix."""
    return all(text.startswith(prefix) for prefix in prefixes)


@FAMILY.define(
    "endsWith",
    "text:string suffixes:string...",
    BOOLEAN,
    examples=[('["endsWith", "Hello", "lo"]', "true")],
)
def ends_with(_run: Run, text: str, *suffixes: str) -> bool:
    """Whether the text ends with every suffix."""
    return all(text.endswith(suffix) for suffix in suffixes)


@FAMILY.define(
    "~",
    "pattern:string texts:string...",
    BOOLEAN,
    examples=[('["~", "^[A-Z]+-[0-9]+$", "AB-12"]', "true")],
    errors="regex",
)
def matches(run: Run, pattern: str, *texts: str) -> bool:
    """Whether the regular expression (RE2) occurs in every text."""
    for text in texts:
        run.spend(1 + (len(text) >> 5))
        if not finds(pattern, text):
            return False
    return True


@FAMILY.define(
    "split",
    "text:string separator:string",
    LIST,
    examples=[('["split", "a,b", ","]', '["a", "b"]'), ('["split", "ab", ""]', '["a", "b"]')],
    errors="range",
)
def split(run: Run, text: str, separator: str) -> list[Any]:
    """The parts of a text between separators; an empty separator gives the single characters."""
    parts = text.split(separator) if separator else list(text)
    run.spend(len(parts))
    return limited_list(list(parts))


@FAMILY.define(
    "join",
    "values:list glue:string",
    STRING,
    examples=[('["join", ["list", 1, 2], "-"]', '"1-2"')],
    errors="type range",
    flags=VARIABLE,
)
def join(run: Run, values: list[Any], glue: str) -> str:
    """The texts of the elements with the glue between them."""
    run.spend(len(values))
    text = limited_text(glue.join(to_text(value, run.zone) for value in values))
    _spend(run, text)
    return text


@FAMILY.define(
    "firstName",
    "text:string",
    STRING,
    examples=[('["firstName", "Ada King Lovelace"]', '"Ada"')],
    errors="missing",
)
def first_name(_run: Run, text: str) -> str:
    """The first word."""
    return _words(text)[0]


@FAMILY.define(
    "lastName",
    "text:string",
    STRING,
    examples=[('["lastName", "Ada King Lovelace"]', '"Lovelace"')],
    errors="missing",
)
def last_name(_run: Run, text: str) -> str:
    """The last word."""
    return _words(text)[-1]


def _words(text: str) -> list[str]:
    words = text.split()
    if not words:
        raise MissingError("the text holds no word")
    return words


@FAMILY.define("lower", "text:string", STRING, examples=[('["lower", "Ä"]', '"ä"')])
def lower(run: Run, text: str) -> str:
    """In lower case."""
    _spend(run, text)
    return limited_text(text.lower())


@FAMILY.define("upper", "text:string", STRING, examples=[('["upper", "ä"]', '"Ä"')])
def upper(run: Run, text: str) -> str:
    """In upper case."""
    _spend(run, text)
    return limited_text(text.upper())


@FAMILY.define(
    "trim",
    "text:string",
    STRING,
    examples=[('["trim", " a "]', '"a"')],
)
def trim(run: Run, text: str) -> str:
    """Without white space at both ends."""
    _spend(run, text)
    return text.strip()


@FAMILY.define(
    "length",
    "value:string|list",
    NUMBER,
    examples=[('["length", "abc"]', "3"), ('["length", ["list", 1]]', "1")],
)
def length(_run: Run, value: Any) -> Decimal:
    """The number of characters of a text or of elements of a list."""
    return Decimal(len(value))


@FAMILY.define(
    "substring",
    "text:string from:number to:number?",
    STRING,
    examples=[('["substring", "Hello", 1, 3]', '"el"'), ('["substring", "Hello", 3]', '"lo"')],
)
def substring(_run: Run, text: str, start: Decimal, end: Decimal | None = None) -> str:
    """The characters from one index up to, not including, another; clipped to the text."""
    last = len(text) if end is None else max(whole(end), 0)
    return text[max(whole(start), 0) : last]


@FAMILY.define(
    "replace",
    "text:string old:string new:string",
    STRING,
    examples=[('["replace", "a-b-c", "-", "+"]', '"a+b+c"')],
    errors="range",
)
def replace(run: Run, text: str, old: str, new: str) -> str:
    # Invariant: the length is known before the text is made, so that no rule can ask for gigabytes.
    """The text with every occurrence of `old` replaced by `new`; plain text, no patterns."""
    grown = len(text) + text.count(old) * (len(new) - len(old))
    require_length(grown, STRING_LENGTH_MAX, "text")
    run.spend(max(len(text), grown) >> 8)
    return text.replace(old, new)


@FAMILY.define(
    "equalsIgnoreCase",
    "left:string right:string",
    BOOLEAN,
    examples=[('["equalsIgnoreCase", "STRASSE", "straße"]', "true")],
)
def equals_ignore_case(run: Run, left: str, right: str) -> bool:
    """Whether two texts are equal but for case."""
    _spend(run, left)
    return left.casefold() == right.casefold()
