"""Foreign text is printable, one line and of a bounded length before anybody sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_fc_async_invoke.api.text import one_line, printable

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT, st.integers(1, 50))
def test_whatever_the_text_one_bounded_line_of_it_is_printed(text: str, limit: int) -> None:
    for line in (printable(text, limit), one_line(text, limit=limit)):
        assert line.isprintable()
        assert len(line) <= limit


@given(ANY_TEXT)
def test_what_is_printable_stays_as_it_is(text: str) -> None:
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[2J", "\x9b1m", "\x07", "\n", "\r", "\u2028", "\u202e", "\u2066", "\ufeff", "\ud800"],
    ids=ascii,
)
def test_no_character_that_steers_a_terminal_is_printed(hostile: str) -> None:
    assert hostile not in printable(f"a{hostile}b")
    assert hostile not in one_line(f"a{hostile}b")


def test_indentation_and_wide_gaps_are_kept_in_a_line_of_output() -> None:
    assert printable("  name:   value") == "  name:   value"
