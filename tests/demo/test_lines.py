"""Rows of a receipt become cart lines that cost the same, to the cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demo.purchases.lines import PIECES_MAX, Row, cart_lines
from demo.shop import Line


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        pytest.param([Row(1, 2, 998, 100)], [Line(1, 2, 499, 50)], id="cents that divide are one line"),
        pytest.param([Row(1, 3, 500, 0)], [Line(1, 2, 167, 0), Line(1, 1, 166, 0)], id="cents left over"),
        pytest.param([Row(1, 2, 200, 3)], [Line(1, 1, 100, 2), Line(1, 1, 100, 1)], id="savings left over"),
        pytest.param(
            [Row(1, 1, 100, 0), Row(2, 1, 50, 0), Row(1, 1, 100, 0)],
            [Line(1, 2, 100, 0), Line(2, 1, 50, 0)],
            id="rows of one product are one line",
        ),
        pytest.param([Row(1, 0, 100, 0)], [], id="nothing was bought"),
        pytest.param([Row(3, 89_638, 5_000, 200)], [Line(3, 1, 5_000, 200)], id="fuel is one fill"),
        pytest.param([Row(3, PIECES_MAX, 5_000, 0)], [Line(3, PIECES_MAX, 50, 0)], id="the most pieces"),
    ],
)
def test_rows_become_lines(rows: list[Row], lines: list[Line]) -> None:
    assert list(cart_lines(rows)) == lines


_ROWS = st.lists(
    st.builds(Row, st.integers(1, 3), st.integers(1, 150), st.integers(0, 10_000), st.integers(0, 10_000)),
    max_size=8,
)


@given(_ROWS)
def test_no_cent_is_lost(rows: list[Row]) -> None:
    lines = cart_lines(rows)
    assert sum(line.quantity * line.price for line in lines) == sum(row.price for row in rows)
    assert sum(line.quantity * line.saving for line in lines) == sum(row.saving for row in rows)
