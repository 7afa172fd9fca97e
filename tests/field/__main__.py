"""``python -m tests.field``: one row per finding, with the tests that hold it; fails when one has none."""

from __future__ import annotations

import sys

from tests.field.findings import exists, read_findings


def main() -> int:
    """Print the table."""
    findings, bare = read_findings(), 0
    width = max(len(finding.id) for finding in findings)
    for finding in findings:
        tests = [test if exists(test) else f"{test} (there is no such test)" for test in finding.tests]
        bare += not finding.tests or any(not exists(test) for test in finding.tests)
        print(f"{finding.id:<{width}}  {finding.says}")
        for test in tests or [f"no test: {finding.waits}"]:
            print(f"{'':<{width}}    {test}")
    print(f"{len(findings)} findings, {bare} without a test that exists")
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main())
