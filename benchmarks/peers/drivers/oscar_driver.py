"""Drives django-oscar: a basket is loaded from the database and its offers are applied."""

from __future__ import annotations

from typing import Any

from common import answer, read_job, timed
from oscar_shop import basket_of, fill, pricing, set_up


def main() -> None:
    """Do the job."""
    job = read_job()
    set_up(None)
    fill(job["workload"])
    basket = basket_of(job["workload"]["cart"])
    priced = pricing()
    hits, discount = _answer(priced(basket))
    answer(job, {"hits": hits, "discount": discount, "timing": timed(lambda: priced(basket), job)})


def _answer(basket: Any) -> tuple[list[int], float]:
    applied = basket.offer_applications.offers
    hits = sorted(int(offer.name.removeprefix("promotion")) for offer in applied.values())
    return hits, float(basket.total_discount)


main()
