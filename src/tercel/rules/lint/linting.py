"""The entry of the linter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tercel.base.limits import CHECK_ERRORS_MAX
from tercel.language.checker.findings import Finding
from tercel.language.running.scope import Scope
from tercel.rules.check import Known, check_ruleset
from tercel.rules.lint.proof.effort import OutOfEffortError
from tercel.rules.lint.setting import Budget, Setting
from tercel.rules.lint.table import LINTS
from tercel.rules.lint.view import view_of
from tercel.rules.reader import read_ruleset


def lint_ruleset(
    data: Any,
    scope: Scope,
    *,
    limits: Iterable[Budget] = (),
    known: Known | None = None,
    has_codes: bool = False,
) -> list[Finding]:
    """Find all errors of a decoded rule set, or, if it has none, everything that its author hardly meant.

    Args:
        data: The decoded JSON.
        scope: The globals that rules see.
        limits: The budgets of the campaign.
        known: What rules may refer to, by topic; topics that are absent are not looked at.
        has_codes: Whether the campaign has coupons or referrals.
    """
    setting = Setting(limits=tuple(limits), known=known or {}, has_codes=has_codes)
    return lint_in_setting(data, scope, setting)


def lint_in_setting(data: Any, scope: Scope, setting: Setting) -> list[Finding]:
    """Lint like ``lint_ruleset``, with everything that is known of the campaign and its application.

    A rule set that takes more than ``LINT_STEPS_MAX`` steps of reasoning gets the findings up to there.
    """
    errors = check_ruleset(data, scope, setting.known)
    if errors:
        return errors
    view = view_of(read_ruleset(data), scope, setting, data)
    found: list[Finding] = []
    try:
        for lint in LINTS:
            found.extend(lint.findings(view))
    except OutOfEffortError:
        pass  # Because: a rule set that is too large to reason about is saved all the same.
    return found[:CHECK_ERRORS_MAX]
