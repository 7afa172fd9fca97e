"""The cookbook: a page per chapter, made from the recipes in tests/scenarios/cookbook.

A recipe's file is named ``<chapter>-<number>-<words>.json``; its title and description are the text of the page.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from tests.architecture.sources import ROOT
from tests.documentation.layout import laid_out
from tests.documentation.told import (
    amount,
    told_campaign,
    told_cart,
    told_effects,
    told_return,
    told_rules,
    told_surroundings,
)

RECIPES = ROOT / "tests" / "scenarios" / "cookbook"
PAGES = ROOT / "docs" / "campaigns" / "cookbook"

#: The chapters in their order: how files begin, what the page is called, and what is in it.
CHAPTERS = {
    "cart": ("Off the whole cart", "One amount off everything, by what is spent."),
    "items": ("Off some items", "Discounts that stand on items, chosen by category, article or attribute."),
    "quantity": ("Buy some, get some", "What depends on how many are bought: free ones, bundles, gifts."),
    "codes": ("Codes", "Coupons, gift cards, referrals, and codes that rules make."),
    "customers": ("Customers", "What depends on who buys."),
    "time": ("Time and place", "Hours, days, stores and channels."),
    "delivery": ("Delivery and other costs", "Discounts on what stands beside the goods."),
    "together": ("Several discounts", "What may come together, what may not, and how much in all."),
    "budget": ("Budgets", "How much, how often and for whom."),
    "after": ("After the order", "Returns and cancellations."),
}

_NOTE = "<!-- Made from the files of tests/scenarios/cookbook by `make bless`. -->\n"
_INDEX = (
    _NOTE
    + """
# Cookbook

Each recipe is a rule set to take and change, with carts and what comes of them. Every one of them runs in the test suite, through
the engine and over HTTP. Send the rule set as it stands to `POST …/campaigns/{campaignId}/rulesets`, and try it with a
[dry request](../../integrate/testing.md) or as a [scenario](../../scenarios.md) of your own.

Amounts are in the currency of the application. A discount on items is told unit by unit, one effect each; the tables count
equal ones together.
"""
)


class Recipe(NamedTuple):
    """One file of the cookbook."""

    chapter: str
    number: int
    data: dict[str, Any]


def recipes() -> list[Recipe]:
    order = list(CHAPTERS)
    found = [_read(path) for path in RECIPES.glob("*.json")]
    return sorted(found, key=lambda recipe: (order.index(recipe.chapter), recipe.number))


def _read(path: Path) -> Recipe:
    chapter, number, _ = path.stem.split("-", 2)
    return Recipe(chapter, int(number), json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))


def cookbook_pages() -> dict[Path, str]:
    """Every page with its text."""
    pages = {PAGES / f"{name}.md": _chapter(name) for name in CHAPTERS}
    return {PAGES / "index.md": _index(), **pages}


def _index() -> str:
    parts = [_INDEX]
    for name, (title, summary) in CHAPTERS.items():
        parts.append(f"## [{title}]({name}.md)\n\n{summary}\n")
        parts += [f"- {recipe.data['title']}" for recipe in recipes() if recipe.chapter == name]
        parts.append("")
    return "\n".join(parts)


def _chapter(name: str) -> str:
    title, summary = CHAPTERS[name]
    told = [_recipe(recipe.data) for recipe in recipes() if recipe.chapter == name]
    return "\n".join([_NOTE, f"# {title}\n", f"{summary}\n", *told])


def _recipe(data: dict[str, Any]) -> str:
    context = data.get("context") or {}
    parts = [f"## {data['title']}\n", f"{data['description']}\n"]
    parts += [f"{text}\n" for text in told_surroundings(context)]
    for campaign in data["campaigns"]:
        parts += _campaign(campaign)
    return "\n".join(parts + (_cases(data) if "cases" in data else _steps(data)))


def _campaign(campaign: dict[str, Any]) -> list[str]:
    words = told_campaign(campaign)
    parts = [f"{words}:\n"] if words else []
    limits = [{"limits": campaign["limits"]}] if "limits" in campaign else []
    parts += [*(f"> {line}\n>" for line in told_rules(campaign["ruleset"])), ""]
    return parts + [f"```json\n{laid_out(shown)}\n```\n" for shown in (*limits, campaign["ruleset"])]


def _cases(data: dict[str, Any]) -> list[str]:
    rows = ["| | cart | gets | to pay |", "|---|---|---|---|"]
    for case in data["cases"]:
        context = {**(data.get("context") or {}), **(case.get("context") or {})}
        lines = case["session"].get("cartItems") or []
        cart = f"{case['name']} | {told_cart(case['session'], context)}"
        payable = amount(case["expectedTotals"]["payable"])
        rows.append(f"| {cart} | {told_effects(case['expected'], lines)} | {payable} |")
    return [*rows, ""]


def _steps(data: dict[str, Any]) -> list[str]:
    rows = ["| | request | answer |", "|---|---|---|"]
    lines: list[Any] = []
    for step in data["steps"]:
        session = step.get("update", {})
        lines = session.get("cartItems", lines)
        told = told_return(step["return"]) if "return" in step else told_cart(session, {}, step.get("now"))
        rows.append(f"| {step['name']} | {told} | {told_effects(step.get('expected', []), lines)} |")
    return [*rows, ""]
