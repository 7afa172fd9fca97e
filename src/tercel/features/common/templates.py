"""Templates that accounts define, and their parameters (behaviour/definitions 5): rules give the values."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from tercel.base import limits
from tercel.base.errors import Problem
from tercel.evaluation.entities.run import GLOBALS
from tercel.evaluation.host.templates import placeholders

Text = Annotated[str, Meta(max_length=limits.TEXT_LENGTH_MAX)]
Template = Annotated[str, Meta(max_length=limits.STRING_LENGTH_MAX)]

_SAMPLES = {
    "string": "text",
    "boolean": True,
    "number": 1,
    "time": "2026-01-01T00:00:00Z",
    "(list string)": ["text"],
    "(list number)": [1],
}


class TemplateParameter(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A parameter as a form shows it. Rules and templates call it by its key, else by its title."""

    type: Literal["string", "boolean", "number", "time", "(list string)", "(list number)"]
    title: Annotated[str, Meta(min_length=1, max_length=limits.NAME_LENGTH_MAX)]
    description: Text = ""
    ui: dict[str, Any]
    key: Annotated[str, Meta(max_length=limits.NAME_LENGTH_MAX)] = ""


Parameters = Annotated[list[TemplateParameter], Meta(max_length=limits.TEMPLATE_PARAMETERS_MAX)]


def parameter_names(parameters: Sequence[TemplateParameter]) -> list[str]:
    """Return the names of the parameters in rules and templates: the key, else the title in lower case with underscores for spaces.

    A name that is blank or taken is replaced by the number of the parameter (behaviour/definitions 5).
    """
    names: list[str] = []
    for parameter in parameters:
        name = parameter.key or parameter.title.strip().lower().replace(" ", "_")
        is_usable = bool(name) and "}" not in name and name not in names
        names.append(name if is_usable else f"param_{len(names)}")
    return names


def sample_values(parameters: Sequence[TemplateParameter]) -> dict[str, Any]:
    """Return a value of the right type for each parameter, to try a template with."""
    return dict(zip(parameter_names(parameters), (_SAMPLES[each.type] for each in parameters), strict=True))


def unknown_placeholders(template: str, names: Collection[str], pointer: str) -> Iterator[Problem]:
    """Yield a problem for each placeholder that no evaluation could fill."""
    for name in dict.fromkeys(placeholders(template)):
        if name not in names and not _is_path(name):
            details = (
                f"the placeholder `{name}` is neither a parameter nor a path such as `Profile.IntegrationId`"
            )
            yield Problem(title="Unknown", details=details, pointer=pointer)


def _is_path(name: str) -> bool:
    first, _, rest = name.partition(".")
    return name == "Now" or (first in GLOBALS and bool(rest))
