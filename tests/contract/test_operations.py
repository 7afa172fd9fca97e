"""Which operations the published client can use, and that every one of them is driven by a test."""

import ast
from pathlib import Path

from tercel.http.operations import OPERATIONS
from tercel.http.pending import PENDING
from tests.contract.client import method_of, methods
from tests.support.contract import operation_ids


def test_every_operation_of_the_client_is_served_or_listed_as_pending() -> None:
    pending = {method_of(each.id) for each in PENDING}
    assert methods() - _served() == methods() & pending


def test_every_operation_of_the_client_is_in_the_contract() -> None:
    assert methods() <= {method_of(each) for each in operation_ids()}


def test_every_served_operation_of_the_client_is_driven() -> None:
    driven = {
        node.func.attr
        for path in Path(__file__).parent.glob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert methods() & _served() - driven == set()


def _served() -> set[str]:
    return {method_of(each.id) for each in OPERATIONS}
