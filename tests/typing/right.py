"""Programs that are right: both type checkers accept every line."""

import pulumi

from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    AsyncInvokeConfigArgs,
    AsyncInvokeConfigArgsDict,
    Destination,
    DestinationArgs,
    DestinationArgsDict,
    DestinationConfig,
    DestinationConfigArgs,
    DestinationConfigArgsDict,
    Provider,
    ProviderArgs,
    ProviderArgsDict,
    ProviderAssumeRoleArgs,
    V3AsyncInvokeConfig,
    V3AsyncInvokeConfigArgs,
    V3AsyncInvokeConfigArgsDict,
    __version__,
    destinations,
)

config = pulumi.Config()
name: pulumi.Output[str] = pulumi.Output.from_input("hello")
version: str = __version__

least = AsyncInvokeConfig("least", service_name="demo", function_name="hello")
with_options = AsyncInvokeConfig(
    "with-options",
    pulumi.ResourceOptions(protect=True),
    service_name="demo",
    function_name=name,
)
everything = AsyncInvokeConfig(
    "everything",
    opts=pulumi.ResourceOptions(parent=least),
    service_name=name,
    function_name="hello",
    qualifier="prod",
    destination_config=DestinationConfigArgs(
        on_success=DestinationArgs(destination=name),
        on_failure=DestinationArgs(destination="acs:mns:cn-shanghai:1:/queues/q/messages"),
    ),
    max_async_event_age_in_seconds=300,
    max_async_retry_attempts=pulumi.Output.from_input(1),
    stateful_invocation=True,
    region="cn-shanghai",
    account_id="1234567890123456",
    allow_overwrite=False,
)
nothing_said = AsyncInvokeConfig(
    "nothing-said",
    service_name="demo",
    function_name="hello",
    qualifier=None,
    destination_config=None,
    max_async_event_age_in_seconds=config.get_int("age"),
    stateful_invocation=config.get_bool("stateful"),
)

# Dict literals
literal = AsyncInvokeConfig(
    "literal",
    service_name="demo",
    function_name="hello",
    destination_config={
        "on_success": {"destination": name},
        "on_failure": DestinationArgs(destination="acs:mns:cn-shanghai:1:/queues/q/messages"),
    },
)
target: DestinationArgsDict = {"destination": name}
targets: DestinationConfigArgsDict = {"on_failure": target}
inputs: AsyncInvokeConfigArgsDict = {
    "service_name": "demo",
    "function_name": "hello",
    "destination_config": targets,
}
from_inputs = AsyncInvokeConfig("from-inputs", **inputs)
from_dict = AsyncInvokeConfig("from-dict", inputs, pulumi.ResourceOptions())
from_literal = AsyncInvokeConfig("literal", {"service_name": "demo", "function_name": name})

# Args classes
args = AsyncInvokeConfigArgs(
    service_name="demo",
    function_name="hello",
    destination_config=pulumi.Output.from_input(targets),
    max_async_retry_attempts=0,
)
from_args = AsyncInvokeConfig("from-args", args)
from_args_with_options = AsyncInvokeConfig("args-options", args, pulumi.ResourceOptions())
args.service_name = name

# Function Compute 3.0
least_of_3 = V3AsyncInvokeConfig("least-3", function_name="hello", async_task=True)
inputs_of_3: V3AsyncInvokeConfigArgsDict = {"function_name": name, "destination_config": targets}
V3AsyncInvokeConfig("dict-3", inputs_of_3, pulumi.ResourceOptions(protect=True))
V3AsyncInvokeConfig("args-3", V3AsyncInvokeConfigArgs(function_name="hello", qualifier=name))
arn: pulumi.Output[str | None] = least_of_3.function_arn
task: pulumi.Output[bool] = V3AsyncInvokeConfig.get("held-3", least_of_3.id).async_task

# Outputs
service: pulumi.Output[str] = literal.service_name
age: pulumi.Output[int] = literal.max_async_event_age_in_seconds
stateful: pulumi.Output[bool] = literal.stateful_invocation
created: pulumi.Output[str | None] = literal.created_time
identifier: pulumi.Output[str] = literal.id


def failures(held: DestinationConfig | None) -> str:
    if held is None or held.on_failure is None:
        return "nowhere"
    side: Destination = held.on_failure
    return side.destination


destination: pulumi.Output[str] = literal.destination_config.apply(failures)
chained = AsyncInvokeConfig(
    "chained",
    service_name=literal.service_name,
    function_name=literal.function_name,
    max_async_retry_attempts=literal.max_async_retry_attempts,
    opts=pulumi.ResourceOptions(depends_on=[literal]),
)

# get
held = AsyncInvokeConfig.get("held", literal.id, pulumi.ResourceOptions(parent=least))
held_region: pulumi.Output[str] = held.region

# Destinations
queue: pulumi.Output[str] = destinations.mns_queue("failures")
topic: pulumi.Output[str] = destinations.mns_topic(
    name, region=config.get("region"), account_id=least.account_id
)
function: pulumi.Output[str] = destinations.fc_function(
    least.service_name, "next", qualifier=config.get("qualifier")
)
function_of_3: pulumi.Output[str] = destinations.fc_v3_function(name, qualifier="prod")
sent = AsyncInvokeConfig(
    "sent",
    service_name="demo",
    function_name="hello",
    destination_config={
        "on_success": {"destination": topic},
        "on_failure": DestinationArgs(destination=queue),
    },
)

# Explicit providers
hangzhou = Provider(
    "hangzhou",
    region="cn-hangzhou",
    account_id=name,
    access_key=config.require("accessKey"),
    secret_key=config.require_secret("secretKey"),
    request_timeout=30,
    max_concurrency=16,
    internal=True,
    opts=pulumi.ResourceOptions(protect=False),
)
least_provider = Provider("least", pulumi.ResourceOptions(protect=True))
provider_inputs: ProviderArgsDict = {"region": "cn-hangzhou"}
from_provider_dict = Provider("dict", provider_inputs)
from_provider_args = Provider(
    "args",
    ProviderArgs(
        assume_role=ProviderAssumeRoleArgs(role_arn=name, session_expiration=900),
        endpoints={"sts": "sts.example.com"},
    ),
    pulumi.ResourceOptions(),
)
provider_region: pulumi.Output[str | None] = hangzhou.region
provider_concurrency: pulumi.Output[int | None] = hangzhou.max_concurrency
explicit = AsyncInvokeConfig(
    "explicit",
    service_name="demo",
    function_name="hello",
    opts=pulumi.ResourceOptions(provider=hangzhou),
)


class Function(pulumi.ComponentResource):
    config: AsyncInvokeConfig

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("project:index:Function", name, None, opts)
        self.config = AsyncInvokeConfig(
            name,
            service_name="demo",
            function_name=name,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"id": self.config.id})


Function("function", pulumi.ResourceOptions(providers=[hangzhou]))
