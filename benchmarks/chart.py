"""The results as charts: SVG, transparent, in colors that can be read on light and dark pages."""

import io
from collections.abc import Callable
from typing import Any

from benchmarks.samples import Results
from benchmarks.works import LATENCY

_TEXT = "#808080"
_COLORS = {"no-op": "#999999", "textbook": "#b07aa1", "2.0": "#2f86d6", "3.0": "#1f9e89"}
_LABELS = {"no-op": "no-op", "textbook": "textbook", "2.0": "ours, 2.0", "3.0": "ours, 3.0"}
_SIZE = (4.8, 2.6)
"""Inches: as wide as a phone's screen, so that the letters stay as large as those of the page."""
_STYLE: Any = {
    "svg.hashsalt": "benchmarks",  # the same figures make the same file
    "font.size": 11,
    "axes.titleweight": "bold",
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.edgecolor": _TEXT,
    "axes.labelcolor": _TEXT,
    "axes.titlecolor": _TEXT,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": _TEXT,
    "xtick.color": _TEXT,
    "ytick.color": _TEXT,
}


def draw(results: Results) -> dict[str, str]:
    """Return each chart's file name and its text."""
    from matplotlib import figure as module  # noqa: PLC0415  the page is written without it
    from matplotlib import style  # noqa: PLC0415  the same

    figures: Any = module  # their types are partly unknown
    styles: Any = style
    drawn: dict[str, str] = {}
    for name, (title, plot) in CHARTS.items() if results.samples else ():
        with styles.context(_STYLE):
            figure = figures.Figure(_SIZE, layout="constrained")
            figure.suptitle(title(results), x=0.02, ha="left", fontsize=11, fontweight="bold")
            plot(figure.subplots(), results)
            file = io.StringIO()
            figure.savefig(file, format="svg", transparent=True, metadata={"Date": None})
            drawn[name] = file.getvalue()
    return drawn


def _resources(results: Results) -> int:
    return max(results.sizes("up"))


def _bars(work: str) -> Callable[[Any, Results], None]:
    def plot(axes: Any, results: Results) -> None:
        seconds = {
            each: results.median("seconds", work, each, _resources(results), LATENCY) or 0.0
            for each in reversed(_LABELS)
        }
        labels = [_LABELS[each] for each in seconds]
        bars = axes.barh(labels, seconds.values(), color=[_COLORS[each] for each in seconds])
        axes.bar_label(bars, fmt="%.1f s", padding=4)
        axes.margins(x=0.2)
        axes.spines["bottom"].set_visible(False)
        axes.set_xticks([])

    return plot


def _growth(axes: Any, results: Results) -> None:
    sizes = list(results.sizes("growth"))
    for provider in ("no-op", "2.0"):
        times = [_per_resource(results, provider, size) for size in sizes]
        axes.plot(sizes, times, marker="o", color=_COLORS[provider], label=_LABELS[provider])
        axes.annotate(
            _LABELS[provider],
            (sizes[-1], times[-1]),
            xytext=(-4, 6),
            textcoords="offset points",
            ha="right",
            color=_COLORS[provider],
        )
    axes.set_ylim(0, 1.2 * axes.get_ylim()[1])
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.set_xlabel("resources")
    axes.set_ylabel("ms per resource")


def _per_resource(results: Results, provider: str, size: int) -> float:
    return 1000 * (results.median("seconds", "growth", provider, size, 0) or 0.0) / size


Plot = Callable[[Any, Results], None]
CHARTS: dict[str, tuple[Callable[[Results], str], Plot]] = {
    "benchmarks-first-up.svg": (
        lambda results: f"First up of {_resources(results)} at {LATENCY} ms per call, in seconds",
        _bars("up"),
    ),
    "benchmarks-unchanged.svg": (
        lambda results: f"up of {_resources(results)} without a change, in seconds",
        _bars("unchanged up"),
    ),
    "benchmarks-growth.svg": (
        lambda _results: "Creates without latency and checkpoints, as a stack grows",
        _growth,
    ),
}
"""File → its title, and what draws it."""
