"""Notifications, webhooks and custom effects (behaviour/evaluation 11; behaviour/effects 8)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from tercel.base.codec import decode_any
from tercel.base.numbers import ONE
from tercel.effects.messages import CustomEffect, ShowNotification, TriggerWebhook
from tercel.evaluation.entities.cart import Bundle, Item
from tercel.evaluation.entities.run import GLOBALS
from tercel.evaluation.host.desk import NO_OPTIONS, Desk, id_of
from tercel.evaluation.host.discounts import units
from tercel.evaluation.host.plain import plain
from tercel.evaluation.host.templates import (
    fill_json,
    fill_payload,
    fill_text,
    fill_url,
)
from tercel.evaluation.outcome import WebhookRequest
from tercel.evaluation.snapshot import CustomEffectFacts, WebhookFacts
from tercel.language.catalogue.budgets import CUSTOM_EFFECTS, WEBHOOKS
from tercel.language.errors import MissingError, RangeError
from tercel.language.running.host import Amount, Options
from tercel.language.values.entity import Entity


class MessageDesk(Desk):
    """The effects that carry a message: notifications, webhooks, custom effects."""

    __slots__ = ()

    def show_notification(self, notification_type: str, title: str, body: str = "") -> None:
        """Record a message for the customer."""
        self.record(ShowNotification(notification_type, title, body))

    def trigger_webhook(self, webhook: Any, parameters: Options = NO_OPTIONS) -> None:
        """Call a webhook after the request, with values of now."""
        webhook_id = id_of(webhook)
        facts = self.snapshot.webhooks.get(webhook_id)
        if facts is None:
            raise MissingError(f"there is no webhook {webhook_id}")
        request = self.render(facts, parameters)
        uses = self.take(WEBHOOKS.action)
        self.count_length(
            len(request.url) + len(request.payload or "") + len("".join(map("".join, request.headers)))
        )
        self.journal.notes.append(request)
        self.give(TriggerWebhook(webhook_id, facts.name), ONE, uses)

    def render(self, facts: WebhookFacts, parameters: Options) -> WebhookRequest:
        """Make the request of a webhook; a template without content means a request without a body.

        Raises:
            MissingError: a placeholder has no value.
            RangeError: the body is blank, or a header has more than one line.
        """

        def look_up(name: str) -> Any:
            return plain(self.lookup(name, parameters), self.run)

        payload = fill_payload(facts.payload, look_up)
        if facts.payload.strip() and not payload.strip():
            raise RangeError(f"the payload of webhook `{facts.name}` is blank")
        headers = tuple((name, fill_text(value, look_up)) for name, value in facts.headers)
        if any(not (each.isascii() and each.isprintable()) for _, each in headers):
            raise RangeError(f"a header of webhook `{facts.name}` has characters that no header can have")
        url = fill_url(facts.url, look_up)
        return WebhookRequest(
            webhook_id=facts.id, verb=facts.verb, url=url, headers=headers, payload=payload or None
        )

    def custom_effect(self, effect: Any, parameters: Options = NO_OPTIONS) -> None:
        """Record a custom effect on the cart."""
        self.add_custom_effect(self.find_custom_effect(effect), parameters)

    def custom_effect_per_item(self, effect: Any, items: list[Any], parameters: Amount) -> None:
        """Record a custom effect for each unit."""
        facts = self.find_custom_effect(effect)
        for item, bundle in units(items):
            self.add_custom_effect(facts, parameters(item), item=item, bundle=bundle)

    def find_custom_effect(self, effect: Any) -> CustomEffectFacts:
        """Return the definition of an id or a name."""
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
        payload = self.fill(facts.payload, parameters) if facts.payload else plain(dict(parameters), self.run)
        effect = CustomEffect(
            effect_id=facts.id,
            name=facts.name,
            cart_item_position=None if item is None else item.position,
            cart_item_sub_position=None if item is None else item.sub_position,
            bundle_index=None if bundle is None else bundle.number,
            bundle_name=None if bundle is None else bundle.name,
            payload=payload,
        )
        self.give(effect, ONE, self.take(CUSTOM_EFFECTS.action), item=item)

    def fill(self, template: str, parameters: Options) -> Any:
        """Fill the placeholders of a JSON template.

        Raises:
            MissingError: a placeholder has no value.
            RangeError: the result is no JSON.
        """
        filled = fill_json(template, lambda name: plain(self.lookup(name, parameters), self.run))
        try:
            return decode_any(filled)
        except msgspec.DecodeError as error:
            raise RangeError(f"the payload is no JSON: {error}") from None

    def lookup(self, name: str, parameters: Options) -> Any:
        """Return the value of a placeholder: a parameter, else a path of a global such as
        ``Profile.Attributes.Name``."""
        if name in parameters:
            return parameters[name]
        value: Any = None
        for position, part in enumerate(name.split(".")):
            value = self.find_global(part) if position == 0 else _step(value, part)
        if value is None:
            raise MissingError(f"the placeholder `{name}` has no value")
        return value

    def find_global(self, name: str) -> Any:
        """Return a global by its name, or None."""
        known = GLOBALS.get(name)
        return None if known is None else getattr(self.run, known.attribute)


def _step(value: Any, name: str) -> Any:
    if isinstance(value, Entity):
        return value.find(name)
    return value.get(name) if isinstance(value, Mapping) else None
