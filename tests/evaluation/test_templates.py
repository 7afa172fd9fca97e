"""Templates filled with values (behaviour/evaluation 11)."""

from decimal import Decimal
from typing import Any

import pytest

from tercel.base.limits import STRING_LENGTH_MAX
from tercel.evaluation.host.templates import (
    fill_json,
    fill_payload,
    fill_text,
    fill_url,
    placeholders,
)
from tercel.language.errors import RangeError

VALUES: dict[str, Any] = {
    "text": 'a "b"\\\n',
    "price": Decimal("1.50"),
    "yes": True,
    "list": ["a", 1],
    "path": "a/b?c=d&e #f",
    "nested": "${$text}",
}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("", ""),
        ("none", "none"),
        ("${$price} ${price}", "1.50 1.50"),
        ("${$yes}, ${$list}", 'true, ["a",1]'),
        ("${$text}", 'a "b"\\\n'),
        ("${$nested}", "${$text}"),
        ("${$price", "${$price"),
    ],
)
def test_texts(template: str, filled: str) -> None:
    assert fill_text(template, VALUES.__getitem__) == filled


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ('{"a": ${$text}}', r'{"a": "a \"b\"\\\n"}'),
        ('{"a": "<${$text}>"}', r'{"a": "<a \"b\"\\\n>"}'),
        ('{"a": ${$list}, "b": "${$list}"}', r'{"a": ["a",1], "b": "[\"a\",1]"}'),
        (r'{"\\": ${$price}, "\"": "${$price}"}', r'{"\\": 1.50, "\"": "1.50"}'),
        ('["${$yes}", ${$yes}]', '["true", true]'),
    ],
)
def test_json(template: str, filled: str) -> None:
    assert fill_json(template, VALUES.__getitem__) == filled
    assert fill_payload(template, VALUES.__getitem__) == filled


def test_values_stay_in_their_part_of_a_url() -> None:
    filled = fill_url("https://shop.example/${$path}?q=${$path}", VALUES.__getitem__)
    assert filled == "https://shop.example/a%2Fb%3Fc%3Dd%26e%20%23f?q=a%2Fb%3Fc%3Dd%26e%20%23f"


def test_payloads_that_are_no_json_are_texts() -> None:
    assert fill_payload("total=${$price}&who=${$text}", VALUES.__getitem__) == 'total=1.50&who=a "b"\\\n'


def test_names_in_order() -> None:
    assert list(placeholders("${$b} ${a} ${$b} $c {d}")) == ["b", "a", "b"]


def test_a_result_has_a_limit() -> None:
    half = "a" * (STRING_LENGTH_MAX // 2)
    assert len(fill_text("${$a}${$a}", lambda name: half)) == STRING_LENGTH_MAX
    with pytest.raises(RangeError):
        fill_text("${$a}${$a}!", lambda name: half)
