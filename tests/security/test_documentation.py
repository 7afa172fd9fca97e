"""The table of threats: every test that it names exists."""

import ast
import re

import pytest

from tercel.settings import load
from tests.architecture.sources import ROOT

_TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
_NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", _TEXT)))


@pytest.mark.parametrize(("path", "name"), _NAMED)
def test_what_a_protection_is_shown_by_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert name in functions if name else functions


def test_every_threat_is_met_by_a_test() -> None:
    threats = _TEXT.partition("## Threats")[2]
    rows = [line for line in threats.splitlines() if line.startswith("| ") and "---" not in line][1:]
    assert len(rows) > 20
    assert [row for row in rows if "`tests/" not in row.rsplit("|", 2)[1]] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`TERCEL_(\w+)`", _TEXT))))
def test_every_named_setting_exists(name: str) -> None:
    # Secrets may also stand in a file, which `…_FILE` names.
    assert name.removesuffix("_FILE").lower() in load({}).__struct_fields__
