"""Ask whether a dependency has a known vulnerability: ``python -m tests.security.audit``, which `make check` runs.

A vulnerability fails. An advisory service that cannot be asked does not, because a network is no property of the code; but it
is said loudly, lest silence be taken for safety.
"""

from __future__ import annotations

import os
import subprocess
import sys
from enum import Enum

from tests.architecture.sources import ROOT

_VULNERABLE = 1  # exit status of the audit when it found something
_PATIENCE = {"UV_HTTP_RETRIES": "1", "UV_HTTP_TIMEOUT": "20"}


class Verdict(Enum):
    """What came of the question."""

    CLEAN = "no known vulnerability in the dependencies"
    VULNERABLE = "dependencies have known vulnerabilities"
    NOT_ASKED = (
        "NOT AUDITED: the advisory service could not be asked, so nothing is known about vulnerabilities"
    )


def audit(uv: str, service: str | None = None) -> tuple[Verdict, str]:
    """Ask about everything in the lock file; the verdict, and what the tool said."""
    command = [uv, "audit", "--frozen", "--preview-features", "audit-command"]
    if service is not None:
        command += ["--service-url", service]
    done = subprocess.run(
        command, cwd=ROOT, check=False, capture_output=True, text=True, env={**os.environ, **_PATIENCE}
    )
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        return Verdict.CLEAN, said
    return (Verdict.VULNERABLE if done.returncode == _VULNERABLE else Verdict.NOT_ASKED), said


def main(arguments: list[str]) -> int:
    """Audit with the uv that is named, else the one on the path; the exit status."""
    verdict, said = audit(*arguments[:2] or ["uv"])
    if verdict is Verdict.CLEAN:
        print(verdict.value)
        return 0
    bar = "!" * len(verdict.value)
    print(said, bar, verdict.value, bar, sep="\n", file=sys.stderr)
    return 1 if verdict is Verdict.VULNERABLE else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
