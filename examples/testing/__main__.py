"""A program to be tested: no event may get lost in prod."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

in_prod = pulumi.get_stack() == "prod"

orders = AsyncInvokeConfig(
    "orders",
    service_name="shop",
    function_name="orders",
    destination_config={"on_failure": {"destination": destinations.mns_queue("failures")}},
    max_async_event_age_in_seconds=604_800 if in_prod else 300,
    max_async_retry_attempts=8 if in_prod else 0,
    opts=pulumi.ResourceOptions(protect=in_prod),
)

pulumi.export("orders", orders.id)
