"""The mini-language: examples both ways, refusals, and that reading what was written gives an equal tree."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercel.language.reader import read
from tercel.rules.expressions.parse import parse_expression, parse_template
from tercel.rules.expressions.tokens import ExpressionError
from tercel.rules.expressions.write import write_expression, write_template
from tests.language.programs import PROGRAMS

_TOTAL = [".", "Session", "Total"]

_EXPRESSIONS = [
    ("1", 1),
    ("-2.5", Decimal("-2.5")),
    ("1E+2", Decimal("1E+2")),
    ("true", True),
    ("null", None),
    ('"a \\"b\\" ü"', 'a "b" ü'),
    ("$Session.Total", _TOTAL),
    ("$Session.Attributes.`my size`", [".", "Session", "Attributes", "my size"]),
    ("$`tick``ed`", [".", "tick`ed"]),
    ("$Session.CartItems[0].Price", [".", "Session", "CartItems", 0, "Price"]),
    ('$[concat("Ses", "sion")]', [".", ["concat", "Ses", "sion"]]),
    ("$Session.Total * 0.1", ["*", _TOTAL, Decimal("0.1")]),
    ("$Session.Total * (10 / 100)", ["*", _TOTAL, ["/", 10, 100]]),
    ("1 + 2 + 3", ["+", 1, 2, 3]),
    ("(1 + 2) + 3", ["+", ["+", 1, 2], 3]),
    ("1 - (2 - 3)", ["-", 1, ["-", 2, 3]]),
    ("(1 + 2) * 3", ["*", ["+", 1, 2], 3]),
    ("1 + 2 * 3", ["+", 1, ["*", 2, 3]]),
    ("1 - -3", ["-", 1, -3]),
    ("-(3)", ["-", 3]),
    ("$Session.Total >= 1 + 2", [">=", _TOTAL, ["+", 1, 2]]),
    ("`=`(1, 2, 3)", ["=", 1, 2, 3]),
    ("now()", ["now"]),
    ("and()", ["and"]),
    ('`~`("a+", "aa")', ["~", "a+", "aa"]),
    (
        "map($Session.CartItems, x => $x.Price)",
        ["map", [".", "Session", "CartItems"], [["x"], [".", "x", "Price"]]],
    ),
    ('{"a": 1, "b": {}}', ["kv", ["a", 1], ["b", ["kv"]]]),
    ("(now(); 2;)", [["now"], 2]),
    ("(now();)", [["now"]]),
]


@pytest.mark.parametrize(("text", "data"), _EXPRESSIONS, ids=[text for text, _ in _EXPRESSIONS])
def test_an_expression_is_read_and_written(text: str, data: Any) -> None:
    assert parse_expression(text) == data
    assert write_expression(read(data)) == text


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (" 1+2 -3 ", ["-", ["+", 1, 2], 3]),
        ("-$Session.Total", ["-", _TOTAL]),
        ("'it\\'s \"so\"'", 'it\'s "so"'),
        ("{a: 1}", ["kv", ["a", 1]]),
        ("((1))", 1),
    ],
)
def test_other_spellings_are_read(text: str, data: Any) -> None:
    assert parse_expression(text) == data


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("plain", "plain"),
        ("{{1}}", 1),
        ("{{$Session.Total}}", _TOTAL),
        ("{ {{1}} }", ["concat", "{ ", 1, " }"]),
        (
            "Hello {{$Profile.Attributes.Name}}!",
            ["concat", "Hello ", [".", "Profile", "Attributes", "Name"], "!"],
        ),
        ("{{1}}{{2}}", ["concat", 1, 2]),
        ('{{"a {{ b"}}', "a {{ b"),
        ('{{{"a": 1}}}', ["kv", ["a", 1]]),
        ('{{concat("a", "b")}}', ["concat", "a", "b"]),
        ('{{concat("a{", 1)}}', ["concat", "a{", 1]),
        ("{{1}}}", ["concat", 1, "}"]),
    ],
)
def test_a_template_is_read_and_written(text: str, data: Any) -> None:
    assert parse_template(text) == data
    assert write_template(read(data)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1 +",
        "$",
        "Session.Total",
        "f(1",
        "f(1 2)",
        "(1",
        "'a",
        '"\\q"',
        "1 < 2 < 3",
        "{1: 2}",
        "a b",
        "#",
        "1e99999999999999999999",
    ],
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize("text", ["{{", "{{}}", "a {{1} b", "{{1 2}}"])
def test_open_braces_are_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_template(text)


@pytest.mark.parametrize("text", ["(" * 1000, "-" * 1000 + "1", "f(" * 1000, "$a[" * 1000])
def test_depth_is_limited(text: str) -> None:
    with pytest.raises(ExpressionError, match="deeper"):
        parse_expression(text)


@given(PROGRAMS)
def test_reading_what_was_written_gives_an_equal_tree(data: Any) -> None:
    tree = read(data)
    assert read(parse_expression(write_expression(tree))) == tree
    assert read(parse_template(write_template(tree))) == tree


@given(st.text(alphabet="{}`'\"$\\ a1.é", max_size=12))
def test_any_text_survives(text: str) -> None:
    tree = read(["concat", text, [".", text], text])
    assert read(parse_template(write_template(tree))) == tree
    assert read(parse_template(write_template(read(text)))) == read(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [("1 +", "character 3, the text ends"), ("a b", "at character 2, found `b`"), ("1 2", "expected the end at character 2, found `2`")],
)  # fmt: skip
def test_a_refusal_says_what_stands_there(text: str, words: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse_expression(text)
    assert words in str(refused.value)
