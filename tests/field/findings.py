"""The findings as data, and the tests that exist."""

from __future__ import annotations

import ast
import tomllib
from functools import lru_cache
from pathlib import Path

import msgspec

from tests.architecture.sources import ROOT

FINDINGS = Path(__file__).with_name("findings.toml")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One finding: where it was told, what was wrong, and the tests that fail when it comes back, as in pytest's words
    without parameters. ``waits`` says what keeps one without tests from being mended."""

    id: str
    says: str
    tests: list[str] = []
    waits: str = ""


def read_findings() -> list[Finding]:
    """All findings, in order."""
    document = tomllib.loads(FINDINGS.read_text(encoding="utf-8"))
    return msgspec.convert(document["finding"], list[Finding])


def exists(test: str) -> bool:
    """Whether the repository has a test."""
    path, _, names = test.partition("::")
    return tuple(names.split("::")) in tests_of(path)


@lru_cache
def tests_of(path: str) -> frozenset[tuple[str, ...]]:
    """The tests of a file by name, those of classes with the class before."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    return frozenset(_tests(ast.parse(file.read_text(encoding="utf-8")).body, ()))


def _tests(body: list[ast.stmt], outer: tuple[str, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for node in body:
        if isinstance(node, ast.ClassDef):
            found += _tests(node.body, (*outer, node.name))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            found.append((*outer, node.name))
        elif isinstance(node, ast.Assign) and isinstance(
            node.targets[0], ast.Name
        ):  # tests made by a library
            found.append((*outer, node.targets[0].id))
    return found
