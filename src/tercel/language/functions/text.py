"""Texts: code points, case-sensitive unless said otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tercel.base.limits import LIST_LENGTH_MAX, STRING_LENGTH_MAX
from tercel.language.catalogue.catalogue import VARIABLE, Family
from tercel.language.errors import MissingError, RegexError
from tercel.language.running.run import Run
from tercel.language.values.costs import (
    STEPS_PER_BAD_PATTERN,
    STEPS_PER_PATTERN,
    steps_of_match,
    steps_of_search,
    steps_of_text,
)
from tercel.language.values.kinds import (
    BOOLEAN,
    LIST,
    NUMBER,
    STRING,
)
from tercel.language.values.patterns import compile_pattern, finds
from tercel.language.values.values import (
    limited_text,
    require_length,
    to_text,
    whole,
)

FAMILY = Family("Text", is_foldable=True)


def _spend(run: Run, text: str) -> None:
    run.spend(steps_of_text(len(text)))


def _joined(run: Run, values: Iterable[Any], glue: str) -> str:
    """Join the texts of values with the glue between them; a text over the limit is refused before it is made."""
    parts: list[str] = []
    length = -len(glue)
    for value in values:
        part = to_text(value, run.zone)
        length += len(part) + len(glue)
        require_length(length, STRING_LENGTH_MAX, "text")
        parts.append(part)
    run.spend(steps_of_text(max(length, 0)))
    return glue.join(parts)


@FAMILY.define(
    "concat",
    "values:number|string|boolean|time...",
    STRING,
    examples=[('["concat", "a", 1, true]', '"a1true"')],
    errors="type range",
    flags=VARIABLE,
)
def concat(run: Run, *values: Any) -> str:
    """Join the texts of the values, one after the other."""
    return _joined(run, values, "")


@FAMILY.define(
    "contains",
    "text:string parts:string...",
    BOOLEAN,
    examples=[('["contains", "Hello World", "World", "Hell"]', "true")],
    phrases="{0} contains {1}|{0} does not contain {1}",
    blocks="checkAttribute attribute:path value:value operator=contains",
)
def contains(run: Run, text: str, *parts: str) -> bool:
    """Tell whether every part occurs in the text."""
    for part in parts:
        run.spend(steps_of_search(len(text), len(part)))
        if part not in text:
            return False
    return True


@FAMILY.define(
    "notContains",
    "text:string parts:string...",
    BOOLEAN,
    examples=[('["notContains", "Hello", "World"]', "true")],
    phrases="{0} does not contain {1}|{0} contains {1}",
    blocks="checkAttribute attribute:path value:value operator=not(contains)",
)
def not_contains(run: Run, text: str, *parts: str) -> bool:
    """Tell whether no part occurs in the text."""
    for part in parts:
        run.spend(steps_of_search(len(text), len(part)))
        if part in text:
            return False
    return True


@FAMILY.define(
    "startsWith",
    "text:string prefixes:string...",
    BOOLEAN,
    examples=[('["startsWith", "Hello", "He"]', "true")],
    phrases="{0} starts with {1}|{0} does not start with {1}",
    blocks="checkAttribute attribute:path value:value operator=startsWith",
)
def starts_with(run: Run, text: str, *prefixes: str) -> bool:
    """Tell whether the text starts with every prefix."""
    run.spend(steps_of_text(sum(map(len, prefixes))))
    return all(text.startswith(prefix) for prefix in prefixes)


@FAMILY.define(
    "endsWith",
    "text:string suffixes:string...",
    BOOLEAN,
    examples=[('["endsWith", "Hello", "lo"]', "true")],
    phrases="{0} ends with {1}|{0} does not end with {1}",
    blocks="checkAttribute attribute:path value:value operator=endsWith",
)
def ends_with(run: Run, text: str, *suffixes: str) -> bool:
    """Tell whether the text ends with every suffix."""
    run.spend(steps_of_text(sum(map(len, suffixes))))
    return all(text.endswith(suffix) for suffix in suffixes)


@FAMILY.define(
    "~",
    "pattern:string texts:string...",
    BOOLEAN,
    examples=[('["~", "^[A-Z]+-[0-9]+$", "AB-12"]', "true")],
    errors="regex",
    phrases="{1} matches the pattern {0}|{1} does not match the pattern {0}",
    literals={"pattern": compile_pattern},
    blocks="checkAttribute value:value attribute:path operator=matchesRegexp",
)
def matches(run: Run, pattern: str, *texts: str) -> bool:
    """Tell whether the regular expression (RE2) occurs in every text."""
    run.spend(STEPS_PER_PATTERN + steps_of_text(len(pattern)))
    try:
        compiled = compile_pattern(pattern)
    except RegexError:
        run.spend(STEPS_PER_BAD_PATTERN)
        raise
    for text in texts:
        run.spend(steps_of_match(text, compiled.programsize))
        if not finds(compiled, text):
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
    """Return the parts of a text between separators; an empty separator gives the single characters."""
    if not separator:
        require_length(len(text), LIST_LENGTH_MAX, "list")
        run.spend(len(text))
        return list(text)
    run.spend(steps_of_search(len(text), len(separator)))
    length = text.count(separator) + 1
    require_length(length, LIST_LENGTH_MAX, "list")
    run.spend(length)
    return list(text.split(separator))


@FAMILY.define(
    "join",
    "values:list glue:string",
    STRING,
    examples=[('["join", ["list", 1, 2], "-"]', '"1-2"')],
    errors="type range",
    flags=VARIABLE,
)
def join(run: Run, values: list[Any], glue: str) -> str:
    """Join the texts of the elements with the glue between them."""
    run.spend(len(values))
    return _joined(run, values, glue)


@FAMILY.define(
    "firstName",
    "text:string",
    STRING,
    examples=[('["firstName", "Ada King Lovelace"]', '"Ada"')],
    errors="missing",
)
def first_name(run: Run, text: str) -> str:
    """Return the first word of a text."""
    return _words(run, text)[0]


@FAMILY.define(
    "lastName",
    "text:string",
    STRING,
    examples=[('["lastName", "Ada King Lovelace"]', '"Lovelace"')],
    errors="missing",
)
def last_name(run: Run, text: str) -> str:
    """Return the last word of a text."""
    return _words(run, text)[-1]


def _words(run: Run, text: str) -> list[str]:
    _spend(run, text)
    words = text.split()
    if not words:
        raise MissingError("the text holds no word")
    return words


@FAMILY.define("lower", "text:string", STRING, examples=[('["lower", "Ä"]', '"ä"')])
def lower(run: Run, text: str) -> str:
    """Return the text in lower case."""
    _spend(run, text)
    return limited_text(text.lower())


@FAMILY.define("upper", "text:string", STRING, examples=[('["upper", "ä"]', '"Ä"')])
def upper(run: Run, text: str) -> str:
    """Return the text in upper case."""
    _spend(run, text)
    return limited_text(text.upper())


@FAMILY.define(
    "trim",
    "text:string",
    STRING,
    examples=[('["trim", " a "]', '"a"')],
)
def trim(run: Run, text: str) -> str:
    """Return the text without white space at both ends."""
    _spend(run, text)
    return text.strip()


@FAMILY.define(
    "length",
    "value:string|list",
    NUMBER,
    examples=[('["length", "abc"]', "3"), ('["length", ["list", 1]]', "1")],
    phrases="the length of {0}",
)
def length(_run: Run, value: Any) -> Decimal:
    """Return the number of characters of a text or of elements of a list."""
    return Decimal(len(value))


@FAMILY.define(
    "substring",
    "text:string from:number to:number?",
    STRING,
    examples=[('["substring", "Hello", 1, 3]', '"el"'), ('["substring", "Hello", 3]', '"lo"')],
)
def substring(run: Run, text: str, start: Decimal, end: Decimal | None = None) -> str:
    """Return the characters from one index up to, not including, another; clipped to the text."""
    last = len(text) if end is None else min(max(whole(end), 0), len(text))
    first = max(whole(start), 0)
    run.spend(steps_of_text(max(last - first, 0)))
    return text[first:last]


@FAMILY.define(
    "replace",
    "text:string old:string new:string",
    STRING,
    examples=[('["replace", "a-b-c", "-", "+"]', '"a+b+c"')],
    errors="range",
)
def replace(run: Run, text: str, old: str, new: str) -> str:
    # Invariant: the length is known before the text is made, so that no rule can ask for gigabytes.
    """Return the text with every occurrence of `old` replaced by `new`; plain text, no patterns."""
    run.spend(2 * steps_of_search(len(text), len(old)))
    grown = len(text) + text.count(old) * (len(new) - len(old))
    require_length(grown, STRING_LENGTH_MAX, "text")
    run.spend(steps_of_text(max(len(text), grown)))
    return text.replace(old, new)


@FAMILY.define(
    "equalsIgnoreCase",
    "left:string right:string",
    BOOLEAN,
    examples=[('["equalsIgnoreCase", "STRASSE", "straße"]', "true")],
    phrases="{0} is {1} in any case|{0} is not {1} in any case",
)
def equals_ignore_case(run: Run, left: str, right: str) -> bool:
    """Tell whether two texts are equal but for case."""
    _spend(run, left)
    _spend(run, right)
    return left.casefold() == right.casefold()
