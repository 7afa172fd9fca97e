"""Every operation of the contract is served, or waits on the list of pending ones."""

from pathlib import Path

from tercel.http.operations import OPERATIONS
from tests.support import contract
from tests.support.golden import CompareWithFile

PENDING = Path(__file__).parent / "pending_operations.txt"
SERVED = {operation.id: operation for operation in OPERATIONS}


def test_operation_ids_are_unique() -> None:
    assert len(SERVED) == len(OPERATIONS)


def test_every_operation_of_the_contract_is_served_or_pending(golden: CompareWithFile) -> None:
    pending = sorted(contract.operation_ids() - set(SERVED))
    golden(PENDING, "".join(f"{name}\n" for name in pending))


def test_operations_have_the_method_and_path_of_the_contract() -> None:
    published = contract.operations()
    differing = {
        name: (operation.method, operation.path)
        for name, operation in SERVED.items()
        if name in published
        and (operation.method, shape(operation.path)) != (published[name][0], shape(published[name][1]))
    }
    assert not differing


def test_operations_say_what_they_do() -> None:
    silent = [operation.id for operation in OPERATIONS if not operation.summary.endswith(".")]
    assert not silent


def shape(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.split("/")]
