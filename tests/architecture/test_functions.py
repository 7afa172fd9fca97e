"""A function of the language is declared in one place; the fewer others name it, the fewer have to know it."""

import ast
from collections import Counter

from tercel.language.functions.all import CATALOGUE
from tests.architecture.sources import Module, modules

#: How often the core names functions and the actions called like them, outside their declarations. It may only fall:
#: lower it when it does. A proof that is about one function, a block of several. What a lint shows as an example is not counted: it is
#: shown, and no code depends on it.
NAMES_MAX = 216
#: Short words and signs are texts for many reasons.
_NAMES = {name for name in CATALOGUE if name.isidentifier() and not name.islower()}


_EXAMPLES = {"example", "counterexample"}


def _names(module: Module) -> int:
    return _named(module.tree) - sum(
        _named(node)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.keyword) and node.arg in _EXAMPLES and "/lint/lints/" in module.path
    )


def _named(tree: ast.AST) -> int:
    return sum(isinstance(node, ast.Constant) and node.value in _NAMES for node in ast.walk(tree))


def test_functions_are_named_where_they_are_declared() -> None:
    found = Counter(
        {
            module.path: _names(module)
            for package in ("language", "rules", "effects", "evaluation")
            for module in modules(f"src/tercel/{package}")
            if "/language/functions/" not in module.path
        }
    )
    assert found.total() <= NAMES_MAX, found.most_common(5)
