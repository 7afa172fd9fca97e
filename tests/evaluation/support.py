"""Short ways to small programs and requests."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts, GroupFacts
from tercel.evaluation.program.program import Program, build_program
from tercel.evaluation.snapshot import CartLine, SessionFacts, Snapshot

NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)
ALWAYS = ["and", True]


def rule(*effects: Any, when: Any = None, **keys: Any) -> dict[str, Any]:
    return {"title": "rule", "condition": when or ALWAYS, "effects": list(effects), **keys}


def campaign(*rules: dict[str, Any], number: int = 1, **keys: Any) -> CampaignFacts:
    ruleset = {"rules": list(rules), "bindings": keys.pop("bindings", [])}
    return CampaignFacts(id=number, name=f"C{number}", ruleset_id=number, ruleset=ruleset, **keys)


def program(*campaigns: CampaignFacts, groups: tuple[GroupFacts, ...] = (), **settings: Any) -> Program:
    return build_program(ApplicationFacts(id=1, **settings), campaigns, groups)


def snapshot(total: int = 100, **keys: Any) -> Snapshot:
    line = CartLine(sku="A", quantity=1, price=Decimal(total), category="shoes")
    session = SessionFacts(integration_id="s", id=3, created=NOW, updated=NOW, lines=[line])
    return Snapshot(**{"now": NOW, "seed": "seed", "session": session, **keys})
