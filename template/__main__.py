"""What happens to the asynchronous invocations of one function.

The values that differ between stacks stand in Pulumi.dev.yaml, Pulumi.staging.yaml and
Pulumi.prod.yaml.
"""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, V3AsyncInvokeConfig, destinations

settings = pulumi.Config()
version = settings.require("functionCompute")
if version not in ("2.0", "3.0"):
    raise pulumi.RunError("functionCompute is 2.0 or 3.0: pulumi config set functionCompute 3.0")
function = settings.require("functionName")
failures = destinations.mns_queue(f"hello-failures-{pulumi.get_stack()}")
max_age = settings.require_int("maxEventAge")
max_retries = settings.require_int("maxRetries")
opts = pulumi.ResourceOptions(protect=settings.require_bool("protect"))

config: AsyncInvokeConfig | V3AsyncInvokeConfig
# Keep the one that you need.
if version == "2.0":
    config = AsyncInvokeConfig(
        "hello",
        service_name=settings.require("serviceName"),
        function_name=function,
        destination_config={"on_failure": {"destination": failures}},
        max_async_event_age_in_seconds=max_age,
        max_async_retry_attempts=max_retries,
        opts=opts,
    )
else:
    config = V3AsyncInvokeConfig(
        "hello",
        function_name=function,
        destination_config={"on_failure": {"destination": failures}},
        max_async_event_age_in_seconds=max_age,
        max_async_retry_attempts=max_retries,
        opts=opts,
    )

pulumi.export("id", config.id)
