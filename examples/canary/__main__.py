"""New code is tried under LATEST, customers are on the alias prod: a config for each.

A qualifier (a version, an alias, or LATEST) has a config of its own; no other inherits it.
"""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

# New code: a failure shows at once, is not repeated, and can be looked up.
latest = AsyncInvokeConfig(
    "orders-latest",
    service_name="shop",
    function_name="orders",
    qualifier="LATEST",
    destination_config={"on_failure": {"destination": destinations.mns_queue("canary-failures")}},
    max_async_event_age_in_seconds=60,
    max_async_retry_attempts=0,
    stateful_invocation=True,
)

# Customers: patient, and what works goes on to the next step.
prod = AsyncInvokeConfig(
    "orders-prod",
    service_name="shop",
    function_name="orders",
    qualifier="prod",
    destination_config={
        "on_success": {"destination": destinations.fc_function("shop", "ship", qualifier="prod")},
        "on_failure": {"destination": destinations.mns_queue("failures")},
    },
    max_async_retry_attempts=8,
)

pulumi.export("qualifiers", [latest.qualifier, prod.qualifier])
