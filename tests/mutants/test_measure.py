"""What is measured anew, what is left out, and what is said of a run that did not end."""

import subprocess
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.mutants import measure as measuring
from tests.mutants.measure import directories, measure, version


def test_a_directory_is_measured_again_when_anything_in_it_changes(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "test_one.py").write_text("")
    (tmp_path / "cases" / "one.yaml").write_text("a: 1")
    before = version(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "test_one.pyc").write_bytes(b"compiled")
    assert version(tmp_path) == before

    (tmp_path / "cases" / "one.yaml").write_text("a: 2")
    assert version(tmp_path) != before


def test_directories_are_left_out_when_told() -> None:
    assert set(directories()) - set(directories(["attack", "demo"])) == {"attack", "demo"}


def test_a_run_that_was_killed_is_named_at_once_and_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> CompletedProcess[str]:
        return CompletedProcess([], -9)

    said: list[str] = []
    monkeypatch.setattr(measuring, "REACH", tmp_path)
    monkeypatch.setattr(measuring, "copy_tree", lambda target: target)
    monkeypatch.setattr(measuring, "_keep_sources", lambda: None)
    monkeypatch.setattr(subprocess, "run", killed)
    measure(said.append, without=set(directories()) - {"ledger"})
    assert said == [
        "measuring which lines tests/ledger executes (1 of 1)",
        "tests/ledger is not measured: its run ended with -9, see ledger.part/output.txt",
    ]
    assert measuring.load("ledger") is None
