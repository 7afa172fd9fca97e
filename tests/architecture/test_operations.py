"""What an operation costs its writer: few lines and exact types. These bounds may only become tighter."""

import ast
import re
from collections.abc import Iterator
from statistics import mean

from tests.architecture.sources import Module, modules

#: Lines of an operation from its decorator to its end.
LINES_MAX = 8
LINES_MEAN_MAX = 5.1
#: What does more than to pass on what it was asked, with its lines.
LONGER = {
    "application_sessions.py:get_application_sessions_by_customer_attributes": 9,
    "customer_profiles.py:update_customer_profile": 13,
    "customer_profiles.py:update_customer_profiles": 12,
    "customer_sessions.py:return_cart_items": 13,
    "customer_sessions.py:update_customer_session": 20,
}
#: Lines of the modules of handlers, imports and all, for each operation.
MODULE_LINES_MEAN_MAX = 11.4
ANY_MAX = 19

_LISTING = "src/tercel/features/common/listing.py"
_HANDLERS = [
    module
    for package in ("integration", "management")
    for module in modules(f"src/tercel/http/{package}")
    if not module.path.endswith("/__init__.py")
]


def _operations(module: Module) -> Iterator[tuple[str, int]]:
    name = module.path.rsplit("/", 1)[-1]
    for node in module.tree.body:
        if isinstance(node, ast.AsyncFunctionDef) and node.decorator_list:
            yield f"{name}:{node.name}", (node.end_lineno or 0) - node.decorator_list[0].lineno + 1


def test_operations_are_short() -> None:
    lines = dict(each for module in _HANDLERS for each in _operations(module))
    assert {name: count for name, count in lines.items() if count > LINES_MAX} == LONGER
    assert mean(lines.values()) <= LINES_MEAN_MAX
    assert sum(module.line_count for module in _HANDLERS) / len(lines) <= MODULE_LINES_MEAN_MAX


def test_doors_know_the_types_of_what_passes_them() -> None:
    mentions = [
        f"{module.path}: {match.group()}"
        for module in modules("src/tercel/http")
        for match in re.finditer(r"\bAny\b", module.text)
    ]
    assert len(mentions) <= ANY_MAX


def test_only_the_end_of_a_transaction_forgets_callers() -> None:
    """A handler that had to could forget it."""
    forgetting = {module.path for module in modules("src") if ".forget_all()" in module.text}
    assert forgetting == {"src/tercel/http/kernel/services.py"}


def test_one_struct_has_pages_and_one_place_orders_rows() -> None:
    assert {module.path for module in modules("src") if "page_size:" in module.text} == {_LISTING}
    features = [module for module in modules("src/tercel/features") if module.path != _LISTING]
    assert [module.path for module in features if re.search(r"\bsort(ed)?\b.*\bdesc\(\)", module.text)] == []


def test_no_filter_is_declared_twice() -> None:
    """The query of a list, and what deletes the same rows, are one struct with its conditions."""
    structs = [
        f"{module.path}:{node.name}"
        for module in modules("src")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(("Filter", "Filters"))
        and "Struct" in ast.unparse(node.bases[0] if node.bases else ast.Constant(""))
    ]
    assert structs == ["src/tercel/features/common/filters.py:Filter"]
