"""What the resources of both API versions share: declaring them, and most of their outputs."""

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, cast

import pulumi
from pulumi.dynamic import Resource, ResourceProvider
from typing_extensions import Self

from pulumi_fc_async_invoke.provider import IMPORT_KEY, PACKAGE, PROVIDER_KEY, serialized_provider

from .calls import check_options, read_call
from .config_warnings import warn_about_configuration
from .errors import BadCallError, explain_wrong_calls
from .outputs import DestinationConfig, absent_is_none
from .values import prepare, prepare_text


class ConfigResource(Resource):
    """An async-invoke-config of either API version."""

    def _declare(
        self,
        resource_type: str,
        args_class: type[object],
        provider: Callable[[], ResourceProvider],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        """Register the resource, or read it; the arguments are those of the constructor."""
        kind = type(self).__name__
        name, declared, given = read_call(kind, args_class, args, kwargs)
        prefix = f"{kind} {name!r}: "
        opts = copy(given or pulumi.ResourceOptions())  # what the program holds is left as it is
        if opts.provider is not None and opts.provider.package != PACKAGE:
            # The SDK would only say so in a traceback.
            raise BadCallError(
                f"{prefix}opts has a provider of {opts.provider.package!r}; it takes a Provider of "
                "pulumi_fc_async_invoke"
            )
        opts.id = prepare_text(opts.id, f"{prefix}id")
        # The provider gets `import_` as an input. If the engine got it as an option, it would ask
        # the provider before it has the program's inputs, which say what that is
        # (https://github.com/pulumi/pulumi/issues/7534).
        import_id, opts.import_ = opts.import_, None
        # Every property, as the engine or the service fills in what is not declared.
        properties = object.__new__(args_class)
        vars(properties).update(
            dict.fromkeys(_outputs(type(self))),
            **({} if declared is None else prepare(declared, prefix)),
            **{
                PROVIDER_KEY: serialized_provider(provider),
                IMPORT_KEY: prepare_text(import_id, f"{prefix}import_"),
            },
        )
        # Not the constructor of `dynamic.Resource`. It wants a dict, and with a dict no name is
        # translated between Python and the API; and it serializes the provider again for each
        # resource. As the SDK counts the constructors on the call stack, this must be called from
        # no more than one to find the line of the program that declares the resource.
        pulumi.CustomResource.__init__(
            self, resource_type, name, cast("dict[str, Any]", properties), opts
        )
        warn_about_configuration(self)

    @classmethod
    @explain_wrong_calls
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002  the name in every generated SDK
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Read a config that exists, without managing it.

        Args:
            resource_name: name of the resource in the program.
            id: ``acs:fc:{region}:{accountId}:functions/{function}/{qualifier}``, or in Function
                Compute 2.0
                ``acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}``.
            opts: options of the resource.
        """
        if cast("object", id) is None:
            raise BadCallError(f"{cls.__name__}.get {resource_name!r}: id is required")
        check_options(opts, f"{cls.__name__}.get {resource_name!r}: ")
        read = cast("Callable[..., Self]", cls)
        return read(
            resource_name, pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        )

    def _output(self, name: str) -> pulumi.Output[Any]:
        # What `pulumi.get` does for a resource; that has no types.
        return cast("pulumi.Output[Any]", self.__dict__.get(name))

    @property
    @pulumi.getter(name="functionName")
    def function_name(self) -> pulumi.Output[str]:
        """Function whose asynchronous invocations are configured."""
        return self._output("function_name")

    @property
    @pulumi.getter
    def qualifier(self) -> pulumi.Output[str]:
        """Version id or alias, or `LATEST`."""
        return self._output("qualifier")

    @property
    @pulumi.getter(name="destinationConfig")
    def destination_config(self) -> pulumi.Output[DestinationConfig | None]:
        """Where results go; `None`: nowhere."""
        # The retry attempts are sent for every config, but not for a `get` of an id that is not
        # known yet.
        return absent_is_none(self._output("destination_config"), self.max_async_retry_attempts)

    @property
    @pulumi.getter(name="maxAsyncEventAgeInSeconds")
    def max_async_event_age_in_seconds(self) -> pulumi.Output[int]:
        """How long an event may wait, in seconds."""
        return self._output("max_async_event_age_in_seconds")

    @property
    @pulumi.getter(name="maxAsyncRetryAttempts")
    def max_async_retry_attempts(self) -> pulumi.Output[int]:
        """How many times a failed invocation is retried."""
        return self._output("max_async_retry_attempts")

    @property
    @pulumi.getter
    def region(self) -> pulumi.Output[str]:
        """Region of the function."""
        return self._output("region")

    @property
    @pulumi.getter(name="accountId")
    def account_id(self) -> pulumi.Output[str]:
        """Account that owns the function."""
        return self._output("account_id")

    @property
    @pulumi.getter(name="allowOverwrite")
    def allow_overwrite(self) -> pulumi.Output[bool]:
        """Whether creating might overwrite a different config."""
        return self._output("allow_overwrite")

    @property
    @pulumi.getter(name="createdTime")
    def created_time(self) -> pulumi.Output[str | None]:
        """When the service says it was created, as RFC 3339; `None` if it does not say."""
        return self._output("created_time")

    @property
    @pulumi.getter(name="lastModifiedTime")
    def last_modified_time(self) -> pulumi.Output[str | None]:
        """When the config was last modified, as RFC 3339; `None` if the service does not say."""
        return self._output("last_modified_time")


def _outputs(resource_class: type[ConfigResource]) -> Iterator[str]:
    for each in resource_class.__mro__:
        if issubclass(each, ConfigResource):
            yield from (name for name, member in vars(each).items() if isinstance(member, property))
