"""Composition root: the one place that knows every part."""

from __future__ import annotations

from tercel.cli.app import run


def main() -> None:
    """The command ``tercel``."""
    run()
