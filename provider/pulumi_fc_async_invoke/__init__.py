"""Async-invoke-configs of Alibaba Cloud Function Compute functions, for Pulumi.

The public names are those below, and nothing else.
"""

from . import destinations
from ._version import __version__
from .sdk.inputs import (
    AsyncInvokeConfigArgs,
    AsyncInvokeConfigArgsDict,
    DestinationArgs,
    DestinationArgsDict,
    DestinationConfigArgs,
    DestinationConfigArgsDict,
    V3AsyncInvokeConfigArgs,
    V3AsyncInvokeConfigArgsDict,
)
from .sdk.outputs import Destination, DestinationConfig
from .sdk.provider import Provider
from .sdk.provider_inputs import (
    ProviderArgs,
    ProviderArgsDict,
    ProviderAssumeRoleArgs,
    ProviderAssumeRoleArgsDict,
    ProviderAssumeRoleWithOidcArgs,
    ProviderAssumeRoleWithOidcArgsDict,
    ProviderEndpointsArgs,
    ProviderEndpointsArgsDict,
)
from .sdk.resource import AsyncInvokeConfig, V3AsyncInvokeConfig

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
    "ProviderArgs",
    "ProviderArgsDict",
    "ProviderAssumeRoleArgs",
    "ProviderAssumeRoleArgsDict",
    "ProviderAssumeRoleWithOidcArgs",
    "ProviderAssumeRoleWithOidcArgsDict",
    "ProviderEndpointsArgs",
    "ProviderEndpointsArgsDict",
    "V3AsyncInvokeConfig",
    "V3AsyncInvokeConfigArgs",
    "V3AsyncInvokeConfigArgsDict",
    "__version__",
    "destinations",
]
