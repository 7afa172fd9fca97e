"""Every limit is used, tested and described: ``docs/limits.md`` is made from ``base/limits.py``."""

import re
from pathlib import Path
from typing import Any

import pytest

from tercel.base import limits
from tests.architecture.sources import ROOT, modules
from tests.support.golden import CompareWithFile

SOURCE = Path(limits.__file__)
DOCUMENT = ROOT / "docs" / "limits.md"
NAMES = [name for name in vars(limits) if name.isupper()]
_LINE = re.compile(r"(?P<name>[A-Z_]+) = .*?(?:  # (?P<comment>.*))?")

#: What a caller gets beyond the limits of a section.
ANSWERS = {
    "Sessions": "400 with a pointer to the field, or the name of the header. Nothing of the request is kept.",
    "Attributes": "400 with a pointer to the attribute.",
    "Management": "400 with a pointer to the field, or the name of the parameter.",
    "Jobs": "400 with a pointer to the field; 429 when too many jobs wait. A job that is interrupted again and again ends as "
    "failed, and keeps what it did.",
    "HTTP": "413 for a body that is too large, 431 for such a head, 400 for a body that is nested too deeply, 408 for a "
    "request that arrives too slowly, the end of the connection when a client does not read its answer, 503 with "
    "`Retry-After` when too many requests wait, 409 when too many want the same session.",
    "Rule language (rules.md 6)": "400 with a pointer to the place when a rule set is saved. While rules run: the rule gives "
    "nothing and an `error` effect says why; with steps or time used up, no further rule runs, and what was given stays.",
    "Pipeline": "nothing to notice: batches that are full make others wait, and a batch that lost too often is split.",
    "Time": "503 with `Retry-After`; what was not committed is not done. A request with an `Idempotency-Key` is repeated "
    "safely with the same key.",
}


def users(name: str, directory: str) -> list[str]:
    word = re.compile(rf"\b{name}\b")
    return [module.path for module in modules(directory) if word.search(module.text)]


@pytest.mark.parametrize("name", NAMES)
def test_a_limit_is_used_and_tested(name: str) -> None:
    assert [path for path in users(name, "src") if path != "src/tercel/base/limits.py"]
    assert [path for path in users(name, "tests") if path != "tests/limits/test_documentation.py"]


def value_of(name: str) -> str:
    value: Any = getattr(limits, name)
    return f"{value:,f}" if not isinstance(value, int | float) else f"{value:,}"


def rows(section: str) -> list[str]:
    found = filter(None, map(_LINE.fullmatch, section.splitlines()))
    return [
        "| limit | value | |",
        "|---|---|---|",
        *(f"| `{line['name']}` | {value_of(line['name'])} | {line['comment'] or ''} |" for line in found),
    ]


def test_the_document_lists_every_limit(golden: CompareWithFile) -> None:
    parts = re.split(r"^# (.+)\n", SOURCE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = [
        "# Limits",
        "",
        "What exceeds a limit is refused, never cut off. The numbers stand in `src/tercel/base/limits.py`; limits that the",
        "published contract states are marked (contract), the others are Tercel's own. `make bless` renews this page.",
    ]
    titles = parts[1::2]
    assert set(titles) == set(ANSWERS)
    for title, section in zip(titles, parts[2::2], strict=True):
        lines += ["", f"## {title}", "", f"Beyond it: {ANSWERS[title]}", "", *rows(section)]
    text = "\n".join(lines) + "\n"
    assert [name for name in NAMES if f"`{name}`" not in text] == []
    golden(DOCUMENT, text)
