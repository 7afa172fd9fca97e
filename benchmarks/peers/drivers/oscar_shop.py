"""A django-oscar shop with the workload's products and promotions, over SQLite in memory or a given PostgreSQL."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

PRODUCTS = 200
CATEGORIES = 50


class _NoMigrations:
    """Tables are made from the models in one go: the history of their migrations takes a minute and is not measured."""

    def __contains__(self, _app: str) -> bool:
        return True

    def __getitem__(self, _app: str) -> None:
        return None


def set_up(database: dict[str, Any] | None) -> None:
    """Configure Django and make the tables."""
    warnings.simplefilter("ignore")
    if database is not None:
        _create(database)
    import django
    from django.conf import settings
    from django.core.management import call_command
    from oscar import INSTALLED_APPS
    from oscar.defaults import __dict__ as defaults

    own = {name: value for name, value in defaults.items() if name.startswith("OSCAR_")}
    settings.configure(
        **own,
        SECRET_KEY="not a secret",  # noqa: S106  # nothing is signed
        SITE_ID=1,
        USE_TZ=True,
        TIME_ZONE="UTC",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=INSTALLED_APPS,
        DATABASES={"default": _address(database)},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        MIGRATION_MODULES=_NoMigrations(),
        LOGGING_CONFIG=None,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)


def _address(database: dict[str, Any] | None) -> dict[str, Any]:
    if database is None:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    engine = "django.db.backends.postgresql"
    return {"ENGINE": engine, "NAME": "oscar", "HOST": database["host"], "USER": database["user"]}


def _create(database: dict[str, Any]) -> None:
    import psycopg

    address = {"host": database["host"], "user": database["user"], "dbname": "postgres"}
    with psycopg.connect(**address, autocommit=True) as connection:
        connection.execute("CREATE DATABASE oscar")


def fill(workload: dict[str, Any]) -> None:
    """Products of the cart in their categories, and one offer for each promotion."""
    from oscar.core.loading import get_model

    ranges = [_range(f"c{number}") for number in range(CATEGORIES)]
    for item in workload["cart"]["items"]:
        _product(item)
    condition, benefit = get_model("offer", "Condition"), get_model("offer", "Benefit")
    offer = get_model("offer", "ConditionalOffer")
    for promotion in workload["promotions"]:
        products = ranges[int(promotion["category"][1:])]
        offer.objects.create(
            name=f"promotion{promotion['id']}",
            condition=condition.objects.create(range=products, type="Count", value=1),
            benefit=benefit.objects.create(range=products, type="Percentage", value=promotion["percent"]),
            exclusive=False,
            max_basket_applications=1,
            priority=-promotion["id"],
        )


def basket_of(cart: dict[str, Any]) -> int:
    """Store a basket with the lines of the cart and return its id."""
    from oscar.core.loading import get_model

    basket = get_model("basket", "Basket").objects.create()
    basket.strategy = strategy()
    products = {product.upc: product for product in get_model("catalogue", "Product").objects.all()}
    for item in cart["items"]:
        basket.add_product(products[item["sku"]], item["quantity"])
    number: int = basket.pk
    return number


def pricing() -> Callable[[int], Any]:
    """Return a function that loads a basket afresh and applies all offers to it."""
    from oscar.core.loading import get_class, get_model

    baskets = get_model("basket", "Basket").objects
    applicator, selector = (
        get_class("offer.applicator", "Applicator"),
        get_class("partner.strategy", "Selector"),
    )

    def priced(basket_id: int) -> Any:
        basket = baskets.get(pk=basket_id)
        basket.strategy = selector().strategy()
        applicator().apply(basket)
        return basket

    return priced


def strategy() -> Any:
    """Prices from stock records, without tax."""
    from oscar.core.loading import get_class

    return get_class("partner.strategy", "Selector")().strategy()


def _range(category: str) -> Any:
    from oscar.core.loading import get_model

    made = get_model("catalogue", "Category").add_root(name=category)
    products = get_model("offer", "Range").objects.create(name=category)
    products.included_categories.add(made)
    return products


def _product(item: dict[str, Any]) -> None:
    from oscar.core.loading import get_model

    kind, _ = get_model("catalogue", "ProductClass").objects.get_or_create(name="thing", track_stock=False)
    partner, _ = get_model("partner", "Partner").objects.get_or_create(name="we")
    made = get_model("catalogue", "Product").objects.create(
        title=item["sku"], upc=item["sku"], product_class=kind
    )
    made.categories.add(get_model("catalogue", "Category").objects.get(name=item["category"]))
    get_model("partner", "StockRecord").objects.create(
        product=made, partner=partner, partner_sku=item["sku"], price=Decimal(item["price"]) / 100
    )
