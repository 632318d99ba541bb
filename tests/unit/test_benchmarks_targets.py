from typing import Any

import pytest
from benchmarks.paired import Spread
from benchmarks.report import numbers_table, page, targets_table
from benchmarks.results import Measurement, Results, Sample
from benchmarks.targets import (
    TARGETS,
    Target,
    Verdict,
    calls_per_resource,
    growth_of_calls,
    growth_of_time,
    memory_growth,
    memory_times,
    number,
    outputs_beyond_need,
    over,
    over_the_bound,
    times,
    verdicts,
)


def judged(*values: float, bound: float, at_least: bool) -> bool | None:
    target = Target("creates", "x", bound, "×", times("a", "b"), at_least=at_least)
    return Verdict(target, Measurement({}, []), Spread.of(values)).passed


@pytest.mark.parametrize(
    ("bound", "at_least", "passed"),
    [(1.2, False, True), (1.1, False, False), (1.2, True, True), (1.3, True, False)],
)
def test_the_median_decides(bound: float, *, at_least: bool, passed: bool) -> None:
    assert judged(1.0, 1.2, 9.0, bound=bound, at_least=at_least) is passed


def test_what_was_not_measured_neither_passes_nor_fails() -> None:
    assert {verdict.passed for verdict in verdicts(Results())} == {None}


def test_a_time_over_another_is_in_the_unit_of_the_target() -> None:
    measurement = Measurement({}, [Sample("ours", 0, 0.35), Sample("noop", 0, 0.25)])

    assert over("ours", "noop", 1000)(measurement).median == pytest.approx(100)


def slow(seconds: float, floor: float) -> Measurement:
    samples = [
        Sample("noop", 0, floor, {"calls": {}}),
        Sample("ours", 0, seconds, {"calls": {"GET": 300, "PUT": 300}}),
    ]
    return Measurement({"resources": 300, "milliseconds": 200}, samples)


def test_slow_calls_are_the_bound_where_they_take_longer_than_the_floor() -> None:
    assert over_the_bound(slow(33.0, 7.0)).median == pytest.approx(1.1)


def test_the_floor_is_the_bound_where_it_takes_longer_than_the_calls() -> None:
    assert over_the_bound(slow(60.0, 40.0)).median == pytest.approx(1.5)


def test_calls_are_counted_per_resource() -> None:
    assert calls_per_resource(slow(1, 1)).median == 2


@pytest.mark.parametrize(("outputs", "more"), [(["a", "createdTime"], 0), (["a", "b", "c"], 2)])
def test_outputs_may_be_inputs_and_times(outputs: list[str], more: int) -> None:
    details: dict[str, Any] = {"outputs": outputs, "inputs": ["a"]}

    assert outputs_beyond_need(Measurement({}, [Sample("ours", 0, 1, details)])).median == more


MEMORY = Measurement(
    {},
    [
        Sample("noop", 100, 50.0),
        Sample("noop", 1000, 52.0),
        Sample("ours", 100, 60.0),
        Sample("ours", 1000, 65.0),
        Sample("ours", 3000, 66.0),
    ],
)


def test_memory_is_compared_at_one_size() -> None:
    assert memory_times(1000)(MEMORY).median == pytest.approx(1.25)


def test_what_a_small_measurement_has_no_number_for_was_not_measured() -> None:
    small = Measurement({"resources": [5]}, [Sample("ours", 5, 2.0), Sample("noop", 5, 1.0)])
    found = verdicts(Results(measurements={"memory": small}))

    assert [each.found for each in found if each.target.text.endswith("1,000 resources")] == [None]


def test_memory_grows_from_the_smallest_size_to_the_largest() -> None:
    assert memory_growth(MEMORY).median == pytest.approx(1.1)


def grown(*costs: tuple[int, float, int]) -> Measurement:
    samples: list[Sample] = []
    for size, seconds, calls in costs:
        samples += [
            Sample("noop", size, 1, {"calls": {}, "plugin": {"cpu_seconds": size / 1000}}),
            Sample(
                "ours",
                size,
                1,
                {"calls": {"PUT": calls}, "plugin": {"cpu_seconds": size / 1000 + seconds}},
            ),
        ]
    return Measurement({}, samples)


def test_linear_growth_is_the_same_cost_for_one_more_resource_at_every_size() -> None:
    assert growth_of_time(grown((300, 1.3, 1), (1000, 2.0, 1), (3000, 4.0, 1))).median == (
        pytest.approx(1.0)
    )


def test_quadratic_growth_costs_more_for_one_more_resource_where_there_are_many() -> None:
    assert growth_of_time(grown((10, 1.0, 1), (20, 4.0, 1), (30, 9.0, 1))).median > 1.5


def test_calls_grow_if_one_resource_takes_more_of_them_where_there_are_many() -> None:
    assert growth_of_calls(grown((100, 1, 200), (200, 1, 600))).median == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(1.1, "×", "1.10 ×"), (29.6, "ms", "30 ms"), (1.5, "", "1.5"), (1, "", "1")],
)
def test_numbers_are_written_with_their_unit(value: float, unit: str, text: str) -> None:
    assert number(value, unit) == text


def test_the_table_has_a_row_per_target_with_or_without_numbers() -> None:
    results = Results(
        measurements={
            "creates": Measurement(
                {"resources": 7},
                [Sample("ours", 0, 2.2), Sample("noop", 0, 2.0), Sample("textbook", 0, 3.3)],
            )
        }
    )

    lines = targets_table(verdicts(results)).splitlines()

    assert len(lines) == len(TARGETS) + 2
    assert lines[2] == "| 7 creates | ours ÷ no-op | ≤ 1.10 × | 1.10 × | pass |"
    assert lines[3] == "| 7 creates | textbook ÷ ours | ≥ 1.70 × | 1.50 × | **fail** |"
    assert lines[4].endswith("| ≤ 1.10 × | not measured yet |  |")


def test_the_numbers_behind_it_are_medians_by_variant() -> None:
    measured = Measurement({}, [Sample("pulumi", 0, 0.25), Sample("ours", 0, 0.3)])

    table = numbers_table(Results(measurements={"import": measured}))

    assert table.splitlines()[-1] == "| import in a program | pulumi: 250 ms | ours: 300 ms |"


def test_the_page_can_be_written_before_anything_was_measured() -> None:
    assert "not measured yet" in page(Results(), images=[], raw="results.json")
