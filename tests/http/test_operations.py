"""Every operation of the contract is served, or waits on the list of pending ones."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import tercel.http
from tercel.http.kernel.operation import Operation
from tercel.http.operations import OPERATIONS
from tests.support import contract
from tests.support.golden import CompareWithFile

PENDING = Path(tercel.http.__file__).with_name("pending.txt")
WHAT_WORKS = Path(__file__).parents[2] / "docs" / "what-works.md"
SERVED = {operation.id: operation for operation in OPERATIONS}


def test_operation_ids_are_unique() -> None:
    assert len(SERVED) == len(OPERATIONS)


def test_every_operation_of_the_contract_is_served_or_pending(golden: CompareWithFile) -> None:
    golden(PENDING, "".join(f"{line}\n" for line in pending()))


def test_what_works_is_listed(golden: CompareWithFile) -> None:
    golden(WHAT_WORKS, "\n".join(page()) + "\n")


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


def pending() -> list[str]:
    """The operations that are still to come: who may call them, method, path, name."""
    published = contract.operations()
    missing = contract.operation_ids() - set(SERVED)
    taken = {(operation.method, *shape(operation.path)) for operation in OPERATIONS}
    return sorted(
        f"{contract.access(name)} {published[name][0]} {published[name][1]} {name}"
        for name in missing
        if (published[name][0], *shape(published[name][1])) not in taken
    )


def page() -> Iterator[str]:
    """The table of what works."""
    published = contract.operation_ids()
    waiting = [line.split() for line in pending()]
    served = len(published & set(SERVED))
    yield "# What works"
    yield ""
    yield (
        f"The published contract has {len(published)} operations. {served} of them work; {len(waiting)} are still to come and answer 501"
        " with their name, to callers with the right key. `make bless` renews this page."
    )
    for title, which in (
        ("Operations of the contract", [each for each in OPERATIONS if each.id in published]),
        ("Beyond the contract", [each for each in OPERATIONS if each.id not in published]),
    ):
        yield from ["", f"## {title}", "", "| operation | | what it does |", "|---|---|---|"]
        yield from rows(which)
    yield from ["", "## Still to come", "", "| operation | |", "|---|---|"]
    yield from (
        f"| {name} | `{method} {path}` |" for _, method, path, name in sorted(waiting, key=lambda row: row[3])
    )


def rows(operations: Iterable[Operation]) -> Iterator[str]:
    for each in operations:
        yield f"| {each.id} | `{each.method} {each.path}` | {each.summary} |"


def shape(path: str) -> list[str]:
    return ["{}" if part.startswith("{") else part for part in path.split("/")]
