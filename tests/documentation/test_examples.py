"""JSON that pages show is JSON, and rule sets among it can be saved."""

import json
import re
from pathlib import Path

import pytest

from tercel.base.codec import decode_any
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.rules.check import check_ruleset
from tests.architecture.sources import ROOT

_PAGES = sorted(
    path for door in ("start", "integrate", "campaigns") for path in (ROOT / "docs" / door).rglob("*.md")
)
_BLOCK = re.compile(r"^```json\n(.+?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.relative_to(ROOT / "docs").as_posix())
def test_examples(path: Path) -> None:
    for text in _BLOCK.findall(path.read_text(encoding="utf-8")):
        if "rules" in json.loads(text):
            assert check_ruleset(decode_any(text.encode()), RULE_SCOPE) == []
