"""N resources of a dynamic provider as blogs show it: the class in the program, a call per method.

It signs what it sends, as otherwise nothing would take it. It reads nothing, compares nothing,
retries nothing.
"""

import base64
import hashlib
import hmac
from email.utils import formatdate
from typing import Any

import httpx
import pulumi
from pulumi import dynamic

config = pulumi.Config("benchmark")
endpoint = pulumi.Config("fc").require("endpoint")
alicloud = pulumi.Config("alicloud")
region, account = alicloud.require("region"), alicloud.require("accountId")
key_id, key_secret = config.require("keyId"), config.require("keySecret")


class AsyncInvokeConfigProvider(dynamic.ResourceProvider):
    """Sends what the program says."""

    def _path(self, props: dict[str, Any]) -> str:
        return (
            f"/2016-08-15/services/{props['serviceName']}/functions/{props['functionName']}"
            "/async-invoke-config"
        )

    def _headers(self, method: str, path: str) -> dict[str, str]:
        content_type = "application/json" if method == "PUT" else ""
        date = formatdate(usegmt=True)
        text = f"{method}\n\n{content_type}\n{date}\nx-fc-account-id:{account}\n{path}"
        digest = hmac.new(key_secret.encode(), text.encode(), hashlib.sha256).digest()
        headers = {
            "Date": date,
            "x-fc-account-id": account,
            "Authorization": f"FC {key_id}:{base64.b64encode(digest).decode()}",
        }
        return {**headers, "Content-Type": content_type} if content_type else headers

    def _put(self, props: dict[str, Any]) -> dict[str, Any]:
        path = self._path(props)
        body = {
            "destinationConfig": props["destinationConfig"],
            "maxAsyncEventAgeInSeconds": int(props["maxAsyncEventAgeInSeconds"]),
            "maxAsyncRetryAttempts": int(props["maxAsyncRetryAttempts"]),
        }
        answer = httpx.put(endpoint + path, json=body, headers=self._headers("PUT", path))
        answer.raise_for_status()
        return {**props, **answer.json()}

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """PUT."""
        return dynamic.CreateResult(
            f"{props['serviceName']}/{props['functionName']}", self._put(props)
        )

    def update(
        self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]
    ) -> dynamic.UpdateResult:
        """PUT."""
        return dynamic.UpdateResult(self._put(_news))

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """DELETE."""
        path = self._path(_props)
        httpx.delete(endpoint + path, headers=self._headers("DELETE", path)).raise_for_status()


class AsyncInvokeConfig(dynamic.Resource):
    """The resource of it."""

    def __init__(self, name: str, props: dict[str, Any]) -> None:
        super().__init__(AsyncInvokeConfigProvider(), name, props)


for number in range(config.require_int("resources")):
    AsyncInvokeConfig(
        f"config-{number:04}",
        {
            "serviceName": config.require("service"),
            "functionName": f"function-{number:04}",
            "destinationConfig": {
                "onFailure": {
                    "destination": f"acs:mns:{region}:{account}:/queues/failures/messages"
                }
            },
            "maxAsyncEventAgeInSeconds": config.require_int("seconds"),
            "maxAsyncRetryAttempts": 1,
        },
    )
