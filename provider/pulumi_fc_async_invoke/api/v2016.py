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
from .addressing import segment
from .credentials import Credentials
from .fields import Reading
from .version import ApiVersion, RemoteConfig, Request, Signed


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


class Outputs(fields.ServiceOutputs):
    """What only the service sets."""


class _Names(fields.Fields):
    """The names in a response: as the vendor's page has them, and as its SDKs' tests do."""

    service_name: Annotated[StrictStr | None, rules.Echo()] = Field(
        default=None, validation_alias=AliasChoices("serviceName", "service")
    )
    function_name: Annotated[StrictStr | None, rules.Echo()] = Field(
        default=None, validation_alias=AliasChoices("functionName", "function")
    )
    qualifier: Annotated[StrictStr | None, rules.Echo()] = None


_RESPONSE_KEYS = {*Config.names(), *Outputs.names(), *_Names.names(), "service", "function"}


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
    def id(self) -> str:
        """The function's ARN with ``LATEST`` written out."""
        return (
            f"acs:fc:{self.region}:{self.account_id}:"
            f"services/{self.service_name}.{self.qualifier}/functions/{self.function_name}"
        )

    @property
    def twin_id(self) -> str:
        """The id of the same function in 3.0."""
        return (
            f"acs:fc:{self.region}:{self.account_id}:"
            f"functions/{self.service_name}${self.function_name}/{self.qualifier}"
        )

    def __str__(self) -> str:
        """For messages: ``service.qualifier/function (region, account …)``."""
        return (
            f"{self.service_name}.{self.qualifier}/{self.function_name} "
            f"({self.region}, account {self.account_id})"
        )


class V2016(ApiVersion):
    """The value of `ApiVersion` for 2016-08-15."""

    number = "2016-08-15"
    resource_type = "AsyncInvokeConfig"
    config = Config
    inputs = Inputs
    outputs = Outputs
    clears_with = ("null", "empty", "omit", "empty config")
    identity_type = Identity
    identity_keys = ("serviceName", "functionName", "qualifier", "region", "accountId")
    id_form = "acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}"
    id_pattern = re.compile(
        r"acs:fc:(?P<region>[^:/]+):(?P<account_id>[^:/]+):"
        r"services/(?P<service_name>[^/.]+)(?:\.(?P<qualifier>[^/.]+))?"
        r"/functions/(?P<function_name>[^/]+)"
    )

    def request(self, verb: str, method: str, identity: version.Identity) -> Request:
        """A request about one config; the service is always qualified, `.LATEST` written out."""
        assert isinstance(identity, Identity)  # noqa: S101  the types of a version go together
        service = segment("service name", identity.service_name, dots=False)
        qualifier = segment("qualifier", identity.qualifier, dots=False)
        function = segment("function name", identity.function_name)
        return Request(
            api=self,
            action=f"{verb}FunctionAsyncInvokeConfig",
            method=method,
            path=f"/{self.number}/services/{service}.{qualifier}/functions/{function}"
            "/async-invoke-config",
            region=identity.region,
            account_id=identity.account_id,
            resource=str(identity),
            names={
                "serviceName": identity.service_name,
                "functionName": identity.function_name,
            },
        )

    def list(
        self, *, region: str, account_id: str, service_name: str, function_name: str
    ) -> Request:
        """Read all configs of a function, over all qualifiers."""
        service = segment("service name", service_name, dots=False)
        function = segment("function name", function_name)
        return Request(
            api=self,
            action="ListFunctionAsyncInvokeConfigs",
            method="GET",
            path=f"/{self.number}/services/{service}/functions/{function}/async-invoke-configs",
            region=region,
            account_id=account_id,
            resource=f"{service_name}.*/{function_name} ({region}, account {account_id})",
            names={"serviceName": service_name, "functionName": function_name},
        )

    def list_services(self, *, region: str, account_id: str) -> Request:
        """Read the services of an account in a region."""
        return Request(
            api=self,
            action="ListServices",
            method="GET",
            path=f"/{self.number}/services",
            region=region,
            account_id=account_id,
            resource=f"account {account_id} ({region})",
            what="services",
        )

    def list_functions(self, *, region: str, account_id: str, service_name: str) -> Request:
        """Read the functions of a service."""
        service = segment("service name", service_name, dots=False)
        return Request(
            api=self,
            action="ListFunctions",
            method="GET",
            path=f"/{self.number}/services/{service}/functions",
            region=region,
            account_id=account_id,
            resource=f"{service_name} ({region}, account {account_id})",
            what="functions",
        )

    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """The headers of a request, with its signature."""
        credentials = signed.credentials
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "Date": format_datetime(signed.now, usegmt=True),
            "x-fc-account-id": request.account_id,
        }
        if credentials.security_token:
            headers[SECURITY_TOKEN_HEADER] = credentials.security_token
        path = unquote(request.path)
        signature = authorization(credentials, request.method, path, headers)
        return {**headers, "Authorization": signature}

    def read_config(self, value: Mapping[str, Any]) -> RemoteConfig:
        """Read a config from the JSON object of a response."""
        given = {key: each for key, each in value.items() if each is not None}
        if not _RESPONSE_KEYS & value.keys():
            raise ValueError("it has no field of a config")
        names = _Names.read(given, Reading.RESPONSE).to_properties()
        if "serviceName" in names:
            # Nobody documents whether a response names the service with its qualifier.
            names["serviceName"], _, qualifier = names["serviceName"].partition(".")
            if qualifier:
                names.setdefault("qualifier", qualifier)
        return RemoteConfig(
            values=Config.read(given, Reading.RESPONSE),
            names=names,
            outputs=Outputs.read(given, Reading.RESPONSE).to_properties(),
        )


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
