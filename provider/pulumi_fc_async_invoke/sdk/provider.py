"""An explicit provider: more accounts, regions or keys in one program."""

import re
from collections.abc import Mapping
from typing import Any, cast, overload

import pulumi
from typing_extensions import Unpack

from pulumi_fc_async_invoke.config.declarations import DECLARED
from pulumi_fc_async_invoke.provider import PACKAGE

from .calls import document_inputs, read_call
from .errors import BadCallError
from .outputs import absent_is_none
from .provider_inputs import ProviderArgs, ProviderArgsDict
from .values import prepare

_SECRETS = {"access_key", "secret_key", "security_token"}
_OBJECTS = {"assume_role", "assume_role_with_oidc", "endpoints"}
_SECRET_MEMBERS = {each.name for setting in DECLARED for each in setting.members if each.secret}


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

    @overload
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        args: ProviderArgs | ProviderArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare a provider.

        Args:
            resource_name: name of the provider in the program.
            args: the inputs, as an object or a dict.
            opts: options of the provider.
        """

    @overload
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Unpack[ProviderArgsDict],
    ) -> None:
        """Declare a provider.

        Args:
            resource_name: name of the provider in the program.
            opts: options of the provider.
            region: region for resources that name none, such as ``cn-shanghai``.
            account_id: account for resources that name none: decimal digits.
            access_key: access key id; kept as a secret.
            secret_key: access key secret; kept as a secret.
            security_token: security token of a temporary key; kept as a secret.
            profile: profile of the vendor's command line to take the keys from.
            shared_credentials_file: file that holds the profile; default ``~/.aliyun/config.json``.
            ecs_role_name: RAM role of the ECS instance to take the keys from.
            credentials_uri: URI of a service that hands out temporary keys.
            assume_role: RAM role to assume with the keys that were found.
            assume_role_with_oidc: RAM role to assume with an OIDC token, where no keys were found.
            endpoints: hosts to use instead of the default ones.
            fc: former name of `endpoints.fc`.
            endpoint: base URL in place of the service's own; https, or http on loopback.
            internal: whether to use the service's host inside a VPC; default `False`.
            request_timeout: overall deadline of one call with its retries, in seconds: more than 0,
                at most 3600, default 60.
            max_concurrency: calls in flight at once, 1 to 64, default 16; each explicit provider
                has its own. The engine starts no more than ``pulumi up --parallel`` says.
            allow_overwrite: default of the resources' `allow_overwrite`; default `False`.
        """

    @document_inputs(ProviderArgs)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Declare a provider.

        Takes the inputs as keywords, or as one `ProviderArgs` or dict before the options.
        """
        name, declared, opts = read_call("Provider", ProviderArgs, args, kwargs)
        prefix = f"Provider {name!r}: "
        if opts is not None and opts.provider is not None:
            raise BadCallError(f"{prefix}a provider takes no other provider in opts")
        if declared is None:
            raise BadCallError(f"{prefix}a provider takes no id in opts")
        properties = object.__new__(ProviderArgs)
        vars(properties).update(
            (key, _sent(key, value)) for key, value in prepare(declared, prefix).items()
        )
        super().__init__(PACKAGE, name, cast("dict[str, Any]", properties), opts)
        # Without a getter, the SDK finds no value for them.
        for key in _SECRETS | _OBJECTS:
            del self.__dict__[key]

    def _output(self, name: str) -> pulumi.Output[Any]:
        return absent_is_none(cast("pulumi.Output[Any]", self.__dict__.get(name)), self.urn)

    @property
    @pulumi.getter(name="alicloud:region")
    def region(self) -> pulumi.Output[str | None]:
        """Region for resources that name none, such as ``cn-shanghai``; `None`: not given."""
        return self._output("region")

    @property
    @pulumi.getter(name="alicloud:accountId")
    def account_id(self) -> pulumi.Output[str | None]:
        """Account for resources that name none: decimal digits; `None`: not given."""
        return self._output("account_id")

    @property
    @pulumi.getter(name="alicloud:profile")
    def profile(self) -> pulumi.Output[str | None]:
        """Profile of the vendor's command line to take the keys from; `None`: not given."""
        return self._output("profile")

    @property
    @pulumi.getter(name="alicloud:sharedCredentialsFile")
    def shared_credentials_file(self) -> pulumi.Output[str | None]:
        """File that holds the profile; `None`: not given."""
        return self._output("shared_credentials_file")

    @property
    @pulumi.getter(name="alicloud:ecsRoleName")
    def ecs_role_name(self) -> pulumi.Output[str | None]:
        """RAM role of the ECS instance to take the keys from; `None`: not given."""
        return self._output("ecs_role_name")

    @property
    @pulumi.getter(name="alicloud:credentialsUri")
    def credentials_uri(self) -> pulumi.Output[str | None]:
        """URI of a service that hands out temporary keys; `None`: not given."""
        return self._output("credentials_uri")

    @property
    @pulumi.getter(name="alicloud:fc")
    def fc(self) -> pulumi.Output[str | None]:
        """Former name of `endpoints.fc`; `None`: not given."""
        return self._output("fc")

    @property
    @pulumi.getter(name="fc:endpoint")
    def endpoint(self) -> pulumi.Output[str | None]:
        """Base URL in place of the service's own; `None`: not given."""
        return self._output("endpoint")

    @property
    @pulumi.getter(name="fc:internal")
    def internal(self) -> pulumi.Output[bool | None]:
        """Whether to use the service's host inside a VPC; `None`: not given."""
        return self._output("internal")

    @property
    @pulumi.getter(name="fc:requestTimeout")
    def request_timeout(self) -> pulumi.Output[float | None]:
        """Overall deadline of one call with its retries, in seconds; `None`: not given."""
        return self._output("request_timeout")

    @property
    @pulumi.getter(name="fc:maxConcurrency")
    def max_concurrency(self) -> pulumi.Output[int | None]:
        """Calls in flight at once; `None`: not given."""
        return self._output("max_concurrency")

    @property
    @pulumi.getter(name="fc:allowOverwrite")
    def allow_overwrite(self) -> pulumi.Output[bool | None]:
        """Default of the resources' `allow_overwrite`; `None`: not given."""
        return self._output("allow_overwrite")


def _sent(name: str, value: Any) -> Any:
    """Prepare an input for the engine: keys as secrets, and objects as their JSON text."""
    if value is None:
        return None
    if name in _SECRETS:
        return pulumi.Output.secret(value)
    if name not in _OBJECTS:
        return value
    return cast("Any", value).apply(_json) if isinstance(value, pulumi.Output) else _json(value)


def _json(value: Any) -> pulumi.Output[str]:
    """Return the JSON text of an object: a secret, if one of its members is."""
    members = cast("Mapping[str, Any]", value if isinstance(value, Mapping) else vars(value))
    named: dict[str, Any] = {}
    for name, member in members.items():
        key = re.sub("_[a-z]", lambda found: found[0][1].upper(), name)
        if member is not None:
            named[key] = pulumi.Output.secret(member) if key in _SECRET_MEMBERS else member
    return pulumi.Output.json_dumps(named, sort_keys=True)
