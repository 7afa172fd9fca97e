"""Defining and reading custom attributes (behaviour/definitions 1).

Entity, event type, name and type are fixed for ever: stored values depend on them. Everything else may change.
"""

from __future__ import annotations

from typing import Any

import msgspec

from tercel.base.errors import ConflictError, InvalidError, NotFoundError, Problem, WrongStateError
from tercel.database.revisions import touch_account
from tercel.database.transaction import Transaction
from tercel.features.common.attribute_values import WrongTypeError, element_type, value_of_suggestion
from tercel.features.common.caller import Caller
from tercel.features.common.subscriptions import check_applications
from tercel.features.setup.attributes import event_types, store
from tercel.features.setup.attributes.model import Attribute, NewAttribute

#: Types whose values may be restricted, by suggestions or by a list.
RESTRICTABLE = ("string", "number")
_FIXED = ("entity", "event_type", "name", "type")


async def create_attribute(tx: Transaction, caller: Caller, new: NewAttribute) -> Attribute:
    """Define an attribute; for an event, its type comes into being with its first attribute.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: a rule of behaviour/definitions 1 is broken.
        ConflictError: name or title is taken.
    """
    await _check(tx, caller, new)
    # Because: this lock makes two callers with the same name take turns, so that the look below is enough.
    await touch_account(tx, caller.account_id)
    await _check_unique(tx, caller.account_id, new)
    if new.entity == "Event":
        await event_types.ensure_event_type(tx, caller, new.event_type)
    values = _columns(new) | {"account_id": caller.account_id}
    return await get_attribute(tx, caller, await store.insert_attribute(tx, values))


async def get_attribute(tx: Transaction, caller: Caller, attribute_id: int) -> Attribute:
    """Return one attribute.

    Raises:
        NotFoundError: the account has none with this id that the caller may see.
    """
    row = await store.find_attribute(tx, caller, attribute_id)
    if row is None:
        raise NotFoundError(f"there is no attribute `{attribute_id}`")
    return store.attribute_from_row(row)


async def update_attribute(
    tx: Transaction, caller: Caller, attribute_id: int, new: NewAttribute
) -> Attribute:
    """Change title, description, suggestions and subscriptions of an attribute.

    Raises:
        ForbiddenError: it would be for applications that are not the caller's.
        InvalidError: what is fixed would change, or a rule of behaviour/definitions 1 is broken.
    """
    current = await get_attribute(tx, caller, attribute_id)
    if not current.editable:
        raise WrongStateError(f"the attribute `{current.name}` is built in and cannot be edited")
    _check_fixed(current, new)
    await _check(tx, caller, new)
    await touch_account(tx, caller.account_id)
    await _check_unique(tx, caller.account_id, new, own_id=attribute_id)
    await store.update_attribute(tx, attribute_id, _columns(new))
    return await get_attribute(tx, caller, attribute_id)


def _columns(new: NewAttribute) -> dict[str, Any]:
    values = msgspec.structs.asdict(new)
    values["subscribed_application_ids"] = values.pop("subscribed_applications_ids")
    values["subscribed_catalog_ids"] = values.pop("subscribed_catalogs_ids")
    return values


def _check_fixed(current: Attribute, new: NewAttribute) -> None:
    changed = [name for name in _FIXED if getattr(new, name) != (getattr(current, name) or "")]
    if changed:
        raise InvalidError(
            *(
                Problem(
                    title="readOnly",
                    details=f"the {name.replace('_', ' ')} of an attribute cannot change: define a new attribute",
                    pointer="/eventType" if name == "event_type" else f"/{name}",
                )
                for name in changed
            )
        )


async def _check(tx: Transaction, caller: Caller, new: NewAttribute) -> None:
    problems = [*_check_event_type(new), *_check_suggestions(new)]
    if problems:
        raise InvalidError(*problems)
    await check_applications(tx, caller, new.subscribed_applications_ids)


def _check_event_type(new: NewAttribute) -> list[Problem]:
    if new.entity != "Event":
        if not new.event_type:
            return []
        return [
            Problem(title="invalid", details="only Event attributes have an event type", pointer="/eventType")
        ]
    if not new.event_type:
        details = "an Event attribute needs the event type it belongs to"
        return [Problem(title="required", details=details, pointer="/eventType")]
    return event_types.check_name(new.event_type, "/eventType")


def _check_suggestions(new: NewAttribute) -> list[Problem]:
    if not new.restricted_by_suggestions:
        return []
    if element_type(new.type) not in RESTRICTABLE:
        details = (
            f"values of type `{new.type}` cannot be restricted by suggestions, only texts and numbers can"
        )
        return [Problem(title="invalid", details=details, pointer="/restrictedBySuggestions")]
    problems = []
    for index, text in enumerate(new.suggestions):
        try:
            value_of_suggestion(new.type, text)
        except WrongTypeError:
            problems.append(
                Problem(title="type", details=f"`{text}` is no number", pointer=f"/suggestions/{index}")
            )
    return problems


async def _check_unique(
    tx: Transaction, account_id: int, new: NewAttribute, *, own_id: int | None = None
) -> None:
    taken = await store.find_namesakes(
        tx, account_id, entity=new.entity, event_type=new.event_type, name=new.name, title=new.title
    )
    problems = []
    for row in taken:
        if row.id == own_id:
            continue
        word = "name" if row.name == new.name else "title"
        details = f"there is already a {new.entity} attribute with the {word} `{getattr(new, word)}`"
        problems.append(Problem(title="unique", details=details, pointer=f"/{word}"))
    if problems:
        raise ConflictError(problems[0].details, problems)
