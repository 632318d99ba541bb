"""What a program writes: the resources, one for each API version."""

from typing import Any, overload

import pulumi
from typing_extensions import Unpack

from pulumi_fc_async_invoke.provider import (
    RESOURCE_TYPE,
    V3_RESOURCE_TYPE,
    AsyncInvokeConfigProvider,
    V3AsyncInvokeConfigProvider,
)

from .calls import document_inputs
from .config_resource import ConfigResource
from .inputs import (
    AsyncInvokeConfigArgs,
    AsyncInvokeConfigArgsDict,
    V3AsyncInvokeConfigArgs,
    V3AsyncInvokeConfigArgsDict,
)


class AsyncInvokeConfig(ConfigResource, module="fc", name="AsyncInvokeConfig"):
    """The async-invoke-config of one function, for one version or alias.

    The config is exactly what you declare; anything you leave out gets the API's default.
    Source: the vendor's page PutFunctionAsyncInvokeConfig (API version 2016-08-15).

    A config that exists already is adopted if it is as declared. If it differs, it is left alone,
    with an error, unless you set `allow_overwrite`.

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
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        args: AsyncInvokeConfigArgs | AsyncInvokeConfigArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the config of a function.

        Args:
            resource_name: name of the resource in the program.
            args: the inputs, as an object or a dict.
            opts: options of the resource.
        """

    @overload
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Unpack[AsyncInvokeConfigArgsDict],
    ) -> None:
        """Declare the config of a function.

        Args:
            resource_name: name of the resource in the program.
            opts: options of the resource.
            service_name: service that holds the function, without a qualifier.
            function_name: function whose asynchronous invocations are configured.
            qualifier: version id or alias of the service; default `LATEST`.
            destination_config: where results go; left out: nowhere.
            max_async_event_age_in_seconds: how long an event may wait, in seconds: 1 to 604800,
                default 86400.
            max_async_retry_attempts: how many times a failed invocation is retried: 0 to 8,
                default 3.
            stateful_invocation: whether the asynchronous task feature is on; default `False`.
            region: region of the function; default: the stack's `alicloud:region`.
            account_id: account that owns the function; default: the stack's
                `alicloud:accountId`.
            allow_overwrite: whether creating may overwrite a different config; default `False`.
        """

    @document_inputs(AsyncInvokeConfigArgs)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Declare the config of a function.

        Takes the inputs as keywords, or as one `AsyncInvokeConfigArgs` or dict before the options.
        """
        self._declare(RESOURCE_TYPE, AsyncInvokeConfigArgs, AsyncInvokeConfigProvider, args, kwargs)

    @property
    @pulumi.getter(name="serviceName")
    def service_name(self) -> pulumi.Output[str]:
        """Service that holds the function."""
        return self._output("service_name")

    @property
    @pulumi.getter(name="statefulInvocation")
    def stateful_invocation(self) -> pulumi.Output[bool]:
        """Whether the asynchronous task feature is on."""
        return self._output("stateful_invocation")


class V3AsyncInvokeConfig(ConfigResource, module="fc", name="V3AsyncInvokeConfig"):
    """The async-invoke-config of one function, for one version or alias.

    The config is exactly what you declare; anything you leave out gets the API's default.
    Source: the vendor's page PutAsyncInvokeConfig (API version 2023-03-30).

    A config that exists already is adopted if it is as declared. If it differs, it is left alone,
    with an error, unless you set `allow_overwrite`.

    Example:
        ```python
        config = V3AsyncInvokeConfig(
            "hello",
            function_name="hello",
            destination_config={"on_failure": {"destination": failures}},
            max_async_retry_attempts=1,
        )
        ```
    """

    @overload
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        args: V3AsyncInvokeConfigArgs | V3AsyncInvokeConfigArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the config of a function.

        Args:
            resource_name: name of the resource in the program.
            args: the inputs, as an object or a dict.
            opts: options of the resource.
        """

    @overload
    def __init__(  # noqa: D418  what an editor shows for a call
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Unpack[V3AsyncInvokeConfigArgsDict],
    ) -> None:
        """Declare the config of a function.

        Args:
            resource_name: name of the resource in the program.
            opts: options of the resource.
            function_name: function whose asynchronous invocations are configured.
            qualifier: version id or alias of the function; default `LATEST`.
            destination_config: where results go; left out: nowhere.
            max_async_event_age_in_seconds: how long an event may wait, in seconds: 1 to 604800,
                default 86400.
            max_async_retry_attempts: how many times a failed invocation is retried: 0 to 8,
                default 3.
            async_task: whether the asynchronous task feature is on; default `False`.
            region: region of the function; default: the stack's `alicloud:region`.
            account_id: account that owns the function; default: the stack's
                `alicloud:accountId`.
            allow_overwrite: whether creating may overwrite a different config; default `False`.
        """

    @document_inputs(V3AsyncInvokeConfigArgs)
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Declare the config of a function.

        Takes the inputs as keywords, or as one `V3AsyncInvokeConfigArgs` or dict before the
        options.
        """
        self._declare(
            V3_RESOURCE_TYPE, V3AsyncInvokeConfigArgs, V3AsyncInvokeConfigProvider, args, kwargs
        )

    @property
    @pulumi.getter(name="asyncTask")
    def async_task(self) -> pulumi.Output[bool]:
        """Whether the asynchronous task feature is on."""
        return self._output("async_task")

    @property
    @pulumi.getter(name="functionArn")
    def function_arn(self) -> pulumi.Output[str | None]:
        """ARN of the function, as the service says it; `None` if it does not say."""
        return self._output("function_arn")
