"""The sales of the replayed weeks as a plot for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from demo.tally import Week
from tercel.base.numbers import ZERO

_HEIGHT = 12
_TICKS = 3
_WIDTH_MAX = 100


def plot_weeks(weeks: Mapping[date, Week], width: int) -> str:
    """Bars for the sales of each week, with the months below; plain text without colours."""
    from plotext import figure

    days = sorted(weeks)
    figure.clear()
    figure.theme("colorless")
    figure.plot_size(min(width, _WIDTH_MAX), _HEIGHT)
    places = list(range(1, len(days) + 1))
    figure.draw(figure.bar(places, [float(weeks[day].sales) for day in days], marker="hd", width=0.9))
    most = max((weeks[day].sales for day in days), default=ZERO)
    sales = [round(float(most) * part / _TICKS) for part in range(_TICKS + 1)]
    figure.ruler("y").ticks(sales, [f"{tick:,}" for tick in sales])
    months = _first_weeks_of_months(days)
    figure.ruler("x").ticks([place for place, _ in months], [name for _, name in months])
    text: str = figure.build().string(colorless=True)
    return text.rstrip("\n")


def _first_weeks_of_months(days: list[date]) -> list[tuple[int, str]]:
    """Return where a month begins, and its name."""
    return [
        (place, day.strftime("%b"))
        for place, (before, day) in enumerate(pairwise(days), 2)
        if before.month != day.month
    ]
