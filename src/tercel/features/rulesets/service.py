"""Saving, reading and deleting rule sets (rules.md 1.1)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import Row

from tercel.base.errors import NotFoundError, WrongStateError
from tercel.database.revisions import touch_application
from tercel.database.tables.campaigns import rulesets
from tercel.database.transaction import Transaction
from tercel.features.campaigns.service import require_campaign
from tercel.features.common.caller import Caller
from tercel.features.common.page import Page, PageRequest, fetch_page, order_by
from tercel.features.rulesets import store
from tercel.features.rulesets.check import check_rules
from tercel.features.rulesets.forms import block_form, content_of
from tercel.features.rulesets.model import Content, NewRuleset, Ruleset, RulesetV2

_SORTABLE = {
    "id": rulesets.c.id,
    "created": rulesets.c.created,
    "activatedAt": rulesets.c.activated_at,
}


async def create_ruleset(
    tx: Transaction, caller: Caller, application_id: int, campaign_id: int, new: NewRuleset
) -> Ruleset:
    """Save a revision of a campaign's rules and make it the active one unless told otherwise.

    Raises:
        InvalidError: the rules cannot be evaluated; every problem points at its place.
        WrongStateError: the campaign is archived.
    """
    revision = await touch_application(tx, application_id)
    await _require_changeable(tx, application_id, campaign_id)
    content = await content_of(tx, caller.account_id, application_id, new)
    await check_rules(tx, caller.account_id, application_id, content)
    values = _columns(content, new) | {
        "application_id": application_id,
        "campaign_id": campaign_id,
        "user_id": caller.user_id,
    }
    ruleset_id = await store.insert_ruleset(tx, values)
    if new.activate:
        await store.activate_ruleset(tx, campaign_id, ruleset_id)
    await store.mark_campaign(tx, campaign_id, revision=revision, user_id=caller.user_id)
    return await get_ruleset(tx, application_id, campaign_id, ruleset_id)


async def list_rulesets(
    tx: Transaction, application_id: int, campaign_id: int, page: PageRequest
) -> Page[Ruleset]:
    """One page of a campaign's rule sets, oldest first, with the total."""
    await require_campaign(tx, application_id, campaign_id)
    statement = store.select_rulesets(campaign_id)
    statement = order_by(statement, page.sort, allowed=_SORTABLE, default=rulesets.c.id)
    return await fetch_page(tx, statement, page, counted=True, row=store.ruleset_from_row)


async def get_ruleset(tx: Transaction, application_id: int, campaign_id: int, ruleset_id: int) -> Ruleset:
    """One rule set.

    Raises:
        NotFoundError: the campaign has none with this id.
    """
    await require_campaign(tx, application_id, campaign_id)
    return store.ruleset_from_row(await _require_ruleset(tx, campaign_id, ruleset_id))


async def get_ruleset_v2(
    tx: Transaction, caller: Caller, application_id: int, campaign_id: int, ruleset_id: int
) -> RulesetV2:
    """One rule set as blocks.

    Raises:
        NotFoundError: the campaign has none with this id.
    """
    ruleset = await get_ruleset(tx, application_id, campaign_id, ruleset_id)
    return await block_form(tx, caller.account_id, application_id, ruleset)


async def update_ruleset(
    tx: Transaction,
    caller: Caller,
    application_id: int,
    campaign_id: int,
    ruleset_id: int,
    new: NewRuleset,
) -> Ruleset:
    """Replace the content of a rule set; the active one stays active whatever ``activate`` says.

    Raises:
        InvalidError: the rules cannot be evaluated; every problem points at its place.
        WrongStateError: the campaign is archived.
    """
    revision = await touch_application(tx, application_id)
    await _require_changeable(tx, application_id, campaign_id)
    current = await _require_ruleset(tx, campaign_id, ruleset_id)
    content = await content_of(tx, caller.account_id, application_id, new)
    await check_rules(tx, caller.account_id, application_id, content)
    await store.update_ruleset(tx, ruleset_id, _columns(content, new))
    if new.activate and not current.is_active:
        await store.activate_ruleset(tx, campaign_id, ruleset_id)
    await store.mark_campaign(tx, campaign_id, revision=revision, user_id=caller.user_id)
    return await get_ruleset(tx, application_id, campaign_id, ruleset_id)


async def delete_ruleset(tx: Transaction, application_id: int, campaign_id: int, ruleset_id: int) -> None:
    """Delete a revision that is not in use.

    Raises:
        WrongStateError: it is the active one, or the campaign is archived.
    """
    await touch_application(tx, application_id)
    await _require_changeable(tx, application_id, campaign_id)
    current = await _require_ruleset(tx, campaign_id, ruleset_id)
    if current.is_active:
        raise WrongStateError("the rule set is active: activate another one or none before deleting it")
    await store.delete_ruleset(tx, ruleset_id)


async def _require_changeable(tx: Transaction, application_id: int, campaign_id: int) -> None:
    campaign = await require_campaign(tx, application_id, campaign_id)
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
    """The rules as sent; those without an id get one, because people and copies refer to it."""
    return [rule if rule.get("id") else {"id": str(uuid4()), **rule} for rule in rules]
