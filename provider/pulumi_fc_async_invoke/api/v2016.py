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
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Annotated, Any
from urllib.parse import unquote

from pydantic import AliasChoices, Field, StrictBool, StrictStr

from . import fields, rules, version
from .credentials import Credentials
from .fields import Reading
from .version import ApiVersion, Request, Signed


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


class _Names(fields.Fields):
    """The names in a response: as the vendor's page has them, and as its SDKs' tests do."""

    service_name: Annotated[StrictStr | None, rules.Echo()] = Field(
        default=None, validation_alias=AliasChoices("serviceName", "service")
    )
    function_name: Annotated[StrictStr | None, rules.Echo()] = Field(
        default=None, validation_alias=AliasChoices("functionName", "function")
    )
    qualifier: Annotated[StrictStr | None, rules.Echo()] = None


@dataclass(frozen=True, kw_only=True)
class Identity(version.Identity):
    """Account, region, service, qualifier and function."""

    service_name: str
    """Service that holds the function."""

    @property
    def api(self) -> ApiVersion:
        """This version."""
        return API

    @property
    def twin_id(self) -> str:
        """The id of the same function in 3.0."""
        form = "acs:fc:{region}:{accountId}:functions/{serviceName}${functionName}/{qualifier}"
        return form.format_map(self.to_properties())


class V2016(ApiVersion):
    """The value of `ApiVersion` for 2016-08-15."""

    number = "2016-08-15"
    resource_type = "AsyncInvokeConfig"
    config = Config
    inputs = Inputs
    outputs = fields.ServiceOutputs
    name_keys = frozenset({*_Names.names(), "service", "function"})
    action = "FunctionAsyncInvokeConfig"
    path = "/services/{serviceName}.{qualifier}/functions/{functionName}/async-invoke-config"
    names_without_dots = frozenset({"serviceName", "qualifier"})
    clears_with = ("null", "empty", "omit", "empty config")
    identity_type = Identity
    identity_keys = ("serviceName", "functionName", "qualifier", "region", "accountId")
    id_form = (
        "acs:fc:{region}:{accountId}:services/{serviceName}.{qualifier}/functions/{functionName}"
    )
    id_pattern = re.compile(
        r"acs:fc:(?P<region>[^:/]+):(?P<account_id>[^:/]+):"
        r"services/(?P<service_name>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
        r"/functions/(?P<function_name>[^/]+)"
    )
    shown_form = "{serviceName}.{qualifier}/{functionName} ({region}, account {accountId})"

    def list(
        self, *, region: str, account_id: str, service_name: str, function_name: str
    ) -> Request:
        """Read all configs of a function, over all qualifiers."""
        return self.request(
            "GET",
            "ListFunctionAsyncInvokeConfigs",
            "/services/{serviceName}/functions/{functionName}/async-invoke-configs",
            {
                "region": region,
                "accountId": account_id,
                "serviceName": service_name,
                "functionName": function_name,
            },
            "{serviceName}.*/{functionName} ({region}, account {accountId})",
        )

    def list_services(self, *, region: str, account_id: str) -> Request:
        """Read the services of an account in a region."""
        return self.request(
            "GET",
            "ListServices",
            "/services",
            {"region": region, "accountId": account_id},
            "account {accountId} ({region})",
            what="services",
        )

    def list_functions(self, *, region: str, account_id: str, service_name: str) -> Request:
        """Read the functions of a service."""
        return self.request(
            "GET",
            "ListFunctions",
            "/services/{serviceName}/functions",
            {"region": region, "accountId": account_id, "serviceName": service_name},
            "{serviceName} ({region}, account {accountId})",
            what="functions",
        )

    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """The headers of a request, with its signature."""
        credentials = signed.credentials
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Date": format_datetime(signed.now, usegmt=True),
            "x-fc-account-id": request.names["accountId"],
        }
        if credentials.security_token:
            headers[SECURITY_TOKEN_HEADER] = credentials.security_token
        path = unquote(request.path)
        signature = authorization(credentials, request.method, path, headers)
        return {**headers, "Authorization": signature}

    def read_names(self, given: Mapping[str, Any], outputs: Mapping[str, Any]) -> dict[str, str]:  # noqa: ARG002  the outputs name nothing here
        """Read service, function and qualifier, where the response states them."""
        names: dict[str, str] = _Names.read(given, Reading.RESPONSE).to_properties()
        # It is not documented whether a response names the service with its qualifier.
        service, _, qualifier = names.get("serviceName", "").partition(".")
        if qualifier:
            names = {"qualifier": qualifier, **names, "serviceName": service}
        return names


API = V2016()

SECURITY_TOKEN_HEADER = "x-fc-security-token"  # noqa: S105  the name of a header


def string_to_sign(method: str, path: str, headers: Mapping[str, str]) -> str:
    """What the signature is made over.

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
    """The value of the ``Authorization`` header; the arguments are those of `string_to_sign`."""
    text = string_to_sign(method, path, headers)
    secret = credentials.access_key_secret.encode()
    digest = hmac.new(secret, text.encode(), hashlib.sha256).digest()
    return f"FC {credentials.access_key_id}:{base64.b64encode(digest).decode('ascii')}"
