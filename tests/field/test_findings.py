"""Every finding has tests that exist, or says what it waits for."""

from __future__ import annotations

import pytest

from tests.field.findings import Finding, exists, read_findings

FINDINGS = read_findings()


def test_findings_are_told_apart() -> None:
    assert len({finding.id for finding in FINDINGS}) == len(FINDINGS) > 100


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.id)
def test_a_finding_is_held_by_tests(finding: Finding) -> None:
    assert bool(finding.tests) is not bool(finding.waits)
    assert [test for test in finding.tests if not exists(test)] == []
