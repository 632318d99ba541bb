"""N resources of a provider that does nothing."""

import pulumi
from pulumi import dynamic

from benchmarks.noop import NoOpProvider


class AsyncInvokeConfig(dynamic.Resource, module="fc", name="AsyncInvokeConfig"):
    """Of the same type in state as ours."""


# An output can be read only if the resource has a property of its name from the beginning.
OUTPUTS = dict.fromkeys(
    (
        *("serviceName", "functionName", "qualifier", "region", "accountId", "destinationConfig"),
        *("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts", "statefulInvocation"),
        *("allowOverwrite", "createdTime", "lastModifiedTime"),
    )
)

config = pulumi.Config("benchmark")
alicloud = pulumi.Config("alicloud")
region, account = alicloud.require("region"), alicloud.require("accountId")
for number in range(config.require_int("resources")):
    AsyncInvokeConfig(
        NoOpProvider(),
        f"config-{number:04}",
        {
            **OUTPUTS,
            "serviceName": config.require("service"),
            "functionName": f"function-{number:04}",
            "destinationConfig": {
                "onFailure": {
                    "destination": f"acs:mns:{region}:{account}:/queues/failures/messages"
                }
            },
            "maxAsyncEventAgeInSeconds": config.require_int("seconds"),
            "maxAsyncRetryAttempts": 1,
        },
    )
