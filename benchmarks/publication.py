"""The page in the docs and its charts, from the raw numbers in `results.json`."""

from pathlib import Path

from benchmarks import chart
from benchmarks.report import page
from benchmarks.results import Results

RAW = Path(__file__).with_name("results.json")
DOCS = Path(__file__).resolve().parents[1] / "docs"


def published() -> Results:
    """The raw numbers as they are kept; nothing if there are none yet."""
    return Results.load(RAW) if RAW.exists() else Results()


def files(results: Results) -> dict[str, str]:
    """Name of a file in `docs/` → its text."""
    drawn = {"benchmarks.svg": chart.bars(results)}
    growth = results.measurements.get("growth")
    if growth is not None:
        drawn["benchmarks-growth.svg"] = chart.growth(growth)
    images = {name: svg for name, svg in drawn.items() if svg is not None}
    return {"benchmarks.md": page(results, images=list(images), raw=RAW.name), **images}
