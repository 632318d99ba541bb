"""The pages of the documentation that repeat what the code says are fresh."""

from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.report import RAW
from benchmarks.report import page as benchmarks_page
from benchmarks.samples import Results
from tests.support.configs import an_identity
from tools.docs import calls_table

from pulumi_fc_async_invoke.api import v2016
from pulumi_fc_async_invoke.api.fields import Reading
from pulumi_fc_async_invoke.cli import exit_codes
from pulumi_fc_async_invoke.cli.app import app
from pulumi_fc_async_invoke.cli.options import OPTIONS
from pulumi_fc_async_invoke.reconcile.words import refusal

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize(
    ("make", "command"),
    [
        pytest.param(
            lambda: {"calls.md": calls_table.page()},
            "python -m tools.docs.calls_table > docs/calls.md",
            id="calls",
        ),
        pytest.param(
            lambda: {"benchmarks.md": benchmarks_page(Results.load(RAW))},
            "python -m benchmarks",
            id="benchmarks",
        ),
    ],
)
def test_a_generated_page_is_fresh(make: Callable[[], dict[str, str]], command: str) -> None:
    stale = [name for name, text in make().items() if (DOCS / name).read_text() != text]

    assert stale == [], f"run {command}"


def test_the_page_of_the_command_line_has_every_command_option_and_exit_code() -> None:
    page = (DOCS / "command-line.md").read_text().replace("`", "")
    expected = [
        *(f"\n## {each.name}\n" for each in app.registered_commands),
        *OPTIONS.values(),
        *(f"| {code} | {meaning} |" for code, meaning in exit_codes.MEANINGS.items()),
    ]

    assert [text for text in expected if text not in page] == [], "complete docs/command-line.md"


def test_the_page_of_adopting_quotes_the_error_of_a_config_that_differs() -> None:
    orders = an_identity("cn-shanghai", "1234567890123456", "shop", "LATEST", "orders")
    declared, held = (
        v2016.Config.read({"maxAsyncRetryAttempts": number}, Reading.STATE) for number in (1, 7)
    )
    message = f"async-invoke-config of {orders}: {refusal(declared, held)}"

    assert f"```text\n{message}\n```" in (DOCS / "adopting.md").read_text()
