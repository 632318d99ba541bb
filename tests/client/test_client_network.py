import errno
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpcore
import httpx
import pytest
import trustme
from tests.client.scripted import (
    CONFIG,
    IDENTITY,
    KEY,
    Clock,
    Exchange,
    ScriptedServer,
    client,
    response,
)
from tests.support.ports import closed_port

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.errors import ConfigNotFoundError, NoResponseError, SettingsError
from pulumi_fc_async_invoke.client import deadline
from pulumi_fc_async_invoke.client.connection_errors import explain
from pulumi_fc_async_invoke.client.deadline import Interruption
from pulumi_fc_async_invoke.client.transport import proxy_for, trusted_authorities
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SERVICE_HOST = "123456.cn-test.fc.aliyuncs.com"
AUTHORITY = trustme.CA()


def certificate_for(*hosts: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*hosts).configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # names pyOpenSSL's context too, which is not installed
    return context


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SSL_CERT_FILE names the authority of these tests."""
    path = tmp_path / "authority.pem"
    AUTHORITY.cert_pem.write_to_path(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))


@pytest.fixture
def closed() -> Iterator[int]:
    """A port of loopback on which nobody listens."""
    with closed_port() as port:
        yield port


# --- TLS


@pytest.mark.usefixtures("trusted")
def test_ssl_cert_file_adds_an_authority() -> None:
    tls = certificate_for("127.0.0.1")
    with ScriptedServer([response(200, CONFIG)], tls=tls) as server, client(server) as fc:
        for _ in range(3):
            fc.get(IDENTITY)

    assert server.connections == 1
    assert server.received[0].headers["host"] == SERVICE_HOST


def test_an_untrusted_certificate_is_reported_at_once_with_the_remedy() -> None:
    with (
        ScriptedServer([response(200, CONFIG)], tls=certificate_for("127.0.0.1")) as server,
        client(server) as fc,
        pytest.raises(NoResponseError, match=r"not trusted.*SSL_CERT_FILE") as caught,
    ):
        fc.put(IDENTITY, {})

    assert server.connections == 1
    assert server.received == []
    assert not caught.value.outcome_unknown
    assert "it has changed nothing" in str(caught.value)


@pytest.mark.usefixtures("trusted")
def test_a_certificate_of_another_host_is_not_trusted() -> None:
    with (
        ScriptedServer([response(200, CONFIG)], tls=certificate_for("other.example")) as server,
        client(server) as fc,
        pytest.raises(NoResponseError, match="not trusted"),
    ):
        fc.get(IDENTITY)

    assert server.received == []


def test_a_server_without_tls_is_reported_at_once() -> None:
    def say_something_plain(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.sendall(response(400))
            connection.recv(65536)

    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as pool:
        pool.submit(say_something_plain, listener)
        with (
            client(f"https://127.0.0.1:{listener.getsockname()[1]}") as fc,
            pytest.raises(NoResponseError, match=r"TLS with 127\.0\.0\.1 failed"),
        ):
            fc.get(IDENTITY)


@pytest.mark.parametrize(
    "name",
    ["missing", pytest.param("x" * 300, id="one that the system does not even look for")],
)
@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_authorities_that_do_not_exist_are_an_error_of_the_settings(
    variable: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / name))

    with client("https://127.0.0.1:9") as fc, pytest.raises(SettingsError, match=variable):
        fc.get(IDENTITY)


def test_a_machine_with_an_empty_store_trusts_the_list_of_httpx(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def empty() -> ssl.DefaultVerifyPaths:
        return ssl.DefaultVerifyPaths("", str(tmp_path), "", "", "", "")

    monkeypatch.setattr(ssl, "get_default_verify_paths", empty)
    monkeypatch.setattr(ssl, "create_default_context", without_the_systems_store)

    context = trusted_authorities()

    assert context.cert_store_stats()["x509_ca"] > 50
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def without_the_systems_store(cafile: str | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if cafile:
        context.load_verify_locations(cafile)
    return context


# --- proxies


@pytest.mark.usefixtures("trusted")
def test_a_proxy_of_the_environment_carries_the_call(monkeypatch: pytest.MonkeyPatch) -> None:
    tls = certificate_for(SERVICE_HOST)
    inside: list[bytes] = []

    def tunnel(exchange: Exchange) -> None:
        exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        with tls.wrap_socket(exchange.connection, server_side=True) as connection:
            inside.append(connection.recv(65536))
            connection.sendall(response(200, CONFIG))
            exchange.over.wait()

    with ScriptedServer([tunnel]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:word@127.0.0.1:{proxy.port}")
        with client(None) as fc:
            assert fc.get(IDENTITY).values.max_async_retry_attempts == 1

    (connect,) = proxy.received
    assert (connect.method, connect.target) == ("CONNECT", f"{SERVICE_HOST}:443")
    assert "proxy-authorization" in connect.headers
    assert "authorization" not in connect.headers
    assert b"Authorization: FC " in inside[0]
    assert f"Host: {SERVICE_HOST}\r\n".encode() in inside[0]
    assert b"Proxy-Authorization" not in inside[0]


@pytest.mark.parametrize(("status", "words"), [(407, "user and password"), (403, "NO_PROXY")])
def test_a_proxy_that_refuses_is_reported_at_once(
    status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer([response(status)]) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:hidden-word@127.0.0.1:{proxy.port}")
        with (
            client(None) as fc,
            pytest.raises(NoResponseError, match=f"the proxy refused.*HTTP {status}") as caught,
        ):
            fc.put(IDENTITY, {})

    assert len(proxy.received) == 1
    assert words in str(caught.value)
    assert "hidden-word" not in str(caught.value)
    assert not caught.value.outcome_unknown


def test_a_proxy_that_is_not_there_is_named(
    closed: int, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{closed}")
    with (
        client(None, request_timeout=60, on_attempt=clock.forward_after(1, 60)) as fc,
        pytest.raises(NoResponseError, match=r"the proxy 127\.0\.0\.1 refused the connection"),
    ):
        fc.get(IDENTITY)


@pytest.mark.parametrize(
    "url",
    [
        "socks5://127.0.0.1:1",
        "http://",
        "http://host:port",
        "http://proxy..example.com:3128",
        f"http://{'a' * 64}.example.com:3128",
    ],
)
def test_a_proxy_that_cannot_be_used_is_an_error_of_the_settings(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with (
        client(None, request_timeout=1) as fc,
        pytest.raises(SettingsError, match="HTTPS_PROXY"),
    ):
        fc.get(IDENTITY)


@pytest.mark.usefixtures("trusted")
def test_loopback_is_never_proxied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    tls = certificate_for("127.0.0.1")
    with ScriptedServer([response(200, CONFIG)], tls=tls) as server, client(server) as fc:
        fc.get(IDENTITY)
    with ScriptedServer([response(200, CONFIG)]) as plain, client(plain) as fc:
        fc.get(IDENTITY)

    assert len(server.received) == len(plain.received) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_every_name_of_loopback_counts(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:1")

    assert proxy_for(httpx.URL(scheme="https", host=host)) is None


@pytest.mark.parametrize(
    ("variables", "proxy"),
    [
        ({"HTTPS_PROXY": "http://a:1"}, "http://a:1"),
        ({"https_proxy": "a:1"}, "http://a:1"),
        ({"ALL_PROXY": "http://a:1"}, "http://a:1"),
        ({"HTTP_PROXY": "http://a:1"}, None),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": ".aliyuncs.com"}, None),
        ({"HTTPS_PROXY": "http://a:1", "NO_PROXY": "*"}, None),
        ({}, None),
    ],
)
def test_the_environment_decides_on_the_proxy(
    variables: dict[str, str], proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert proxy_for(httpx.URL(f"https://{SERVICE_HOST}")) == proxy


# --- no connection


@pytest.mark.usefixtures("quick_retries")
def test_a_refused_connection_is_retried_and_then_told_in_plain_words(
    closed: int, clock: Clock
) -> None:
    with (
        client(f"http://127.0.0.1:{closed}", on_attempt=clock.forward_after(3, 5)) as fc,
        pytest.raises(NoResponseError) as caught,
    ):
        fc.put(IDENTITY, {})

    assert "refused the connection" in str(caught.value)
    assert "Tried 3 times" in str(caught.value)
    assert "It was not sent, so it has changed nothing" in str(caught.value)
    assert not caught.value.outcome_unknown


def test_an_emulator_that_does_not_run_is_reported_soon(closed: int, clock: Clock) -> None:
    with (
        client(
            f"http://localhost:{closed}",
            request_timeout=3600,
            on_attempt=clock.forward_after(1, 5),
        ) as fc,
        pytest.raises(NoResponseError) as caught,
    ):
        fc.get(IDENTITY)

    assert (
        f"localhost:{closed} refused the connection. Is the emulator running? Start it with "
        f"`python -m pulumi_fc_async_invoke.emulator --port {closed}`"
    ) in str(caught.value)


@pytest.mark.usefixtures("quick_retries")
def test_an_emulator_that_has_responded_before_is_waited_for(closed: int, clock: Clock) -> None:
    key = Credentials(EmulatorServer.access_key_id, EmulatorServer.access_key_secret)
    refused = threading.Event()

    def after_an_attempt(line: str) -> None:
        if "refused the connection" in line:
            if not refused.is_set():
                clock.forward(60)
            refused.set()

    fc = client(
        f"http://127.0.0.1:{closed}",
        lambda: key,
        request_timeout=3600,
        on_attempt=after_an_attempt,
    )
    with EmulatorServer(port=closed), pytest.raises(ConfigNotFoundError):
        fc.get(IDENTITY)
    with ThreadPoolExecutor(1) as pool:
        later = pool.submit(fc.get, IDENTITY)
        assert refused.wait(60)
        with EmulatorServer(port=closed):
            assert isinstance(later.exception(), ConfigNotFoundError)


def test_an_idle_connection_that_the_peer_has_closed_is_replaced() -> None:
    closed = threading.Event()

    def respond_and_close(exchange: Exchange) -> None:
        exchange.send(response(200, CONFIG))
        exchange.connection.shutdown(socket.SHUT_RDWR)
        closed.set()

    attempts: list[Credentials] = []

    def look_up() -> Credentials:
        attempts.append(KEY)
        return KEY

    with (
        ScriptedServer([respond_and_close, response(200, CONFIG)]) as server,
        client(server, look_up) as fc,
    ):
        fc.get(IDENTITY)
        assert closed.wait(60)
        fc.get(IDENTITY)

    assert len(attempts) == 2, "no attempt was lost to the closed connection"
    assert server.connections == 2


def test_an_address_that_does_not_respond_leaves_time_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "LONGEST_CONNECT", 0.2)
    # A full backlog: the kernel drops what else wants to connect.
    with socket.create_server(("127.0.0.2", 0), backlog=0) as dead, ExitStack() as until_done:
        port = dead.getsockname()[1]
        for _ in range(2):
            filler = until_done.enter_context(socket.socket())
            filler.settimeout(0)
            filler.connect_ex(("127.0.0.2", port))
        with ScriptedServer([response(200, CONFIG)]) as server:
            found = [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", address)
                for address in (("127.0.0.2", port), ("127.0.0.1", server.port))
            ]

            def resolve(*_: object, **__: object) -> object:
                return found

            with (
                monkeypatch.context() as patched,
                client(f"http://localhost:{server.port}", request_timeout=3600) as fc,
            ):
                patched.setattr(socket, "getaddrinfo", resolve)
                fc.get(IDENTITY)

    assert len(server.received) == 1


def test_one_address_gets_half_of_an_attempts_time_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connect, seconds = socket.create_connection, list[float]()

    def connect_within(address: Any, timeout: float, **more: Any) -> socket.socket:
        seconds.append(timeout)
        return connect(address, **more)

    with ScriptedServer([response(200, CONFIG)]) as server, monkeypatch.context() as patched:
        patched.setattr(socket, "create_connection", connect_within)
        backend = deadline.DeadlineBackend(Interruption(threading.Event()))
        backend.connect_tcp("127.0.0.1", server.port, time.monotonic() + 3).close()

    assert seconds[0] <= 1.5


def test_the_next_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with ScriptedServer([response(200, CONFIG)]) as server:
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, server.port))
            for address in ("127.0.0.2", "127.0.0.1")
        ]
        real = socket.getaddrinfo

        def resolve(host: str, port: int, *more: int, **named: int) -> object:
            return found if host == "localhost" else real(host, port, *more, **named)

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with client(f"http://localhost:{server.port}") as fc:
            fc.get(IDENTITY)

    assert len(server.received) == 1


def test_a_resolver_that_does_not_answer_keeps_no_call_beyond_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()
    with ScriptedServer([response(200, CONFIG)]) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
        connected = threading.Event()

        def resolve(*_: object, **__: object) -> object:
            over.wait()
            connected.set()
            return found

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        with (
            client(f"http://localhost:{server.port}", request_timeout=1) as fc,
            pytest.raises(NoResponseError, match="did not accept a connection in time"),
        ):
            fc.put(IDENTITY, {})
        assert not over.is_set()
        over.set()  # the connection that comes too late is closed
        assert connected.wait(60)
    assert server.received == []


@pytest.mark.parametrize(
    ("number", "words", "retried"),
    [
        (socket.EAI_NONAME, f"the host {SERVICE_HOST} does not exist; check the region", False),
        (socket.EAI_AGAIN, f"the DNS does not resolve {SERVICE_HOST}; check the network", True),
    ],
)
def test_a_host_without_an_address(
    number: int, words: str, monkeypatch: pytest.MonkeyPatch, clock: Clock, *, retried: bool
) -> None:
    asked: list[str] = []

    def resolve(host: str, *_more: object, **_named: object) -> object:
        asked.append(host)
        raise socket.gaierror(number, "as the test wants it")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with (
        client(None, request_timeout=60, on_attempt=clock.forward_after(2, 5)) as fc,
        pytest.raises(NoResponseError, match=words) as caught,
    ):
        fc.put(IDENTITY, {})

    assert asked == [SERVICE_HOST] * (2 if retried else 1)
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("error", "retryable", "sent"),
    [
        (httpcore.ConnectTimeout(), True, False),
        (httpcore.ConnectError(), True, False),
        (httpcore.ProxyError("502 Bad Gateway"), True, False),
        (httpcore.ProxyError("429 Too many"), True, False),
        (httpcore.ProxyError("407 Who are you"), False, False),
        (httpcore.WriteTimeout(), True, True),
        (httpcore.ReadTimeout(), True, True),
        (httpcore.ReadError(), True, True),
        (httpcore.WriteError(), True, True),
        (httpcore.RemoteProtocolError(), True, True),
        (httpcore.LocalProtocolError("Illegal header value b'secret'"), False, False),
        (OSError(errno.EIO, "odd"), True, True),
    ],
    ids=lambda value: type(value).__name__,
)
def test_each_failure_has_plain_words(error: Exception, *, retryable: bool, sent: bool) -> None:
    failure = explain(error, httpx.URL("https://host.example"))

    assert (failure.retry_for > 0, failure.sent) == (retryable, sent)
    assert failure.words
    assert "secret" not in failure.words


@pytest.mark.parametrize("password", ["a[b", "s\u2100cret"])
def test_a_proxys_password_may_hold_anything_and_is_in_no_message(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://user:{password}@proxy.example:3128")

    failure = explain(httpcore.ReadTimeout(), httpx.URL("https://host.example"))

    assert failure.words == "the proxy proxy.example did not respond in time"
