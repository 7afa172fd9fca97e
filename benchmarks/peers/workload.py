"""The common workload as drivers read it: amounts in cents, so that no language rounds them."""

from __future__ import annotations

from typing import Any

from benchmarks.workload import Workload

#: Lines of the cart and number of promotions.
Size = tuple[int, int]


def content(workload: Workload) -> dict[str, Any]:
    """Return the workload as plain values."""
    promotions = [
        {"id": each.id, "category": each.category, "minimum": each.minimum, "percent": each.percent}
        for each in workload.promotions
    ]
    return {"cart": cart(workload), "promotions": promotions}


def cart(workload: Workload) -> dict[str, Any]:
    """Return the cart alone, as it is sent over HTTP."""
    items = [
        {
            "sku": line.sku,
            "category": line.category,
            "price": line.price,
            "quantity": line.quantity,
            "total": line.total,
        }
        for line in workload.lines
    ]
    return {"subtotal": workload.subtotal, "items": items}
