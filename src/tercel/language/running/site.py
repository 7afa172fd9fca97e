"""What a special form learns about the place where it is compiled."""

from __future__ import annotations

from typing import NamedTuple

from tercel.language.running.scope import Scope
from tercel.language.tree import Call


class Site(NamedTuple):
    """``records_effects`` says whether any argument calls an effect, so that a failure must take effects back."""

    call: Call
    scope: Scope
    records_effects: bool
