"""A shop small enough to read: two households, two coupons, three baskets."""

from datetime import UTC, date, datetime

from demo.shop import Basket, Campaign, Coupon, Household, Line, Product, Shop

COFFEE, TEA, FUEL = 1, 2, 3


def small_shop() -> Shop:
    """The whole shop."""
    return Shop(
        campaigns=[
            Campaign(18, "A", date(2017, 10, 30), date(2017, 12, 24)),
            Campaign(9, "B", date(2017, 5, 31), date(2017, 7, 2)),
        ],
        coupons=[
            Coupon(51111, 9, frozenset({COFFEE})),
            Coupon(52222, 18, frozenset(range(2, 2_000))),
        ],
        households=[
            Household(1, {"Age": "35-44"}, (9, 18)),
            Household(2, {}, (9,)),
        ],
        products={
            COFFEE: Product(COFFEE, "Ground coffee", "Coffee", "Grocery", "Private"),
            TEA: Product(TEA, "", "", "", "National"),
        },
        baskets=[
            Basket(
                100,
                1,
                7,
                datetime(2017, 6, 3, 4, 30, tzinfo=UTC),
                (Line(COFFEE, 2, 499, 50), Line(TEA, 1, 100, 0)),
                ("09-51111",),
            ),
            Basket(101, 2, 7, datetime(2017, 6, 4, 16, 0, tzinfo=UTC), (Line(TEA, 1, 100, 0),)),
            Basket(
                102, 1, 8, datetime(2017, 11, 1, 16, 0, tzinfo=UTC), (Line(TEA, 1, 100, 0),), ("18-52222",)
            ),
        ],
        redemptions=3,
    )
