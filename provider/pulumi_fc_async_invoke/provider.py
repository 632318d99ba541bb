"""The dynamic provider that the engine calls.

State keeps this class by reference: its module path and name are a contract with every stack
that exists. So it holds nothing and decides nothing; `lifecycle.py` does, imported only in the
plugin process, as it brings what only that needs.
"""

import base64
import pickle
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from .plugin.process import request_urn

if TYPE_CHECKING:
    from .api.version import ApiVersion
    from .plugin.lifecycle import Lifecycle

PROVIDER_KEY = "__provider"
IMPORT_KEY = "__import"
"""Hidden input: the id that the program's `import_` names; it is never in state."""
PACKAGE = "pulumi-python"
"""Package of every dynamic provider in Python, as the engine knows it."""
RESOURCE_TYPE = f"{PACKAGE}:dynamic/fc:AsyncInvokeConfig"
V3_RESOURCE_TYPE = f"{PACKAGE}:dynamic/fc:V3AsyncInvokeConfig"
"""Types of the resources in state; a contract, as the classes below are."""
_PICKLE_PROTOCOL = 4
"""A contract as well: other bytes are a change of every resource."""


class AsyncInvokeConfigProvider(ResourceProvider):
    """Map the engine's operations on Function Compute 2.0 onto `Lifecycle`; not for programs."""

    # Nothing is captured in it, so nothing in it can be secret.
    serialize_as_secret_always = False

    _lifecycle: "Lifecycle"

    def configure(self, req: ConfigureRequest) -> None:
        """Take the settings; once per plugin process, before anything else."""
        from .plugin.diagnostics import show_errors_without_traceback  # noqa: PLC0415  plugin process only

        show_errors_without_traceback()  # first: what comes next imports much that may fail

        from .config.settings import Settings  # noqa: PLC0415  plugin process only
        from .plugin import lifecycle, process  # noqa: PLC0415  plugin process only

        process.stop_with_the_engine()
        self._lifecycle = lifecycle.start(self._api(), Settings.read(req.config.get))

    def _api(self) -> "ApiVersion":
        from .api import v2016  # noqa: PLC0415  plugin process only

        return v2016.API

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Validate the inputs and write every default into them."""
        news = {key: value for key, value in news.items() if key != PROVIDER_KEY}
        import_id = news.pop(IMPORT_KEY, None)
        inputs, failures = self._lifecycle.check(_olds, news, request_urn(), import_id)
        return CheckResult(inputs, [CheckFailure(f.path, f.reason) for f in failures])

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell whether anything has to change, and whether by a replacement."""
        return self._lifecycle.diff(_id, _olds, _news)

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Create the config, or adopt one that is as declared."""
        return CreateResult(*self._lifecycle.create(props, request_urn()))

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the config for a refresh or a `get`."""
        found = self._lifecycle.read(id_, props, request_urn())
        return ReadResult("", {}) if found is None else ReadResult(*found)

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """Update the config to what is declared."""
        return UpdateResult(self._lifecycle.update(_id, _olds, _news, request_urn()))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """Delete the config."""
        self._lifecycle.delete(_id, request_urn())


class V3AsyncInvokeConfigProvider(AsyncInvokeConfigProvider):
    """The same for Function Compute 3.0."""

    def _api(self) -> "ApiVersion":
        from .api import v2023  # noqa: PLC0415  plugin process only

        return v2023.API


@cache
def serialized_provider(provider: Callable[[], ResourceProvider]) -> str:
    """Serialize a provider for state: a reference to its class, so the same for all resources.

    And for all versions of Python: the SDK takes the default protocol, which is 5 since 3.14.
    """
    return base64.b64encode(pickle.dumps(provider(), _PICKLE_PROTOCOL)).decode()
