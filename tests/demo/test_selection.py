"""Which baskets are replayed, and which of them holds a coupon."""

from datetime import date

from demo.purchases.selection import Visits, choose_baskets, place_codes
from demo.shop import Coupon, Redemption

DAY = date(2017, 11, 14)
COUPONS = {(5, 18): Coupon(5, 18, frozenset({1, 2}))}
HANDED_IN = Redemption(931, 5, 18, DAY)


def test_a_code_is_in_the_basket_with_its_products() -> None:
    visits: Visits = {(931, DAY): {10: {7, 8, 9}, 11: {1}}}
    assert place_codes([HANDED_IN], COUPONS, visits) == {11: ("18-5",)}


def test_without_products_of_it_a_code_is_in_the_largest_basket() -> None:
    visits: Visits = {(931, DAY): {10: {7}, 11: {7, 8}, 12: {8, 9}}}
    assert place_codes([HANDED_IN], COUPONS, visits) == {11: ("18-5",)}


def test_a_code_handed_in_twice_in_a_basket_counts_once() -> None:
    assert place_codes([HANDED_IN, HANDED_IN], COUPONS, {(931, DAY): {10: {1}}}) == {10: ("18-5",)}


def test_a_redemption_without_a_basket_of_its_day_is_left_out() -> None:
    assert place_codes([HANDED_IN], COUPONS, {(931, date(2017, 11, 15)): {10: {1}}}) == {}


def test_baskets_with_codes_are_chosen_first() -> None:
    assert choose_baskets(range(100), {41, 42}, 2) == {41, 42}
    assert choose_baskets(range(100), {41, 42}, 10) > {41, 42}


def test_the_choice_is_always_the_same_and_grows() -> None:
    assert choose_baskets(range(1_000), set(), 50) == choose_baskets(reversed(range(1_000)), set(), 50)
    assert choose_baskets(range(1_000), set(), 50) < choose_baskets(range(1_000), set(), 60)


def test_without_a_number_all_are_chosen() -> None:
    assert choose_baskets([1, 2, 3], {2}, None) == {1, 2, 3}
