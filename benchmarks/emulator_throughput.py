"""How many signed PUTs per second the emulator answers on one core.

    python benchmarks/emulator_throughput.py [REQUESTS [CONNECTIONS]]

Requests are signed beforehand and sent over raw keep-alive connections, so that what is measured
is the server. Where the machine has more than one core, server and client are kept apart.
"""

import os
import selectors
import socket
import sys
import tempfile
import time
from email.utils import formatdate
from pathlib import Path
from urllib.parse import urlsplit

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.api.v2016 import authorization
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess

BODY = (
    b'{"destinationConfig":{"onSuccess":{"destination":"acs:mns:cn-shanghai:1:/queues/ok/messages"},'
    b'"onFailure":{"destination":"acs:mns:cn-shanghai:1:/queues/ko/messages"}},'
    b'"maxAsyncEventAgeInSeconds":3600,"maxAsyncRetryAttempts":2,"statefulInvocation":false}'
)
DISTINCT = 500


def main() -> None:
    """Measure with a data file, then in memory."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    connections = int(sys.argv[2]) if len(sys.argv) > 2 else 8  # noqa: PLR2004  the second argument
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if len(cores) > 1:
        os.sched_setaffinity(0, {cores[0]})
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments in (
            ("data file", ["--data", str(Path(folder, "configs.sqlite"))]),
            ("in memory", []),
        ):
            with EmulatorProcess(arguments) as emulator:
                if len(cores) > 1:
                    os.sched_setaffinity(emulator.process.pid, {cores[-1]})
                credentials = Credentials(emulator.access_key_id, emulator.access_key_secret)
                prepared = [_request(credentials, number) for number in range(DISTINCT)]
                _send(emulator.url, prepared, DISTINCT, connections)  # warm up
                seconds = _send(emulator.url, prepared, requests, connections)
                rate = requests / seconds
                print(f"{name}: {rate:,.0f} signed PUTs/s ({requests} in {seconds:.2f} s)")


def _request(credentials: Credentials, number: int) -> bytes:
    path = f"/2016-08-15/services/service/functions/function-{number}/async-invoke-config"
    headers = {
        "Host": "1234567890123456.cn-shanghai.fc.aliyuncs.com",
        "Date": formatdate(usegmt=True),
        "Content-Type": "application/json",
        "x-fc-account-id": "1234567890123456",
    }
    headers["Authorization"] = authorization(credentials, "PUT", path, headers)
    headers["Content-Length"] = str(len(BODY))
    lines = [f"PUT {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + BODY


def _send(url: str, prepared: list[bytes], count: int, connections: int) -> float:
    """Keep one request under way on each connection; the seconds until all are answered."""
    address = urlsplit(url)
    selector = selectors.DefaultSelector()
    connections_by_number: dict[int, tuple[socket.socket, bytearray]] = {}
    started = time.perf_counter()
    sent = done = 0
    for _ in range(min(connections, count)):
        connection = socket.create_connection((address.hostname, address.port or 80))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        connections_by_number[connection.fileno()] = (connection, bytearray())
        connection.sendall(prepared[sent % len(prepared)])
        sent += 1
    while done < count:
        for key, _ in selector.select():
            connection, received = connections_by_number[key.fd]
            received += connection.recv(65_536)
            head, separator, body = received.partition(b"\r\n\r\n")
            if not separator:
                continue
            length = int(head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            if len(body) < length:
                continue
            if not head.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"not answered with 200: {bytes(received)!r}")
            received.clear()
            done += 1
            if sent < count:
                connection.sendall(prepared[sent % len(prepared)])
                sent += 1
    seconds = time.perf_counter() - started
    selector.close()
    for connection, _ in connections_by_number.values():
        connection.close()
    return seconds


if __name__ == "__main__":
    main()
