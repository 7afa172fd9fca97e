"""Notifications, webhooks and custom effects (rules.md 3.5, 4.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import decode_any, encode
from tercel.base.numbers import ONE
from tercel.effects.messages import CustomEffect, ShowNotification, TriggerWebhook
from tercel.evaluation.cart import Bundle, Item
from tercel.evaluation.host.desk import Desk, id_of
from tercel.evaluation.host.discounts import units
from tercel.evaluation.host.plain import plain
from tercel.evaluation.snapshot import CustomEffectFacts
from tercel.language.entity import Entity
from tercel.language.errors import MissingError, RangeError
from tercel.language.host import Amount, Options

_PLACEHOLDER = re.compile(r"\$\{\$([^}]*)\}")


class WebhookCall:
    """A webhook to call after the request."""

    __slots__ = ("parameters", "webhook_id")

    def __init__(self, webhook_id: int, parameters: dict[str, Any]) -> None:
        self.webhook_id = webhook_id
        self.parameters = parameters


class MessageDesk(Desk):
    """The effects that tell somebody something."""

    __slots__ = ()

    def show_notification(self, notification_type: str, title: str, body: str) -> None:
        """A message for the customer."""
        self.record(ShowNotification(notification_type, title, body))

    def trigger_webhook(self, webhook: Any, parameters: Options) -> None:
        """Call a webhook after the request."""
        webhook_id = id_of(webhook)
        name = self.snapshot.webhooks.get(webhook_id)
        if name is None:
            raise MissingError(f"there is no webhook {webhook_id}")
        uses = self.take("callApi")
        self.working.notes.append(WebhookCall(webhook_id, dict(parameters)))
        self.book("callApi", ONE, self.record(TriggerWebhook(webhook_id, name)), uses)

    def custom_effect(self, effect: Any, parameters: Options) -> None:
        """A custom effect on the cart."""
        self.add_custom_effect(self.find_custom_effect(effect), parameters)

    def custom_effect_per_item(self, effect: Any, items: list[Any], parameters: Amount) -> None:
        """A custom effect for each unit."""
        facts = self.find_custom_effect(effect)
        for item, bundle in units(items):
            self.add_custom_effect(facts, parameters(item), item=item, bundle=bundle)

    def find_custom_effect(self, effect: Any) -> CustomEffectFacts:
        """The definition of an id or a name."""
        known = self.snapshot.custom_effects
        facts = known.get(int(effect)) if isinstance(effect, Decimal) else None
        if facts is None:
            facts = next((each for each in known.values() if each.name == effect), None)
        if facts is None:
            raise MissingError(f"there is no custom effect `{effect}`")
        return facts

    def add_custom_effect(
        self,
        facts: CustomEffectFacts,
        parameters: Options,
        *,
        item: Item | None = None,
        bundle: Bundle | None = None,
    ) -> None:
        """Fill the template and record the effect."""
        missing = [name for name in facts.parameters if name not in parameters]
        if missing:
            raise MissingError(f"custom effect `{facts.name}` needs the parameter `{missing[0]}`")
        payload = self.fill(facts.payload, parameters) if facts.payload else plain(dict(parameters))
        effect = CustomEffect(
            effect_id=facts.id,
            name=facts.name,
            cart_item_position=None if item is None else item.position,
            cart_item_sub_position=None if item is None else item.sub_position,
            bundle_index=None if bundle is None else bundle.number,
            bundle_name=None if bundle is None else bundle.name,
            payload=payload,
        )
        self.book("customEffect", ONE, self.record(effect), self.take("customEffect"), item=item)

    def fill(self, template: str, parameters: Options) -> Any:
        """A JSON template with its placeholders replaced.

        Inside a text a value is written as in a text, elsewhere as JSON.

        Raises:
            MissingError: a placeholder has no value.
            RangeError: the result is no JSON.
        """
        filled: list[str] = []
        end = 0
        for match in _PLACEHOLDER.finditer(template):
            filled.append(template[end : match.start()])
            end = match.end()
            value = encode(plain(self.lookup(match[1], parameters))).decode()
            is_in_text = "".join(filled).replace('\\"', "").count('"') % 2 == 1
            filled.append(value.removeprefix('"').removesuffix('"') if is_in_text else value)
        filled.append(template[end:])
        try:
            return decode_any("".join(filled))
        except msgspec.DecodeError as error:
            raise RangeError(f"the payload is no JSON: {error}") from None

    def lookup(self, name: str, parameters: Options) -> Any:
        """The value of a placeholder: a parameter, else a path of a global such as ``Profile.Attributes.Name``."""
        if name in parameters:
            return parameters[name]
        value: Any = None
        for position, part in enumerate(name.split(".")):
            value = self.find_global(part) if position == 0 else _step(value, part)
        if value is None:
            raise MissingError(f"the placeholder `{name}` has no value")
        return value

    def find_global(self, name: str) -> Any:
        """A global by its name."""
        attribute = {"AdvocateProfile": "advocate_profile", "LoyaltyCard": "loyalty_card"}.get(
            name, name.lower()
        )
        return getattr(self.run, attribute, None) if name[:1].isupper() else None


def _step(value: Any, name: str) -> Any:
    if isinstance(value, Entity):
        return value.find(name)
    return value.get(name) if isinstance(value, Mapping) else None
