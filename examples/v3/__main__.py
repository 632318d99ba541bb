"""One function of Function Compute 3.0: results go to the next function, failures to a queue."""

import pulumi

from pulumi_fc_async_invoke import V3AsyncInvokeConfig, destinations

orders = V3AsyncInvokeConfig(
    "orders",
    function_name="orders",
    qualifier="prod",
    destination_config={
        "on_success": {"destination": destinations.fc_v3_function("ship", qualifier="prod")},
        "on_failure": {"destination": destinations.mns_queue("failures")},
    },
    max_async_event_age_in_seconds=3600,
    max_async_retry_attempts=1,
    async_task=True,
)

pulumi.export("functionArn", orders.function_arn)
