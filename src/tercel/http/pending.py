"""Operations of the published contract that are still to come: they are routed, and answer 501 with their name.

The list is data beside this file. A test derives it from the contract and from the operations that are there.
"""

from __future__ import annotations

from pathlib import Path

from tercel.base.errors import NotImplementedYetError
from tercel.http.kernel.call import Call, Handler
from tercel.http.kernel.operation import Access, Operation

_LIST = Path(__file__).with_name("pending.txt")


def _not_yet(operation_id: str) -> Handler:
    async def answer(_call: Call) -> None:
        """Say that the operation is still to come."""
        raise NotImplementedYetError(
            f"`{operation_id}` is not implemented yet: the page what-works.md of the documentation lists what is"
        )

    return answer


def _read(line: str) -> Operation:
    access, method, path, operation_id = line.split()
    return Operation(
        id=operation_id, method=method, path=path, access=Access(access), handler=_not_yet(operation_id)
    )


PENDING: list[Operation] = [_read(line) for line in _LIST.read_text(encoding="utf-8").splitlines()]
