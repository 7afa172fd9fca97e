"""The tutorial's commands, in its order, as a newcomer types them: beside a server that the first one starts."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.support.process import serving_process

pytestmark = pytest.mark.slow
_PAGE = (ROOT / "docs" / "start" / "tutorial.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(sh|python)\n(.+?)^```", re.MULTILINE | re.DOTALL)


def _blocks(kind: str) -> list[str]:
    return [text for found, text in _BLOCK.findall(_PAGE) if found == kind]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A directory with the launcher, the client's program, and no keys yet."""
    tercel = shlex.quote(str(Path(sys.executable).with_name("tercel")))
    launcher = tmp_path / "tercel"
    launcher.write_text(f'#!/bin/sh\nexec {tercel} "$@"\n')
    launcher.chmod(0o755)
    return tmp_path


def test_the_commands_do_what_the_page_says(checkout: Path, open_directory: Path) -> None:
    serve, *commands = _blocks("sh")
    assert serve == "make setup\n./tercel serve\n", "what serves this test is set up already"
    home = open_directory / "tutorial"
    with serving_process(home) as serving:
        here = f"localhost:{serving.port}"
        (checkout / "shop.py").write_text(_blocks("python")[0].replace("localhost:8000", here))
        script = "\n".join(commands).replace("localhost:8000", here).replace("python3 ", f"{sys.executable} ")
        environment = {**os.environ, "TERCEL_HOME": str(home), "NO_COLOR": "1"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=checkout,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    said = done.stdout
    assert done.returncode == 0, said + done.stderr
    for words in (
        '"rejectionReason": "CouponRejectedByCondition"',
        '"effectType": "setDiscount"',
        '"value": 6',
        '"usageCounter": 1',
        "CouponLimitReached",
        '"effectType": "rollbackCoupon"',
    ):
        assert words in said, said
        said = said[said.index(words) :]
    assert "acceptCoupon" in said
