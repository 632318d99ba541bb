from dataclasses import replace

from benchmarks.publication import files
from benchmarks.results import Measurement, Sample, here


def test_charts_are_drawn_once_there_is_something_to_show() -> None:
    usage = {
        "calls": {"PUT": 7},
        "emulator_cpu_seconds": 0.1,
        "plugin": {"cpu_seconds": 1.0, "most_bytes": 2**20},
    }
    measured = Measurement({"resources": 7}, [Sample("ours", 7, 2.0, usage)])
    growth = Measurement({"resources": [7]}, [*measured.samples, Sample("noop", 7, 1.5, usage)])

    written = files(replace(here("v3.0.0"), measurements={"creates": measured, "growth": growth}))

    assert list(written) == ["benchmarks.md", "benchmarks.svg", "benchmarks-growth.svg"]
    assert "](benchmarks.svg)" in written["benchmarks.md"]
    assert "</svg>" in written["benchmarks.svg"]
    assert "<script" not in written["benchmarks.svg"]
