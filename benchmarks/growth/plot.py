"""Plots of growth: one small SVG for each axis, the same bytes for the same figures.

Text stays text and colours are of middle lightness on a transparent ground, so a plot can be read on white and on black.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.growth.axes import AXES, REFERENCE
from benchmarks.growth.measure import GrowthFigures

_INK = "#808080"
_COLOURS = ("#2f81d6", "#d9772b", "#3d9a50", "#c2526b", "#8a6fd1", "#2a9d9d", "#a8872b")
_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "tercel",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


def draw(figures: Sequence[GrowthFigures], directory: Path) -> Path:
    """Write the plot of one axis, named after it."""
    axis = AXES[figures[0].axis]
    directory.mkdir(parents=True, exist_ok=True)
    target = directory / f"growth-{axis.name}.svg"
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(7, 3.6), layout="constrained")
        _draw_costs(figure.add_subplot(), figures, axis.noun)
        figure.savefig(target, transparent=True, metadata={"Date": None, "Creator": None})
    return target


def _draw_costs(axes: Any, figures: Sequence[GrowthFigures], noun: str) -> None:
    sizes = sorted({each.size for each in figures})
    colours = iter(_COLOURS)
    highest = 0.0
    for kind in dict.fromkeys(each.kind for each in figures):
        costs = [
            each.cost * 1e6 for size in sizes for each in figures if (each.kind, each.size) == (kind, size)
        ]
        highest = max(highest, *costs)
        style = {"color": _INK, "linestyle": "--"} if kind == REFERENCE else {"color": next(colours)}
        axes.plot(sizes, costs, marker="o", markersize=3.5, linewidth=1.5, label=kind, **style)
    axes.set(
        xscale="log",
        yscale="log",
        xlabel=noun,
        ylabel="processor time per request, µs",
        ylim=(None, 3 * highest),
    )
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.tick_params(axis="x", which="minor", bottom=False)
    axes.grid(visible=True, which="major", color=_INK, alpha=0.25, linewidth=0.6)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
