"""Importing the values that an attribute allows (behaviour/csv 9)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import msgspec
from sqlalchemy import delete, func, insert, select

from tercel.base.codec import encode
from tercel.base.errors import InvalidError, WrongStateError
from tercel.base.limits import ALLOWED_ITEMS_PER_ACCOUNT_MAX
from tercel.database.revisions import touch_account
from tercel.database.tables.definitions import allowed_items, attributes
from tercel.database.tables.files import imports
from tercel.database.transaction import Transaction
from tercel.features.common.attribute_values import element_type
from tercel.features.common.csv.cells import read_amount
from tercel.features.common.csv.importing import Import, Importing, Numbered
from tercel.features.common.csv.reading import problem_at
from tercel.features.common.scope import Scope
from tercel.features.setup.attributes import store
from tercel.features.setup.attributes.model import Attribute, Suggestion
from tercel.features.setup.attributes.service import RESTRICTABLE, get_attribute


class ItemLine(msgspec.Struct, kw_only=True):
    """A line of a file of allowed values."""

    item: Suggestion


_FILES = Importing(ItemLine, "AttributeAllowedList")


async def import_allowed_list(tx: Transaction, scope: Scope, attribute_id: int, file: BinaryIO) -> Import:
    """Replace the list of values that an attribute allows by those of a file; one without lines takes it away.

    Raises:
        NotFoundError: the account has no such attribute that the caller may see.
        WrongStateError: the attribute is built in.
        InvalidError: its values cannot be restricted, or lines cannot be accepted, so nothing was imported.
        TooLargeError: there are too many lines.
    """
    attribute = await get_attribute(tx, scope.caller, attribute_id)
    _check_restrictable(attribute)
    await touch_account(tx, scope.account_id)
    await tx.execute(delete(allowed_items).where(allowed_items.c.attribute_id == attribute_id))
    is_number = element_type(attribute.type) == "number"

    async def write(_import_id: int, piece: Sequence[Numbered[ItemLine]]) -> int:
        if is_number:
            _check_numbers(piece)
        items = encode([line.item for _, line in piece]).decode()
        values = {"attribute_id": attribute_id, "first_line": piece[0].number, "items": items}
        await tx.execute(insert(allowed_items).values(values))
        return len(piece)

    made = await _FILES.run(tx, scope, file, write)
    await store.update_attribute(tx, attribute_id, {"allowed_list_id": made.id if made.amount else None})
    await _check_sum(tx, scope)
    return made


def _check_restrictable(attribute: Attribute) -> None:
    if not attribute.editable:
        raise WrongStateError(f"the attribute `{attribute.name}` is built in and cannot be edited")
    if element_type(attribute.type) not in RESTRICTABLE:
        details = (
            f"values of type `{attribute.type}` cannot be restricted to a list, only texts and numbers can"
        )
        raise InvalidError(message=details)


def _check_numbers(piece: Sequence[Numbered[ItemLine]]) -> None:
    problems = []
    for number, line in piece:
        try:
            read_amount(line.item)
        except ValueError as error:
            problems.append(problem_at(number, "format", f"item {error}"))
    if problems:
        raise InvalidError(*problems)


async def _check_sum(tx: Transaction, scope: Scope) -> None:
    """Refuse more values than every process of the account should hold."""
    lists = imports.join(attributes, attributes.c.allowed_list_id == imports.c.id)
    statement = select(func.sum(imports.c.amount)).select_from(lists).where(*scope.holds(attributes))
    if (await tx.scalar(statement) or 0) > ALLOWED_ITEMS_PER_ACCOUNT_MAX:
        raise InvalidError(
            message=f"the lists of allowed values of an account may have at most {ALLOWED_ITEMS_PER_ACCOUNT_MAX} together"
        )
