"""Ask STS whose keys sign (``GetCallerIdentity``; every key may ask)."""

import base64
import hashlib
import hmac
import time
from datetime import datetime, timezone
from urllib.parse import quote, urlencode
from uuid import uuid4

import httpx
from pydantic import BaseModel, Field, ValidationError

from pulumi_fc_async_invoke.api.errors import FunctionComputeError
from pulumi_fc_async_invoke.client.connection_errors import CONNECTION_ERRORS
from pulumi_fc_async_invoke.client.transport import DeadlineTransport, until
from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.settings import Settings

_HOST = "sts.aliyuncs.com"


class CallerIdentity(BaseModel):
    """Who signs."""

    account_id: str = Field(alias="AccountId", pattern="^[0-9]{1,32}$")
    arn: str = Field(alias="Arn", max_length=500)


def caller_identity(settings: Settings, seconds: float) -> CallerIdentity | None:
    """Get the account and ARN of the keys; `None`: there are no keys, or STS does not say.

    Args:
        settings: whose keys, and which STS.
        seconds: how long it may take.
    """
    end = time.monotonic() + seconds
    try:
        url = httpx.URL(f"https://{settings.sts_endpoint or _HOST}/?{_query(settings)}")
        with DeadlineTransport() as transport:
            request = httpx.Request("GET", url, extensions=until(end))
            response = transport.handle_request(request)
        return CallerIdentity.model_validate_json(b"".join(response.iter_raw()))
    except (FunctionComputeError, ValidationError, *CONNECTION_ERRORS):
        return None


def _query(settings: Settings) -> str:
    """Sign the query of the request (signature method 1 of Alibaba Cloud's RPC APIs)."""
    keys = credentials_source(settings)()
    keys.check()
    query = {
        "AccessKeyId": keys.access_key_id,
        "Action": "GetCallerIdentity",
        "Format": "JSON",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": uuid4().hex,
        "SignatureVersion": "1.0",
        "Timestamp": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Version": "2015-04-01",
    }
    if keys.security_token:
        query["SecurityToken"] = keys.security_token
    canonical = urlencode(sorted(query.items()), quote_via=quote, safe="~")
    text = f"GET&%2F&{quote(canonical, safe='~')}".encode()
    signature = hmac.new(f"{keys.access_key_secret}&".encode(), text, hashlib.sha1).digest()
    return f"{canonical}&Signature={quote(base64.b64encode(signature), safe='')}"
