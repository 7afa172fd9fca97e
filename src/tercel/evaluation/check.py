"""Rule sets checked against the names that an evaluation offers."""

from __future__ import annotations

from typing import Any

from tercel.evaluation.run import RULE_SCOPE
from tercel.language.findings import Finding
from tercel.rules.check import Known, check_ruleset


def check_rules(data: Any, known: Known | None = None) -> list[Finding]:
    """All findings of the decoded JSON of a rule set; see ``tercel.rules.check``."""
    return check_ruleset(data, RULE_SCOPE, known)
