"""Rule sets as the wire knows them. Rules and bindings stay the documents they are: ``tercel.rules`` reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import BINDINGS_MAX, NAME_LENGTH_MAX, RULES_PER_RULESET_MAX

Rules = Annotated[list[dict[str, Any]], Meta(max_length=RULES_PER_RULESET_MAX)]
Bindings = Annotated[list[dict[str, Any]], Meta(max_length=BINDINGS_MAX)]


class NewRuleset(msgspec.Struct, kw_only=True, rename="camel"):
    """A revision to save; ``activate`` makes it the one that is evaluated."""

    rules: Rules
    strikethrough_rules: Rules | UnsetType = UNSET
    bindings: Bindings
    rb_version: Annotated[str, Meta(max_length=NAME_LENGTH_MAX)] | None = None
    activate: bool = True


class Ruleset(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A revision as answered. ``activate`` says whether it is the active one."""

    id: int
    created: datetime
    user_id: int
    rules: list[Any]
    strikethrough_rules: list[Any]
    bindings: list[Any]
    rb_version: str | None = None
    activate: bool
    campaign_id: int
    activated_at: datetime | None = None
