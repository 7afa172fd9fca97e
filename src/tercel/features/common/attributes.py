"""Definitions of custom attributes, and the check that every write of attributes goes through.

A null value means that the attribute is not set. ``check_attributes`` and ``to_language`` are pure; the texts of the
problems are those of behaviour/requests 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from sqlalchemy import func, or_, select

from tercel.base import limits
from tercel.base.codec import encode
from tercel.base.errors import Problem
from tercel.database.tables.definitions import attributes
from tercel.database.transaction import Transaction
from tercel.features.common.allowed_items import AllowedItems
from tercel.features.common.attribute_values import (
    WrongTypeError,
    describe_type,
    guessed_value,
    language_value,
    value_of_suggestion,
)

_SHOWN_MAX = 100


class AttributeDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """What values an attribute takes. ``allowed`` is None when any value of the type will do."""

    id: int
    name: str
    type: str
    allowed: frozenset[Any] | None = None


def definition_of(row: Any, listed: frozenset[Any] | None) -> AttributeDefinition:
    """Return the definition in a row of the table: restricted to an imported list, else to its suggestions, or not at all."""
    allowed = listed
    if listed is None and row.restricted_by_suggestions:
        allowed = frozenset(value_of_suggestion(row.type, text) for text in row.suggestions)
    return AttributeDefinition(id=row.id, name=row.name, type=row.type, allowed=allowed)


async def load_definitions(
    tx: Transaction, account_id: int, entity: str, event_type: str = "", application_id: int | None = None
) -> Mapping[str, AttributeDefinition]:
    """Load the attributes of an entity by name: those of an application, or all of the account.

    An attribute that names no application is available in all (behaviour/definitions 1).
    """
    statement = select(attributes).where(
        attributes.c.account_id == account_id,
        attributes.c.entity == entity,
        attributes.c.event_type == event_type,
    )
    if application_id is not None:
        subscribed = attributes.c.subscribed_application_ids
        statement = statement.where(
            or_(func.jsonb_array_length(subscribed) == 0, subscribed.contains([application_id]))
        )
    rows, connection, lists = await tx.all(statement), await tx.driver_connection(), AllowedItems()
    return {row.name: definition_of(row, await lists.of(connection, row)) for row in rows}


def check_attributes(
    values: Mapping[str, Any],
    definitions: Mapping[str, AttributeDefinition],
    entity: str,
    pointer: str = "/attributes",
) -> list[Problem]:
    """Return every problem with the attributes of one entity: unknown names, wrong types, values outside a list, sizes."""
    if len(values) > limits.ATTRIBUTES_PER_ENTITY_MAX:
        details = f"there may be at most {limits.ATTRIBUTES_PER_ENTITY_MAX} attributes"
        return [Problem(title="maxProperties", details=details, pointer=pointer)]
    problems = []
    for name, value in values.items():
        failure = _failure(name, value, definitions.get(name), entity)
        if failure is not None:
            title, details = failure
            problems.append(Problem(title=title, details=details, pointer=f"{pointer}/{_escaped(name)}"))
    return problems


def check_mandatory(
    values: Mapping[str, Any], names: Iterable[str], pointer: str = "/attributes"
) -> list[Problem]:
    """Return a problem for each mandatory attribute that has no value."""
    return [
        Problem(
            title="required",
            details=f'The attribute "{name}" is mandatory in this application.',
            pointer=f"{pointer}/{_escaped(name)}",
        )
        for name in names
        if values.get(name) is None
    ]


def to_language(values: Mapping[str, Any], definitions: Mapping[str, AttributeDefinition]) -> dict[str, Any]:
    """Return checked attributes as language values, without nulls.

    Values whose definition is gone or has changed keep their JSON type, so that old data never stops an evaluation.
    """
    return {
        name: _language_value(value, definitions.get(name))
        for name, value in values.items()
        if value is not None
    }


def _language_value(value: Any, known: AttributeDefinition | None) -> Any:
    if known is None:
        return guessed_value(value)
    try:
        return language_value(known.type, value)
    except WrongTypeError:
        return guessed_value(value)


def _failure(name: str, value: Any, known: AttributeDefinition | None, entity: str) -> tuple[str, str] | None:
    if known is None:
        return "Unknown", f'The attribute "{name}" is not defined on {entity} entities.'
    if value is None:
        return None
    try:
        converted = language_value(known.type, value)
    except WrongTypeError:
        return "Invalid type", f"{_subject(name, value)} is not a {describe_type(known.type)}"
    elements = converted if isinstance(converted, list) else [converted]
    if len(elements) > limits.ATTRIBUTE_LIST_LENGTH_MAX:
        return "maxItems", f'"{name}" may have at most {limits.ATTRIBUTE_LIST_LENGTH_MAX} elements'
    if any(isinstance(one, str) and len(one) > limits.ATTRIBUTE_TEXT_LENGTH_MAX for one in elements):
        return "maxLength", f'"{name}" may have at most {limits.ATTRIBUTE_TEXT_LENGTH_MAX} characters'
    if known.allowed is not None and not known.allowed.issuperset(elements):
        return "enum", f"{_subject(name, value)} is not among the values to which it is restricted"
    return None


def _subject(name: str, value: Any) -> str:
    shown = encode(value).decode()
    if len(shown) > _SHOWN_MAX:
        shown = f"{shown[:_SHOWN_MAX]}…"
    return f'Value of "{name}" attribute ({shown})'


def _escaped(name: str) -> str:
    """Escape a name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")
