"""What a program writes: the resource `AsyncInvokeConfig`."""

from typing import Any, cast, overload

import pulumi
from pulumi.dynamic import Resource

from pulumi_fc_async_invoke.provider import (
    PACKAGE,
    PROVIDER_KEY,
    RESOURCE_TYPE,
    serialized_provider,
)

from .errors import BadCallError, explain_wrong_calls
from .inputs import AsyncInvokeConfigArgs, DestinationConfigArgs, DestinationConfigArgsDict
from .outputs import DestinationConfig
from .plain_keys import warn_about_plain_keys
from .values import prepare

__all__ = ["AsyncInvokeConfig"]

_WITHOUT_INPUTS = "__get__"
"""Keyword that `get` passes on to the constructor."""


class AsyncInvokeConfig(Resource, module="fc", name="AsyncInvokeConfig"):
    """The asynchronous-invocation settings of one function, for one version or alias.

    What the program says is what the settings are; what it does not say has the API's default.
    Source: the vendor's page PutFunctionAsyncInvokeConfig (API version 2016-08-15).

    A config that exists already is taken over if it is as declared, and otherwise left alone
    with an error, unless `allow_overwrite` says otherwise.

    Example:
        ```python
        config = AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            destination_config={"on_failure": {"destination": failures}},
            max_async_retry_attempts=1,
        )
        ```
    """

    @overload
    def __init__(
        self,
        resource_name: str,
        args: AsyncInvokeConfigArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None: ...

    @overload
    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        service_name: pulumi.Input[str],
        function_name: pulumi.Input[str],
        qualifier: pulumi.Input[str] | None = None,
        destination_config: pulumi.Input[DestinationConfigArgs | DestinationConfigArgsDict]
        | None = None,
        max_async_event_age_in_seconds: pulumi.Input[int] | None = None,
        max_async_retry_attempts: pulumi.Input[int] | None = None,
        stateful_invocation: pulumi.Input[bool] | None = None,
        region: pulumi.Input[str] | None = None,
        account_id: pulumi.Input[str] | None = None,
        allow_overwrite: pulumi.Input[bool] | None = None,
    ) -> None: ...

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Declare the settings of a function.

        Takes the inputs as keywords or as one `AsyncInvokeConfigArgs`, as every Pulumi resource
        does; `AsyncInvokeConfigArgs` says what each means, with unit, range and default.

        Args:
            *args: name of the resource in the program (`resource_name`), then
                `AsyncInvokeConfigArgs` and `pulumi.ResourceOptions`, each optional.
            **kwargs: the inputs by name, `args` or `opts`.
        """
        resource_name, *others = args or (kwargs.pop("resource_name", None),)
        if not isinstance(resource_name, str) or not resource_name:
            raise BadCallError("AsyncInvokeConfig: it takes a name, a string, first")
        prefix = f"AsyncInvokeConfig {resource_name!r}: "
        try:
            declared, opts = _args_and_options(*others, **kwargs)
            _refuse_other_providers(opts)
        except BadCallError as error:
            raise BadCallError(f"{prefix}{error}") from None
        # Every property, as the engine or the service fills in what is not declared.
        properties = object.__new__(AsyncInvokeConfigArgs)
        getters = (name for name, member in vars(AsyncInvokeConfig).items() if _is_getter(member))
        vars(properties).update(
            dict.fromkeys(getters),
            **({} if declared is None else prepare(declared, prefix)),
            **{PROVIDER_KEY: serialized_provider()},
        )
        # Not the constructor of `dynamic.Resource`. It wants a dict, and with a dict no name is
        # translated between Python and the API; it serializes the provider again for each
        # resource; and as the SDK counts frames, this line would stand in state as the place
        # where the resource is declared, and not the program's.
        pulumi.CustomResource.__init__(
            self, RESOURCE_TYPE, resource_name, cast("dict[str, Any]", properties), opts
        )
        warn_about_plain_keys(self)

    @staticmethod
    @explain_wrong_calls
    def get(
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  the name in every generated SDK
        opts: pulumi.ResourceOptions | None = None,
    ) -> "AsyncInvokeConfig":
        """Read settings that exist, without managing them.

        Args:
            resource_name: name of the resource in the program.
            id: ``acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}``.
            opts: options of the resource.
        """
        opts = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        without_inputs: dict[str, Any] = {_WITHOUT_INPUTS: True}
        return AsyncInvokeConfig(resource_name, opts, **without_inputs)

    @property
    @pulumi.getter(name="serviceName")
    def service_name(self) -> pulumi.Output[str]:
        """Service that holds the function."""
        return _value(self, "service_name")

    @property
    @pulumi.getter(name="functionName")
    def function_name(self) -> pulumi.Output[str]:
        """Function whose asynchronous invocations are configured."""
        return _value(self, "function_name")

    @property
    @pulumi.getter
    def qualifier(self) -> pulumi.Output[str]:
        """Version id or alias, or `LATEST`."""
        return _value(self, "qualifier")

    @property
    @pulumi.getter(name="destinationConfig")
    def destination_config(self) -> pulumi.Output[DestinationConfig | None]:
        """Where results go; `None`: nowhere."""
        return _absent_is_none(self)

    @property
    @pulumi.getter(name="maxAsyncEventAgeInSeconds")
    def max_async_event_age_in_seconds(self) -> pulumi.Output[int]:
        """How long an event may wait, in seconds."""
        return _value(self, "max_async_event_age_in_seconds")

    @property
    @pulumi.getter(name="maxAsyncRetryAttempts")
    def max_async_retry_attempts(self) -> pulumi.Output[int]:
        """How often a failed invocation is tried again."""
        return _value(self, "max_async_retry_attempts")

    @property
    @pulumi.getter(name="statefulInvocation")
    def stateful_invocation(self) -> pulumi.Output[bool]:
        """Whether the asynchronous task feature is on."""
        return _value(self, "stateful_invocation")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Output[str]:
        """Region of the function."""
        return _value(self, "region")

    @property
    @pulumi.getter(name="accountId")
    def account_id(self) -> pulumi.Output[str]:
        """Account that owns the function."""
        return _value(self, "account_id")

    @property
    @pulumi.getter(name="allowOverwrite")
    def allow_overwrite(self) -> pulumi.Output[bool]:
        """Whether creating might overwrite a different config."""
        return _value(self, "allow_overwrite")

    @property
    @pulumi.getter(name="createdTime")
    def created_time(self) -> pulumi.Output[str | None]:
        """When the service says it was created, as RFC 3339; `None` if it does not say."""
        return _value(self, "created_time")

    @property
    @pulumi.getter(name="lastModifiedTime")
    def last_modified_time(self) -> pulumi.Output[str | None]:
        """When the config was last modified, as RFC 3339; `None` if the service does not say."""
        return _value(self, "last_modified_time")


def _refuse_other_providers(opts: pulumi.ResourceOptions | None) -> None:
    """Refuse another package's provider, which the SDK only does in a traceback."""
    if opts is not None and opts.provider is not None and opts.provider.package != PACKAGE:
        raise BadCallError(
            f"opts has a provider of {opts.provider.package!r}; it takes a Provider of "
            "pulumi_fc_async_invoke"
        )


def _value(resource: AsyncInvokeConfig, name: str) -> Any:
    # What `pulumi.get` does for a resource; that has no types.
    return resource.__dict__.get(name)


def _absent_is_none(config: AsyncInvokeConfig) -> pulumi.Output[DestinationConfig | None]:
    """Know in a preview, too, that a config has no destinations.

    The SDK takes each output that the engine does not send in a preview for unknown
    (https://github.com/pulumi/pulumi/issues/3040), so that what depends on it would never preview
    clean. An input that is absent is `None`, though, if the engine has sent the others at all: it
    does not for a `get` of an id that is not known yet.
    """
    output: pulumi.Output[DestinationConfig | None] = _value(config, "destination_config")
    always_sent = config.max_async_retry_attempts

    async def is_known() -> bool:
        return await output.is_known() or (
            await output.future(with_unknowns=True) is None
            and await always_sent.future(with_unknowns=True) is not None
        )

    return pulumi.Output(
        output.resources(), output.future(with_unknowns=True), is_known(), output.is_secret()
    )


def _is_getter(member: object) -> bool:
    return isinstance(member, property)


def _args_and_options(
    *args: Any, **kwargs: Any
) -> tuple[AsyncInvokeConfigArgs | None, pulumi.ResourceOptions | None]:
    """Sort out the two ways to call a resource, as generated SDKs do; no Args: it is a `get`."""
    given = list(args)
    declared = kwargs.pop("args", None)
    if declared is None and given and not isinstance(given[0], pulumi.ResourceOptions | None):
        declared = given.pop(0)
    if declared is not None and not isinstance(declared, AsyncInvokeConfigArgs):
        raise BadCallError(f"args must be AsyncInvokeConfigArgs, but is {type(declared).__name__}")
    opts = given.pop(0) if given else kwargs.pop("opts", None)
    if given or (declared is not None and kwargs):
        raise BadCallError(
            "it takes a name, then either AsyncInvokeConfigArgs or keyword "
            "arguments, then ResourceOptions as opts"
        )
    if opts is not None and not isinstance(opts, pulumi.ResourceOptions):
        raise BadCallError(f"opts must be pulumi.ResourceOptions, but is {type(opts).__name__}")
    if declared is None and not kwargs.pop(_WITHOUT_INPUTS, False):
        declared = AsyncInvokeConfigArgs(**kwargs)
    return declared, opts
