"""What a program reads back: the nested outputs of the resource."""

from typing import Any, Optional, TypeVar

import pulumi

_T = TypeVar("_T")


@pulumi.output_type
class Destination(dict[str, Any]):
    """Where the results of asynchronous invocations go."""

    destination: str
    """ARN of the target, ``acs:service:region:account:resource``."""


@pulumi.output_type
class DestinationConfig(dict[str, Any]):
    """Where results go, by outcome."""

    on_success: Optional[Destination] = pulumi.property("onSuccess")  # noqa: UP045  the SDK reads it
    """Target of the invocations that succeeded; `None`: they go nowhere."""
    on_failure: Optional[Destination] = pulumi.property("onFailure")  # noqa: UP045  the SDK reads it
    """Target of the invocations that failed for good; `None`: they go nowhere."""


def absent_is_none(
    output: pulumi.Output[_T | None], always_sent: pulumi.Output[Any]
) -> pulumi.Output[_T | None]:
    """Let an absent input be known as `None` in a preview, too.

    The SDK takes each output that the engine does not send in a preview for unknown
    (https://github.com/pulumi/pulumi/issues/3040), so what depends on it would never preview
    clean. An input that is absent is `None`, though.

    Args:
        output: the output of an optional input.
        always_sent: another output of the same resource. Where that is missing as well, the engine
            knows nothing of the resource yet.
    """

    async def is_known() -> bool:
        return await output.is_known() or (
            await output.future(with_unknowns=True) is None
            and await always_sent.future(with_unknowns=True) is not None
        )

    return pulumi.Output(
        output.resources(), output.future(with_unknowns=True), is_known(), output.is_secret()
    )
