"""The effect that changes an attribute (integration.md 3.8)."""

from __future__ import annotations

from typing import Any, ClassVar

from tercel.effects.props import Props


class UpdateAttribute(Props, gc=False):
    """A new value; ``path`` is such as ``Profile.Attributes.Favourite``."""

    effect_type: ClassVar[str] = "updateAttribute"
    path: str
    value: Any
