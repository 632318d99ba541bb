"""The floor: a dynamic provider that does nothing, which no design can beat.

Its class is stored by reference and in plain text, as ours is, and its inputs and outputs in state
are as large: the engine writes them all at every step, so their size is time.
"""

from typing import Any

from pulumi import dynamic

REGION = "cn-shanghai"
ACCOUNT = "1234567890123456"
_DEFAULTS = {
    "qualifier": "LATEST",
    "statefulInvocation": False,
    "region": REGION,
    "accountId": ACCOUNT,
    "allowOverwrite": False,
}
_TIMES = {"createdTime": "2026-01-01T00:00:00Z", "lastModifiedTime": "2026-01-01T00:00:00Z"}


class NoOpProvider(dynamic.ResourceProvider):
    """Answers at once; `diff` is the SDK's, so the engine compares the inputs."""

    serialize_as_secret_always = False

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.CheckResult:
        """Add what our check adds."""
        return dynamic.CheckResult({**news, **_DEFAULTS}, [])

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Give it an id of the usual length."""
        service, function = props["serviceName"], props["functionName"]
        resource_id = f"acs:fc:{REGION}:{ACCOUNT}:services/{service}.LATEST/functions/{function}"
        return dynamic.CreateResult(resource_id, {**props, **_TIMES})

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """Take what is declared."""
        return dynamic.UpdateResult({**_news, **_TIMES})
