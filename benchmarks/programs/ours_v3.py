"""N resources of this project, for Function Compute 3.0."""

import pulumi

from pulumi_fc_async_invoke import V3AsyncInvokeConfig

config = pulumi.Config("benchmark")
alicloud = pulumi.Config("alicloud")
region, account = alicloud.require("region"), alicloud.require("accountId")
for number in range(config.require_int("resources")):
    V3AsyncInvokeConfig(
        f"config-{number:04}",
        function_name=f"{config.require('service')}function-{number:04}",
        destination_config={
            "on_failure": {"destination": f"acs:mns:{region}:{account}:/queues/failures/messages"}
        },
        max_async_event_age_in_seconds=config.require_int("seconds"),
        max_async_retry_attempts=1,
    )
