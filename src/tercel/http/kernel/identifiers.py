"""Identifiers that callers choose, as parts of a path."""

from __future__ import annotations

from tercel.base.errors import InvalidError
from tercel.base.limits import INTEGRATION_ID_LENGTH_MAX
from tercel.features.common.texts import check_text
from tercel.http.kernel.call import Call


def identifier(call: Call, name: str) -> str:
    """The path parameter as an integration id.

    Raises:
        InvalidError: it is empty, too long, or has a NUL character.
    """
    value = call.path[name]
    try:
        check_text(value, f"/{name}", max_length=INTEGRATION_ID_LENGTH_MAX, min_length=1)
    except InvalidError as error:
        problem = error.problems[0]
        raise InvalidError.parameter(name, problem.title, problem.details) from None
    return value
