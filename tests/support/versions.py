"""The two versions of Function Compute, as the tests that run with both of them need them."""

from dataclasses import dataclass
from typing import Any

from tests.support.programs import declaration, v3_declaration
from tests.support.values import ACCOUNT, REGION, api_values

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl


@dataclass(frozen=True)
class Version:
    """What such a test says differently for each version."""

    resource: str
    """Name of the resource class."""
    service: str | None
    """Service of the functions; 3.0 has none."""
    task: str
    """Input of the task feature; the tests say ``task``."""
    task_key: str
    """The same, as the API's property."""

    @property
    def is_v3(self) -> bool:
        """Whether it is 3.0."""
        return self.service is None

    def declaration(self, name: str = "hello", *, opts: str = "None", **inputs: Any) -> str:
        """Source of one resource; names that are not given have a default."""
        if "task" in inputs:
            inputs[self.task] = inputs.pop("task")
        return (v3_declaration if self.is_v3 else declaration)(name, opts=opts, **inputs)

    def id_of(self, function: str = "hello", qualifier: str = "LATEST") -> str:
        """Id of a resource."""
        functions = (
            f"functions/{function}/{qualifier}"
            if self.is_v3
            else f"services/{self.service}.{qualifier}/functions/{function}"
        )
        return f"acs:fc:{REGION}:{ACCOUNT}:{functions}"

    def shown(self, function: str = "hello", qualifier: str = "LATEST") -> str:
        """What messages call a config."""
        if self.is_v3:
            return f"{function}/{qualifier}"
        return f"{self.service}.{qualifier}/{function}"

    def values(self, *, task: bool = False, **inputs: Any) -> dict[str, Any]:
        """The API's values that inputs mean, with the API's defaults."""
        values = api_values(**inputs)
        del values["statefulInvocation"]
        return {**values, self.task_key: task}

    def held(self, cloud: EmulatorControl, function: str = "hello", **names: str) -> dict[str, Any]:
        """The API's values that the cloud holds for a function; empty if it holds no config."""
        config = cloud.config(self.service, function, **names) or {}
        keys = ("destinationConfig", *self.values())
        return {key: config[key] for key in keys if key in config}


V2 = Version("AsyncInvokeConfig", "demo", "stateful_invocation", "statefulInvocation")
V3 = Version("V3AsyncInvokeConfig", None, "async_task", "asyncTask")
