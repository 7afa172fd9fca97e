"""docs/behaviour and its citations: what is cited exists, what is written is cited by a test, nothing foreign is cited."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from tests.architecture.sources import ROOT, tracked_texts

_PAGES = ROOT / "docs" / "behaviour"
_SECTION = re.compile(r"^## (\d+)\. ", re.MULTILINE)
#: As in "behaviour/sessions 9, 11": a page and the numbers of its sections. A line may end after the page.
_CITATION = re.compile(r"\bbehaviour/(\w+)\s+((?:\d+,\s+)*\d+)\b")
_MENTION = re.compile(r"\bbehaviour/(?!\w+\.(?:md|py)\b)(?!\*\*)\w*")
#: Names of documents that readers of this repository do not have.
_FOREIGN = re.compile(r"(?<![\w/-])(?:integration|management|rules|settled)\.md\b")
_CITING = ("src/", "tests/", "docs/", "benchmarks/", "demo/")


class Citation(NamedTuple):
    """A section that a file cites."""

    path: str
    page: str
    section: int


def _sections() -> dict[str, list[int]]:
    """The numbers of the sections of each page, in the order of the page."""
    pages = {path.stem: path.read_text(encoding="utf-8") for path in _PAGES.glob("*.md")}
    return {
        name: [int(number) for number in _SECTION.findall(text)]
        for name, text in pages.items()
        if name != "index"
    }


def _texts() -> dict[str, str]:
    """What may cite; this file only speaks of citations."""
    own = "tests/documentation/test_behaviour.py"
    return {path: text for path, text in tracked_texts().items() if path.startswith(_CITING) and path != own}


def _citations() -> Iterator[Citation]:
    for path, text in _texts().items():
        for page, numbers in _CITATION.findall(text):
            for number in numbers.split(","):
                yield Citation(path, page, int(number))


def test_sections_are_numbered_from_one() -> None:
    for page, numbers in _sections().items():
        assert numbers == list(range(1, len(numbers) + 1)), f"docs/behaviour/{page}.md"
        assert numbers, f"docs/behaviour/{page}.md has no sections"


def test_every_page_is_in_the_index() -> None:
    index = (_PAGES / "index.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| \[\w+\]\((\w+)\.md\)", index, re.MULTILINE)) == set(_sections())


def test_cited_sections_exist() -> None:
    sections = _sections()
    unknown = [each for each in _citations() if each.section not in sections.get(each.page, ())]
    assert unknown == [], "cite a section of docs/behaviour that exists"


def test_citations_name_sections() -> None:
    vague = [
        f"{path}: {mention[0]}"
        for path, text in _texts().items()
        for mention in _MENTION.finditer(text)
        if not _CITATION.match(text, mention.start())
    ]
    assert vague == [], "cite as `behaviour/<page> <section>`"


def test_sections_are_cited_by_tests() -> None:
    cited = {(each.page, each.section) for each in _citations() if each.path.startswith("tests/")}
    written = {(page, number) for page, numbers in _sections().items() for number in numbers}
    assert sorted(written - cited) == [], "cite these in the docstring of a test that would fail without them"


def test_nothing_else_is_cited() -> None:
    foreign = [f"{path}: {name}" for path, text in _texts().items() for name in _FOREIGN.findall(text)]
    assert foreign == [], "cite docs/behaviour: readers do not have these documents"
