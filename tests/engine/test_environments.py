"""Where settings come from, and the ways in which programs are run and composed."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.programs import declaration
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.fixture
def unset(stack: Stack) -> Stack:
    """A stack that names neither region nor account."""
    stack.configure(alicloud__region=None, alicloud__accountId=None)
    return stack


def test_region_and_account_may_come_from_the_environment(
    unset: Stack, cloud: EmulatorServer
) -> None:
    unset.declare()
    outcome = unset.preview_fails()
    for command in (
        "pulumi config set alicloud:region",
        "pulumi config set alicloud:accountId",
    ):
        assert outcome.text.count(command) >= 1
    assert cloud.calls() == []

    unset.environment.update(ALICLOUD_REGION=REGION, ALIBABA_CLOUD_ACCOUNT_ID=ACCOUNT)
    unset.up()
    (held,) = cloud.configs()
    assert (held["region"], held["account"]) == (REGION, ACCOUNT)
    # The configuration comes first; the same values, so nothing to do.
    unset.configure(alicloud__region=REGION, alicloud__accountId=ACCOUNT)
    unset.environment.update(ALICLOUD_REGION="cn-beijing", ALIBABA_CLOUD_ACCOUNT_ID="1")
    assert unset.is_settled()


def test_missing_keys_are_one_line_with_the_remedy(stack: Stack, cloud: EmulatorServer) -> None:
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        del stack.environment[name]
    stack.environment.update(HOME=str(stack.folder), ALIBABA_CLOUD_ECS_METADATA_DISABLED="true")
    stack.declare()
    assert stack.preview().operations == ["create"]
    (said,) = {said for said in stack.up_fails().diagnostics if "redentials" in said}
    assert said.count("\n") == 0
    assert "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET" in said
    assert cloud.calls() == []


PLAIN = "alicloud:secretKey stands in plain text"


def test_a_plain_key_in_the_configuration_is_warned_of_once(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.configure(
        alicloud__accessKey=cloud.access_key_id, alicloud__secretKey=cloud.access_key_secret
    )
    stack.program(declaration("one") + declaration("two"))
    outcome = stack.preview()
    (said,) = [said for said in outcome.diagnostics if "plain text" in said]
    assert PLAIN in said
    assert said.endswith("pulumi config set --secret alicloud:secretKey …")

    # Not for what the stack's configuration is not used for,
    stack.program(
        f"one = Provider('one', region={REGION!r}, account_id={ACCOUNT!r})\n"
        + declaration(opts="ResourceOptions(provider=one)")
    )
    assert PLAIN not in stack.preview().text
    # and not for a secret.
    stack.configure(alicloud__secretKey=None)
    secret = cloud.access_key_secret
    stack.run("config", "set", "--secret", "alicloud:secretKey", secret, "--stack", stack.name)
    stack.declare()
    assert "plain text" not in stack.preview().text


def test_transformations_transforms_and_components(stack: Stack, cloud: EmulatorServer) -> None:
    stack.program(
        f"""
def more_retries(args):
    if "AsyncInvokeConfig" in args.type_:
        return pulumi.ResourceTransformationResult(
            {{**args.props, "max_async_retry_attempts": 7}}, args.opts)

def stateful(args):
    if "AsyncInvokeConfig" in args.type_:
        return pulumi.ResourceTransformResult(
            {{**args.props, "statefulInvocation": True}}, args.opts)

class Function(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("test:index:Function", name, {{}}, opts)
        self.config = AsyncInvokeConfig(
            name, service_name="demo", function_name=name,
            destination_config={{"on_failure": {{"destination": {QUEUE!r}}}}},
            opts=ResourceOptions(parent=self, aliases=[pulumi.Alias(name="before")]))
        self.target = self.config.destination_config.apply(lambda to: to.on_failure.destination)
        self.register_outputs({{"target": self.target}})

function = Function("inner", ResourceOptions(
    transformations=[more_retries], transforms=[stateful]))
pulumi.export("target", function.target)
"""
    )
    stack.up()
    held = cloud.config("demo", "inner")
    assert held is not None
    assert held["maxAsyncRetryAttempts"] == 7
    assert held["statefulInvocation"] is True
    assert stack.exports == {"target": QUEUE}
    assert stack.resources["inner"]["parent"].endswith("Function::inner")
    assert stack.settled()


AUTOMATION = """
import sys
from pulumi import automation
from pulumi_fc_async_invoke import AsyncInvokeConfig

def program():
    AsyncInvokeConfig("hello", service_name="demo", function_name="hello")

url, folder, region, account = sys.argv[1:]
stack = automation.create_or_select_stack(
    "inline", "project", program,
    opts=automation.LocalWorkspaceOptions(
        project_settings=automation.ProjectSettings(
            name="project", runtime="python",
            backend=automation.ProjectBackend(url="file://" + folder))))
for key, value in {"fc:endpoint": url, "alicloud:region": region,
                   "alicloud:accountId": account}.items():
    stack.set_config(key, automation.ConfigValue(value))
assert stack.up().summary.resource_changes == {"create": 2}
assert stack.preview().change_summary == {"same": 2}
stack.destroy()
"""


def test_an_inline_program_of_the_automation_api(
    stack: Stack, cloud: EmulatorServer, tmp_path: Path
) -> None:
    # A process of its own: the Automation API leaves threads and sockets behind.
    program = tmp_path / "deploy.py"
    program.write_text(AUTOMATION)
    done = subprocess.run(
        [sys.executable, program, cloud.url, stack.folder / ".state", REGION, ACCOUNT],
        env=stack.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    methods = [call.method for call in cloud.calls()]
    assert methods == ["GET", "PUT", "DELETE", "GET"]
