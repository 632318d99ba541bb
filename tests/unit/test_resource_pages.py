"""The pages and docstrings of both resources say what is declared: range, default, meaning."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from pulumi_fc_async_invoke.api import rules, v2016, v2023
from pulumi_fc_async_invoke.api.names import FUNCTION_NAME, NAME
from pulumi_fc_async_invoke.sdk import inputs, resource

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {v2016: "async-invoke-config.md", v2023: "v3-async-invoke-config.md"}
SOURCES: dict[ModuleType, tuple[Any, ...]] = {
    v2016: (
        inputs.AsyncInvokeConfigArgsDict,
        inputs.AsyncInvokeConfigArgs,
        resource.AsyncInvokeConfig,
    ),
    v2023: (
        inputs.V3AsyncInvokeConfigArgsDict,
        inputs.V3AsyncInvokeConfigArgs,
        resource.V3AsyncInvokeConfig,
    ),
}
SETTINGS = {"region": "alicloud:region", "account_id": "alicloud:accountId"}
"""Input that a resource may leave out although the field has no default → where it comes from."""

VERSIONS = [pytest.param(v2016, id="2.0"), pytest.param(v2023, id="3.0")]


def rule_of(field: FieldInfo) -> rules.Rule | None:
    return next((each for each in field.metadata if isinstance(each, rules.Rule)), None)


def range_of(field: FieldInfo) -> str:
    rule = rule_of(field)
    return f"{rule.lowest} to {rule.highest}" if isinstance(rule, rules.WholeNumber) else ""


def default_of(name: str, field: FieldInfo) -> str:
    if name in SETTINGS:
        return f"`{SETTINGS[name]}`"
    if field.is_required():
        return "required"
    if field.default is None:
        return "none"
    return str(field.default) if type(field.default) is int else f"`{field.default}`"


def input_row(name: str, field: FieldInfo) -> str:
    rule = rule_of(field)
    meaning = str(field.description)
    if number := range_of(field):
        meaning += f" {number}."
    elif (
        isinstance(rule, rules.Name) and rule.rule in {NAME, FUNCTION_NAME} and name != "qualifier"
    ):
        meaning += f" {rule.rule.words[0].upper()}{rule.rule.words[1:]}."
    return f"| `{name}` | {meaning} | {default_of(name, field)} |"


def section(page: str, heading: str) -> str:
    _, _, found = page.partition(f"\n## {heading}\n")
    return found.partition("\n## ")[0]


def rows(text: str) -> set[str]:
    return {line for line in text.splitlines() if line.startswith("| `")}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_of_inputs_is_what_is_declared(version: ModuleType) -> None:
    page = (DOCS / PAGES[version]).read_text()
    declared = {input_row(*each) for each in version.Inputs.model_fields.items()}

    assert rows(section(page, "Inputs")) == declared


@pytest.mark.parametrize("version", VERSIONS)
def test_the_table_of_outputs_is_what_is_declared(version: ModuleType) -> None:
    page = (DOCS / PAGES[version]).read_text()
    fields = version.API.outputs.model_fields
    declared = {f"| `{name}` | {field.description} |" for name, field in fields.items()}

    assert {row for row in rows(section(page, "Outputs")) if "| `id` |" not in row} == declared


def documented_inputs(source: Any) -> Iterator[tuple[str, str]]:
    """Name and text of each input that a docstring describes: attributes, and `Args:`."""
    for node in ast.walk(ast.parse(inspect.getsource(source))):
        if isinstance(node, ast.ClassDef):
            for member, text in zip(node.body, node.body[1:], strict=False):
                if isinstance(member, ast.AnnAssign) and isinstance(text, ast.Expr):
                    yield ast.unparse(member.target), ast.literal_eval(text.value)
        elif isinstance(node, ast.FunctionDef) and node.name == "__init__":
            _, _, arguments = (ast.get_docstring(node) or "").partition("Args:\n")
            for name, text in re.findall(
                r"^    (\w+): (.*(?:\n {5,}.*)*)", arguments, re.MULTILINE
            ):
                yield name, " ".join(text.split())


@pytest.mark.parametrize("version", VERSIONS)
def test_each_docstring_has_the_range_and_the_default_that_are_declared(
    version: ModuleType,
) -> None:
    fields = version.Inputs.model_fields
    found = [
        (name, text)
        for source in SOURCES[version]
        for name, text in documented_inputs(source)
        if name in fields
    ]
    wrong: list[tuple[str, str]] = []
    for name, text in found:
        default = default_of(name, fields[name])
        expected = {"required": "", "none": "left out: nowhere"}.get(default, default)
        if range_of(fields[name]) not in text or expected not in text:
            wrong.append((name, text))

    # Each is described four times: twice as an attribute, twice as an argument.
    assert {name: sum(each == name for each, _ in found) for name in fields} == dict.fromkeys(
        fields, 4
    )
    assert wrong == []
