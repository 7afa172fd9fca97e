"""The effect that changes an attribute (behaviour/effects 7)."""

from __future__ import annotations

from typing import Any, ClassVar

from tercel.effects.props import Props


class UpdateAttribute(Props, gc=False):
    """A new value; ``path`` is such as ``Profile.Attributes.Favourite``."""

    effect_type: ClassVar[str] = "updateAttribute"
    shop: ClassVar[str] = "Nothing, unless the shop keeps the attribute too: then take the value over."
    path: str
    value: Any
