"""An HTTP client that signs what it sends, for looking at the emulator's single responses."""

import hashlib
import ssl
import time
import uuid
from collections.abc import Generator
from email.utils import formatdate
from urllib.parse import unquote

import httpx

from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET
from pulumi_fc_async_invoke.emulator.signatures import (
    ACS3,
    acs3_canonical_request,
    acs3_signature,
    fc_signature,
    fc_string_to_sign,
)
from pulumi_fc_async_invoke.emulator.v2023 import VERSION as VERSION_2023
from pulumi_fc_async_invoke.emulator.versions import Request


class _Signature(httpx.Auth):
    """Signs each request, as the version of its path wants it."""

    requires_request_body = True

    def __init__(self, key_id: str, secret: str, security_token: str | None) -> None:
        self._key_id = key_id
        self._secret = secret
        self._token = security_token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        raw_path, _, query = request.url.raw_path.decode("ascii").partition("?")
        path = unquote(raw_path)
        is_2023 = path.startswith(f"/{VERSION_2023}/")
        headers = request.headers
        if is_2023:
            headers.setdefault("x-acs-version", VERSION_2023)
            is_list = path.endswith("s")
            one = f"{request.method.title()}AsyncInvokeConfig"
            headers.setdefault("x-acs-action", "ListAsyncInvokeConfigs" if is_list else one)
            headers["x-acs-date"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            headers["x-acs-signature-nonce"] = uuid.uuid4().hex
            headers["x-acs-content-sha256"] = hashlib.sha256(request.content).hexdigest()
            if self._token is not None:
                headers["x-acs-accesskey-id"] = self._key_id
                headers["x-acs-security-token"] = self._token
        else:
            headers["Date"] = formatdate(usegmt=True)
            if self._token is not None:
                headers["x-fc-security-token"] = self._token
        sent = Request(request.method, raw_path, path, query, dict(headers), request.content)
        if is_2023:
            names = sorted(
                name
                for name in sent.headers
                if name in {"host", "content-type"} or "x-acs-" in name
            )
            signature = acs3_signature(self._secret, acs3_canonical_request(sent, names))
            headers["Authorization"] = (
                f"{ACS3} Credential={self._key_id},SignedHeaders={';'.join(names)},"
                f"Signature={signature}"
            )
        else:
            text = fc_string_to_sign(sent)
            headers["Authorization"] = f"FC {self._key_id}:{fc_signature(self._secret, text)}"
        yield request


def signing_client(
    url: str,
    key_id: str = DEFAULT_KEY_ID,
    secret: str = DEFAULT_KEY_SECRET,
    *,
    security_token: str | None = None,
    headers: dict[str, str] | None = None,
    version: str = "2016-08-15",
) -> httpx.Client:
    """Make a bare HTTP client that signs what it sends: for looking at single responses.

    Args:
        url: of the emulator.
        key_id: access key id.
        secret: access key secret.
        security_token: of a temporary key.
        headers: sent with every request, such as ``Host`` to name account and region.
        version: of the API: ``2016-08-15`` or ``2023-03-30``.
    """
    return httpx.Client(
        base_url=f"{url}/{version}",
        auth=_Signature(key_id, secret, security_token),
        headers=headers,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),  # it is HTTP: no certificates to load
        timeout=60,
    )
