"""Several stacks of one project on one account."""

from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PROGRAM = """
retries = Config().require_int("retries")
AsyncInvokeConfig(
    "hello",
    service_name="demo",
    function_name=f"hello-{pulumi.get_stack()}",
    max_async_retry_attempts=retries,
)
"""


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
    stack.program(PROGRAM)
    assert stack.up().operations == ["create"]
    assert staging.up().operations == ["create"]
    assert held_values(cloud, "hello-dev") == api_values(max_async_retry_attempts=1)
    assert held_values(cloud, "hello-staging") == api_values(max_async_retry_attempts=2)
    stack.destroy()
    assert held_values(cloud, "hello-dev") == {}
    assert held_values(cloud, "hello-staging") == api_values(max_async_retry_attempts=2)
    assert staging.is_settled()
