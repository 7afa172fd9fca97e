"""Changes of attributes and of audiences (behaviour/effects 7, 10)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tercel.base.numbers import tidy
from tercel.effects.attributes import UpdateAttribute
from tercel.effects.audiences import AddToAudience, RemoveFromAudience
from tercel.evaluation.entities.cart import Item
from tercel.evaluation.host.attribute_types import check_value
from tercel.evaluation.host.desk import Desk, id_of
from tercel.evaluation.host.discounts import units
from tercel.evaluation.host.plain import plain
from tercel.evaluation.outcome import AttributeChange
from tercel.evaluation.snapshot import ChangedAttribute
from tercel.language.errors import DivisionByZeroError, MissingError, TypeMismatchError
from tercel.language.running.host import Amount
from tercel.language.values.periods import add_period, parse_period

_GLOBALS = {
    "Session": "session",
    "Profile": "profile",
    "AdvocateProfile": "advocate_profile",
    "Coupon": "coupon",
    "Referral": "referral",
}
#: On which entity the attributes of each of them are defined.
_DEFINED_ON = {
    "Session": "CustomerSession",
    "Profile": "CustomerProfile",
    "AdvocateProfile": "CustomerProfile",
}
_PATH_PARTS = 3


class AudienceChange:
    """A profile that joins or leaves an audience."""

    __slots__ = ("audience_id", "is_join", "profile_integration_id")

    def __init__(self, audience_id: int, profile_integration_id: str, *, is_join: bool) -> None:
        self.audience_id = audience_id
        self.profile_integration_id = profile_integration_id
        self.is_join = is_join


class AttributeDesk(Desk):
    """The effects on attributes and audiences; later rules see the new values."""

    __slots__ = ()

    def update_attribute(self, path: str, value: Any, operator: str = "setTo") -> None:
        """Change an attribute of the session, a profile, the coupon or the referral."""
        entity_name, name = self.split_path(path)
        entity = getattr(self.run, _GLOBALS[entity_name])
        if entity is None:
            raise MissingError(f"there is no {entity_name} to update")
        path = f"{entity_name}.Attributes.{name}"
        if self.has_moved(path, operator):
            return
        new = changed(entity.attributes.get(name), value, operator)
        self.check_attribute(_DEFINED_ON.get(entity_name, entity_name), name, new)
        shown = plain(new, self.run)
        self.journal.assign(entity, "attributes", self.extended(entity.attributes, name, new))
        self.journal.notes.append(
            AttributeChange(entity=entity_name, name=name, value=shown, target_id=entity.facts.id)
        )
        self.record(UpdateAttribute(path, shown))

    def has_moved(self, path: str, operator: str) -> bool:
        """Tell whether the rule changed the attribute for this session before: a change that depends on the old value
        is made once."""
        changed_before = self.snapshot.changed_attributes
        if not changed_before or operator == "setTo":
            return False
        return ChangedAttribute(self.campaign.id, self.rule.index, self.coupon_id, path) in changed_before

    def check_attribute(self, entity: str, name: str, value: Any) -> None:
        """Hold a new value against the definition of its attribute.

        Raises:
            MissingError: there is no such attribute.
            TypeMismatchError: the value is not of its type.
            RangeError: the value is none that the attribute may have.
        """
        types = self.application.attribute_types
        if types is None:
            return
        declared = types.get((entity, name))
        if declared is None:
            raise MissingError(f"there is no attribute `{name}` of `{entity}`")
        check_value(name, value, declared)

    def split_path(self, path: str) -> tuple[str, str]:
        """Entity and name of a path such as ``Profile.Attributes.Tier``."""
        parts = path.removeprefix("$").split(".", 2)
        if len(parts) != _PATH_PARTS or parts[1] != "Attributes" or parts[0] not in _GLOBALS:
            raise TypeMismatchError(
                f"`{path}` is no attribute that can be updated; write `Profile.Attributes.Name`"
            )
        return parts[0], parts[2]

    def update_item_attribute(
        self, items: list[Any], attribute: str, value: Amount, operator: str = "setTo"
    ) -> None:
        """Change an attribute of the lines that the items belong to; the first item of a line decides its value."""
        lines: dict[int, Item] = {}
        for item, _ in units(items):
            lines.setdefault(item.position, item)
        all_units = self.units_by_line() if lines else {}
        for position, item in lines.items():
            path = f"Session.CartItems[{position}].Attributes.{attribute}"
            if self.has_moved(path, operator):
                continue
            new = changed(item.attributes.get(attribute), value(item), operator)
            self.check_attribute("CartItem", attribute, new)
            shown = plain(new, self.run)
            attributes = self.extended(item.attributes, attribute, new)
            for unit in all_units[position]:
                self.journal.assign(unit, "attributes", attributes)
            self.journal.notes.append(
                AttributeChange(entity="CartItem", name=attribute, value=shown, position=position)
            )
            self.record(UpdateAttribute(path, shown))

    def units_by_line(self) -> dict[int, list[Item]]:
        """Return the units of the cart by the position of their line."""
        found: dict[int, list[Item]] = {}
        items = self.need_session().cart_items
        self.run.spend(len(items))
        for unit in items:
            found.setdefault(unit.position, []).append(unit)
        return found

    def extended(self, attributes: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
        """Return the attributes with a new value for one of them."""
        self.run.spend(len(attributes))
        return {**attributes, name: value}

    def add_to_audience(self, audience: Decimal, who: str = "Current") -> None:
        """Make a profile join; a member records nothing new."""
        self.change_membership(audience, who, is_join=True)

    def remove_from_audience(self, audience: Decimal, who: str = "Current") -> None:
        """Make a profile leave; one that is no member records nothing."""
        self.change_membership(audience, who, is_join=False)

    def change_membership(self, audience: Decimal, who: str, *, is_join: bool) -> None:
        """Join or leave an audience."""
        audience_id = id_of(audience)
        profile = self.need_profile(who)
        if (audience_id in profile.audience_ids) is is_join:
            return
        self.run.spend(len(profile.audience_ids))
        members = profile.audience_ids | {audience_id} if is_join else profile.audience_ids - {audience_id}
        self.journal.assign(profile, "audience_ids", members)
        self.journal.notes.append(AudienceChange(audience_id, profile.integration_id, is_join=is_join))
        kind = AddToAudience if is_join else RemoveFromAudience
        name = self.snapshot.audiences.get(audience_id)
        self.record(kind(audience_id, name, profile.integration_id, profile.facts.id or None))


def changed(old: Any, operand: Any, operator: str) -> Any:
    """Return the new value of an attribute.

    Raises:
        MissingError: the operator needs a value and there is none.
        TypeMismatchError: the operator does not fit the value.
    """
    if operator == "setTo":
        return tidy(operand) if type(operand) is Decimal else operand
    if old is None:
        raise MissingError(f"`{operator}` needs an attribute that is set")
    if operator == "toggle":
        if not isinstance(old, bool):
            raise TypeMismatchError("only a boolean can be toggled")
        return not old
    if operator in {"laterBy", "earlierBy"}:
        return _moved(old, operand, operator)
    if type(old) is not Decimal or type(operand) is not Decimal:
        raise TypeMismatchError(f"`{operator}` takes numbers")
    if operator == "divideBy" and not operand:
        raise DivisionByZeroError("an attribute cannot be divided by 0")
    return tidy(_ARITHMETIC[operator](old, operand))


_ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "increaseBy": lambda old, operand: old + operand,
    "decreaseBy": lambda old, operand: old - operand,
    "multiplyBy": lambda old, operand: old * operand,
    "divideBy": lambda old, operand: old / operand,
}


def _moved(old: Any, operand: Any, operator: str) -> datetime:
    if not isinstance(old, datetime) or not isinstance(operand, str):
        raise TypeMismatchError(f"`{operator}` takes a time and a period such as `5D`")
    period = parse_period(operand)
    sign = 1 if operator == "laterBy" else -1
    return add_period(old, period._replace(amount=sign * period.amount))
