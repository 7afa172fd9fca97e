"""The check of attribute values, and their translation to values of the rule language (behaviour/definitions 2)."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest

from tercel.base import limits
from tercel.base.codec import decode_any
from tercel.features.common.attribute_values import ATTRIBUTE_TYPES
from tercel.features.common.attributes import (
    AttributeDefinition,
    check_attributes,
    check_mandatory,
    to_language,
)
from tercel.language.values.kinds import Location


def _define(**types: str) -> dict[str, AttributeDefinition]:
    return {
        name: AttributeDefinition(id=index, name=name, type=kind)
        for index, (name, kind) in enumerate(types.items())
    }


_ACCEPTED = [
    ("string", '"x"', "x"),
    ("string", '""', ""),
    ("number", "3", Decimal(3)),
    ("number", "-2.50", Decimal("-2.50")),
    ("number", "1e3", Decimal(1000)),
    ("boolean", "true", True),
    ("time", '"2026-01-31T12:00:00Z"', datetime(2026, 1, 31, 12, tzinfo=UTC)),
    ("time", '"2026-01-31T12:00:00+01:00"', datetime(2026, 1, 31, 12, tzinfo=timezone(timedelta(hours=1)))),
    ("location", '{"lat": 52.5, "lon": 13}', Location(Decimal("52.5"), Decimal(13))),
    ("location", '{"latitude": 1, "longitude": 2}', Location(Decimal(1), Decimal(2))),
    ("location", "[2, 1]", Location(Decimal(1), Decimal(2))),
    ("(list string)", '["a", "b"]', ["a", "b"]),
    ("(list number)", "[1, 2.5]", [Decimal(1), Decimal("2.5")]),
    ("(list time)", '["2026-01-31T12:00:00Z"]', [datetime(2026, 1, 31, 12, tzinfo=UTC)]),
    ("(list location)", '[{"lat": 1, "lon": 2}]', [Location(Decimal(1), Decimal(2))]),
    ("(list string)", "[]", []),
]
_REFUSED = [
    ("string", "1"),
    ("string", "false"),
    ("number", "true"),
    ("number", '"1"'),
    ("boolean", '"true"'),
    ("boolean", "0"),
    ("time", '"2026-01-31"'),
    ("time", '"2026-01-31T12:00:00"'),
    ("time", '"2026-02-31T12:00:00Z"'),
    ("time", "1767225600"),
    ("location", '{"lat": 91, "lon": 0}'),
    ("location", '"52.5,13.4"'),
    ("(list string)", '"a"'),
    ("(list string)", '["a", 1]'),
    ("(list number)", "[null]"),
    ("(list time)", '["soon"]'),
    ("(list location)", "[1, 2]"),
]


def test_every_type_has_a_case() -> None:
    assert {kind for kind, _, _ in _ACCEPTED} == set(ATTRIBUTE_TYPES) == {kind for kind, _ in _REFUSED}


@pytest.mark.parametrize(("kind", "text", "expected"), _ACCEPTED)
def test_values_of_the_type_are_accepted_and_translated(kind: str, text: str, expected: Any) -> None:
    values = {"X": decode_any(text)}
    definitions = _define(X=kind)
    assert check_attributes(values, definitions, "Coupon") == []
    translated = to_language(values, definitions)["X"]
    assert translated == expected
    assert type(translated) is type(expected)


@pytest.mark.parametrize(("kind", "text"), _REFUSED)
def test_values_of_another_type_are_refused(kind: str, text: str) -> None:
    (problem,) = check_attributes({"X": decode_any(text)}, _define(X=kind), "Coupon")
    assert problem.title == "Invalid type"
    assert problem.pointer == "/attributes/X"


def test_a_wrong_type_is_told_as_the_wire_does() -> None:
    (problem,) = check_attributes({"Name": False}, _define(Name="string"), "CustomerSession")
    assert problem.details == 'Value of "Name" attribute (false) is not a string'


def test_unknown_attributes_are_told_as_the_wire_does() -> None:
    (problem,) = check_attributes({"X": 1}, {}, "CustomerSession")
    assert (problem.title, problem.pointer) == ("Unknown", "/attributes/X")
    assert problem.details == 'The attribute "X" is not defined on CustomerSession entities.'


def test_all_problems_are_told_at_once() -> None:
    problems = check_attributes({"A": 1, "B": 2, "C": "c"}, _define(B="string", C="string"), "Store", "/at")
    assert [problem.pointer for problem in problems] == ["/at/A", "/at/B"]


def test_pointers_are_escaped() -> None:
    (problem,) = check_attributes({"a/b~c": 1}, {}, "Store")
    assert problem.pointer == "/attributes/a~1b~0c"


def test_null_means_not_set() -> None:
    definitions = _define(X="number")
    assert check_attributes({"X": None}, definitions, "Store") == []
    assert to_language({"X": None}, definitions) == {}


def test_long_values_are_shortened_in_messages() -> None:
    (problem,) = check_attributes({"X": "y" * 5000}, _define(X="number"), "Store")
    assert len(problem.details) < 200


@pytest.mark.parametrize(
    ("kind", "value", "is_accepted"),
    [
        ("string", "a", True),
        ("string", "c", False),
        ("(list string)", ["a", "b"], True),
        ("(list string)", ["a", "c"], False),
        ("(list string)", [], True),
    ],
)
def test_restricted_texts_must_be_among_the_suggestions(kind: str, value: Any, is_accepted: bool) -> None:
    known = AttributeDefinition(id=1, name="X", type=kind, allowed=frozenset({"a", "b"}))
    assert (check_attributes({"X": value}, {"X": known}, "Coupon") == []) is is_accepted


def test_restricted_numbers_compare_by_value() -> None:
    known = AttributeDefinition(id=1, name="X", type="number", allowed=frozenset({Decimal("1.50")}))
    assert check_attributes({"X": Decimal("1.5")}, {"X": known}, "Coupon") == []
    (problem,) = check_attributes({"X": 2}, {"X": known}, "Coupon")
    assert problem.title == "enum"


def test_the_number_of_attributes_is_limited() -> None:
    names = [f"n{index}" for index in range(limits.ATTRIBUTES_PER_ENTITY_MAX + 1)]
    definitions = _define(**dict.fromkeys(names, "number"))
    assert check_attributes(dict.fromkeys(names[1:], 1), definitions, "Store") == []
    (problem,) = check_attributes(dict.fromkeys(names, 1), definitions, "Store")
    assert problem.title == "maxProperties"


@pytest.mark.parametrize(
    ("kind", "largest", "title"),
    [
        ("string", "x" * limits.ATTRIBUTE_TEXT_LENGTH_MAX, "maxLength"),
        ("(list number)", [1] * limits.ATTRIBUTE_LIST_LENGTH_MAX, "maxItems"),
    ],
)
def test_the_size_of_values_is_limited(kind: str, largest: Any, title: str) -> None:
    definitions = _define(X=kind)
    assert check_attributes({"X": largest}, definitions, "Store") == []
    (problem,) = check_attributes({"X": largest + largest[:1]}, definitions, "Store")
    assert problem.title == title


def test_mandatory_attributes_must_have_a_value() -> None:
    problems = check_mandatory({"A": 1, "B": None}, ["A", "B", "C"])
    assert [(problem.title, problem.pointer) for problem in problems] == [
        ("required", "/attributes/B"),
        ("required", "/attributes/C"),
    ]


def test_values_without_a_fitting_definition_keep_their_json_type() -> None:
    values = {"Gone": [1, "a", True], "Changed": "text"}
    assert to_language(values, _define(Changed="number")) == {
        "Gone": [Decimal(1), "a", True],
        "Changed": "text",
    }
