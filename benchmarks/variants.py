"""What the engine is measured against: the same promotions as bare sums in plain Python.

Neither variant makes effects, entries, budgets or decimals; they are the floor that the workload sets, not engines.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from benchmarks.workload import Line, Workload

#: Gives the promotions that hit, and the discount in hundredths of a cent.
Variant = Callable[[list[Line]], tuple[list[int], int]]


def indexed(workload: Workload) -> Variant:
    """Promotions by category, with sorted thresholds."""
    by_category: dict[str, list[tuple[int, int, int]]] = {}
    for promotion in workload.promotions:
        entry = (promotion.minimum, promotion.percent, promotion.id)
        by_category.setdefault(promotion.category, []).append(entry)
    for entries in by_category.values():
        entries.sort()
    minima = {category: [entry[0] for entry in entries] for category, entries in by_category.items()}

    def evaluate(lines: list[Line]) -> tuple[list[int], int]:
        subtotal, sums = _sums(lines)
        hits: list[int] = []
        total = 0
        for category, amount in sums.items():
            reached = bisect_right(minima.get(category, ()), subtotal)
            for _, percent, number in by_category.get(category, ())[:reached]:
                hits.append(number)
                total += amount * percent
        return sorted(hits), total

    return evaluate


def generated(workload: Workload) -> Variant:
    """Generate one function that tests every promotion."""
    source = ["def test(subtotal, sums, hits):", " total = 0"]
    for promotion in workload.promotions:
        source += [
            f" if subtotal >= {promotion.minimum}:",
            f"  amount = sums.get({promotion.category!r})",
            "  if amount:",
            f"   hits.append({promotion.id})",
            f"   total += amount * {promotion.percent}",
        ]
    source.append(" return total")
    namespace: dict[str, Callable[..., int]] = {}
    exec(compile("\n".join(source), "<promotions>", "exec"), namespace)  # noqa: S102  # our own numbers and names
    test = namespace["test"]

    def evaluate(lines: list[Line]) -> tuple[list[int], int]:
        subtotal, sums = _sums(lines)
        hits: list[int] = []
        return hits, test(subtotal, sums, hits)

    return evaluate


def _sums(lines: list[Line]) -> tuple[int, dict[str, int]]:
    sums: dict[str, int] = {}
    subtotal = 0
    for line in lines:
        total = line.price * line.quantity
        subtotal += total
        sums[line.category] = sums.get(line.category, 0) + total
    return subtotal, sums
