"""Sizes that keep code readable. The lists of exceptions may only shrink."""

import ast
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.sources import Module, modules

SOURCE_LINES_MAX = 500
TEST_LINES_MAX = 600
FUNCTION_LINES_MAX = 60
PARAMETERS_MAX = 8
POSITIONAL_PARAMETERS_MAX = 5
FOLDER_FILES_MAX = 20

#: What is larger than it should be, with the size it has; make it smaller or leave it alone.
LARGE_FILES: dict[str, int] = {}
LARGE_FUNCTIONS: dict[str, int] = {}

Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Everything that is not a test: the product, and the programs beside it.
_SOURCES = [module for directory in ("src", "benchmarks", "demo") for module in modules(directory)]


_COMMANDS = ("src/tercel/cli/", "benchmarks/", "demo/")


def _functions(module: Module) -> Iterator[tuple[str, Function]]:
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield f"{module.path}:{node.name}", node


def _lines(function: Function) -> int:
    """Lines from the signature to the end, without the docstring, which explains and does not burden."""
    first = function.body[0]
    has_docstring = ast.get_docstring(function) is not None
    docstring = (first.end_lineno or 0) - first.lineno + 1 if has_docstring else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def _parameters(function: Function) -> int:
    return _positional_parameters(function) + len(function.args.kwonlyargs)


def _positional_parameters(function: Function) -> int:
    arguments = [*function.args.posonlyargs, *function.args.args]
    return len([argument for argument in arguments if argument.arg not in ("self", "cls")])


def _assert_within(sizes: dict[str, int], limit: int, exceptions: dict[str, int]) -> None:
    excess = {name: size for name, size in sizes.items() if size > exceptions.get(name, limit)}
    assert not excess, f"larger than {limit}: split it"
    outdated = {name: size for name, size in exceptions.items() if sizes.get(name, 0) < size}
    assert not outdated, "these became smaller: lower or remove their exceptions"


def test_source_files_are_short() -> None:
    _assert_within({module.path: module.line_count for module in _SOURCES}, SOURCE_LINES_MAX, LARGE_FILES)


def test_test_files_are_short() -> None:
    _assert_within({module.path: module.line_count for module in modules("tests")}, TEST_LINES_MAX, {})


def test_functions_are_short() -> None:
    sizes = {name: _lines(function) for module in _SOURCES for name, function in _functions(module)}
    _assert_within(sizes, FUNCTION_LINES_MAX, LARGE_FUNCTIONS)


@pytest.mark.parametrize(
    ("count", "limit"), [(_parameters, PARAMETERS_MAX), (_positional_parameters, POSITIONAL_PARAMETERS_MAX)]
)
def test_functions_take_few_parameters(count: Callable[[Function], int], limit: int) -> None:
    # A command's parameters are its options, which Typer reads from the signature.
    sizes = {
        name: count(function)
        for module in _SOURCES
        if not module.path.startswith(_COMMANDS)
        for name, function in _functions(module)
    }
    _assert_within(sizes, limit, {})


def test_every_module_says_what_it_is() -> None:
    every = [*_SOURCES, *(module for module in modules("tests") if module.tree.body)]
    silent = [module.path for module in every if not ast.get_docstring(module.tree)]
    assert not silent


def test_packages_hold_nothing_but_their_description() -> None:
    full = [
        module.path
        for module in _SOURCES
        if module.path.endswith("/__init__.py")
        and len(module.tree.body) > 1
        and module.path != "src/tercel/__init__.py"
    ]
    assert not full


def test_folders_are_surveyed_at_a_glance() -> None:
    folders = Counter(module.path.rpartition("/")[0] for module in _SOURCES)
    _assert_within(dict(folders), FOLDER_FILES_MAX, {})
