"""Loyalty programs of a scenario: what rules name by the scenario's numbers has other ones on a server."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from tercel.language.functions.all import find_function
from tercel.scenario.calls import calls, references
from tercel.scenario.cases import Case

T = TypeVar("T")


def program_names(case: Case) -> list[str]:
    """Return the programs that the context gives or rules name, as the scenario writes them."""
    return sorted({*(case.context.get("loyalty") or {}), *references(case.campaigns, "programs")})


def ledgers_of(case: Case, program: str) -> dict[str, Mapping[str, Any]]:
    """Return what the customer has in a program, by subledger."""
    given = (case.context.get("loyalty") or {}).get(program) or {}
    return {name: value for name, value in given.items() if isinstance(value, Mapping)}


def tiers_of(case: Case, program: str) -> list[dict[str, object]]:
    """Return tiers that the balances of the case just reach."""
    found = {
        str(ledger["tier"]): ledger.get("current", 0)
        for ledger in ledgers_of(case, program).values()
        if "tier" in ledger
    }
    return [{"name": name, "minPoints": points} for name, points in found.items()]


def with_program_ids(ruleset: T, ids: Mapping[str, int]) -> T:
    """Return a rule set in which calls name programs by the ids that a server gave them."""
    content = copy.deepcopy(ruleset)
    for call in calls(content):
        function = find_function(call[0])
        for place, argument in enumerate(function.arguments if function else (), 1):
            if argument.topic == "programs" and place < len(call):
                call[place] = ids.get(str(call[place]), call[place])
    return content
