"""The check of rules before they are saved: only what can be evaluated is accepted, and what is hardly meant is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any
from uuid import UUID

from tercel.base.errors import InvalidError, Problem
from tercel.database.transaction import Transaction
from tercel.evaluation.entities.run import RULE_SCOPE
from tercel.features.campaigns.rulesets.model import Content, RulesetFinding
from tercel.features.campaigns.rulesets.setting import load_setting
from tercel.rules.lint.linting import lint_in_setting
from tercel.rules.lint.setting import Setting

#: Problems that keep a rule set from being saved, and what the linter finds when there are none.
Judgement = tuple[list[Problem], list[RulesetFinding]]

_BESIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rules")


async def check_rules(
    tx: Transaction, account_id: int, application_id: int, campaign_id: int, content: Content
) -> list[RulesetFinding]:
    """Refuse rules that the engine could not run; what is merely suspicious is accepted and told.

    Raises:
        InvalidError: with every problem, pointing into the request.
    """
    setting = await load_setting(tx, account_id, application_id, campaign_id)
    problems, findings = await judge(content, setting)
    if problems:
        raise InvalidError(*problems)
    return findings


async def judge(content: Content, setting: Setting) -> Judgement:
    """Return the errors that keep rules from being saved, or else the linter's findings, with pointers into the
    request.

    Because: checking and reasoning may take a second of processor time, it happens beside the event loop, and for one
    rule set at a time, so that requests under way only share the interpreter with one other thread.
    """
    loop, context = asyncio.get_running_loop(), copy_context()
    return await loop.run_in_executor(_BESIDE, context.run, _judge, content, setting)


def _judge(content: Content, setting: Setting) -> Judgement:
    problems, findings = [], []
    for pointer, code, message, severity in lint_in_setting(content.document(), RULE_SCOPE, setting):
        place = content.locate(pointer)
        if severity == "error":
            problems.append(Problem(title=code, details=message, pointer=place))
        else:
            findings.append(RulesetFinding(pointer=place, code=code, severity=severity, message=message))
    problems += _ids(content.rules, "/rules", content.locate)
    problems += _ids(content.strikethrough_rules, "/strikethroughRules", content.locate)
    return problems, findings


def _ids(rules: Sequence[Mapping[str, Any]], pointer: str, locate: Callable[[str], str]) -> Iterator[Problem]:
    """Rules without an id get one later; those that have one must differ."""
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        rule_id = rule.get("id")
        if not rule_id:
            continue
        at = locate(f"{pointer}/{index}/id")
        if not _is_uuid(rule_id):
            yield Problem(title="format", details="the id of a rule is a UUID", pointer=at)
        elif rule_id in seen:
            yield Problem(title="duplicate", details="another rule has the same id", pointer=at)
        else:
            seen.add(rule_id)


def _is_uuid(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(UUID(value))
    except ValueError:
        return False
