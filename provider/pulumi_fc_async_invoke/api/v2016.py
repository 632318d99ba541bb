"""API version 2016-08-15: Function Compute 2.0. Pure.

Sources: the vendor's pages of the calls; for the signature, its help document 53252 ("signature
authentication"). ``auth.py`` of the vendor's aliyun-fc2 is an independent implementation of it that
the tests compare with.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import Field, StrictBool, StrictStr

from . import fields, rules
from .credentials import Credentials, Signed
from .version import ApiVersion, Request


class Config(fields.Config):
    """What a config holds."""

    stateful_invocation: Annotated[StrictBool, rules.Boolean()] = Field(
        default=False,
        title="task",
        description="Whether the asynchronous task feature is on.",
    )


class Inputs(fields.Inputs, Config):
    """The inputs of `AsyncInvokeConfig`."""

    service_name: Annotated[StrictStr, rules.ServiceName()] = Field(
        description="Service that holds the function, without a qualifier."
    )


_NAMES = {
    "service": "serviceName",
    "function": "functionName",
    "qualifier": "qualifier",
    "serviceName": "serviceName",
    "functionName": "functionName",
}
"""What a response may state → property name. The last two are the vendor's page, and come before
the first two, those of its SDKs' tests."""


class V2016(ApiVersion):
    """The value of `ApiVersion` for 2016-08-15."""

    number = "2016-08-15"
    resource_type = "AsyncInvokeConfig"
    config = Config
    inputs = Inputs
    outputs = fields.ServiceOutputs
    name_keys = frozenset(_NAMES)
    action = "FunctionAsyncInvokeConfig"
    path = "/services/{serviceName}.{qualifier}/functions/{functionName}/async-invoke-config"
    names_without_dots = frozenset({"serviceName", "qualifier"})
    clears_with = ("null", "empty", "omit", "empty config")
    identity_keys = ("serviceName", "functionName", "qualifier", "region", "accountId")
    id_form = (
        "acs:fc:{region}:{accountId}:services/{serviceName}.{qualifier}/functions/{functionName}"
    )
    id_pattern = re.compile(
        r"acs:fc:(?P<region>[^:/]+):(?P<accountId>[^:/]+):"
        r"services/(?P<serviceName>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
        r"/functions/(?P<functionName>[^/]+)"
    )
    shown_form = "{serviceName}.{qualifier}/{functionName} ({region}, account {accountId})"

    def list(self, names: Mapping[str, str]) -> Request:
        """Read all configs of a function, over all qualifiers."""
        return self.request(
            "ListFunctionAsyncInvokeConfigs",
            "/services/{serviceName}/functions/{functionName}/async-invoke-configs",
            names,
            "{serviceName}.*/{functionName} ({region}, account {accountId})",
        )

    def list_services(self, names: Mapping[str, str]) -> Request:
        """Read the services of an account in a region."""
        resource = "account {accountId} ({region})"
        return self.request("ListServices", "/services", names, resource, what="services")

    def list_functions(self, names: Mapping[str, str]) -> Request:
        """Read the functions of a service."""
        return self.request(
            "ListFunctions",
            "/services/{serviceName}/functions",
            names,
            "{serviceName} ({region}, account {accountId})",
            what="functions",
        )

    def twin_id(self, names: Mapping[str, str]) -> str:
        """Make the id of the same function in 3.0."""
        form = "acs:fc:{region}:{accountId}:functions/{serviceName}${functionName}/{qualifier}"
        return form.format_map(names)

    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """Make the headers of a request, with its signature."""
        credentials = signed.credentials
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Date": format_datetime(signed.now, usegmt=True),
            "x-fc-account-id": request.names["accountId"],
        }
        if credentials.security_token:
            headers["x-fc-security-token"] = credentials.security_token
        path = unquote(request.path)
        signature = authorization(credentials, request.method, path, headers)
        return {**headers, "Authorization": signature}

    def read_names(self, stated: Mapping[str, Any]) -> dict[str, str]:
        """Read service, function and qualifier, where the response states them."""
        texts = {key: stated[key] for key in _NAMES if isinstance(stated.get(key), str)}
        names: dict[str, str] = {_NAMES[key]: name for key, name in texts.items() if name}
        # It is not documented whether a response names the service with its qualifier.
        service, _, qualifier = names.get("serviceName", "").partition(".")
        if qualifier:
            names = {"qualifier": qualifier, **names, "serviceName": service}
        return names


API = V2016()


def string_to_sign(method: str, path: str, headers: Mapping[str, str]) -> str:
    """Write what the signature is made over.

    Args:
        method: HTTP method.
        path: the URL-decoded path; query parameters are not signed in this API version.
        headers: the request's headers; names in any case.
    """
    lowered = {name.lower(): value for name, value in headers.items()}
    fc_headers = "".join(
        f"{name}:{lowered[name]}\n" for name in sorted(lowered) if name.startswith("x-fc-")
    )
    return "\n".join(
        (
            method.upper(),
            lowered.get("content-md5", ""),
            lowered.get("content-type", ""),
            lowered.get("date", ""),
            fc_headers + path,
        )
    )


def authorization(
    credentials: Credentials, method: str, path: str, headers: Mapping[str, str]
) -> str:
    """Make the ``Authorization`` header; the arguments are those of `string_to_sign`."""
    text = string_to_sign(method, path, headers)
    secret = credentials.access_key_secret.encode()
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"FC {credentials.access_key_id}:{base64.b64encode(digest).decode('ascii')}"
