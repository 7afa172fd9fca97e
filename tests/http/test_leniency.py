"""What callers leave out and how they say so: every optional member of every body may be null, as if it were not there (behaviour/requests 5).

Bodies of the operations are made from the published contract and from our own types, so that a new operation is walked
with the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from tercel.base.codec import encode
from tercel.base.errors import InvalidError
from tercel.http.decoding.body import BodyReader
from tercel.http.decoding.members import Place, place_of
from tercel.http.kernel.operation import Operation
from tercel.http.kernel.upload import Upload
from tercel.http.operations import OPERATIONS
from tests.security.minimal import full, minimal
from tests.support import contract

WITH_BODY = [operation for operation in OPERATIONS if operation.body not in (None, Upload)]
Path = tuple[str | int, ...]


def optional(value: Any, place: Place, path: Path = ()) -> Iterator[Path]:
    """Where optional members are, or would be."""
    if isinstance(value, list) and place.items is not None:
        for index, each in enumerate(value):
            yield from optional(each, place.items, (*path, index))
    members = place.members(value) if isinstance(value, dict) else None
    for name, member in (members or {}).items():
        if not member.is_required:
            yield (*path, name)
        if name in value:
            yield from optional(value[name], member.place, (*path, name))


def with_null(document: Any, path: Path) -> tuple[Any, Any]:
    """Two copies: one in which the member is null, and one without it."""
    null, absent = deepcopy(document), deepcopy(document)
    for copy, change in (
        (null, lambda at: at.update({path[-1]: None})),
        (absent, lambda at: at.pop(path[-1], 0)),
    ):
        at = copy
        for step in path[:-1]:
            at = at[step]
        change(at)
    return null, absent


def read(operation: Operation, document: Any) -> Any:
    """What a body becomes, or why it is refused."""
    try:
        return BodyReader(operation.body).read(encode(document))
    except InvalidError as error:
        return error.problems


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_null_means_not_given(operation: Operation) -> None:
    place = place_of(operation.body)
    document = full(operation.body)
    assert not isinstance(read(operation, document), tuple)
    paths = list(optional(document, place))
    for path in paths:
        null, absent = with_null(document, path)
        assert read(operation, null) == read(operation, absent), path
    everything = deepcopy(document)
    for path in paths:
        if len(path) == 1:
            everything[path[0]] = None
    assert not isinstance(read(operation, everything), tuple)


@pytest.mark.parametrize("operation", WITH_BODY, ids=lambda operation: operation.id)
def test_no_member_that_the_contract_leaves_open_may_be_missed(operation: Operation) -> None:
    """What the contract does not require can be null at the top of a body."""
    published = contract.request_members(operation.id)
    document = minimal(operation.body)
    for name, is_required in published.items():
        if not is_required:
            assert not isinstance(read(operation, {**document, name: None}), tuple), name
