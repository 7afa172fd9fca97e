"""The files for containers and services are well-formed and agree with the program."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tercel.settings import describe
from tests.architecture.sources import ROOT

_UNIT = ROOT / "deploy" / "systemd" / "tercel.service"
_CONTAINER = ROOT / "deploy" / "container"


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="needs systemd-analyze, of Debian's systemd"
)
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    # The program need not be installed where the unit says: another one stands in its place.
    unit = tmp_path / "tercel.service"
    unit.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", _UNIT.read_text(), flags=re.MULTILINE))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "tercel.service" in done.stderr) == (0, False), done.stderr


def test_containers_see_what_is_needed_to_build_only() -> None:
    rules = (ROOT / ".containerignore").read_text()
    assert rules == (ROOT / ".dockerignore").read_text()
    copied = re.findall(
        r"^COPY (?!--from)(.+) \S+$", (_CONTAINER / "Containerfile").read_text(), re.MULTILINE
    )
    named = {name.strip("./") for line in copied for name in line.split()}
    assert named == {line[1:] for line in rules.splitlines() if line.startswith("!")}


@pytest.mark.parametrize("name", ["Containerfile", "compose.yaml"])
def test_only_settings_that_exist_are_named(name: str) -> None:
    named = set(re.findall(r"\bTERCEL_[A-Z_]+", (_CONTAINER / name).read_text()))
    assert named
    assert named <= {variable for variable, _, _ in describe()}
