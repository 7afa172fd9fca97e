"""The pages of the documentation: each has its place in the navigation of the site, and links stay within it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.architecture.sources import ROOT

_DOCS = ROOT / "docs"
#: Links and pictures without an address of their own; places within a page are checked when the site is built.
_LINK = re.compile(r"\]\((?![a-z]+:)([^)#\s]+)")
_NAVIGATION = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]


def _places(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    for part in entry.values() if isinstance(entry, dict) else entry if isinstance(entry, list) else []:
        yield from _places(part)


def test_every_page_is_in_the_navigation_once() -> None:
    pages = {path.relative_to(_DOCS).as_posix() for path in _DOCS.rglob("*.md")}
    # Decisions are reached from their list.
    wanted = {page for page in pages if not page.startswith("decisions/0")}
    named = list(_places(_NAVIGATION))
    assert sorted(wanted - set(named)) == [], "give these a place in `nav` of zensical.toml"
    assert sorted(set(named) - pages) == [], "these pages do not exist"
    assert len(named) == len(set(named))


def test_pages_link_to_pages() -> None:
    """The site has nothing but docs/; what else the repository has is named, not linked."""
    broken = [
        f"{page.relative_to(_DOCS)}: {target}"
        for page in _DOCS.rglob("*.md")
        for target in _LINK.findall(page.read_text(encoding="utf-8"))
        if not _is_in_the_site(page, target)
    ]
    assert broken == []


def _is_in_the_site(page: Path, target: str) -> bool:
    found = (page.parent / target).resolve()
    return found.is_relative_to(_DOCS) and found.is_file()
