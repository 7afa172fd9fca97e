"""Effects on audience membership (behaviour/effects 10)."""

from __future__ import annotations

from typing import ClassVar

from tercel.effects.props import Props


class AddToAudience(Props, gc=False):
    """A profile joins an audience."""

    effect_type: ClassVar[str] = "addToAudience"
    shop: ClassVar[str] = "Nothing, unless the shop keeps audiences too."
    audience_id: int | None = None
    audience_name: str | None = None
    profile_integration_id: str | None = None
    profile_id: int | None = None


class RemoveFromAudience(Props, gc=False):
    """A profile leaves an audience."""

    effect_type: ClassVar[str] = "removeFromAudience"
    shop: ClassVar[str] = "Nothing, unless the shop keeps audiences too."
    audience_id: int | None = None
    audience_name: str | None = None
    profile_integration_id: str | None = None
    profile_id: int | None = None
