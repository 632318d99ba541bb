"""Looking at a config that the program does not manage; taking one over."""

import json
from typing import Any

import pytest
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

GET = """
for name, id_ in {{"full": {id!r}, "short": {short!r}}}.items():
    found = {resource}.get(name, id_)
    pulumi.export(name, Output.all(
        found.function_name, found.qualifier, found.region,
        found.account_id, found.max_async_event_age_in_seconds, found.max_async_retry_attempts,
        found.{task}, found.created_time,
        found.destination_config.apply(lambda to: [to.on_failure.destination, to.on_success]),
    ))
"""


def _get(name: str, stack: Stack, id_: str | None = None) -> str:
    return f"{stack.version.resource}.get({name!r}, {id_ or stack.version.id_of()!r})\n"


def test_get_reads_by_the_id_alone_and_destroy_leaves_it(
    stack: Stack, cloud: EmulatorServer
) -> None:
    created = "2020-11-09T09:46:33Z"
    values = {
        "maxAsyncEventAgeInSeconds": 300,
        "maxAsyncRetryAttempts": 0,
        stack.version.task_key: True,
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
        "createdTime": created,
    }
    before = cloud.seed(stack.version.service, "hello", values)
    version = stack.version
    short = version.id_of().replace(".LATEST", "").removesuffix("/LATEST")
    stack.program(
        GET.format(id=version.id_of(), short=short, resource=version.resource, task=version.task)
    )
    assert stack.up().by_name == {"full": ["read"], "short": ["read"]}
    outputs = ["hello", "LATEST", REGION, ACCOUNT, 300, 0, True, created, [QUEUE, None]]
    assert stack.exports == {"full": outputs, "short": outputs}
    assert stack.settled()
    stack.destroy()
    assert cloud.config(stack.version.service, "hello") == before
    assert {call.method for call in cloud.calls()} == {"GET"}


def test_get_of_something_absent_fails_and_says_what(stack: Stack) -> None:
    stack.program(_get("found", stack))
    outcome = stack.up_fails()
    (message,) = [line for line in outcome.diagnostics if "to get" in line]
    assert "There is no async-invoke-config to get" in message
    assert stack.version.shown() in message
    assert stack.resources == {}


def test_get_of_something_that_is_no_id_says_what_one_looks_like(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(_get("found", stack, "demo/hello"))
    outcome = stack.preview_fails()
    assert "'demo/hello' is not the id of an async-invoke-config" in outcome.text
    parent = "functions/" if stack.version.is_v3 else "services/"
    assert f"acs:fc:{{region}}:{{accountId}}:{parent}" in outcome.text
    assert cloud.calls() == []


def test_a_get_that_has_become_a_declaration_is_adopted(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed(stack.version.service, "hello", {"maxAsyncRetryAttempts": 1})
    stack.program(_get("hello", stack))
    stack.up()
    stack.declare(max_async_retry_attempts=1)
    stack.up()
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert stack.is_settled()


def _importing(stack: Stack) -> str:
    return f"ResourceOptions(import_={stack.version.id_of()!r}, protect=True)"


def test_import_adopts_what_is_as_declared_and_leaves_no_trace(
    stack: Stack, cloud: EmulatorServer
) -> None:
    before = cloud.seed(stack.version.service, "hello", {"maxAsyncRetryAttempts": 1})
    stack.declare(opts=_importing(stack), max_async_retry_attempts=1)
    assert stack.preview().by_name == {"hello": ["create"]}
    assert stack.up().by_name == {"hello": ["create"]}
    assert {call.method for call in cloud.calls()} == {"GET"}
    assert cloud.config(stack.version.service, "hello") == before
    resource = stack.resources["hello"]
    assert resource["protect"] is True
    assert "importID" not in resource
    # The SDK lists the dependencies of each input: there, its bare name stays for a while.
    assert resource["propertyDependencies"].pop("__import") == []
    assert "__import" not in json.dumps(resource)
    assert "import" not in json.dumps([resource["inputs"], resource["outputs"]])
    assert stack.settled()
    stack.declare(opts="ResourceOptions(protect=True)", max_async_retry_attempts=1)
    assert stack.settled()


@pytest.mark.parametrize(
    ("seeded", "inputs"),
    [
        pytest.param({}, {}, id="absent", marks=pytest.mark.proof),
        pytest.param({"maxAsyncRetryAttempts": 1}, {}, id="different"),
        pytest.param(
            {"maxAsyncRetryAttempts": 1},
            {"max_async_retry_attempts": 1, "qualifier": "prod"},
            id="another id",
            marks=pytest.mark.proof,
        ),
    ],
)
def test_an_import_of_anything_else_is_an_error_and_writes_nothing(
    stack: Stack, cloud: EmulatorServer, seeded: dict[str, Any], inputs: dict[str, Any]
) -> None:
    if seeded:
        cloud.seed(stack.version.service, "hello", seeded)
    before = cloud.configs()
    stack.declare(opts=_importing(stack), allow_overwrite=True, **inputs)
    assert "hello" in stack.up_fails().text
    assert cloud.configs() == before
    assert {call.method for call in cloud.calls()} <= {"GET"}
    assert stack.resources == {}


def test_the_command_import_is_refused_before_anything_is_called(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # The SDK cannot import dynamic resources; none of our code is reached.
    before = cloud.seed(stack.version.service, "hello", {"maxAsyncRetryAttempts": 1})
    version = stack.version
    type_ = f"pulumi-python:dynamic/fc:{version.resource}"
    done = stack.run(
        *("import", type_, "hello", version.id_of(), "--yes", "--stack", stack.name), check=False
    )
    assert done.returncode != 0
    assert "__provider" in done.stdout + done.stderr
    assert cloud.config(stack.version.service, "hello") == before
    assert cloud.calls() == []
    assert stack.resources == {}
