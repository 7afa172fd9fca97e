"""The cookbook shows its recipes as they are; that they hold is tested with all scenarios and stories."""

from pathlib import Path

import pytest

from tests.documentation.cookbook import PAGES, RECIPES, cookbook_pages, recipes
from tests.support.golden import CompareWithFile
from tests.support.process import run_tercel


@pytest.mark.parametrize("path", list(cookbook_pages()), ids=lambda path: path.stem)
def test_a_page_is_up_to_date(golden: CompareWithFile, path: Path) -> None:
    golden(path, cookbook_pages()[path])


def test_there_are_no_other_pages() -> None:
    assert set(PAGES.glob("*.md")) == set(cookbook_pages())


def test_there_are_recipes() -> None:
    assert len(recipes()) >= 50
    titles = [recipe.data["title"] for recipe in recipes()]
    assert len(set(titles)) == len(titles)


def test_the_linter_warns_of_none() -> None:
    done = run_tercel("language", "lint", "--strict", *map(str, sorted(RECIPES.glob("*.json"))))
    assert done.returncode == 0, done.stdout + done.stderr
