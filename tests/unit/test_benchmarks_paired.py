import pytest
from benchmarks.paired import Spread, differences, marginal, medians, ratios
from benchmarks.results import Sample

SAMPLES = [
    Sample("ours", 0, 3.0),
    Sample("floor", 0, 2.0),
    Sample("floor", 1, 4.0),
    Sample("ours", 1, 4.0),
    Sample("ours", 2, 9.0),
]


def test_ratios_compare_samples_of_one_run() -> None:
    assert ratios(SAMPLES, "ours", "floor") == [1.5, 1.0]


def test_differences_compare_samples_of_one_run() -> None:
    assert differences(SAMPLES, "ours", "floor") == [1.0, 0.0]


def test_medians_are_of_all_samples_of_a_variant() -> None:
    assert medians(SAMPLES) == {"ours": 4.0, "floor": 3.0}


def test_a_spread_has_the_middle_and_the_ends() -> None:
    assert Spread.of([5.0, 1.0, 2.0]) == Spread(median=2.0, least=1.0, most=5.0, count=3)


def test_there_is_no_spread_of_nothing() -> None:
    with pytest.raises(ValueError, match="no numbers"):
        Spread.of([])


def test_marginal_is_the_cost_of_one_more_between_neighbouring_sizes() -> None:
    assert marginal({300: 4.0, 100: 2.0, 200: 2.5}) == pytest.approx([0.005, 0.015])
