"""Several stacks of one project on one account."""

import pytest
from tests.support.programs import Source
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

PROGRAM = """
retries = Config().require_int("retries")
"""


def program(stack: Stack) -> str:
    return PROGRAM + stack.version.declaration(
        function_name=Source('f"hello-{pulumi.get_stack()}"'),
        max_async_retry_attempts=Source("retries"),
    )


def test_two_stacks_side_by_side_leave_each_other_alone(
    stack: Stack, cloud: EmulatorServer
) -> None:
    staging = Stack(stack.folder, stack.environment, name="staging")
    stack.configure(project__retries="1")
    staging.configure(
        alicloud__region=REGION,
        alicloud__accountId=ACCOUNT,
        fc__endpoint=cloud.url,
        project__retries="2",
    )
    stack.program(program(stack))
    assert stack.up().operations == ["create"]
    assert staging.up().operations == ["create"]
    assert stack.version.held(cloud, "hello-dev") == stack.version.values(
        max_async_retry_attempts=1
    )
    assert stack.version.held(cloud, "hello-staging") == stack.version.values(
        max_async_retry_attempts=2
    )
    stack.destroy()
    assert stack.version.held(cloud, "hello-dev") == {}
    assert stack.version.held(cloud, "hello-staging") == stack.version.values(
        max_async_retry_attempts=2
    )
    assert staging.is_settled()
