"""Bodies: what is decoded, and where a refused one is said to be wrong."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from tercel.base.errors import InvalidError, Problem
from tercel.base.limits import JSON_DEPTH_MAX
from tercel.http.decoding.body import BodyReader


class Item(msgspec.Struct, rename="camel", kw_only=True):
    sku: Annotated[str, Meta(min_length=1, max_length=3)]
    quantity: Annotated[int, Meta(ge=1)] = 1
    price: Decimal | None = None
    sizes: dict[str, Decimal] = {}


class Cart(msgspec.Struct, rename="camel", kw_only=True):
    cart_items: Annotated[list[Item], Meta(max_length=2)] = []
    state: Literal["open", "closed"] = "open"
    ends: datetime | None = None
    attributes: dict[str, Any] = {}


READER = BodyReader(Cart)


def problem(body: str | bytes) -> Problem:
    with pytest.raises(InvalidError) as caught:
        READER.read(body.encode() if isinstance(body, str) else body)
    assert caught.value.message == "The submitted data was invalid"
    (found,) = caught.value.problems
    return found


def test_amounts_are_decimals_and_times_are_instants() -> None:
    cart = READER.read(
        b'{"cartItems": [{"sku": "A", "price": 0.10}, {"sku": "B", "price": 3}],'
        b' "ends": "2030-01-01T00:00:00+02:00", "attributes": {"size": 1.5, "price": "low", "ends": "2030-01-01T00:00:00"}}'
    )
    assert [item.price for item in cart.cart_items] == [Decimal("0.10"), Decimal(3)]
    assert cart.ends == datetime(2029, 12, 31, 22, tzinfo=UTC)
    assert cart.attributes["size"] == Decimal("1.5")


@pytest.mark.parametrize(
    ("body", "title", "pointer"),
    [
        ('{"cartItems": [{}]}', "required", "/cartItems/0/sku"),
        ('{"cartItems": [{"sku": 1}]}', "type", "/cartItems/0/sku"),
        ('{"cartItems": [{"sku": ""}]}', "minLength", "/cartItems/0/sku"),
        ('{"cartItems": [{"sku": "ABCD"}]}', "maxLength", "/cartItems/0/sku"),
        ('{"cartItems": [{"sku": "A"}, {"sku": "B", "quantity": 0}]}', "minimum", "/cartItems/1/quantity"),
        ('{"cartItems": [{"sku": "A", "quantity": 1.5}]}', "type", "/cartItems/0/quantity"),
        ('{"cartItems": [{"sku": "A", "quantity": "1"}]}', "type", "/cartItems/0/quantity"),
        ('{"cartItems": [{"sku": "A", "quantity": true}]}', "type", "/cartItems/0/quantity"),
        ('{"cartItems": [{"sku": "A", "price": "10"}]}', "type", "/cartItems/0/price"),
        ('{"cartItems": [{"sku": "A", "price": "NaN"}]}', "type", "/cartItems/0/price"),
        ('{"cartItems": [{"sku": "A", "price": "x"}]}', "format", "/cartItems/0/price"),
        ('{"cartItems": [{"sku": "A", "sizes": {"a/b": "1"}}]}', "type", "/cartItems/0/sizes/a~1b"),
        ('{"cartItems": [{"sku": "A"}, {"sku": "B"}, {"sku": "C"}]}', "maxItems", "/cartItems"),
        ('{"cartItems": {}}', "type", "/cartItems"),
        ('{"cartItems": [null]}', "type", "/cartItems/0"),
        ('{"cartItems": [{"sku": null}]}', "type", "/cartItems/0/sku"),
        ('{"state": "cancelled"}', "enum", "/state"),
        ('{"ends": "soon"}', "format", "/ends"),
        ('{"ends": "2030-01-01T00:00:00"}', "format", "/ends"),
        ('{"ends": 1}', "type", "/ends"),
        ('{"attributes": {"a": ["x", "\\u0000"]}}', "pattern", "/attributes/a/1"),
        ('{"attributes": {"\\u0000": 1}}', "pattern", "/attributes"),
        ('{"attributes": {"a": 9223372036854775808}}', "maximum", "/attributes/a"),
        ('{"attributes": {"a": -9223372036854775809}}', "maximum", "/attributes/a"),
        ('{"cartItems": [{"sku": "A", "price": 1e999999}]}', "maximum", "/cartItems/0/price"),
        ('{"cartItems": [{"sku": "A", "price": 1e-999999}]}', "maximum", "/cartItems/0/price"),
        ('{"cartItems": [{"sku": "A", "price": 1.' + "1" * 200 + "}]}", "maximum", "/cartItems/0/price"),
        ("[]", "type", ""),
        ("null", "type", ""),
        ("", "format", ""),
        ("{", "format", ""),
        ('{"state": "open"} x', "format", ""),
        ("{'state': 'open'}", "format", ""),
        ('{"state": NaN}', "format", ""),
        ('{"attributes": {"a": "\\ud800"}}', "format", ""),
        (b'{"attributes": {"a": "\xff"}}', "format", ""),
        ('{"attributes": {"a": "a\nb"}}', "format", ""),
        ('{"attributes": {"a": ' + "1" * 5000 + "}}", "maximum", "/attributes"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(body: str | bytes, title: str, pointer: str) -> None:
    found = problem(body)
    assert (found.title, found.pointer) == (title, pointer), found


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ('{"cartItems": null, "state": null, "ends": null, "attributes": null}', "{}"),
        ('{"attributes": {"a": null}, "state": null}', '{"attributes": {"a": null}}'),
        ('{"cartItems": [{"sku": "A", "quantity": null, "sizes": null}]}', '{"cartItems": [{"sku": "A"}]}'),
        ('{"cartItems": [{"sku": "A", "quantity": 2.0}]}', '{"cartItems": [{"sku": "A", "quantity": 2}]}'),
        ('{"cartItems": [{"sku": "A", "quantity": 2e1}]}', '{"cartItems": [{"sku": "A", "quantity": 20}]}'),
    ],
)
def test_what_is_written_otherwise_is_understood(body: str | bytes, meant: str) -> None:
    assert READER.read(body.encode() if isinstance(body, str) else body) == READER.read(meant.encode())


def test_what_is_put_right_is_no_excuse_for_the_rest() -> None:
    found = problem('{"state": null, "attributes": null, "cartItems": [{"sku": "A", "quantity": 1.5}]}')
    assert (found.title, found.pointer) == ("type", "/cartItems/0/quantity")


def test_the_choices_are_listed() -> None:
    listed = 'state must be one of the following: "open", "closed"'
    assert problem('{"state": "x"}').details == listed
    assert problem('{"state": "Closed"}').details == f"{listed}; did you mean `closed`?"


def test_elements_are_named_with_their_list() -> None:
    assert problem('{"cartItems": [1]}').details == "cartItems/0 must be of type object, not integer"


def nested(depth: int, closing: str = "]") -> bytes:
    """A body with this depth: two levels of objects around lists."""
    lists = depth - 2
    return b'{"attributes": {"a": ' + b"[" * lists + b"]" * lists + b"}}"


def test_nesting_has_a_limit() -> None:
    assert READER.read(nested(JSON_DEPTH_MAX)).attributes["a"]
    assert problem(nested(JSON_DEPTH_MAX + 1)).title == "maxDepth"
    assert problem(nested(100_000)).title == "maxDepth"


def test_brackets_in_texts_are_no_nesting() -> None:
    text = '"' + "[" * 500 + '\\"' + "{" * 500 + '"'
    assert len(READER.read(f'{{"attributes": {{"a": {text}}}}}'.encode()).attributes["a"]) == 1001


def test_brackets_in_texts_hide_no_nesting() -> None:
    closed = b'{"attributes": {"b": "' + b"]" * 1000 + b'", "a": ' + b"[" * 200 + b"]" * 200 + b"}}"
    assert problem(closed).title == "maxDepth"


def test_the_largest_whole_numbers_are_accepted() -> None:
    body = b'{"attributes": {"a": 9223372036854775807, "b": -9223372036854775808}}'
    assert READER.read(body).attributes == {"a": 2**63 - 1, "b": -(2**63)}


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59-01:00"])
def test_times_beyond_the_calendar_are_refused(time: str) -> None:
    found = problem(f'{{"ends": "{time}"}}')
    assert (found.title, found.pointer) == ("format", "/ends")
    assert READER.read(f'{{"ends": "{time[:19]}Z"}}'.encode()).ends is not None
