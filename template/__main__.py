"""What happens to the asynchronous invocations of one function.

The values that differ between stacks stand in Pulumi.dev.yaml, Pulumi.staging.yaml and
Pulumi.prod.yaml.
"""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

settings = pulumi.Config()
function = settings.require("functionName")

config = AsyncInvokeConfig(
    function,
    service_name=settings.require("serviceName"),
    function_name=function,
    destination_config={
        "on_failure": {
            "destination": destinations.mns_queue(f"{function}-failures-{pulumi.get_stack()}"),
        },
    },
    max_async_event_age_in_seconds=settings.require_int("maxEventAge"),
    max_async_retry_attempts=settings.require_int("maxRetries"),
    opts=pulumi.ResourceOptions(protect=settings.require_bool("protect")),
)

pulumi.export("id", config.id)
