"""docs/integrate/codes.md has every reason for which a code is refused."""

import ast
import re
from collections.abc import Iterator

from tests.architecture.sources import ROOT, modules

_PAGE = (ROOT / "docs" / "integrate" / "codes.md").read_text(encoding="utf-8")
_REASON = re.compile(r"[A-Z][a-z]+([A-Z][a-z]+)+")
_FILES = ("state/codes.py", "run/rejections.py", "run/walk.py")


def _reasons() -> Iterator[str]:
    """Reasons as they stand in the source; of those that begin with the kind of code, the rest."""
    for module in modules("src/tercel/evaluation"):
        if module.path.removeprefix("src/tercel/evaluation/") in _FILES:
            for node in ast.walk(module.tree):
                if (
                    isinstance(node, ast.Constant)
                    and isinstance(node.value, str)
                    and _REASON.fullmatch(node.value)
                ):
                    yield node.value
                if isinstance(node, ast.JoinedStr) and isinstance(node.values[-1], ast.Constant):
                    yield str(node.values[-1].value)


def test_every_reason_is_explained() -> None:
    found = set(_reasons())
    assert len(found) >= 15
    assert [reason for reason in found if reason not in _PAGE] == []
