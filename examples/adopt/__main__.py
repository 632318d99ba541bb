"""Functions that have configs already: look at them, adopt them, or replace them."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

# Somebody else's: read, never changed or deleted. The id is the function's ARN, with its qualifier.
billing = AsyncInvokeConfig.get(
    "billing", destinations.fc_function("finance", "billing", qualifier="prod")
)

# Ours from now on. As it is declared here just as it is, nothing is written. Were it different,
# nothing would be written either, and the error would show the difference.
orders = AsyncInvokeConfig(
    "orders",
    service_name="shop",
    function_name="orders",
    destination_config={"on_failure": {"destination": destinations.mns_queue("failures")}},
    max_async_retry_attempts=1,
)

# Ours from now on, whatever it is now.
emails = AsyncInvokeConfig(
    "emails",
    service_name="shop",
    function_name="emails",
    max_async_retry_attempts=billing.max_async_retry_attempts,
    allow_overwrite=True,
)

pulumi.export("billingRetries", billing.max_async_retry_attempts)
