"""What happens to the asynchronous invocations of two functions: one of 2.0 and one of 3.0.

The values that differ between stacks stand in Pulumi.dev.yaml, Pulumi.staging.yaml and
Pulumi.prod.yaml.
"""

import pulumi

from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    DestinationArgs,
    DestinationConfigArgs,
    V3AsyncInvokeConfig,
    destinations,
)

settings = pulumi.Config()

config = AsyncInvokeConfig(
    "hello",
    # Which function.
    service_name=settings.require("serviceName"),
    qualifier=settings.require("qualifier"),
    function_name=settings.require("functionName"),
    # Where the results go.
    destination_config=DestinationConfigArgs(
        on_success=DestinationArgs(destination=destinations.mns_queue("success")),
        on_failure=DestinationArgs(destination=destinations.mns_queue("failure")),
    ),
    # How long an event may wait, how often it is tried again, whether its state can be looked up.
    max_async_event_age_in_seconds=settings.require_int("maxAsyncEventAgeInSeconds"),
    max_async_retry_attempts=settings.require_int("maxAsyncRetryAttempts"),
    stateful_invocation=settings.require_bool("statefulInvocation"),
)

# The same for a function of Function Compute 3.0, which has no service.
v3_config = V3AsyncInvokeConfig(
    "hello-v3",
    function_name=settings.require("v3FunctionName"),
    destination_config={"on_failure": {"destination": destinations.mns_queue("failure")}},
    max_async_retry_attempts=settings.require_int("maxAsyncRetryAttempts"),
)

pulumi.export("id", config.id)
pulumi.export("v3Id", v3_config.id)
pulumi.export("createdTime", config.created_time)
pulumi.export("lastModifiedTime", config.last_modified_time)
