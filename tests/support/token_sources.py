"""Stands in, on loopback, for every host that hands out credentials.

The vendor's library has fixed hosts: ``100.100.100.200`` (ECS metadata) and ``sts.aliyuncs.com``.
Both are reached through the proxy that the environment names, so one proxy that answers for them
catches all: what goes anywhere else is refused, and noted.
"""

import json
import os
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import trustme

if TYPE_CHECKING:
    from typing_extensions import Self

METADATA = "100.100.100.200"
STS = "sts.aliyuncs.com"
ROLE = "fc-deployer"
WEB_IDENTITY = "web-identity-token-marker"


@dataclass
class Issued:
    """One temporary key."""

    key_id: str
    secret: str
    token: str
    lasts: float = 3600
    """Seconds."""

    def as_json(self) -> dict[str, str]:
        expiry = time.gmtime(time.time() + self.lasts)
        return {
            "AccessKeyId": self.key_id,
            "AccessKeySecret": self.secret,
            "SecurityToken": self.token,
            "Expiration": time.strftime("%Y-%m-%dT%H:%M:%SZ", expiry),
        }


@dataclass
class Asked:
    """One request for credentials."""

    host: str
    path: str
    query: dict[str, str] = field(default_factory=dict[str, str])


class TokenSources:
    """ECS metadata, STS and a credentials URI, in a thread of this process.

    `issue` makes the key for each answer; `status` other than 200 refuses, and repeats the key
    in the refusal, as a careless service might.
    """

    def __init__(self, folder: Path, issue: Callable[[], Issued]) -> None:
        self.issue = issue
        self.status = 200
        self.silent = threading.Event()
        """While it is set, no answer comes."""
        self.asked: list[Asked] = []
        self.strays: list[str] = []
        """Hosts that nobody should have talked to."""
        authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._modules = folder / "authority"
        self._modules.mkdir(parents=True)
        server = self._modules / "server.pem"
        authority.issue_cert(STS).private_key_and_cert_chain_pem.write_to_path(str(server))
        self._tls.load_cert_chain(server)
        certificate = self._modules / "authority.pem"
        authority.cert_pem.write_to_path(str(certificate))
        # The library trusts what certifi names and nothing else; this one names our authority.
        (self._modules / "certifi.py").write_text(
            f"def where():\n    return {str(certificate)!r}\n"
        )
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """Sends whatever leaves the process here."""
        return {
            "HTTP_PROXY": self.url,
            "HTTPS_PROXY": self.url,
            "http_proxy": self.url,
            "https_proxy": self.url,
            # gRPC would ask the proxy for the engine; the vendor's library does not look at it.
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "PYTHONPATH": str(self._modules),
        }

    def __enter__(self) -> "Self":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.silent.clear()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, host: str, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Status and body for one request."""
        self.asked.append(Asked(host, path, query))
        while self.silent.is_set():
            time.sleep(0.05)
        if host == METADATA and path == "/latest/api/token":
            return 200, b"metadata-token"
        if host == METADATA and path.endswith("/security-credentials/"):
            return 200, ROLE.encode()
        key = self.issue().as_json()
        if self.status != 200:
            return self.status, json.dumps({"Message": "no", **key}).encode()
        if host == STS:
            return 200, json.dumps({"Credentials": key}).encode()
        return 200, json.dumps({"Code": "Success", **key}).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sources, tls = self, self._tls

        class Handler(BaseHTTPRequestHandler):
            tunnel = ""

            def do_CONNECT(self) -> None:
                host, _, port = self.path.partition(":")
                if (host, port) != (STS, "443"):
                    sources.strays.append(self.path)
                    self.send_error(403)
                    return
                self.send_response(200)
                self.end_headers()
                try:
                    self.connection = tls.wrap_socket(self.connection, server_side=True)
                except OSError:
                    self.close_connection = True
                    return
                self.rfile = self.connection.makefile("rb")
                self.tunnel = host
                self.wfile = self.connection.makefile("wb")
                self.handle_one_request()
                self.connection.close()
                self.close_connection = True

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                host = self.tunnel or url.hostname or "127.0.0.1"
                if host not in (STS, METADATA, "127.0.0.1"):
                    sources.strays.append(host)
                    self.send_error(403)
                    return
                status, body = sources.answer(host, url.path, dict(parse_qsl(url.query)))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_PUT = do_POST = do_GET  # noqa: N815  http.server calls them so

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
                """Say nothing."""

        return Handler


def bare_environment(home: Path, **variables: str) -> dict[str, str]:
    """A process with no credentials but these variables; coverage is measured in it, too."""
    kept = ("PATH", "LANG", "TMPDIR", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        **variables,
    }


@dataclass(frozen=True)
class Way:
    """One way to come by keys, as a user sets it up."""

    environment: dict[str, str]
    config: dict[str, str]
    asks: tuple[str, ...]
    """Hosts that are asked for keys."""


LONG_LIVED = Issued("long-lived-id", "long-lived-secret", "")
TEMPORARY = Issued("temporary-id", "temporary-secret-marker", "temporary-token-marker")

_PAIR = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": LONG_LIVED.key_id,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": LONG_LIVED.secret,
}
_PROFILE_PAIR = {"access_key_id": LONG_LIVED.key_id, "access_key_secret": LONG_LIVED.secret}
_ROLE_ARN = "acs:ram::1234567890123456:role/deployer"
_PROVIDER_ARN = "acs:ram::1234567890123456:oidc-provider/ci"
_NO_METADATA = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}


def ways(home: Path, sources: TokenSources) -> dict[str, Way]:
    """Every way, with the files that it needs written into `home`."""
    identity = home / "web-identity"
    identity.parent.mkdir(parents=True, exist_ok=True)
    identity.write_text(WEB_IDENTITY)
    profiles = [
        {"name": "keys", "mode": "AK", **_PROFILE_PAIR},
        {
            "name": "token",
            "mode": "StsToken",
            "access_key_id": TEMPORARY.key_id,
            "access_key_secret": TEMPORARY.secret,
            "sts_token": TEMPORARY.token,
        },
        {
            "name": "role",
            "mode": "RamRoleArn",
            **_PROFILE_PAIR,
            "ram_role_arn": _ROLE_ARN,
            "ram_session_name": "deploy",
        },
        {"name": "machine", "mode": "EcsRamRole", "ram_role_name": ROLE},
        {
            "name": "oidc",
            "mode": "OIDC",
            "ram_role_arn": _ROLE_ARN,
            "oidc_provider_arn": _PROVIDER_ARN,
            "oidc_token_file": str(identity),
            "role_session_name": "deploy",
        },
    ]
    cli = home / ".aliyun" / "config.json"
    cli.parent.mkdir()
    cli.write_text(json.dumps({"current": "keys", "profiles": profiles}))
    ini = home / "credentials.ini"
    ini.write_text(
        "[default]\ntype = ram_role_arn\n"
        f"access_key_id = {LONG_LIVED.key_id}\naccess_key_secret = {LONG_LIVED.secret}\n"
        f"role_arn = {_ROLE_ARN}\nrole_session_name = deploy\n"
    )
    no_profile = {"ALIBABA_CLOUD_CLI_PROFILE_DISABLED": "true"}
    temporary = {
        "alicloud:accessKey": TEMPORARY.key_id,
        "alicloud:secretKey": TEMPORARY.secret,
        "alicloud:securityToken": TEMPORARY.token,
    }
    return {
        "configured access key": Way(
            {},
            {"alicloud:accessKey": LONG_LIVED.key_id, "alicloud:secretKey": LONG_LIVED.secret},
            (),
        ),
        "configured STS token": Way({}, temporary, ()),
        "environment access key": Way(_PAIR, {}, ()),
        "environment STS token": Way(
            {
                "ALIBABA_CLOUD_ACCESS_KEY_ID": TEMPORARY.key_id,
                "ALIBABA_CLOUD_ACCESS_KEY_SECRET": TEMPORARY.secret,
                "ALIBABA_CLOUD_SECURITY_TOKEN": TEMPORARY.token,
            },
            {},
            (),
        ),
        "OIDC role": Way(
            {
                "ALIBABA_CLOUD_ROLE_ARN": _ROLE_ARN,
                "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": _PROVIDER_ARN,
                "ALIBABA_CLOUD_OIDC_TOKEN_FILE": str(identity),
            },
            {},
            (STS,),
        ),
        "current profile": Way({}, {}, ()),
        "profile from the environment": Way({"ALIBABA_CLOUD_PROFILE": "token"}, {}, ()),
        "configured profile with a key": Way({}, {"alicloud:profile": "keys"}, ()),
        "configured profile with a token": Way(_PAIR, {"alicloud:profile": "token"}, ()),
        "configured profile with a RAM role": Way({}, {"alicloud:profile": "role"}, (STS,)),
        "configured profile with an ECS role": Way(
            {}, {"alicloud:profile": "machine"}, (METADATA,)
        ),
        "configured profile with OIDC": Way({}, {"alicloud:profile": "oidc"}, (STS,)),
        "credentials file with a RAM role": Way(
            {**no_profile, "ALIBABA_CLOUD_CREDENTIALS_FILE": str(ini)}, {}, (STS,)
        ),
        "ECS RAM role": Way(no_profile, {}, (METADATA,)),
        "credentials URI": Way(
            {
                **no_profile,
                **_NO_METADATA,
                "ALIBABA_CLOUD_CREDENTIALS_URI": f"{sources.url}/credentials",
            },
            {},
            ("127.0.0.1",),
        ),
    }
