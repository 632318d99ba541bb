from pathlib import Path

from tools.docs.calls_table import page

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_calls_is_what_reconcile_does_today() -> None:
    assert (ROOT / "docs" / "calls.md").read_text() == page()
