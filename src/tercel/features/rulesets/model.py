"""Rule sets as the wire knows them. Rules and bindings stay the documents they are: ``tercel.rules`` reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from tercel.base.limits import BINDINGS_MAX, NAME_LENGTH_MAX, RULES_PER_RULESET_MAX

Rules = Annotated[list[dict[str, Any]], Meta(max_length=RULES_PER_RULESET_MAX)]
Bindings = Annotated[list[dict[str, Any]], Meta(max_length=BINDINGS_MAX)]


class NewRuleset(msgspec.Struct, kw_only=True, rename="camel"):
    """A revision to save, in one of two forms: ``rules`` and ``bindings`` in the rule language, or ``promotionRules``
    made of blocks with ``selectors``, ``bundles`` and ``parameters``. ``activate`` makes it the one that is evaluated."""

    rules: Rules | UnsetType = UNSET
    strikethrough_rules: Rules | UnsetType = UNSET
    bindings: Bindings | UnsetType = UNSET
    promotion_rules: Rules | UnsetType = UNSET
    selectors: Bindings | UnsetType = UNSET
    bundles: Bindings | UnsetType = UNSET
    parameters: Bindings | UnsetType = UNSET
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


class RulesetV2(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A revision as answered in block form."""

    id: int
    created: datetime
    user_id: int
    campaign_id: int
    activated_at: datetime | None = None
    promotion_rules: list[Any]
    strikethrough_rules: list[Any]
    selectors: list[Any]
    bundles: list[Any]
    parameters: list[Any]


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision says, in the rule language. ``locate`` finds the place in the request of a place in it."""

    rules: list[dict[str, Any]]
    strikethrough_rules: list[dict[str, Any]]
    bindings: list[dict[str, Any]]
    locate: Callable[[str], str]
