"""API version 2023-03-30: Function Compute 3.0. Pure.

Sources: the vendor's generated SDKs (alibabacloud-fc20230330), its pages of the calls, and for the
signature ACS3-HMAC-SHA256 its page "V3 version request body and signature mechanism".
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timezone
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictStr

from . import fields, rules, version
from .addressing import segment
from .fields import Reading
from .version import ApiVersion, RemoteConfig, Request, Signed

_ARN = re.compile(
    r"acs:fc:(?P<region>[^:/]*):(?P<accountId>[^:/]*)[:/]"
    r"functions/(?P<functionName>[^/]+)(?:/(?P<qualifier>[^/]+))?"
)
"""A function's ARN in every spelling that was seen; region and account may be empty."""


class Config(fields.Config):
    """What a config holds."""

    async_task: Annotated[StrictBool, rules.Boolean()] = Field(
        default=False,
        title="task",
        description="Whether the asynchronous task feature is on.",
    )


class Inputs(fields.Inputs, Config):
    """The inputs of `V3AsyncInvokeConfig`."""

    function_name: Annotated[StrictStr, rules.FunctionName()] = Field(
        description="Function whose asynchronous invocations are configured."
    )


_LONGEST_ARN = 1024


class Outputs(fields.ServiceOutputs):
    """What only the service sets."""

    function_arn: Annotated[StrictStr | None, rules.ShownText(_LONGEST_ARN)] = Field(
        default=None, description="ARN of the function, with the qualifier unless that is `LATEST`."
    )


_RESPONSE_KEYS = {*Config.names(), *Outputs.names()}


@dataclass(frozen=True, kw_only=True)
class Identity(version.Identity):
    """Account, region, function and qualifier."""

    @property
    def api(self) -> ApiVersion:
        """This version."""
        return API

    @property
    def id(self) -> str:
        """The function's ARN with ``LATEST`` written out."""
        return (
            f"acs:fc:{self.region}:{self.account_id}:"
            f"functions/{self.function_name}/{self.qualifier}"
        )

    @property
    def twin_id(self) -> str | None:
        """The id of the same function in 2.0, if its name says that it has a service."""
        service, dollar, function = self.function_name.partition("$")
        return (
            f"acs:fc:{self.region}:{self.account_id}:"
            f"services/{service}.{self.qualifier}/functions/{function}"
            if dollar
            else None
        )

    def __str__(self) -> str:
        """For messages: ``function/qualifier (region, account …)``."""
        return f"{self.function_name}/{self.qualifier} ({self.region}, account {self.account_id})"


class V2023(ApiVersion):
    """The value of `ApiVersion` for 2023-03-30."""

    number = "2023-03-30"
    resource_type = "V3AsyncInvokeConfig"
    config = Config
    inputs = Inputs
    outputs = Outputs
    # The first two are what the vendor's tools send. An empty side is known to be refused
    # (InvalidDestinationResources), so it is never sent.
    clears_with = ("omit", "empty config", "null")
    is_named_by_arn = True
    may_omit_configs = True
    identity_type = Identity
    identity_keys = ("functionName", "qualifier", "region", "accountId")
    id_form = "acs:fc:{region}:{accountId}:functions/{function}/{qualifier}"
    id_pattern = re.compile(
        r"acs:fc:(?P<region>[^:/]+):(?P<account_id>[^:/]+):"
        r"functions/(?P<function_name>[^/]+)(?:/(?P<qualifier>[^/]+))?"
    )

    def request(self, verb: str, method: str, identity: version.Identity) -> Request:
        """A request about one config; the qualifier is always written out."""
        function = segment("function name", identity.function_name)
        segment("qualifier", identity.qualifier)
        properties = identity.to_properties()
        return Request(
            api=self,
            action=f"{verb}AsyncInvokeConfig",
            method=method,
            path=f"/{self.number}/functions/{function}/async-invoke-config",
            region=identity.region,
            account_id=identity.account_id,
            resource=str(identity),
            query={"qualifier": identity.qualifier},
            # The fcv3 hosts take the account from the key: only the ARN shows another one.
            names={key: properties[key] for key in ("region", "accountId", "functionName")},
        )

    def list(self, *, region: str, account_id: str, function_name: str | None = None) -> Request:
        """Read all configs of an account in a region, or those of one function."""
        what = f"{function_name}/*" if function_name else "all functions"
        return Request(
            api=self,
            action="ListAsyncInvokeConfigs",
            method="GET",
            path=f"/{self.number}/async-invoke-configs",
            region=region,
            account_id=account_id,
            resource=f"{what} ({region}, account {account_id})",
            query={"functionName": function_name} if function_name else {},
            names={"functionName": function_name} if function_name else {},
        )

    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """The headers of a request, with its signature."""
        credentials = signed.credentials
        headers = {
            "host": signed.host,
            "x-acs-action": request.action,
            "x-acs-content-sha256": hashlib.sha256(request.body or b"").hexdigest(),
            "x-acs-date": signed.now.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": signed.nonce,
            "x-acs-version": self.number,
        }
        if request.body is not None:
            headers["content-type"] = "application/json; charset=utf-8"
        if credentials.security_token:
            headers["x-acs-accesskey-id"] = credentials.access_key_id
            headers["x-acs-security-token"] = credentials.security_token
        names = ";".join(sorted(headers))
        digest = hashlib.sha256(canonical_request(request, headers).encode()).hexdigest()
        signature = hmac.new(
            credentials.access_key_secret.encode(), f"{_ALGORITHM}\n{digest}".encode(), "sha256"
        ).hexdigest()
        authorization = (
            f"{_ALGORITHM} Credential={credentials.access_key_id},"
            f"SignedHeaders={names},Signature={signature}"
        )
        del headers["host"]  # whoever sends the request adds it
        return {**headers, "accept": "application/json", "Authorization": authorization}

    def read_config(self, value: Mapping[str, Any]) -> RemoteConfig:
        """Read a config from the JSON object of a response."""
        if not _RESPONSE_KEYS & value.keys():
            raise ValueError("it has no field of a config")
        outputs = Outputs.read(value, Reading.RESPONSE).to_properties()
        arn = _ARN.fullmatch(outputs.get("functionArn", ""))
        return RemoteConfig(
            values=Config.read(value, Reading.RESPONSE),
            names={key: name for key, name in arn.groupdict().items() if name} if arn else {},
            outputs=outputs,
        )


API = V2023()

_ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_request(request: Request, headers: Mapping[str, str]) -> str:
    """What the signature is made over.

    Args:
        request: method, path and query.
        headers: the headers that are signed, by their names in lower case.
    """
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(headers))
    return "\n".join(
        (
            request.method,
            request.path,
            request.query_string,
            lines,
            ";".join(sorted(headers)),
            headers["x-acs-content-sha256"],
        )
    )
