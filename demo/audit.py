"""Does the server say the same as the answers it gave? Each check compares two figures that come by different ways."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any, NamedTuple

from demo.client import Client
from demo.documents import dollars
from demo.promotions import CARD_PRICES
from demo.shop import Shop
from demo.tally import Tally
from demo.world import World
from tercel.base.limits import PAGE_SIZE_MAX
from tercel.base.numbers import ZERO
from tercel.settings import Settings


class Check(NamedTuple):
    """One comparison: what was expected, what was found."""

    title: str
    expected: Decimal
    found: Decimal

    @property
    def holds(self) -> bool:
        """Whether the figures agree, to the last digit."""
        return self.expected == self.found


async def audit(shop: Shop, world: World, tally: Tally, settings: Settings) -> list[Check]:
    """Ask the Management API for its counters and compare them with the sums over all answers."""
    authorization = f"ManagementKey-v1 {world.management_key}"
    client = Client(settings.host, settings.port, Authorization=authorization)
    application = f"/v1/applications/{world.application_id}"
    campaigns = [each async for each in _pages(client, f"{application}/campaigns")]
    customers = [each async for each in _pages(client, f"{application}/customers")]
    coupons = [
        coupon
        for campaign in world.campaigns.values()
        async for coupon in _pages(client, f"{application}/campaigns/{campaign}/coupons/no_total")
    ]
    client.close()
    accepted, discounts = Decimal(tally.accepted.total()), sum(tally.discounts.values(), ZERO)
    return [
        Check("sessions closed, by customer", Decimal(tally.sessions), _sum(customers, "closedSessions")),
        Check(
            "sales, by customer",
            dollars(sum(basket.total for basket in shop.baskets)),
            _sum(customers, "totalSales"),
        ),
        Check("coupons redeemed, by code", accepted, _sum(coupons, "usageCounter")),
        Check("coupons redeemed, by campaign", accepted, _sum(campaigns, "couponRedemptionCount")),
        Check("discounts granted, by campaign", discounts, _sum(campaigns, "discountCount")),
        Check("card prices against the data's receipts", _savings(shop), _card_discounts(world, tally)),
    ]


def _savings(shop: Shop) -> Decimal:
    return dollars(sum(basket.savings for basket in shop.baskets))


def _card_discounts(world: World, tally: Tally) -> Decimal:
    return sum((tally.discounts[id_] for id_, name in world.names.items() if name == CARD_PRICES), ZERO)


def _sum(rows: list[dict[str, Any]], field: str) -> Decimal:
    return sum((Decimal(row[field]) for row in rows), ZERO)


async def _pages(client: Client, path: str) -> AsyncIterator[dict[str, Any]]:
    skip = 0
    while True:
        page = await client.call("GET", f"{path}?pageSize={PAGE_SIZE_MAX}&skip={skip}&sort=id")
        for row in page["data"]:
            yield row
        skip += PAGE_SIZE_MAX
        if len(page["data"]) < PAGE_SIZE_MAX:
            return
