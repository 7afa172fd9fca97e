"""Refuse an event that cannot be: every problem of it, each with its pointer."""

from __future__ import annotations

from collections.abc import Iterator

from tercel.base import limits
from tercel.base.errors import InvalidError, Problem
from tercel.features.common.attributes import check_attributes
from tercel.features.engine.configuration.model import Configuration
from tercel.features.engine.events.model import NewEvent
from tercel.features.setup.attributes.event_types import check_name


def check_event(request: NewEvent, configuration: Configuration) -> None:
    """Check type and attributes against the account's definitions.

    Raises:
        InvalidError: with all problems, up to a bound.
    """
    problems = list(_problems(request, configuration))
    if problems:
        raise InvalidError(*problems[: limits.CHECK_ERRORS_MAX])


def _problems(request: NewEvent, configuration: Configuration) -> Iterator[Problem]:
    reserved = check_name(request.type, "/type")
    if reserved:
        yield from reserved
    elif request.type not in configuration.event_types:
        details = f'The event type "{request.type}" is not defined in this account.'
        yield Problem(title="Unknown", details=details, pointer="/type")
    else:
        definitions = configuration.attributes("Event", request.type)
        yield from check_attributes(request.attributes, definitions, "Event")
