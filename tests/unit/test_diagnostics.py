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
