"""What peers mean by the promotions of the workload, against published figures and carts computed by hand."""

from decimal import Decimal

import pytest

from benchmarks.peers.meanings import ADDED, CATEGORY_ONLY, COMPOUNDING, RUNNING_TOTAL
from benchmarks.workload import Line, Promotion, Workload, generate

TWICE_OFF_ONE = Workload(
    [Line("p1", "c1", 10_000, 1), Line("p2", "c2", 5_000, 2)],
    [Promotion(0, "c1", 15_000, 20), Promotion(1, "c1", 19_000, 10), Promotion(2, "c3", 1_000, 10)],
)


@pytest.mark.parametrize(
    ("meaning", "hits", "discount"),
    [
        (ADDED, [0, 1], "30"),
        (COMPOUNDING, [0, 1], "28"),
        (RUNNING_TOTAL, [0], "20"),  # 180 are left, and the second wants 190
        (CATEGORY_ONLY, [0, 1], "30"),
    ],
)
def test_a_cart_computed_by_hand(meaning, hits, discount) -> None:
    assert meaning.compute(TWICE_OFF_ONE) == (hits, Decimal(discount))


def test_a_threshold_out_of_reach_counts_only_where_thresholds_do() -> None:
    workload = Workload([Line("p1", "c1", 1_000, 1)], [Promotion(0, "c1", 5_000, 10)])
    assert ADDED.compute(workload) == ([], Decimal(0))
    assert CATEGORY_ONLY.compute(workload) == ([0], Decimal(1))


@pytest.mark.parametrize(
    ("lines", "promotions", "hits", "discount"), [(10, 100, 13, "86.41"), (50, 100, 37, "378.72")]
)
def test_totals_tested_again_give_the_figures_measured_before(lines, promotions, hits, discount) -> None:
    found, amount = RUNNING_TOTAL.compute(generate(lines, promotions))
    assert (len(found), amount) == (hits, Decimal(discount))


def test_totals_tested_again_lose_three_promotions_of_a_thousand() -> None:
    workload = generate(10, 1_000)
    assert len(ADDED.compute(workload)[0]) == 89
    assert len(RUNNING_TOTAL.compute(workload)[0]) == 86


def test_a_right_answer_has_no_problems() -> None:
    assert ADDED.problems(TWICE_OFF_ONE, [1, 0], 30.0000000001) == []


@pytest.mark.parametrize(
    ("hits", "discount", "said"),
    [
        ([0], 30.0, "1 promotions applied, not these 2"),
        ([0, 2], 30.0, "2 promotions applied, not these 2"),
        ([0, 1], 30.01, "the discount is 30.01, not 30"),
    ],
)
def test_a_wrong_answer_is_told(hits, discount, said) -> None:
    assert ADDED.problems(TWICE_OFF_ONE, hits, discount) == [said]
