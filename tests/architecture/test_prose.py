"""Prose that names its subject: docstrings of functions begin with a verb, and no agent is left without a name."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, Module, modules

_CODE = ("src/tercel", "benchmarks", "demo")
#: How a docstring begins that has no verb.
_NO_VERB = re.compile(
    r"(?:The|A|An|All|Both|Two|Each|Every|Everything|No|Nothing|None|What|Whether|Which|Who|Whose|Why|How|Where|When"
    r"|This|That|These|Those|One|It|Its|Only|As|By|For|From|In|Of|On|To|Under|With|Without|Ids|Names|Rows)\b"
)
#: Words for an agent without a name; the account ``nobody`` of the operating system has one.
_UNNAMED = re.compile(r"(?<!`)\b(?:whoever|somebody|nobody|anybody)\b", re.IGNORECASE)
_PROPERTIES = {"property", "cached_property"}

_Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _docstrings(module: Module) -> Iterator[tuple[_Documented, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, _Documented):
            text = ast.get_docstring(node)
            if text is not None:
                yield node, text


def _is_called(node: _Documented) -> bool:
    """Tell whether the node is a function, and not a property, which a noun describes."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    return _PROPERTIES.isdisjoint(ast.unparse(each).split(".")[-1] for each in node.decorator_list)


@pytest.mark.parametrize("directory", _CODE)
def test_docstrings_of_functions_begin_with_a_verb(directory: str) -> None:
    found = [
        f"{module.path}: {text.splitlines()[0]}"
        for module in modules(directory)
        for node, text in _docstrings(module)
        if _is_called(node) and _NO_VERB.match(text)
    ]
    assert found == []


def _prose(module: Module) -> Iterator[str]:
    """Yield the docstrings and comments of a module."""
    for _, text in _docstrings(module):
        yield text
    # Because: most modules have no such word anywhere, and reading tokens takes long.
    if _UNNAMED.search(module.text):
        for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
            if token.type == tokenize.COMMENT:
                yield token.string


@pytest.mark.parametrize("directory", _CODE)
def test_docstrings_and_comments_name_who_acts(directory: str) -> None:
    found = [
        f"{module.path}: {word}"
        for module in modules(directory)
        for text in _prose(module)
        for word in _UNNAMED.findall(text)
    ]
    assert found == []


def test_packages_name_modules_that_exist() -> None:
    """The overview of a large package leads to its files."""
    package = "src/tercel/features/engine/sessions"
    own = {
        module.path.removeprefix(f"{package}/").removesuffix(".py").replace("/", "."): module
        for module in modules(package)
    }
    overview = ast.get_docstring(own["__init__"].tree) or ""
    named = set(re.findall(r"``([\w.]+)``", overview))
    assert len(named) > 20
    assert sorted(named - set(own)) == []


def test_a_word_is_in_the_glossary_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| ([^|]+) \| ", text, re.MULTILINE)
    words = [word for word in words if word != "word"]
    assert len(words) > 60
    assert sorted({word for word in words if words.count(word) > 1}) == []
