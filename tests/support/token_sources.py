"""Stands in, on loopback, for every host that hands out credentials.

The vendor's library has fixed hosts: ``100.100.100.200`` (ECS metadata) and ``sts.aliyuncs.com``.
Both are reached through the proxy that the environment names, so one proxy that answers for them
catches all: what goes anywhere else is refused, and noted.
"""

import atexit
import functools
import json
import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import trustme

if TYPE_CHECKING:
    from typing_extensions import Self

METADATA = "100.100.100.200"
STS = "sts.aliyuncs.com"
STS_INSIDE_VPC = "sts-vpc.cn-shanghai.aliyuncs.com"
LOOPBACK = "127.0.0.1"
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


@functools.cache
def _authority() -> tuple[ssl.SSLContext, Path]:
    """A server's context, and the file of who has signed it: one for each process."""
    folder = Path(tempfile.mkdtemp(prefix="authority-"))
    atexit.register(shutil.rmtree, folder)
    authority = trustme.CA()
    server, certificate = folder / "server.pem", folder / "authority.pem"
    issued = authority.issue_cert(STS, STS_INSIDE_VPC)
    issued.private_key_and_cert_chain_pem.write_to_path(str(server))
    authority.cert_pem.write_to_path(str(certificate))
    # The library trusts what certifi names and nothing else; this one names our authority.
    (folder / "modules").mkdir()
    (folder / "modules" / "certifi.py").write_text(
        f"def where():\n    return {str(certificate)!r}\n"
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(server)
    return context, certificate


class TokenSources:
    """ECS metadata, STS and a credentials URI, in a thread of this process.

    `issue` makes the key for each response; `status` other than 200 refuses, and repeats the key
    in the refusal, as a careless service might.
    """

    def __init__(self, issue: Callable[[Asked], Issued]) -> None:
        self.issue = issue
        self.status = 200
        self.body: bytes | None = None
        """In place of what belongs there."""
        self.silent = threading.Event()
        """While it is set, no response comes."""
        self._was_asked = threading.Event()
        self.drips = 0.0
        """Seconds between two bytes of a response."""
        self._over = threading.Event()
        self.asked: list[Asked] = []
        self.strays: list[str] = []
        """Hosts that nobody should have talked to."""
        self._tls, self.certificate = _authority()
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """Sends whatever leaves the process here."""
        return {
            "HTTP_PROXY": self.url,
            "HTTPS_PROXY": self.url,
            "http_proxy": self.url,
            "https_proxy": self.url,
            # gRPC would ask the proxy for the engine; the vendor's library does not look at it.
            "NO_PROXY": LOOPBACK,
            "no_proxy": LOOPBACK,
            "PYTHONPATH": str(self.certificate.parent / "modules"),
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
        self._over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait_until_asked(self) -> None:
        """Wait for the first request."""
        assert self._was_asked.wait(60)

    def answer(self, asked: Asked) -> tuple[int, bytes]:
        """Status and body for one request."""
        self.asked.append(asked)
        self._was_asked.set()
        while self.silent.is_set():
            time.sleep(0.01)
        if asked.host == METADATA and asked.path == "/latest/api/token":
            return 200, b"metadata-token"
        if asked.host == METADATA and asked.path.endswith("/security-credentials/"):
            return 200, ROLE.encode()
        if self.body is not None:
            return self.status, self.body
        key = self.issue(asked).as_json()
        if self.status != 200:
            response: dict[str, Any] = {"Code": "NoPermission", "Message": key}
        elif asked.query.get("Action") == "GetCallerIdentity":
            arn = "acs:ram::1234567890123456:user/ci"
            response = {"AccountId": "1234567890123456", "Arn": arn}
        elif asked.path == "/cloud-credentials":
            response = {"CloudCredential": key}
        elif asked.query.get("Action"):
            response = {"Credentials": key}
        else:
            response = {"Code": "Success", **key}
        return self.status, json.dumps(response).encode()

    def send(self, stream: BufferedIOBase, body: bytes) -> None:
        """Write a body, a byte at a time if it is to drip."""
        step = 1 if self.drips else len(body) or 1
        for start in range(0, len(body), step):
            if self.drips and self._over.wait(self.drips):
                return
            stream.write(body[start : start + step])
            stream.flush()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        sources, tls = self, self._tls

        class Handler(BaseHTTPRequestHandler):
            tunnel = ""

            def do_CONNECT(self) -> None:
                host, _, port = self.path.partition(":")
                if host not in (STS, STS_INSIDE_VPC) or port != "443":
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
                host = self.tunnel or url.hostname or LOOPBACK
                if not self.tunnel and host not in (METADATA, LOOPBACK):
                    sources.strays.append(host)
                    self.send_error(403)
                    return
                query = dict(parse_qsl(url.query))
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, body = sources.answer(Asked(host, url.path, query))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):  # it has waited long enough
                    sources.send(self.wfile, body)

            do_PUT = do_POST = do_GET  # noqa: N815  http.server calls them so

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
                """Say nothing."""

        return Handler
