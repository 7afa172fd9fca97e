"""Tracebacks without anybody's data."""

import logging
import sys
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from tercel.telemetry.redaction import DiscreetFormatter, describe, only_first_lines

SECRET = "MONEY-COUPON-99"


def _caught(act: Callable[[], Any]) -> BaseException:
    try:
        act()
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def _look_up() -> None:
    code = SECRET
    {}[code]


def _from_another() -> None:
    try:
        _look_up()
    except KeyError as error:
        raise ValueError(SECRET) from error


def _while_handling() -> None:
    try:
        _look_up()
    except KeyError:
        raise RuntimeError(SECRET)  # noqa: B904  # as careless code does


def _together() -> None:
    raise ExceptionGroup(SECRET, [_caught(_look_up), ValueError(SECRET)])


@pytest.mark.parametrize(
    ("act", "kinds"),
    [
        (_look_up, ["KeyError"]),
        (_from_another, ["KeyError", "ValueError"]),
        (_while_handling, ["KeyError", "RuntimeError"]),
        (_together, ["ExceptionGroup", "KeyError", "ValueError"]),
    ],
)
def test_kinds_and_places_are_told_and_values_are_not(act: Callable[[], Any], kinds: list[str]) -> None:
    told = describe(_caught(act))
    assert [line for line in told.splitlines() if line in kinds] == kinds
    assert f'File "{__file__}"' in told
    assert SECRET not in told


@pytest.mark.parametrize(
    "error", [AssertionError("the application has not started"), OSError(28, "No space left")]
)
def test_messages_that_hold_nobodys_data_are_told(error: BaseException) -> None:
    assert describe(error).endswith(f": {error}")


_FAILING = {
    "INSERT INTO kept VALUES (%s)": ("23505", True),
    "SELECT %s::bigint": ("22P02", False),
    "INSERT INTO kept VALUES (left(%s, 1))": ("23514", True),
}


@pytest.mark.parametrize("statement", _FAILING)
def test_of_the_database_the_first_line_is_told_unless_it_quotes_values(
    statement: str, template_url: str
) -> None:
    state, says_more = _FAILING[statement]
    with psycopg.connect(template_url) as connection:
        connection.execute("CREATE TEMP TABLE kept (code text PRIMARY KEY CHECK (length(code) > 1))")
        connection.execute("INSERT INTO kept VALUES (%s)", [SECRET])
        error = _caught(lambda: connection.execute(statement, [SECRET]))  # type: ignore[call-overload]
    told = describe(error).splitlines()[-1]
    assert told.partition(": ")[2].startswith(state)
    assert ("violates" in told) is says_more
    assert SECRET not in told
    assert SECRET not in only_first_lines(None, "", {"error": str(error)})["error"] or not says_more


def test_the_standard_librarys_lines_are_as_discreet() -> None:
    try:
        _look_up()
    except KeyError:
        record = logging.LogRecord("x", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info())
    assert SECRET not in DiscreetFormatter("%(message)s").format(record)
