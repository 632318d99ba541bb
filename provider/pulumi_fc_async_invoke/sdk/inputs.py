"""What a program hands to the resources: the Args classes and their dict-literal forms.

Ranges and defaults are those of the vendor's pages PutFunctionAsyncInvokeConfig and, for Function
Compute 3.0, PutAsyncInvokeConfig; destinations are described on its page about asynchronous
destinations.
"""

import pulumi
from typing_extensions import NotRequired, TypedDict, Unpack

from .errors import store_inputs


class DestinationArgsDict(TypedDict):
    """`DestinationArgs` as a dict literal."""

    destination: pulumi.Input[str]
    """ARN of the target, ``acs:service:region:account:resource``."""


@pulumi.input_type
class DestinationArgs:
    """Where the results of asynchronous invocations go."""

    destination: pulumi.Input[str]
    """ARN of the target, ``acs:service:region:account:resource``.

    A Message Service queue is ``acs:mns:{region}:{account}:/queues/{queue}/messages``, a topic
    ``acs:mns:{region}:{account}:/topics/{topic}/messages``, a function
    ``acs:fc:{region}:{account}:services/{service}.{qualifier}/functions/{function}``.
    """

    @store_inputs
    def __init__(self, **inputs: Unpack[DestinationArgsDict]) -> None:
        """Name a target.

        Args:
            destination: ARN of the target, ``acs:service:region:account:resource``.
        """


class DestinationConfigArgsDict(TypedDict):
    """`DestinationConfigArgs` as a dict literal."""

    on_success: NotRequired[pulumi.Input[DestinationArgs | DestinationArgsDict] | None]
    """Target of the invocations that succeeded; left out: none."""
    on_failure: NotRequired[pulumi.Input[DestinationArgs | DestinationArgsDict] | None]
    """Target of the invocations that failed for good; left out: none."""


@pulumi.input_type
class DestinationConfigArgs:
    """Where results go, by outcome; a side that is left out has no destination."""

    on_success: pulumi.Input[DestinationArgs] | None = pulumi.property("onSuccess")
    """Target of the invocations that succeeded; left out: none."""
    on_failure: pulumi.Input[DestinationArgs] | None = pulumi.property("onFailure")
    """Target of the invocations that failed for good; left out: none."""

    @store_inputs
    def __init__(self, **inputs: Unpack[DestinationConfigArgsDict]) -> None:
        """Name a target for each outcome.

        Args:
            on_success: target of the invocations that succeeded; left out: none.
            on_failure: target of the invocations that failed for good; left out: none.
        """


class AsyncInvokeConfigArgsDict(TypedDict):
    """`AsyncInvokeConfigArgs` as a dict literal."""

    service_name: pulumi.Input[str]
    """Service that holds the function, without a qualifier."""
    function_name: pulumi.Input[str]
    """Function whose asynchronous invocations are configured."""
    qualifier: NotRequired[pulumi.Input[str] | None]
    """Version id or alias of the service; default `LATEST`."""
    destination_config: NotRequired[
        pulumi.Input[DestinationConfigArgs | DestinationConfigArgsDict] | None
    ]
    """Where results go; left out: nowhere."""
    max_async_event_age_in_seconds: NotRequired[pulumi.Input[int] | None]
    """How long an event may wait, in seconds: 1 to 604800, default 86400."""
    max_async_retry_attempts: NotRequired[pulumi.Input[int] | None]
    """How many times a failed invocation is retried: 0 to 8, default 3."""
    stateful_invocation: NotRequired[pulumi.Input[bool] | None]
    """Whether the asynchronous task feature is on; default `False`."""
    region: NotRequired[pulumi.Input[str] | None]
    """Region of the function; default: the stack's `alicloud:region`."""
    account_id: NotRequired[pulumi.Input[str] | None]
    """Account that owns the function; default: the stack's `alicloud:accountId`."""
    allow_overwrite: NotRequired[pulumi.Input[bool] | None]
    """Whether creating may overwrite a different config; default `False`."""


@pulumi.input_type
class AsyncInvokeConfigArgs:
    """The inputs of an `AsyncInvokeConfig`."""

    service_name: pulumi.Input[str] = pulumi.property("serviceName")
    """Service that holds the function, without a qualifier."""
    function_name: pulumi.Input[str] = pulumi.property("functionName")
    """Function whose asynchronous invocations are configured."""
    qualifier: pulumi.Input[str] | None
    """Version id or alias of the service; default `LATEST`."""
    destination_config: pulumi.Input[DestinationConfigArgs] | None = pulumi.property(
        "destinationConfig"
    )
    """Where results go; left out: nowhere."""
    max_async_event_age_in_seconds: pulumi.Input[int] | None = pulumi.property(
        "maxAsyncEventAgeInSeconds"
    )
    """How long an event may wait, in seconds: 1 to 604800, default 86400."""
    max_async_retry_attempts: pulumi.Input[int] | None = pulumi.property("maxAsyncRetryAttempts")
    """How many times a failed invocation is retried: 0 to 8, default 3."""
    stateful_invocation: pulumi.Input[bool] | None = pulumi.property("statefulInvocation")
    """Whether the asynchronous task feature is on; default `False`."""
    region: pulumi.Input[str] | None
    """Region of the function; default: the stack's `alicloud:region`."""
    account_id: pulumi.Input[str] | None = pulumi.property("accountId")
    """Account that owns the function; default: the stack's `alicloud:accountId`."""
    allow_overwrite: pulumi.Input[bool] | None = pulumi.property("allowOverwrite")
    """Whether creating may overwrite a different config; default `False`."""

    @store_inputs
    def __init__(self, **inputs: Unpack[AsyncInvokeConfigArgsDict]) -> None:
        """State the inputs; anything you leave out gets the API's default.

        Args:
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


class V3AsyncInvokeConfigArgsDict(TypedDict):
    """`V3AsyncInvokeConfigArgs` as a dict literal."""

    function_name: pulumi.Input[str]
    """Function whose asynchronous invocations are configured."""
    qualifier: NotRequired[pulumi.Input[str] | None]
    """Version id or alias of the function; default `LATEST`."""
    destination_config: NotRequired[
        pulumi.Input[DestinationConfigArgs | DestinationConfigArgsDict] | None
    ]
    """Where results go; left out: nowhere."""
    max_async_event_age_in_seconds: NotRequired[pulumi.Input[int] | None]
    """How long an event may wait, in seconds: 1 to 604800, default 86400."""
    max_async_retry_attempts: NotRequired[pulumi.Input[int] | None]
    """How many times a failed invocation is retried: 0 to 8, default 3."""
    async_task: NotRequired[pulumi.Input[bool] | None]
    """Whether the asynchronous task feature is on; default `False`."""
    region: NotRequired[pulumi.Input[str] | None]
    """Region of the function; default: the stack's `alicloud:region`."""
    account_id: NotRequired[pulumi.Input[str] | None]
    """Account that owns the function; default: the stack's `alicloud:accountId`."""
    allow_overwrite: NotRequired[pulumi.Input[bool] | None]
    """Whether creating may overwrite a different config; default `False`."""


@pulumi.input_type
class V3AsyncInvokeConfigArgs:
    """The inputs of a `V3AsyncInvokeConfig`."""

    function_name: pulumi.Input[str] = pulumi.property("functionName")
    """Function whose asynchronous invocations are configured."""
    qualifier: pulumi.Input[str] | None
    """Version id or alias of the function; default `LATEST`."""
    destination_config: pulumi.Input[DestinationConfigArgs] | None = pulumi.property(
        "destinationConfig"
    )
    """Where results go; left out: nowhere."""
    max_async_event_age_in_seconds: pulumi.Input[int] | None = pulumi.property(
        "maxAsyncEventAgeInSeconds"
    )
    """How long an event may wait, in seconds: 1 to 604800, default 86400."""
    max_async_retry_attempts: pulumi.Input[int] | None = pulumi.property("maxAsyncRetryAttempts")
    """How many times a failed invocation is retried: 0 to 8, default 3."""
    async_task: pulumi.Input[bool] | None = pulumi.property("asyncTask")
    """Whether the asynchronous task feature is on; default `False`."""
    region: pulumi.Input[str] | None
    """Region of the function; default: the stack's `alicloud:region`."""
    account_id: pulumi.Input[str] | None = pulumi.property("accountId")
    """Account that owns the function; default: the stack's `alicloud:accountId`."""
    allow_overwrite: pulumi.Input[bool] | None = pulumi.property("allowOverwrite")
    """Whether creating may overwrite a different config; default `False`."""

    @store_inputs
    def __init__(self, **inputs: Unpack[V3AsyncInvokeConfigArgsDict]) -> None:
        """State the inputs; anything you leave out gets the API's default.

        Args:
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
