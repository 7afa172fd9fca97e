"""``make docs``: the site builds without a complaint, leads nowhere in vain, and asks nobody else for anything."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tests.documentation.site import Page, is_broken, is_elsewhere, read_pages


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Page]:
    place = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "docs", place / "docs")
    shutil.copy(ROOT / "zensical.toml", place)
    done = subprocess.run(
        [sys.executable, "-m", "zensical", "build", "--strict"],
        cwd=place,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return read_pages((place / "site").resolve())


def test_every_page_is_built(pages: dict[Path, Page]) -> None:
    assert len(pages) >= len(list((ROOT / "docs").rglob("*.md")))


def test_every_link_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = [
        f"{page.path.name}: {address}"
        for page in pages.values()
        for address in (*page.links, *page.fetched)
        if not is_elsewhere(address) and is_broken(address, page, pages)
    ]
    assert broken == []


def test_nothing_is_fetched_from_elsewhere(pages: dict[Path, Page]) -> None:
    fetched = {address for page in pages.values() for address in page.fetched}
    assert fetched
    assert [address for address in fetched if is_elsewhere(address)] == []
