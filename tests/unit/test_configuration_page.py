"""`docs/configuration.md` and `docs/credentials.md` say what is declared."""

import math
from pathlib import Path

import pytest

from pulumi_fc_async_invoke.config.declarations import (
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_OIDC,
    DECLARED,
    Setting,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text()
CREDENTIALS = (DOCS / "credentials.md").read_text()


def details(setting: Setting) -> str:
    """What follows the meaning of a setting in its row: range, members, and the other columns."""
    details = ""
    if setting.most != math.inf:
        least, most = f"{setting.least:.0f}", f"{setting.most:.0f}"
        exclusive = isinstance(setting.default, float)
        details = f", more than {least}, at most {most}" if exclusive else f", {least} to {most}"
    if setting.secret:
        details += "; set it with `--secret`"
    if setting.members:
        details += ": " + ", ".join(f"`{member.name}`" for member in setting.members)
    if isinstance(setting.default, bool):
        default = f"`{str(setting.default).lower()}`"
    elif isinstance(setting.default, str):
        default = f"`{setting.default}`"
    else:
        default = "" if setting.default is None else f"{setting.default:.0f}"
    variables = ", ".join(f"`{name}`" for name in setting.variables)
    return f"{details} |" + "".join(f" {cell} |" if cell else " |" for cell in (variables, default))


@pytest.mark.parametrize("setting", DECLARED, ids=lambda setting: setting.key)
def test_each_setting_has_its_row(setting: Setting) -> None:
    (row,) = (each for each in CONFIGURATION.splitlines() if each.startswith(f"| `{setting.key}` "))

    assert row.endswith(details(setting))


def test_no_other_key_has_a_row() -> None:
    keys = {line.split("`")[1] for line in CONFIGURATION.splitlines() if line.startswith("| `")}

    assert {key for key in keys if ":" in key} == {setting.key for setting in DECLARED}


@pytest.mark.parametrize(
    "member", [*ASSUME_ROLE.members, *ASSUME_ROLE_WITH_OIDC.members], ids=lambda each: each.key
)
def test_each_member_of_a_role_has_a_row_with_its_variables(member: Setting) -> None:
    _, _, section = CREDENTIALS.partition(f"| member of `{member.key.rpartition('.')[0]}`")
    rows = section.partition("\n\n")[0].splitlines()
    (found,) = (each for each in rows if each.startswith(f"| `{member.name}`"))

    assert found.split("|")[2].strip() == ", ".join(f"`{name}`" for name in member.variables)
    assert member.default is None or str(member.default) in found
    assert member.most == math.inf or f"{member.least:.0f} to {member.most:.0f}" in found
