"""What is wrong with a custom effect before it is kept."""

from __future__ import annotations

import msgspec

from tercel.base.codec import decode_any
from tercel.base.errors import InvalidError, Problem
from tercel.evaluation.host.templates import fill_json
from tercel.features.common.templates import sample_values, unknown_placeholders
from tercel.features.setup.custom_effects.model import NewCustomEffect
from tercel.language.errors import RangeError


def check_custom_effect(new: NewCustomEffect) -> None:
    """Refuse a payload that cannot be filled, or is no JSON object then.

    Raises:
        InvalidError: with every problem.
    """
    values = sample_values(new.params)
    problems = list(unknown_placeholders(new.payload, values, "/payload"))
    try:
        filled = decode_any(fill_json(new.payload, lambda name: values.get(name, "text")))
    except (msgspec.DecodeError, RangeError):
        filled = None
    if not isinstance(filled, dict):
        details = "payload must be a JSON object once its placeholders are filled"
        problems.append(Problem(title="format", details=details, pointer="/payload"))
    if problems:
        raise InvalidError(*problems)
