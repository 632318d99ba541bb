"""`docs/configuration.md` and `docs/credentials.md` say what is declared."""

import math
from pathlib import Path

import pytest

from pulumi_fc_async_invoke.config.declarations import (
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_OIDC,
    DECLARED,
    IGNORED,
    Setting,
)

DOCS = Path(__file__).resolve().parents[2] / "docs"
CONFIGURATION = (DOCS / "configuration.md").read_text()
CREDENTIALS = (DOCS / "credentials.md").read_text()


def row(setting: Setting) -> str:
    """The row of a setting, as the page has it."""
    meaning = setting.meaning
    if setting.most != math.inf:
        least, most = f"{setting.least:.0f}", f"{setting.most:.0f}"
        exclusive = isinstance(setting.default, float)
        meaning += f", more than {least}, at most {most}" if exclusive else f", {least} to {most}"
    if setting.secret:
        meaning += "; set it with `--secret`"
    if setting.members:
        meaning += ": " + ", ".join(f"`{member.name}`" for member in setting.members)
    if isinstance(setting.default, bool):
        default = f"`{str(setting.default).lower()}`"
    elif isinstance(setting.default, str):
        default = f"`{setting.default}`"
    else:
        default = "" if setting.default is None else f"{setting.default:.0f}"
    variables = ", ".join(f"`{name}`" for name in setting.variables)
    cells = (f"`{setting.key}`", meaning, variables, default)
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


@pytest.mark.parametrize("setting", DECLARED, ids=lambda setting: setting.key)
def test_each_setting_has_its_row(setting: Setting) -> None:
    assert row(setting) in CONFIGURATION.splitlines()


def test_no_other_key_has_a_row() -> None:
    keys = {line.split("`")[1] for line in CONFIGURATION.splitlines() if line.startswith("| `")}

    assert {key for key in keys if ":" in key} == {setting.key for setting in DECLARED}


def test_keys_that_are_ignored_are_named() -> None:
    names = [key.partition(":")[2] for key in IGNORED]

    assert [name for name in names if f"`{name}`" not in CONFIGURATION] == []


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
