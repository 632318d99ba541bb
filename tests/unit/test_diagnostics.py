from collections import deque

import pytest

from pulumi_fc_async_invoke.plugin import diagnostics


def test_a_message_is_one_printable_line_whatever_a_service_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    diagnostics.warn("title\x1b]0;evil\x07\nerror: forged \u202eline\u2028")

    assert capsys.readouterr().err == "warning: title?]0;evil??error: forged ?line?\n"


def test_a_message_is_bounded_and_has_room_for_a_whole_config(
    capsys: pytest.CaptureFixture[str],
) -> None:
    diagnostics.warn("x" * 50_000)
    diagnostics.warn("x" * 500_000)

    whole, cut = capsys.readouterr().err.splitlines()
    assert len(whole) > 50_000
    assert len(cut) < 70_000


class TakenAtOnce(deque[tuple[float, str]]):
    """What is added has been shown before anyone looks, by the thread that shows a wait."""

    def append(self, item: tuple[float, str]) -> None:
        super().append(item)
        self.clear()


def test_lines_of_debugging_may_be_shown_by_another_thread_at_any_moment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(diagnostics, "deque", TakenAtOnce)
    with diagnostics.operation(None):
        diagnostics.debug("GET: HTTP 200")
