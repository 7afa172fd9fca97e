"""What a run of the growth benchmark says: a table for each axis, and in one sentence what was found."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from benchmarks.growth.axes import AXES, REFERENCE, AxisName
from benchmarks.growth.measure import GrowthFigures, growth

_HEADINGS = ("request", "size", "per second", "p50 ms", "p99 ms", "cpu µs", "cost", "constant answer")


def table(figures: Sequence[GrowthFigures]) -> Table:
    """Tabulate the figures of one axis by kind; costs, and those of the constant answer, as multiples of the smallest
    size's."""
    axis = AXES[figures[0].axis]
    shown = Table(title=f"Growth with {axis.noun}", title_justify="left")
    for heading in _HEADINGS:
        shown.add_column(heading, justify="left" if heading == "request" else "right")
    costs = {(each.kind, each.size): each.cost for each in figures}
    smallest = min(each.size for each in figures)
    previous = ""
    for each in sorted(figures, key=lambda figure: _order(figure, figures)):
        if previous and each.kind != previous:
            shown.add_section()
        shown.add_row(
            "" if each.kind == previous else each.kind,
            f"{each.size:,}",
            f"{each.result.per_second:,.0f}",
            f"{each.result.percentile(0.5) * 1000:.1f}",
            f"{each.result.percentile(0.99) * 1000:.1f}",
            f"{each.cost * 1e6:,.0f}",
            f"{each.cost / costs[each.kind, smallest]:.2f}",
            f"{costs[REFERENCE, each.size] / costs[REFERENCE, smallest]:.2f}",
        )
        previous = each.kind
    return shown


def conclusion(figures: Sequence[GrowthFigures]) -> str:
    """Conclude in one sentence: how often the size, how often the cost, the change of the machine taken out."""
    axis = AXES[figures[0].axis]
    found = growth(figures)
    ratios = ", ".join(f"{each.kind} {each.ratio:.2f}" for each in found)
    said = f"{found[0].sizes:,.0f} times the {axis.noun}, times the cost (machine taken out): {ratios}"
    if axis.name is AxisName.PROCESSES:
        return said
    smallest = min(each.size for each in figures)
    worse = [each.kind for each in found if not each.is_logarithmic(smallest)]
    return f"{said}; {'worse than logarithmic: ' + ', '.join(worse) if worse else 'nothing worse than logarithmic'}"


def problems(figures: Sequence[GrowthFigures]) -> list[str]:
    """List every measurement with wrong answers."""
    return [f"{each.axis} {each.size:,}, {each.kind}: {each.problem}" for each in figures if each.problem]


def _order(figure: GrowthFigures, figures: Sequence[GrowthFigures]) -> tuple[int, int]:
    kinds = list(dict.fromkeys(each.kind for each in figures))
    return kinds.index(figure.kind), figure.size
