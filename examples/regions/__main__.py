"""The same function in two regions, and one of another account: explicit providers."""

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, Provider, destinations

settings = pulumi.Config()
account = settings.require("account")
partner_account = settings.require("partnerAccount")
# A provider takes nothing from the stack's configuration. Without an endpoint it is the service's.
endpoint = pulumi.Config("fc").get("endpoint")

for region in ("cn-shanghai", "cn-hangzhou"):
    AsyncInvokeConfig(
        f"orders-{region}",
        service_name="shop",
        function_name="orders",
        destination_config={
            "on_failure": {
                "destination": destinations.mns_queue(
                    "failures", region=region, account_id=account
                ),
            },
        },
        opts=pulumi.ResourceOptions(
            provider=Provider(region, region=region, account_id=account, endpoint=endpoint),
        ),
    )

partner = Provider(
    "partner",
    region="cn-shanghai",
    account_id=partner_account,
    access_key=settings.require_secret("partnerAccessKey"),
    secret_key=settings.require_secret("partnerSecretKey"),
    endpoint=endpoint,
)
AsyncInvokeConfig(
    "deliveries",
    service_name="logistics",
    function_name="deliveries",
    max_async_retry_attempts=0,
    opts=pulumi.ResourceOptions(provider=partner),
)
