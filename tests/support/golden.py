"""Golden files: a test compares a text with a file of the repository; ``make bless`` writes the file instead."""

from collections.abc import Callable
from pathlib import Path

import pytest

CompareWithFile = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--bless", action="store_true", help="rewrite golden files instead of comparing with them"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "golden" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.golden)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> CompareWithFile:
    """``golden(path, text)`` asserts that the file holds exactly this text."""
    blesses = request.config.getoption("--bless")

    def compare(path: Path, text: str) -> None:
        if blesses:
            path.write_text(text, encoding="utf-8")
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == expected, (
            f"differs from {path.name}; when that is meant, `make bless` and read the difference"
        )

    return compare
