"""docs/integrate/effects.md has every effect, and what a shop does about it (behaviour/effects 3, 4)."""

from tercel.effects.all import EFFECTS
from tests.architecture.sources import ROOT
from tests.documentation.effects import effects_page
from tests.support.golden import CompareWithFile


def test_the_page_is_up_to_date(golden: CompareWithFile) -> None:
    golden(ROOT / "docs" / "integrate" / "effects.md", effects_page())


def test_every_effect_is_explained() -> None:
    assert [name for name, kind in EFFECTS.items() if not kind.shop] == []
