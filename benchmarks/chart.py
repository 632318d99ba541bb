"""The results as charts (SVG)."""

import re
from collections.abc import Iterable
from typing import Any

import pygal  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.paired import medians
from benchmarks.report import work_name
from benchmarks.results import Measurement, Results

_BARS = ("destroy", "updates", "preview", "unchanged", "creates")
_LABELS = {
    "textbook": "textbook",
    "noop": "no-op (floor)",
    "typed": "no-op, typed outputs",
    "ours": "ours",
}
_COLORS = {"textbook": "#b07aa1", "noop": "#9c9c9c", "typed": "#c7c7c7", "ours": "#1f77b4"}
_EXTRAS = re.compile("<!--.*?-->|<script.*?</script>", re.DOTALL)
"""The day on which it was drawn, and what a script would need: there is none."""
_untyped: Any = pygal


def bars(results: Results) -> str | None:
    """Seconds of each work, by provider; `None` if nothing of it was measured."""
    measured = {name: results.measurements[name] for name in _BARS if name in results.measurements}
    if not measured:
        return None
    chart = _untyped.HorizontalBar(
        **_settings(_LABELS), title="Seconds, median", height=80 + 90 * len(measured)
    )
    chart.x_labels = [work_name(name, each).replace("`", "") for name, each in measured.items()]
    for variant, label in _LABELS.items():
        chart.add(
            label,
            [_rounded(medians(each.samples).get(variant)) for each in measured.values()],
        )
    return _svg(chart)


def growth(measurement: Measurement) -> str:
    """Seconds over the number of resources: the floor, and ours."""
    variants = ("noop", "ours")
    chart = _untyped.XY(
        **_settings(variants),
        title="Seconds to create",
        x_title="resources",
        height=360,
    )
    for variant in variants:
        points = [
            (sample.run, round(sample.value, 2))
            for sample in measurement.samples
            if sample.variant == variant
        ]
        chart.add(_LABELS[variant], points)
    return _svg(chart)


def _settings(variants: Iterable[str]) -> dict[str, Any]:
    return {
        "width": 800,
        "js": (),  # no script from elsewhere: the page must work alone
        "no_prefix": True,  # otherwise each run gives other names to the same styles
        "print_values": True,
        "legend_at_bottom": True,
        "include_x_axis": True,
        "style": _untyped.style.Style(
            background="white",  # the same on a dark page
            plot_background="white",
            colors=[_COLORS[variant] for variant in variants],
            font_family="sans-serif",
        ),
        "truncate_label": -1,
    }


def _svg(chart: Any) -> str:
    drawn: bytes = chart.render()
    return _EXTRAS.sub("", drawn.decode()) + "\n"


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 2)
