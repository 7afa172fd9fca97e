"""Saving, reading and deleting rule sets (behaviour/campaigns 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy import Row

from tercel.base.errors import InvalidError, NotFoundError, Problem, WrongStateError
from tercel.database.revisions import touch_application
from tercel.database.transaction import Transaction
from tercel.features.campaigns.campaigns.service import require_campaign
from tercel.features.campaigns.rulesets import store
from tercel.features.campaigns.rulesets.check import check_rules, judge
from tercel.features.campaigns.rulesets.forms import block_form, blocks_of, content_of
from tercel.features.campaigns.rulesets.model import (
    CheckedRuleset,
    Content,
    NewRuleset,
    Ruleset,
    RulesetProblem,
    RulesetSentence,
    RulesetToCheck,
    RulesetV2,
)
from tercel.features.campaigns.rulesets.setting import load_setting
from tercel.features.common.scope import ApplicationScope, CampaignScope
from tercel.rules.reader import read_leniently
from tercel.rules.sentences import rule_sentence


async def create_ruleset(tx: Transaction, scope: CampaignScope, new: NewRuleset) -> Ruleset:
    """Save a revision of a campaign's rules and make it the active one unless told otherwise.

    Raises:
        InvalidError: the rules cannot be evaluated; every problem points at its place.
        WrongStateError: the campaign is archived.
    """
    revision = await touch_application(tx, scope.application_id)
    await _require_changeable(tx, scope)
    content = await content_of(tx, scope.account_id, scope.application_id, new)
    findings = await check_rules(tx, scope.account_id, scope.application_id, scope.campaign_id, content)
    values = _columns(content, new) | {
        "application_id": scope.application_id,
        "campaign_id": scope.campaign_id,
        "user_id": scope.user_id,
    }
    ruleset_id = await store.insert_ruleset(tx, values)
    if new.activate:
        await store.activate_ruleset(tx, scope.campaign_id, ruleset_id)
    await store.mark_campaign(tx, scope.campaign_id, revision=revision, user_id=scope.user_id)
    saved = await get_ruleset(tx, scope, ruleset_id)
    return msgspec.structs.replace(saved, findings=findings)


async def get_ruleset(tx: Transaction, scope: CampaignScope, ruleset_id: int) -> Ruleset:
    """Return one rule set.

    Raises:
        NotFoundError: the campaign has none with this id.
    """
    return store.ruleset_from_row(await _require_ruleset(tx, scope.campaign_id, ruleset_id))


async def get_ruleset_v2(tx: Transaction, scope: CampaignScope, ruleset_id: int) -> RulesetV2:
    """Return one rule set as blocks.

    Raises:
        NotFoundError: the campaign has none with this id.
    """
    ruleset = await get_ruleset(tx, scope, ruleset_id)
    return await block_form(tx, scope.account_id, scope.application_id, ruleset)


async def update_ruleset(tx: Transaction, scope: CampaignScope, ruleset_id: int, new: NewRuleset) -> Ruleset:
    """Replace the content of a rule set; the active one stays active whatever ``activate`` says.

    Raises:
        InvalidError: the rules cannot be evaluated; every problem points at its place.
        WrongStateError: the campaign is archived.
    """
    revision = await touch_application(tx, scope.application_id)
    await _require_changeable(tx, scope)
    current = await _require_ruleset(tx, scope.campaign_id, ruleset_id)
    content = await content_of(tx, scope.account_id, scope.application_id, new)
    findings = await check_rules(tx, scope.account_id, scope.application_id, scope.campaign_id, content)
    await store.update_ruleset(tx, ruleset_id, _columns(content, new))
    if new.activate and not current.is_active:
        await store.activate_ruleset(tx, scope.campaign_id, ruleset_id)
    await store.mark_campaign(tx, scope.campaign_id, revision=revision, user_id=scope.user_id)
    saved = await get_ruleset(tx, scope, ruleset_id)
    return msgspec.structs.replace(saved, findings=findings)


async def check_ruleset(tx: Transaction, scope: ApplicationScope, new: RulesetToCheck) -> CheckedRuleset:
    """Judge a rule set without saving it: both of its forms, errors, findings, and every rule in words.

    Raises:
        NotFoundError: the application has no such campaign.
    """
    if new.campaign_id is not None:
        await require_campaign(tx, scope.application_id, new.campaign_id)
    try:
        content = await content_of(tx, scope.account_id, scope.application_id, new)
    except InvalidError as error:
        return CheckedRuleset(errors=list(map(_problem, error.problems)), findings=[])
    setting = await load_setting(tx, scope.account_id, scope.application_id, new.campaign_id)
    problems, findings = await judge(content, setting)
    ruleset, _ = read_leniently(content.document())
    return CheckedRuleset(
        errors=list(map(_problem, problems)),
        findings=findings,
        sentences=[
            RulesetSentence(pointer=content.locate(f"/rules/{rule.index}"), text=rule_sentence(rule))
            for rule in ruleset.rules
        ],
        rules=content.rules,
        bindings=content.bindings,
        **await blocks_of(tx, scope.account_id, scope.application_id, content.document(), "ruleset"),
    )


def _problem(problem: Problem) -> RulesetProblem:
    return RulesetProblem(pointer=problem.pointer or "", title=problem.title, details=problem.details or "")


async def delete_ruleset(tx: Transaction, scope: CampaignScope, ruleset_id: int) -> None:
    """Delete a revision. After the active one the campaign has none, and gives nothing.

    Raises:
        WrongStateError: a variant of an experiment uses it, or the campaign is archived.
    """
    revision = await touch_application(tx, scope.application_id)
    await _require_changeable(tx, scope)
    await _require_ruleset(tx, scope.campaign_id, ruleset_id)
    if await store.is_of_variant(tx, ruleset_id):
        raise WrongStateError("a variant of an experiment uses the rule set: delete the variant first")
    if await store.deactivate_ruleset(tx, scope.campaign_id, ruleset_id):
        await store.mark_campaign(tx, scope.campaign_id, revision=revision, user_id=scope.user_id)
    await store.delete_ruleset(tx, ruleset_id)


async def _require_changeable(tx: Transaction, scope: CampaignScope) -> None:
    campaign = await require_campaign(tx, scope.application_id, scope.campaign_id)
    if campaign.state == "archived":
        raise WrongStateError("the campaign is archived: set its state to `disabled` first")


async def _require_ruleset(tx: Transaction, campaign_id: int, ruleset_id: int) -> Row[Any]:
    row = await store.find_ruleset(tx, campaign_id, ruleset_id)
    if row is None:
        raise NotFoundError(f"there is no rule set `{ruleset_id}` in this campaign")
    return row


def _columns(content: Content, new: NewRuleset) -> dict[str, Any]:
    return {
        "rules": _identified(content.rules),
        "strikethrough_rules": _identified(content.strikethrough_rules),
        "bindings": content.bindings,
        "rb_version": new.rb_version,
    }


def _identified(rules: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules as sent; those without an id get one, because people and copies refer to it."""
    return [rule if rule.get("id") else {"id": str(uuid4()), **rule} for rule in rules]
