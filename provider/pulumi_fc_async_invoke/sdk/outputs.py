"""What a program reads back: the nested outputs of the resource."""

from typing import Any, Optional

import pulumi

__all__ = ["Destination", "DestinationConfig"]


@pulumi.output_type
class Destination(dict[str, Any]):
    """Where the results of asynchronous invocations go."""

    destination: str
    """Resource name of the target, ``acs:service:region:account:resource``."""


@pulumi.output_type
class DestinationConfig(dict[str, Any]):
    """Where results go, by outcome."""

    on_success: Optional[Destination] = pulumi.property("onSuccess")  # noqa: UP045  the SDK reads it
    """Target of the invocations that succeeded; `None`: they go nowhere."""
    on_failure: Optional[Destination] = pulumi.property("onFailure")  # noqa: UP045  the SDK reads it
    """Target of the invocations that failed for good; `None`: they go nowhere."""
