"""The common workload of the benchmarks: a cart, and campaigns "from a total, so much per cent off one category".

The numbers are the same for the same seed everywhere, so results can be compared between engines. Money is in cents
here and in units of the currency in the facts.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from decimal import Decimal
from itertools import cycle
from typing import Any

import msgspec

from tercel.evaluation.facts import ApplicationFacts, CampaignFacts
from tercel.evaluation.snapshot import CartLine, ProfileFacts, SessionFacts, Snapshot

SEED = 7
PRODUCTS = 200
CATEGORIES = 50
NOW = datetime(2026, 7, 15, 10, tzinfo=UTC)


class Line(msgspec.Struct, frozen=True):
    """A line of the cart; ``price`` of one unit in cents."""

    sku: str
    category: str
    price: int
    quantity: int

    @property
    def total(self) -> int:
        """Price times quantity."""
        return self.price * self.quantity


class Promotion(msgspec.Struct, frozen=True):
    """From ``minimum`` cents in all, ``percent`` off the lines of a category."""

    id: int
    category: str
    minimum: int
    percent: int


class Workload(msgspec.Struct, frozen=True):
    """A cart and the promotions that it meets."""

    lines: list[Line]
    promotions: list[Promotion]

    @property
    def subtotal(self) -> int:
        """Sum of the lines."""
        return sum(line.total for line in self.lines)


def generate(line_count: int, promotion_count: int) -> Workload:
    """Generate the workload of that size."""
    # Because: the same numbers as every other engine measured, so the generator and the order of its calls are fixed.
    source = random.Random(SEED)  # noqa: S311  # no secrets
    products = [
        (f"p{number}", f"c{number % CATEGORIES}", source.randrange(500, 5000)) for number in range(PRODUCTS)
    ]
    lines = [
        Line(sku, category, price, source.randint(1, 3))
        for sku, category, price in source.sample(products, line_count)
    ]
    subtotal = sum(line.total for line in lines)
    promotions = []
    for number in range(promotion_count):
        category = f"c{source.randrange(CATEGORIES)}"
        minimum = source.randrange(1000, 2 * subtotal)
        promotions.append(Promotion(number, category, minimum, source.choice([5, 10, 15, 20])))
    return Workload(lines, promotions)


def stretched(lines: list[Line], count: int) -> list[Line]:
    """So many lines: the given ones again and again, each time as other products of the same categories and prices."""
    return [
        Line(f"{line.sku}-{number // len(lines)}", line.category, line.price, line.quantity)
        for number, line in zip(range(count), cycle(lines), strict=False)
    ]


def crowded(workload: Workload, count: int) -> Workload:
    """Return the same cart and promotions among others that cannot apply: out of reach, or off absent categories."""
    present = {line.category for line in workload.lines}
    absent = [name for number in range(CATEGORIES) if (name := f"c{number}") not in present]
    others = []
    for number in range(len(workload.promotions), count):
        if number % 2:
            others.append(Promotion(number, f"c{number % CATEGORIES}", 2 * workload.subtotal + number, 10))
        else:
            others.append(Promotion(number, absent[number % len(absent)], 1_000, 10))
    return Workload(workload.lines, [*workload.promotions, *others])


def reference(workload: Workload) -> tuple[list[int], Decimal]:
    """Compute plainly the promotions that hit, and the sum of their discounts."""
    hits = []
    total = 0
    for promotion in workload.promotions:
        if workload.subtotal >= promotion.minimum:
            amount = sum(line.total for line in workload.lines if line.category == promotion.category)
            if amount:
                hits.append(promotion.id)
                total += amount * promotion.percent
    return hits, Decimal(total) / 10_000


def application() -> ApplicationFacts:
    """Return the application of the workload."""
    return ApplicationFacts(id=1, account_id=1, name="Bench", currency="EUR")


def campaign(promotion: Promotion) -> CampaignFacts:
    """Return a promotion as a campaign with one rule."""
    return CampaignFacts(
        id=promotion.id + 1,
        name=f"Promotion {promotion.id}",
        ruleset_id=promotion.id + 1,
        ruleset=ruleset(promotion),
    )


def ruleset(promotion: Promotion) -> dict[str, Any]:
    """Return the rule of a promotion, as it would be written in a rule builder."""
    of_category = ["catch", False, ["=", [".", "Item", "Category"], promotion.category]]
    items = ["filter", [".", "Session", "CartItems"], [["Item"], of_category]]
    amount = ["*", ["sum", items, [["Item"], [".", "Item", "Price"]]], ["/", promotion.percent, 100]]
    rule = {
        "title": f"{promotion.percent} % off {promotion.category}",
        "condition": [
            "and",
            [">=", [".", "Session", "CartItemTotal"], Decimal(promotion.minimum) / 100],
            ["exists", [".", "Session", "CartItems"], [["Item"], of_category]],
        ],
        "effects": [["setDiscount", f"Promotion {promotion.id}", amount]],
    }
    return {"rules": [rule], "bindings": []}


def snapshot(workload: Workload) -> Snapshot:
    """Return the cart as facts."""
    lines = [
        CartLine(
            sku=line.sku, category=line.category, price=Decimal(line.price) / 100, quantity=line.quantity
        )
        for line in workload.lines
    ]
    return Snapshot(
        now=NOW,
        seed="bench",
        session=SessionFacts(integration_id="bench", id=1, created=NOW, updated=NOW, lines=lines),
        profile=ProfileFacts(integration_id="customer", id=1, created=NOW, closed_sessions=4),
    )
