"""The base of all effect properties: what the struct of each effect has in common."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Props(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """Properties of one kind of effect, in the order and with the names of the wire contract.

    ``effect_type`` is the tag that the envelope carries beside the properties. Unset optional fields are left out.
    """

    effect_type: ClassVar[str] = ""
