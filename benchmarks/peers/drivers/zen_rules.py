"""The promotions as decisions of zen: one decision table, or one expression for each promotion."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from zen import ZenDecisionContent, ZenEngine, compile_expression

#: Gives the promotions that hit, and the discount in cents, for ``{"cart": …}``.
Evaluate = Callable[[dict[str, Any]], tuple[list[int], float]]


def decision(promotions: list[dict[str, Any]]) -> Any:
    """Make a decision with one table that collects every row that holds."""
    rules = [
        {
            "_id": f"rule{promotion['id']}",
            "minimum": f">= {promotion['minimum']}",
            "category": f"some($, #.category == '{promotion['category']}')",
            "promotion": str(promotion["id"]),
            "discount": _discount(promotion),
        }
        for promotion in promotions
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [
            {"id": "minimum", "name": "minimum", "field": "cart.subtotal"},
            {"id": "category", "name": "category", "field": "cart.items"},
        ],
        "outputs": [
            {"id": "promotion", "name": "promotion", "field": "promotion"},
            {"id": "discount", "name": "discount", "field": "discount"},
        ],
        "rules": rules,
    }
    position = {"x": 0, "y": 0}
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": position, "content": {}},
        {"id": "table", "type": "decisionTableNode", "name": "table", "position": position, "content": table},
        {"id": "out", "type": "outputNode", "name": "out", "position": position, "content": {}},
    ]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in (("in", "table"), ("table", "out"))
    ]
    return ZenEngine().create_decision(ZenDecisionContent(json.dumps({"nodes": nodes, "edges": edges})))


def collected(result: list[dict[str, Any]]) -> tuple[list[int], float]:
    """Promotions and discount out of the rows that a table collected."""
    return [row["promotion"] for row in result], sum(row["discount"] for row in result)


def by_table(promotions: list[dict[str, Any]]) -> Evaluate:
    """Return an evaluation by one decision table."""
    table = decision(promotions)
    return lambda context: collected(table.evaluate(context)["result"])


def by_expressions(promotions: list[dict[str, Any]]) -> Evaluate:
    """Return an evaluation by one compiled expression for each promotion, called one after the other."""
    compiled = [(promotion["id"], compile_expression(_expression(promotion))) for promotion in promotions]

    def evaluate(context: dict[str, Any]) -> tuple[list[int], float]:
        found = [(number, value) for number, each in compiled if (value := each.evaluate(context))]
        return [number for number, _ in found], sum(value for _, value in found)

    return evaluate


def _discount(promotion: dict[str, Any]) -> str:
    lines = f"filter(cart.items, #.category == '{promotion['category']}')"
    return f"sum(map({lines}, #.total)) * {promotion['percent']} / 100"


def _expression(promotion: dict[str, Any]) -> str:
    holds = f"cart.subtotal >= {promotion['minimum']} and some(cart.items, #.category == '{promotion['category']}')"
    return f"{holds} ? {_discount(promotion)} : 0"
