"""What a process that answers requests does with itself."""

import resource
import subprocess
import sys

_SCRIPT = """
import resource
from tercel.cli.serving.worker import allow_open_files
resource.setrlimit(resource.RLIMIT_NOFILE, (100, {most}))
allow_open_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def _allowed(most: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT.format(most=most)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return int(done.stdout)


def test_a_process_may_open_as_many_files_as_it_is_allowed_to() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert _allowed(500) == 500
    assert _allowed(most) == (65_536 if most == resource.RLIM_INFINITY else min(65_536, most))
