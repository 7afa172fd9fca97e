"""Each lint finds its example and leaves its counterexample alone; docs/lint.md shows both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.language.checker.findings import Finding
from tercel.rules.check import check_ruleset
from tercel.rules.lint.documentation import document
from tercel.rules.lint.lint import Lint
from tercel.rules.lint.linting import lint_in_setting
from tercel.rules.lint.table import LINTS

_REFERENCE = Path(__file__).parents[3] / "docs" / "lint.md"
_EACH = pytest.mark.parametrize("lint", LINTS, ids=lambda lint: lint.code)


def _found(lint: Lint, data: object) -> list[Finding]:
    return lint_in_setting(data, RULE_SCOPE, lint.setting)


@_EACH
def test_the_example_is_found(lint: Lint) -> None:
    found = [finding for finding in _found(lint, lint.example) if finding.code == lint.code]
    assert found
    assert {finding.severity for finding in found} == {lint.severity}
    assert all(finding.pointer.startswith(("/rules/", "/bindings/")) for finding in found)
    assert all("; " in finding.message for finding in found), "a message says what is so; and what to do"


@_EACH
def test_the_counterexample_is_clean(lint: Lint) -> None:
    assert _found(lint, lint.counterexample) == []


@_EACH
def test_examples_can_be_saved(lint: Lint) -> None:
    assert check_ruleset(lint.example, RULE_SCOPE) == []


def test_codes_are_unique() -> None:
    assert len({lint.code for lint in LINTS}) == len(LINTS)


def test_the_reference_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(_REFERENCE, document())
