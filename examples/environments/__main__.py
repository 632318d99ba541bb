"""One program for dev, staging and prod; what differs stands in Pulumi.{stack}.yaml."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

stack = pulumi.get_stack()
settings = pulumi.Config()
failures = destinations.mns_queue(f"orders-failures-{stack}")

orders = AsyncInvokeConfig(
    "orders",
    service_name=f"shop-{stack}",
    function_name="orders",
    destination_config={"on_failure": {"destination": failures}},
    max_async_event_age_in_seconds=settings.require_int("maxEventAge"),
    max_async_retry_attempts=settings.require_int("maxRetries"),
    # A protected resource is deleted only after `pulumi state unprotect`.
    opts=pulumi.ResourceOptions(protect=settings.require_bool("protect")),
)

pulumi.export("orders", orders.id)
