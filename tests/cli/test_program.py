"""The launcher of a checkout, and what messages call the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tercel.cli.common.program import as_called, program
from tests.architecture.sources import ROOT


def _script(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


def test_the_launcher_runs_what_is_installed_beside_it(tmp_path: Path) -> None:
    launcher = Path(shutil.copy2(ROOT / "tercel", tmp_path))
    missing = subprocess.run([launcher], check=False, capture_output=True, text=True)
    assert missing.returncode == 1
    message = f"error: tercel is not installed here yet: run `make setup` in {tmp_path}\n"
    assert missing.stderr == message
    _script(tmp_path / ".venv/bin/tercel", '#!/bin/sh\necho "$PWD" "$@"\nexit 3\n')
    done = subprocess.run(
        [launcher, "a b", "c"], check=False, capture_output=True, text=True, cwd="/", env={"PATH": os.defpath}
    )
    assert (done.returncode, done.stdout) == (3, "/ a b c\n")


def test_what_the_program_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = _script(tmp_path / ".venv/bin/tercel")
    monkeypatch.setattr(sys, "argv", [str(installed)])
    monkeypatch.setenv("PATH", os.defpath)
    monkeypatch.chdir(tmp_path)
    assert program() == str(installed)  # an environment that is not a checkout's
    launcher = _script(tmp_path / "tercel")
    assert program() == "./tercel"
    assert as_called("run `tercel serve`, or `tercel` alone") == "run `./tercel serve`, or `tercel` alone"
    monkeypatch.chdir("/")
    assert program() == str(launcher)
    monkeypatch.setenv("PATH", str(installed.parent))
    assert program() == "tercel"
    monkeypatch.setattr(sys, "argv", ["/somewhere/__main__.py"])
    assert program() == "tercel"
