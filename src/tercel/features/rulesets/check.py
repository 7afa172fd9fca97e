"""The check of rules before they are saved: only what can be evaluated is accepted."""

from __future__ import annotations

from tercel.base.errors import InvalidError
from tercel.database.transaction import Transaction
from tercel.features.rulesets.model import NewRuleset
from tercel.rules.reader import read_leniently


async def check_rules(tx: Transaction, account_id: int, application_id: int, new: NewRuleset) -> None:
    """Refuse rules that the engine could not run.

    Raises:
        InvalidError: with every problem, pointing into the request.
    """
    document = {
        "rules": new.rules,
        "bindings": new.bindings,
        "strikethroughRules": new.strikethrough_rules or [],
    }
    _, problems = read_leniently(document)
    if problems:
        raise InvalidError(*problems)
