"""What `pulumi up` does, in seconds: the real engine, and an emulator as Function Compute."""

import runpy
from pathlib import Path

import pytest
from pulumi import automation

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PROGRAM = Path(__file__).parents[1] / "__main__.py"


def program() -> None:
    """Run the project's program."""
    runpy.run_path(str(PROGRAM))


@pytest.fixture
def stack(fc_emulator: EmulatorServer, tmp_path: Path) -> automation.Stack:
    """A stack that lasts as long as the test, with all state in a temporary folder."""
    stack = automation.create_stack(
        "dev",
        project_name="fc-testing",
        program=program,
        opts=automation.LocalWorkspaceOptions(
            env_vars={
                "PULUMI_BACKEND_URL": f"file://{tmp_path}",
                "PULUMI_CONFIG_PASSPHRASE": "",
                "ALIBABA_CLOUD_ACCESS_KEY_ID": fc_emulator.access_key_id,
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": fc_emulator.access_key_secret,
            }
        ),
    )
    config = {
        "alicloud:region": "cn-shanghai",
        "alicloud:accountId": "1234567890123456",
        "fc:endpoint": fc_emulator.url,
    }
    for key, value in config.items():
        stack.set_config(key, automation.ConfigValue(value))
    return stack


def test_up_converges_although_the_service_throttles(
    stack: automation.Stack, fc_emulator: EmulatorServer
) -> None:
    """Settings arrive, a second run has nothing to do, and destroy leaves nothing."""
    fc_emulator.fault("ResourceExhausted", method="PUT", times=1)

    stack.up()
    held = fc_emulator.config("shop", "orders")
    assert held is not None
    assert held["maxAsyncEventAgeInSeconds"] == 300

    assert set(stack.preview().change_summary) == {automation.OpType.SAME}
    stack.destroy()
    assert fc_emulator.configs() == []
