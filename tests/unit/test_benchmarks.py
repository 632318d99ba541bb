import re
from pathlib import Path

import pytest
from benchmarks.__main__ import PLANS
from benchmarks.chart import CHARTS
from benchmarks.project import summary
from benchmarks.report import compared, kept, page
from benchmarks.samples import Interval, Results, Sample
from benchmarks.works import LATENCY, LIFECYCLE, rounds, turned

FIGURES = {
    "seconds": 2.0,
    "calls_seconds": 1.0,
    "plugin_cpu": 0.5,
    "program_cpu": 0.4,
    "emulator_cpu": 0.1,
    "cpu": 0.2,
    "bytes": 2.0**20,
}


def measured() -> Results:
    """Something of everything, ours half as fast as the others."""
    samples: list[Sample] = []
    for provider, factor in (("no-op", 1), ("textbook", 1), ("2.0", 2), ("3.0", 2)):
        figures = {name: value * factor for name, value in FIGURES.items()}
        for number in range(5):
            samples += [Sample(work, provider, number, 7, LATENCY, figures) for work in LIFECYCLE]
            for work in ("plugin start", "import"):
                samples.append(Sample(work, provider, number, 0, 0, figures))
        for work in ("first up", "growth", "memory"):
            samples.append(Sample(work, provider, 0, 7, 0, figures))
    machine = {"date": "2026-01-01", "hardware": "2 CPUs", "software": "Python"}
    return Results(machine, samples)


def test_the_page_has_a_column_for_each_provider_and_the_ratio_of_the_pairs() -> None:
    written = page(measured())

    seconds, ratios = [line for line in written.splitlines() if line.startswith("| destroy |")]
    assert seconds == "| destroy | 2.00 | 2.00 | 4.00 | 4.00 |"
    assert ratios == "| destroy | 2.00 × (2.00 to 2.00) | 2.00 × (2.00 to 2.00) | does not run |"
    assert " | 200 ms (200 to 200) | 130 ms | **exceeded** |" in written


def test_each_chart_of_the_page_is_drawn() -> None:
    written = page(measured())

    assert re.findall(r"\]\((.*\.svg)\)", written) == list(CHARTS)


def test_the_page_can_be_written_before_anything_was_measured() -> None:
    assert "Nothing has been measured yet" in page(Results())


def test_results_are_read_back_as_they_were_saved(tmp_path: Path) -> None:
    file = tmp_path / "results.json"
    measured().save(file)

    assert Results.load(file) == measured()
    assert Results.load(tmp_path / "absent.json") == Results()


@pytest.mark.parametrize(
    ("ratios", "words"),
    [
        ([1.1, 1.2, 1.3, 1.2, 1.15], "1.20 × (1.10 to 1.30)"),
        ([0.9, 1.2, 1.3, 1.2, 1.15], "no difference measured"),
        ([1.5, 1.5, 1.5, 1.5], "too few pairs: 4"),
    ],
)
def test_a_ratio_is_told_only_if_its_interval_excludes_1(ratios: list[float], words: str) -> None:
    assert compared(ratios) == words


def test_an_interval_leaves_out_the_ends_of_many_numbers() -> None:
    assert Interval.of([5.0, 1.0, 2.0]) == Interval(2.0, 1.0, 5.0)
    assert Interval.of([9.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 0.0]) == Interval(3.5, 1.0, 6.0)


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [(1, 9, "kept"), (11, 12, "**exceeded**"), (9, 11, "not decided: measure more pairs")],
)
def test_a_budget_is_kept_or_exceeded_only_beyond_doubt(least: int, most: int, words: str) -> None:
    assert kept(Interval(10, least, most), 10) == words


def test_each_provider_begins_a_round_in_turn() -> None:
    assert [turned("abc", number)[0] for number in range(4)] == ["a", "b", "c", "a"]


def test_a_section_without_time_has_its_fewest_rounds() -> None:
    assert list(rounds(0, at_least=2)) == [0, 1]


def test_the_plans_fit_into_the_time_that_is_promised() -> None:
    seconds = {
        name: plan.start_seconds
        + plan.lifecycle_seconds
        + plan.first_up_seconds
        + plan.growth_seconds
        for name, plan in PLANS.items()
    }

    assert seconds["usual"] <= 3 * 60 - 20
    assert seconds["full"] <= 14 * 60 - 60


def test_a_summary_of_the_command_line_is_counted() -> None:
    assert summary("Outputs:\n\nResources:\n    + 3 created\n    2 unchanged\n") == {
        "created": 3,
        "unchanged": 2,
    }
