"""docs/language.md is what the catalogue says."""

from collections.abc import Callable
from pathlib import Path

from tercel.language.documentation import document
from tercel.language.functions.all import CATALOGUE

REFERENCE = Path(__file__).parents[2] / "docs" / "language.md"


def test_the_reference_is_up_to_date(golden: Callable[[Path, str], None]) -> None:
    golden(REFERENCE, document())


def test_every_function_is_described() -> None:
    assert {name for name, function in CATALOGUE.items() if not function.doc.endswith(".")} == set()
