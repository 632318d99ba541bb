"""API version 2023-03-30: Function Compute 3.0. Pure.

Sources: the vendor's generated SDKs (alibabacloud-fc20230330), its pages of the calls, and for the
signature ACS3-HMAC-SHA256 its page "V3 version request body and signature mechanism".
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import timezone
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictStr

from . import fields, rules
from .credentials import Signed
from .names import FUNCTION_NAME
from .version import ApiVersion, Request

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

    function_name: Annotated[StrictStr, rules.FunctionName(FUNCTION_NAME)] = Field(
        description="Function whose asynchronous invocations are configured."
    )


class Outputs(fields.ServiceOutputs):
    """What only the service sets."""

    function_arn: Annotated[StrictStr | None, rules.shown_text(longest=1024)] = Field(
        default=None, description="ARN of the function, with the qualifier unless that is `LATEST`."
    )


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
    may_read_unset_as_zero = True
    identity_keys = ("functionName", "qualifier", "region", "accountId")
    id_form = "acs:fc:{region}:{accountId}:functions/{functionName}/{qualifier}"
    id_pattern = re.compile(
        r"acs:fc:(?P<region>[^:/]+):(?P<accountId>[^:/]+):"
        r"functions/(?P<functionName>[^/]+)(?:/(?P<qualifier>[^/]+))?"
    )

    shown_form = "{functionName}/{qualifier} ({region}, account {accountId})"
    action = "AsyncInvokeConfig"
    path = "/functions/{functionName}/async-invoke-config"
    config_query = ("qualifier",)

    def list(self, names: Mapping[str, str]) -> Request:
        """Read all configs of an account in a region, or those of one function."""
        of_function = names.keys() & {"functionName"}
        resource = "{functionName}/*" if of_function else "all functions"
        return self.request(
            "ListAsyncInvokeConfigs",
            "/async-invoke-configs",
            names,
            resource + " ({region}, account {accountId})",
            query=of_function,
        )

    def twin_id(self, names: Mapping[str, str]) -> str | None:
        """Make the id of the same function in 2.0, if its name says that it has a service."""
        service, dollar, function = names["functionName"].partition("$")
        form = "acs:fc:{region}:{accountId}:services/{service}.{qualifier}/functions/{function}"
        return (
            form.format_map({**names, "service": service, "function": function}) if dollar else None
        )

    def sign(self, request: Request, signed: Signed) -> dict[str, str]:
        """Make the headers of a request, with its signature."""
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

    def read_names(self, stated: Mapping[str, Any]) -> dict[str, str]:
        """Read the names in the function's ARN, if there is one.

        The fcv3 hosts take the account from the key: only the ARN shows another one.
        """
        arn = _ARN.fullmatch(stated.get("functionArn") or "")
        return {key: name for key, name in arn.groupdict().items() if name} if arn else {}


API = V2023()

_ALGORITHM = "ACS3-HMAC-SHA256"


def canonical_request(request: Request, headers: Mapping[str, str]) -> str:
    """Write what the signature is made over.

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
