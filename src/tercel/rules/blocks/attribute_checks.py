"""The block ``checkAttribute``: one row per operator (rules.md 4.1)."""

from __future__ import annotations

from typing import Any

from tercel.rules.blocks.codecs import FLAG, PATH, VALUE
from tercel.rules.blocks.forms import Form, Hole

_X = Hole("attribute", PATH)
_VALUE = Hole("value", VALUE)
_VALUES = Hole("values", VALUE)
_COUNT = Hole("count", VALUE)
_WITHIN = [
    "within",
    _X,
    Hole("start", VALUE),
    Hole("end", VALUE),
    Hole("startInclusive", FLAG, default=True),
    Hole("endInclusive", FLAG, default=False),
    Hole("timezoneInsensitive", FLAG, default=False),
]

_OPERATORS: list[tuple[str, Any]] = [
    ("isTrue", ["=", _X, True]),
    ("isFalse", ["=", _X, False]),
    ("equals", ["=", _X, _VALUE]),
    ("not(equals)", ["!=", _X, _VALUE]),
    ("lessThan", ["<", _X, _VALUE]),
    ("lessThanOrEqual", ["<=", _X, _VALUE]),
    ("greaterThan", [">", _X, _VALUE]),
    ("greaterThanOrEqual", [">=", _X, _VALUE]),
    ("between", ["betweenInclusive", _X, Hole("min", VALUE), Hole("max", VALUE)]),
    ("contains", ["contains", _X, _VALUE]),
    ("not(contains)", ["notContains", _X, _VALUE]),
    ("startsWith", ["startsWith", _X, _VALUE]),
    ("endsWith", ["endsWith", _X, _VALUE]),
    ("matchesRegexp", ["~", _VALUE, _X]),
    ("oneOf", ["oneOf", _X, _VALUE]),
    ("not(oneOf)", ["notOneOf", _X, _VALUE]),
    ("inCollection", ["inCollection", _X, _VALUE]),
    ("not(inCollection)", ["notInCollection", _X, _VALUE]),
    ("empty", ["isEmpty", _X]),
    ("not(empty)", ["not", ["isEmpty", _X]]),
    ("exists", ["isSet", _X]),
    ("not(exists)", ["not", ["isSet", _X]]),
    ("containsAtLeast", ["containsAtLeast", _X, _VALUES, _COUNT]),
    ("containsExactly", ["containsExactly", _X, _VALUES, _COUNT]),
    ("containsOneOf", ["containsAny", _X, _VALUES]),
    ("containsNoneOf", ["containsNone", _X, _VALUES]),
    ("containsAllOf", ["containsAll", _X, _VALUES]),
    ("after", ["after", _X, _VALUE]),
    ("before", ["before", _X, _VALUE]),
    ("within", _WITHIN),
    ("not(within)", ["not", _WITHIN]),
]

ATTRIBUTE_CHECKS = [
    Form({"type": "checkAttribute", "operator": operator}, pattern) for operator, pattern in _OPERATORS
]
