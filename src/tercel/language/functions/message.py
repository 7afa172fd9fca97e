"""Webhooks, custom effects and notifications as effects."""

from __future__ import annotations

from typing import Any

from tercel.language.blocks import BoundBlock
from tercel.language.catalogue import EFFECT, Family
from tercel.language.functions._product import host_of, maps_of, one_of_words
from tercel.language.kinds import NULL
from tercel.language.run import Run
from tercel.language.words import NOTIFICATION_TYPES

FAMILY = Family("Messages")

_NO_PARAMETERS: dict[str, Any] = {}


@FAMILY.define(
    "triggerWebhook callApi",
    "webhook:number|string parameters:map?",
    NULL,
    errors="limit",
    flags=EFFECT,
)
def trigger_webhook(run: Run, webhook: Any, parameters: dict[str, Any] = _NO_PARAMETERS) -> None:
    """Calls a webhook after the request."""
    host_of(run).trigger_webhook(webhook, parameters)


@FAMILY.define(
    "customEffect",
    "effect:number|string parameters:map?",
    NULL,
    errors="limit missing",
    flags=EFFECT,
)
def custom_effect(run: Run, effect: Any, parameters: dict[str, Any] = _NO_PARAMETERS) -> None:
    """Returns a custom effect."""
    host_of(run).custom_effect(effect, parameters)


@FAMILY.define(
    "customEffectPerItem",
    "effect:number|string items:list block:block",
    NULL,
    errors="limit missing",
    flags=EFFECT,
)
def custom_effect_per_item(run: Run, effect: Any, items: list[Any], block: BoundBlock) -> None:
    """Returns a custom effect for each item of a list, or for each item of a list of bundles."""
    host_of(run).custom_effect_per_item(effect, items, maps_of(block))


@FAMILY.define(
    "showNotification createNotification",
    "type:string title:string body:string?",
    NULL,
    errors="type",
    flags=EFFECT,
)
def show_notification(run: Run, notification_type: str, title: str, body: str = "") -> None:
    """Shows a notification of type `Info`, `Offer`, `Error` or `Misc`."""
    host_of(run).show_notification(
        one_of_words(notification_type, NOTIFICATION_TYPES, "notification type"), title, body
    )
