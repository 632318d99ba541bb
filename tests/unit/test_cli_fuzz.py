"""Whatever a state or a project file holds: a result or one error, never anything else."""

import json
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.errors import StateError
from pulumi_fc_async_invoke.cli.comparison import Status, compare
from pulumi_fc_async_invoke.cli.interpreter import find_interpreter
from pulumi_fc_async_invoke.cli.project import ProjectError
from pulumi_fc_async_invoke.cli.state import stored_configs

KINDS = (
    "pulumi-python:dynamic/fc:AsyncInvokeConfig",
    "pulumi-python:dynamic/fc:V3AsyncInvokeConfig",
    "pulumi:providers:pulumi-python",
    "x",
)
IDS = (
    "acs:fc:cn-shanghai:42:services/demo.LATEST/functions/hello",
    "acs:fc:cn-shanghai:42:functions/hello/LATEST",
)

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10
)
outputs = st.dictionaries(
    st.sampled_from(["destinationConfig", "maxAsyncRetryAttempts", "asyncTask"]), anything
)
resources = st.fixed_dictionaries(
    {"urn": st.text() | anything, "type": st.sampled_from(KINDS)},
    optional={
        "id": st.sampled_from(IDS) | st.text() | anything,
        "outputs": outputs | anything,
        "inputs": outputs | anything,
        "provider": st.text() | anything,
        "external": anything,
    },
)
valid_shapes = st.fixed_dictionaries(
    {"urn": st.text(), "type": st.sampled_from(KINDS)},
    optional={"id": st.sampled_from(IDS) | st.text(), "outputs": outputs, "provider": st.text()},
)
states = st.one_of(
    anything,
    st.fixed_dictionaries({"deployment": anything}),
    st.lists(resources | anything).map(lambda found: {"deployment": {"resources": found}}),
    st.lists(valid_shapes).map(lambda found: {"deployment": {"resources": found}}),
)


def read_state(text: str) -> None:
    """What `diff` does with a state, but for its calls."""
    try:
        found = stored_configs(text)
    except StateError as error:
        assert "\n" not in str(error)  # noqa: PT017  most states are none
        return
    for stored in found:
        try:
            stored.api.parse_id(stored.id)
            comparison = compare(stored, None)
        except ValueError:
            continue
        assert comparison.status is Status.GONE
        json.dumps(comparison.document())


@examples(100)
@given(states)
def test_a_state_of_any_shape_is_read_or_is_one_error(state: Any) -> None:
    read_state(json.dumps(state))


@examples(100)
@given(st.text() | st.binary().map(lambda raw: raw.decode("latin-1")))
def test_any_text_in_place_of_a_state_is_read_or_is_one_error(text: str) -> None:
    read_state(text)


def read_project(folder: Path, text: bytes) -> None:
    (folder / "Pulumi.yaml").write_bytes(text)
    try:
        find_interpreter(folder)
    except ProjectError as error:
        assert len(str(error)) < 2000  # noqa: PT017  most files are none


same_folder = settings(examples(100), suppress_health_check=[HealthCheck.function_scoped_fixture])
project_files = st.one_of(
    st.binary(),
    st.text("{}[]&*!|>-?:, \n\tabruntimeoptionsvirtualenv'\"<").map(str.encode),
    anything.map(lambda value: json.dumps({"runtime": {"options": value}}).encode()),
    st.text().map(lambda name: json.dumps({"runtime": {"options": {"virtualenv": name}}}).encode()),
)


@same_folder
@given(project_files)
def test_a_project_file_of_any_shape_is_read_or_is_one_error(tmp_path: Path, text: bytes) -> None:
    read_project(tmp_path, text)
