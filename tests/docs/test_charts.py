from benchmarks import chart
from benchmarks.samples import Results
from tests.unit.test_benchmarks import measured


def test_each_chart_is_drawn_without_a_background_a_script_or_the_time() -> None:
    drawn = chart.draw(measured())

    assert list(drawn) == list(chart.CHARTS)
    for text in drawn.values():
        assert text.rstrip().endswith("</svg>")
        assert "<script" not in text
        assert "#ffffff" not in text
    assert chart.draw(measured()) == drawn
    assert chart.draw(Results()) == {}
