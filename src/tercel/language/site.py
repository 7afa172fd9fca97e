"""What a special form learns about the place where it is compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from tercel.language.run import Compiled
from tercel.language.scope import Scope
from tercel.language.tree import Call, Node


class Site(NamedTuple):
    """``records_effects`` says whether any argument calls an effect, so that a failure must take effects back.
    ``compile_part`` compiles a node below the call, where effects are as legal as they are for the call itself."""

    call: Call
    scope: Scope
    records_effects: bool
    compile_part: Callable[[Node], Compiled]
