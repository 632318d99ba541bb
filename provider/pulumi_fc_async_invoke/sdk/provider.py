"""An explicit provider: more accounts, regions or keys in one program."""

import pulumi

from pulumi_fc_async_invoke.provider import PACKAGE

from .errors import explain_wrong_calls

__all__ = ["Provider"]


class Provider(pulumi.ProviderResource):
    """Settings for the resources that name it, in place of the stack's configuration.

    Each provider takes nothing from the stack's configuration: what is left out here comes from
    the environment and the vendor's default credential chain.

    Keys given here are kept in the stack's state, encrypted, and ``refresh`` and ``destroy`` use
    those of the last ``up`` (unless ``--run-program`` is given). Keys that change often are better
    left out, or named by `profile`.

    Example:
        ```python
        hangzhou = Provider("hangzhou", region="cn-hangzhou", account_id="1234567890123456")
        AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            opts=pulumi.ResourceOptions(provider=hangzhou),
        )
        ```
    """

    @explain_wrong_calls
    def __init__(
        self,
        resource_name: str,
        *,
        region: pulumi.Input[str] | None = None,
        account_id: pulumi.Input[str] | None = None,
        access_key: pulumi.Input[str] | None = None,
        secret_key: pulumi.Input[str] | None = None,
        security_token: pulumi.Input[str] | None = None,
        profile: pulumi.Input[str] | None = None,
        endpoint: pulumi.Input[str] | None = None,
        internal: pulumi.Input[bool] | None = None,
        request_timeout: pulumi.Input[float] | None = None,
        max_concurrency: pulumi.Input[int] | None = None,
        allow_overwrite: pulumi.Input[bool] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a provider.

        Args:
            resource_name: name of the provider in the program.
            region: region for resources that name none, such as ``cn-shanghai``.
            account_id: account for resources that name none: decimal digits.
            access_key: access key id; kept as a secret.
            secret_key: access key secret; kept as a secret.
            security_token: security token of a temporary key; kept as a secret.
            profile: profile of the vendor's command line to take the keys from.
            endpoint: base URL in place of the service's own; https, or http on loopback.
            internal: whether to use the service's host inside a VPC; default `False`.
            request_timeout: overall deadline of one call with its retries, in seconds: more than
                0, at most 3600, default 60.
            max_concurrency: calls in flight at once, 1 to 64, default 4; each explicit provider
                has its own. The engine starts no more than ``pulumi up --parallel`` says.
            allow_overwrite: default of the resources' `allow_overwrite`; default `False`.
            opts: options of the provider.
        """
        properties: dict[str, pulumi.Input[object]] = {
            "alicloud:region": region,
            "alicloud:accountId": account_id,
            "alicloud:accessKey": _secret(access_key),
            "alicloud:secretKey": _secret(secret_key),
            "alicloud:securityToken": _secret(security_token),
            "alicloud:profile": profile,
            "fc:endpoint": endpoint,
            "fc:internal": internal,
            "fc:requestTimeout": request_timeout,
            "fc:maxConcurrency": max_concurrency,
            "fc:allowOverwrite": allow_overwrite,
        }
        super().__init__(PACKAGE, resource_name, properties, opts)


def _secret(value: pulumi.Input[str] | None) -> pulumi.Output[str] | None:
    return None if value is None else pulumi.Output.secret(value)
