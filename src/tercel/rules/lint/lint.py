"""What a lint is: a code, its reasons, an example on either side, and the function that finds it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tercel.base.codec import decode_any
from tercel.language.checker.findings import Finding, Severity
from tercel.rules.lint.setting import Setting
from tercel.rules.lint.view import View

#: Finds the places: pointer, and what is so there and what to do.
Find = Callable[[View], Iterator[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Lint:
    """One kind of finding. ``example`` is a rule set that triggers it in the setting, ``counterexample`` one that does
    not; ``why`` says what goes wrong and how the lint is sure. ``is_eased_by_caps`` says that an application that caps
    discounts cuts what is too much, so that the finding is a remark there."""

    code: str
    title: str
    why: str
    find: Find
    example: dict[str, Any]
    counterexample: dict[str, Any]
    severity: Severity = "warning"
    setting: Setting = field(default_factory=Setting)
    is_eased_by_caps: bool = False

    def findings(self, view: View) -> Iterator[Finding]:
        """Yield all findings of this lint in a rule set."""
        is_eased = self.is_eased_by_caps and view.setting.caps_discounts
        for pointer, message in self.find(view):
            yield Finding(pointer, self.code, message, "info" if is_eased else self.severity)


def ruleset(*rules: dict[str, Any], bindings: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Make a rule set for an example; rules without a title get one."""
    titled = [{"title": f"Rule {number}", **rule} for number, rule in enumerate(rules, 1)]
    # Because: the numbers of the language are decimals, never the floats that Python reads.
    decoded: dict[str, Any] = decode_any(json.dumps({"bindings": bindings, "rules": titled}))
    return decoded


def rule(condition: list[Any], *effects: list[Any]) -> dict[str, Any]:
    """Make a rule for an example."""
    return {"condition": condition, "effects": list(effects)}


def percent(number: int) -> list[Any]:
    """Make a percentage for an example, as the Rule Builder writes it."""
    return ["/", number, 100]


#: Parts of examples.
TOTAL = [".", "Session", "Total"]
ITEMS = [".", "Session", "CartItems"]
ALWAYS = ["and", True]
