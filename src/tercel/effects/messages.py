"""Effects that carry a message to the shop or its customers: notifications, webhooks, custom effects, errors
(behaviour/effects 8)."""

from __future__ import annotations

from typing import Any, ClassVar

from tercel.effects.props import Props
from tercel.language.catalogue.budgets import CUSTOM_EFFECTS, WEBHOOKS


class ShowNotification(Props, gc=False):
    """A message for the customer; the type is Info, Offer, Error or Misc."""

    effect_type: ClassVar[str] = "showNotification"
    shop: ClassVar[str] = "Show the text."
    notification_type: str
    title: str
    body: str


class TriggerWebhook(Props, gc=False):
    """The call of a webhook was recorded, to be sent after the request."""

    effect_type: ClassVar[str] = "triggerWebhook"
    action: ClassVar[str] = WEBHOOKS.action
    shop: ClassVar[str] = "Nothing: Tercel records the call; sending it is still to come."
    webhook_id: int
    webhook_name: str


class CustomEffect(Props, gc=False, kw_only=True):
    """An effect that the account defined; ``payload`` is its template with the parameters filled in."""

    effect_type: ClassVar[str] = "customEffect"
    action: ClassVar[str] = CUSTOM_EFFECTS.action
    shop: ClassVar[str] = "What you agreed with whoever wrote the rule; `payload` is what they filled in."
    effect_id: int
    name: str
    cart_item_position: int | None = None
    cart_item_sub_position: int | None = None
    bundle_index: int | None = None
    bundle_name: str | None = None
    payload: Any


class EvaluationFailed(Props, gc=False):
    """The effect ``error``: a rule could not be evaluated for a reason its author should hear of."""

    effect_type: ClassVar[str] = "error"
    shop: ClassVar[str] = (
        "Log it and tell whoever writes the rules: one could not be computed. Prices are as if that rule "
        "were not there."
    )
    message: str


class ShowBundleMetadata(Props, gc=False):
    """Superseded; read from stored effects, never emitted."""

    effect_type: ClassVar[str] = "showBundleMetadata"
    shop: ClassVar[str] = "Nothing: only old sessions have it."
    description: str
    bundle_attributes: list[str]
    items_indices: list[Any]
