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


class RulesetFinding(msgspec.Struct, kw_only=True, frozen=True):
    """What the linter says of a place in the request: ``severity`` is ``warning``, or ``info`` for a remark. docs/lint.md
    tells what each ``code`` means."""

    pointer: str
    code: str
    severity: str
    message: str


class Ruleset(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A revision as answered. ``activate`` says whether it is the active one. ``findings`` is Tercel's own: what the
    linter says of the rules, answered when they are saved."""

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
    findings: list[RulesetFinding] | UnsetType = UNSET


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


class RulesetToCheck(NewRuleset, kw_only=True, rename="camel"):
    """A rule set to check without saving it, in one of the two forms. With ``campaignId`` the linter knows the campaign's
    budgets and codes."""

    campaign_id: int | None = None


class RulesetSentence(msgspec.Struct, kw_only=True, frozen=True):
    """A rule in words, and the place of it in the request."""

    pointer: str
    text: str


class RulesetProblem(msgspec.Struct, kw_only=True, frozen=True):
    """What keeps a rule set from being saved, and the place of it in the request."""

    pointer: str
    title: str
    details: str


class CheckedRuleset(msgspec.Struct, kw_only=True, rename="camel", omit_defaults=True):
    """A rule set in both forms, with all that is wrong with it (``errors``), all that is hardly meant (``findings``) and
    every rule in words. Forms are left out when the one that was sent cannot be read."""

    errors: list[RulesetProblem]
    findings: list[RulesetFinding]
    sentences: list[RulesetSentence] = []
    rules: list[Any] | UnsetType = UNSET
    bindings: list[Any] | UnsetType = UNSET
    promotion_rules: list[Any] | UnsetType = UNSET
    selectors: list[Any] | UnsetType = UNSET
    bundles: list[Any] | UnsetType = UNSET
    parameters: list[Any] | UnsetType = UNSET
    strikethrough_rules: list[Any] | UnsetType = UNSET


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What a revision says, in the rule language. ``locate`` finds the place in the request of a place in it."""

    rules: list[dict[str, Any]]
    strikethrough_rules: list[dict[str, Any]]
    bindings: list[dict[str, Any]]
    locate: Callable[[str], str]

    def document(self) -> dict[str, Any]:
        """Return the rule set as ``tercel.rules`` reads it."""
        return {
            "rules": self.rules,
            "bindings": self.bindings,
            "strikethroughRules": self.strikethrough_rules,
        }
