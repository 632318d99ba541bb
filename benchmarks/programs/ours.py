"""N resources of this project, for one version of Function Compute."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, V3AsyncInvokeConfig

config = pulumi.Config("benchmark")
alicloud = pulumi.Config("alicloud")
region, account = alicloud.require("region"), alicloud.require("accountId")
service, seconds = config.require("service"), config.require_int("seconds")
failures = f"acs:mns:{region}:{account}:/queues/failures/messages"
for number in range(config.require_int("resources")):
    name, function = f"config-{number:04}", f"function-{number:04}"
    if config.require("provider") == "3.0":
        V3AsyncInvokeConfig(
            name,
            function_name=f"{service}{function}",
            destination_config={"on_failure": {"destination": failures}},
            max_async_event_age_in_seconds=seconds,
            max_async_retry_attempts=1,
        )
    else:
        AsyncInvokeConfig(
            name,
            service_name=service,
            function_name=function,
            destination_config={"on_failure": {"destination": failures}},
            max_async_event_age_in_seconds=seconds,
            max_async_retry_attempts=1,
        )
