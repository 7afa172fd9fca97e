"""docs/campaigns/names.md has every name that rules read, with what it means (behaviour/evaluation 7)."""

from tests.architecture.sources import ROOT
from tests.documentation.names import described, names_page
from tests.support.golden import CompareWithFile


def test_the_page_is_up_to_date(golden: CompareWithFile) -> None:
    golden(ROOT / "docs" / "campaigns" / "names.md", names_page())


def test_every_name_is_described() -> None:
    assert [name for name, meaning in described() if not meaning] == []
