"""Asynchronous-invocation settings of Alibaba Cloud Function Compute functions, for Pulumi.

The public names are those below, and nothing else.
"""

from . import destinations
from ._version import __version__
from .arguments import (
    AsyncInvokeConfigArgs,
    AsyncInvokeConfigArgsDict,
    DestinationArgs,
    DestinationArgsDict,
    DestinationConfigArgs,
    DestinationConfigArgsDict,
)
from .explicit import Provider
from .outputs import Destination, DestinationConfig
from .resource import AsyncInvokeConfig

__all__ = [
    "AsyncInvokeConfig",
    "AsyncInvokeConfigArgs",
    "AsyncInvokeConfigArgsDict",
    "Destination",
    "DestinationArgs",
    "DestinationArgsDict",
    "DestinationConfig",
    "DestinationConfigArgs",
    "DestinationConfigArgsDict",
    "Provider",
    "__version__",
    "destinations",
]
