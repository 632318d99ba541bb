"""N resources of this project."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig

config = pulumi.Config("benchmark")
alicloud = pulumi.Config("alicloud")
region, account = alicloud.require("region"), alicloud.require("accountId")
for number in range(config.require_int("resources")):
    AsyncInvokeConfig(
        f"config-{number:04}",
        service_name=config.require("service"),
        function_name=f"function-{number:04}",
        destination_config={
            "on_failure": {"destination": f"acs:mns:{region}:{account}:/queues/failures/messages"}
        },
        max_async_event_age_in_seconds=config.require_int("seconds"),
        max_async_retry_attempts=1,
    )
