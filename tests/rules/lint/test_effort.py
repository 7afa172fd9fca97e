"""The work of the linter is bounded, whatever it is asked to reason about."""

from __future__ import annotations

import time
from typing import Any

from tercel.base.codec import decode_any, encode
from tercel.base.limits import LINT_STEPS_MAX
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.rules.lint.linting import lint_in_setting
from tercel.rules.lint.proof.effort import Effort, OutOfEffortError
from tercel.rules.lint.setting import Setting

_TOTAL = [".", "Session", "Total"]


def _asks(number: int) -> list[Any]:
    """Conditions that say nothing about each other."""
    return [[">=", [".", "Session", "Attributes", f"a{index}"], index] for index in range(number)]


def _ruleset(*rules: tuple[list[Any], list[Any]]) -> Any:
    written = [
        {"title": "r", "condition": ["and", *conditions], "effects": effects} for conditions, effects in rules
    ]
    return decode_any(encode({"rules": written, "bindings": []}))


def test_steps_are_spent_up_to_the_limit() -> None:
    effort = Effort()
    effort.spend(LINT_STEPS_MAX)
    try:
        effort.spend()
    except OutOfEffortError:
        return
    raise AssertionError("the last step was one too many")


def test_a_rule_set_that_is_too_much_keeps_what_was_found() -> None:
    nothing_holds = ([[">", _TOTAL, 5], ["<", _TOTAL, 3]], [["setDiscount", "never", 1]])
    too_much = (_asks(700), [["setDiscount", "seldom", 1]])
    codes = [
        finding.code for finding in lint_in_setting(_ruleset(nothing_holds, too_much), RULE_SCOPE, Setting())
    ]
    assert codes == ["unreachable"]


def test_the_processor_time_is_that_of_the_steps() -> None:
    started = time.thread_time()
    lint_in_setting(_ruleset(*[(_asks(100), [["setDiscount", "same", 1]] * 50)] * 20), RULE_SCOPE, Setting())
    # Without a limit this takes minutes.
    assert time.thread_time() - started < 10


def test_a_question_is_answered_once() -> None:
    effort, asked = Effort(), []
    for _ in range(3):
        assert effort.once("what", lambda: asked.append(1) or 7) == 7
    assert asked == [1]
