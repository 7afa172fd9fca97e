"""Bodies made to cost more than others of their size: their time and memory are in proportion to their bytes."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal

import msgspec
import pytest

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError
from tercel.base.limits import BODY_BYTES_MAX, JSON_DEPTH_MAX, JSON_VALUES_MAX, STRING_LENGTH_MAX
from tercel.evaluation.host.templates import fill_text, placeholders
from tercel.features.engine.sessions.integration_model import IntegrationRequest
from tercel.http.decoding.body import BodyReader
from tercel.http.decoding.bounds import is_out_of_range

READER = BodyReader(IntegrationRequest)
MEMORY_PER_BYTE = 12
_VALUE = b'{"customerSession": {"attributes": {"a": '
_ITEM = b'{"customerSession": {"cartItems": [{"sku": "a", "quantity": 1, "price": '


def _filled(before: bytes, piece: bytes, after: bytes) -> Callable[[int], bytes]:
    return lambda size: before + piece * ((size - len(before) - len(after)) // len(piece)) + after


BENIGN = _filled(_VALUE + b'["', b"x" * 500 + b'", "', b'x"]}}}')
HOSTILE = {
    "escaped quotes without end": _filled(b'"', b'\\"', b"[" * 200),
    "backslashes without end": _filled(b'"', b"\\", b"[" * 200),
    "quotes": _filled(b"[" * 200, b'"', b""),
    "texts of brackets": _filled(b"", b'"[', b""),
    "texts of commas": _filled(_VALUE + b"[", b'",",', b"0]}}}"),
    "one text of brackets": _filled(_VALUE + b'"', b"[", b'"}}}'),
    "a long text after brackets": _filled(_VALUE + b'"' + b"[" * (JSON_DEPTH_MAX + 1), b"x", b'"}}}'),
    "escapes": _filled(_VALUE + b'"' + b"[" * (JSON_DEPTH_MAX + 1), b"\\\\", b'"}}}'),
    "characters by number": _filled(_VALUE + b'"', b"\\u00e9", b'"}}}'),
    "opening brackets": _filled(b"", b"[", b""),
    "closing brackets": _filled(b"", b"]", b""),
    "brackets side by side": _filled(b"", b"[]", b""),
    "decimals beside a long number": _filled(_VALUE + b"[" + b"9" * 19 + b",", b"1.5,", b"0]}}}"),
    "empty maps": _filled(_VALUE + b"[", b"{},", b"0]}}}"),
    "cart lines": _filled(
        b'{"customerSession": {"cartItems": [', b'{"sku":"a","quantity":1},', b'{"sku":"a","quantity":1}]}}'
    ),
    "digits": _filled(_ITEM, b"9", b"}]}}"),
    "digits of a fraction": _filled(_ITEM + b"0.", b"1", b"}]}}"),
    "digits of an attribute": _filled(_VALUE, b"9", b"}}}"),
    "names of times": _filled(_VALUE + b"[", b'"created":"z ', b"]}}}"),
    "names of prices": _filled(_VALUE + b'[{"x', b'"price"     ', b"]}}}"),
    "what looks like a place": _filled(b'{"customerSession": {"state": "', b" - at `$", b'\\n"}}'),
}


def _seconds(body: bytes) -> float:
    """The least processor time of three readings, without that of the server in another thread."""
    times = []
    for _ in range(3):
        started = time.thread_time()
        with suppress(InvalidError):
            READER.read(body)
        times.append(time.thread_time() - started)
    return min(times)


@pytest.mark.parametrize("size", [16 * 1024, 200_000, 4_000_000])
@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_the_time_is_that_of_any_body_of_the_size(make: Callable[[int], bytes], size: int) -> None:
    """Quadratic time would be a hundred times the bound for the smallest, and days for the largest."""
    assert _seconds(make(size)) < 100 * _seconds(BENIGN(size)) + 0.02


_MEASURE = """
import resource, sys
from contextlib import suppress
from tests.http.kernel.test_hostile_bodies import HOSTILE, READER
from tercel.base.errors import InvalidError

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

before = peak()
for make in HOSTILE.values():
    with suppress(InvalidError):
        READER.read(make(int(sys.argv[1])))
print(peak() - before)
"""


@pytest.mark.slow
def test_the_memory_is_that_of_a_few_copies() -> None:
    told = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(BODY_BYTES_MAX)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert int(told.stdout) < MEMORY_PER_BYTE * BODY_BYTES_MAX


def test_a_million_levels_are_refused() -> None:
    for depth in (JSON_DEPTH_MAX + 1, 5_000_000):
        with pytest.raises(InvalidError):
            READER.read(b"[" * depth)
        with pytest.raises(InvalidError):
            READER.read(b'{"a":' * depth)


def _values(number: int) -> bytes:
    """A body with so many commas and opening brackets, of which four are brackets."""
    return b'{"customerSession": {"attributes": {"a": [' + b"0," * (number - 4) + b"0]}}}"


def test_the_number_of_values_has_a_limit() -> None:
    assert READER.read(_values(JSON_VALUES_MAX))
    with pytest.raises(InvalidError) as caught:
        READER.read(_values(JSON_VALUES_MAX + 1))
    assert [(each.title, each.pointer) for each in caught.value.problems] == [("maxItems", "")]


def test_signs_in_texts_are_no_values() -> None:
    text = b',[{\\"' * JSON_VALUES_MAX
    assert READER.read(_VALUE + b'["' + text + b'", "", "\\\\", "' + text + b'"]}}}')


PLACES = {
    "an attribute": (_VALUE, b"}}}", "/customerSession/attributes"),
    "a list": (_VALUE + b"[", b"]}}}", "/customerSession/attributes"),
    "a price": (_ITEM, b"}]}}", "/customerSession/cartItems/0/price"),
    "what nobody reads": (b'{"customerSession": {"attributes": {"a": "\\u0000"}}, "more": ', b"}", ""),
}


@pytest.mark.parametrize("number", ["1e", "-1e-", "0e", "1E+"])
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_an_exponent_without_measure_is_refused(place: tuple[bytes, bytes, str], number: str) -> None:
    before, after, pointer = place
    with pytest.raises(InvalidError) as caught:
        READER.read(before + number.encode() + b"9" * 20 + after)
    (problem,) = caught.value.problems
    assert (problem.title in {"maximum", "format"}, problem.pointer) == (True, pointer)


@pytest.mark.parametrize("digits", [4_300, 4_301, 10**6])
@pytest.mark.parametrize("sign", ["", "-"])
def test_a_number_of_many_digits_is_out_of_range(sign: str, digits: int) -> None:
    with pytest.raises(InvalidError) as caught:
        READER.read(_ITEM + f"{sign}{'9' * digits}".encode() + b"}]}}")
    (problem,) = caught.value.problems
    assert (problem.title, problem.pointer) == ("maximum", "/customerSession/cartItems/0/price")


def test_numbers_that_somebody_kept_can_be_read() -> None:
    """A rule may compute an amount of thousands of digits; whoever reads it later must not fail."""
    assert decode_any(b"[1, 2.5, " + b"9" * 6_000 + b"]") == [1, Decimal("2.5"), Decimal("9" * 6_000)]


def test_digits_are_counted_without_making_them() -> None:
    assert not is_out_of_range(Decimal("0." + "1" * 100))
    assert is_out_of_range(Decimal("0." + "1" * 101))
    assert is_out_of_range(Decimal("1." + "0" * 100))


@pytest.mark.parametrize("text", [b"1e99999999999999999999", b"[" * 100_000, b'"\xff"', b"9" * 5_000 + b"x"])
def test_whatever_cannot_be_read_is_told_in_one_way(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_any(text)


def test_templates_of_beginnings_only() -> None:
    started = time.thread_time()
    text = "${" * (STRING_LENGTH_MAX // 2)
    assert fill_text(text, str) == text
    assert list(placeholders("${a}" + text)) == ["a"]
    assert fill_text("${a}${$b} ${", str.upper) == "AB ${"
    assert time.thread_time() - started < 2, "quadratic time would be minutes"
