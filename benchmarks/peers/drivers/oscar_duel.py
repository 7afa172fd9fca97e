"""Orders at once against an offer of django-oscar that may be applied so many times, over PostgreSQL."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from common import answer, read_job
from oscar_shop import basket_of, fill, pricing, set_up

_THREADS = 64


def main() -> None:
    """Do the job."""
    job = read_job()
    set_up(job["database"])
    fill(job["workload"])
    from oscar.core.loading import get_model

    offers = get_model("offer", "ConditionalOffer").objects
    offers.update(max_global_applications=job["limit"])
    baskets = [basket_of(job["workload"]["cart"]) for _ in range(job["attempts"])]
    start = time.perf_counter()
    with ThreadPoolExecutor(_THREADS) as pool:
        succeeded = sum(pool.map(_order, baskets))
    seconds = time.perf_counter() - start
    answer(job, {"succeeded": succeeded, "counted": offers.get().num_applications, "seconds": seconds})


def _order(basket_id: int) -> bool:
    """Place an order; whether it was placed and got the discount."""
    from django.db import connection
    from oscar.apps.order.utils import OrderCreator
    from oscar.apps.shipping.methods import Free
    from oscar.core.loading import get_class

    try:
        basket: Any = pricing()(basket_id)
        shipping = Free()
        charge = shipping.calculate(basket)
        total = get_class("checkout.calculators", "OrderTotalCalculator")().calculate(basket, charge)
        number = str(basket_id)
        order = OrderCreator().place_order(basket, total, shipping, charge, order_number=number)
        return bool(order.total_discount_incl_tax > 0)
    except Exception:  # noqa: BLE001  # an order that fails is one that got no discount
        return False
    finally:
        connection.close()


main()
