"""Effects that tell somebody something: notifications, webhooks, custom effects, errors (integration.md 3.8)."""

from __future__ import annotations

from typing import Any, ClassVar

from tercel.effects.props import Props


class ShowNotification(Props, gc=False):
    """A message for the customer; the type is Info, Offer, Error or Misc."""

    effect_type: ClassVar[str] = "showNotification"
    notification_type: str
    title: str
    body: str


class TriggerWebhook(Props, gc=False):
    """A webhook is called after the request."""

    effect_type: ClassVar[str] = "triggerWebhook"
    webhook_id: int
    webhook_name: str


class CustomEffect(Props, gc=False, kw_only=True):
    """An effect that the account defined; ``payload`` is its template with the parameters filled in."""

    effect_type: ClassVar[str] = "customEffect"
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
    message: str


class ShowBundleMetadata(Props, gc=False):
    """Superseded; read from stored effects, never emitted."""

    effect_type: ClassVar[str] = "showBundleMetadata"
    description: str
    bundle_attributes: list[str]
    items_indices: list[Any]
