"""The way to the service fails, at each step of a resource's life."""

import os
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import trustme
from tests.client.scripted import ScriptedServer, response
from tests.support.fault_steps import (
    EACH_STEP,
    Case,
    Steps,
    in_words,
    next_step,
    read_after_a_write,
    said_of,
    said_on_screen,
    values_in_state,
)
from tests.support.faults_page import NETWORK, OUTAGE, SUCCESS, WAY, WAY_ENDS
from tests.support.gates import Gate
from tests.support.holds import LONG, is_held, wait_until_held
from tests.support.ports import closed_port
from tests.support.processes import running
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, QUEUE, REGION, api_values, held_values

from pulumi_fc_async_invoke.emulator.process import EmulatorProcess
from pulumi_fc_async_invoke.emulator.rules import Rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ONCE = {"times": 1}
DROPS = [
    Case(
        "before-once",
        "the connection drops before the write, once",
        [{"kind": "drop_before", **ONCE}],
        patient=True,
    ),
    Case(
        "after-once",
        "the connection drops after the write, once",
        [{"kind": "drop_after", **ONCE}],
        patient=True,
    ),
    Case(
        "before",
        "the connection drops before every write",
        [{"kind": "drop_before"}],
    ),
    Case("after", "the connection drops after every write", [{"kind": "drop_after"}]),
    Case("half", "half a response comes", [{"kind": "truncated"}]),
    Case("half-once", "half a response comes, once", [{"kind": "truncated", **ONCE}], patient=True),
    Case(
        "late",
        "the response comes after the deadline",
        [{"kind": "slow_response", "milliseconds": LONG}],
    ),
    Case(
        "late-lost",
        "the request and its response are held up until after the deadline",
        [{"kind": "latency", "milliseconds": LONG}],
    ),
]
NOWHERE = ".".join(["a" * 60] * 5) + ".invalid"
"""A name too long for the DNS: it does not exist, on every network and without one."""


@contextmanager
def resetting_server() -> Generator[int, None, None]:
    """Accepts connections and resets them as soon as the TLS handshake begins; its port."""
    over = threading.Event()

    def serve() -> None:
        while True:
            connection, _ = listener.accept()
            with connection:
                if over.is_set():
                    return
                connection.recv(1)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        thread = threading.Thread(target=serve)
        thread.start()
        yield port
        over.set()
        socket.create_connection(("127.0.0.1", port)).close()
        thread.join()


def untrusted() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)  # pyright: ignore[reportUnknownMemberType]  # names pyOpenSSL's context too, which is not installed
    return context


@EACH_STEP
def test_connections_fail_and_the_next_up_converges(
    stack: Stack, cloud: EmulatorServer, steps: Sequence[str]
) -> None:
    with EmulatorServer() as other:
        late_and_stale = Case(
            "late-stale",
            "the response comes after the deadline, and the read after it is stale",
            [{"kind": "slow_response", "milliseconds": LONG}],
            cloud=other,
            rules=Rules(stale_reads_count=1),
            shows=read_after_a_write(),
        )
        cases = [replace(case, steps=steps) for case in (*DROPS, late_and_stale)]
        rows = Steps(stack, cloud, cases).rows()
    NETWORK.check(rows, steps)


@pytest.mark.proof
def test_the_way_to_the_service_fails_and_the_next_up_converges(
    stack: Stack, cloud: EmulatorServer
) -> None:
    with (
        EmulatorProcess(["--host", "::1"]) as six,
        resetting_server() as resetting,
        ScriptedServer([response(500)], tls=untrusted()) as unknown,
        ScriptedServer([response(403)]) as proxy,
        closed_port() as closed,
    ):
        endpoints = {
            "nobody listens": f"http://127.0.0.1:{closed}",
            "the connection is reset in the TLS handshake": f"https://127.0.0.1:{resetting}",
            "the certificate is not trusted": unknown.url,
            "the DNS knows no such host": f"https://{NOWHERE}",
            "the proxy refuses": "https://fc.example",
        }
        cases = [
            Case(f"case-{number}", fault, endpoint=endpoint)
            for number, (fault, endpoint) in enumerate(endpoints.items())
        ]
        cases.append(Case("six", "none: the service has an IPv6 address alone", cloud=six))
        trouble = {"HTTPS_PROXY": f"http://127.0.0.1:{proxy.port}", "NO_PROXY": ".invalid"}
        rows = Steps(stack, cloud, cases, trouble).rows()
        assert stack.settled()
    WAY.check(rows)


def put(retries: int, **inputs: Any) -> dict[str, Any]:
    return {"max_async_retry_attempts": retries, **inputs}


@dataclass(frozen=True)
class Between:
    """An operation whose way ends after one of its calls."""

    words: str
    """As in the table."""
    last: str
    """Method of the call that still gets a response."""
    old: Mapping[str, Any] | None
    """Inputs before; None: it is new."""
    new: Mapping[str, Any] | None
    """Inputs now; None: it is deleted."""

    def named(self, values: Mapping[str, Any]) -> str:
        """Values of a config, in words."""
        if not values:
            return "nothing"
        old, new = (None if each is None else api_values(**each) for each in (self.old, self.new))
        assert values in (old, new)
        return "old" if values == old else "new"


BETWEEN = {
    "created": Between("create, after the GET", "GET", None, put(2)),
    "removed": Between(
        "removal of a destination, after the DELETE",
        "DELETE",
        put(1, destination_config=destinations(failure=QUEUE)),
        put(2),
    ),
    "deleted": Between("delete, after the DELETE", "DELETE", put(1), None),
}
"""Resource → what happens to it."""


def test_the_way_ends_between_two_calls_and_the_next_up_converges(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.rules(merge="deep", null="ignore", empty="ignore")  # a removal takes DELETE and PUT
    with ExitStack() as ways:
        gates = {name: ways.enter_context(Gate(cloud.url)) for name in BETWEEN}
        providers = "".join(
            f"by_{name} = Provider('by_{name}', endpoint={gate.url!r}, request_timeout=2, "
            f"region={REGION!r}, account_id={ACCOUNT!r})\n"
            for name, gate in gates.items()
        )

        def declare(inputs: Mapping[str, Mapping[str, Any] | None]) -> None:
            declared = (
                declaration(name, opts=f"ResourceOptions(provider=by_{name})", **given)
                for name, given in inputs.items()
                if given is not None
            )
            stack.program(providers + "".join(declared))

        declare({name: case.old for name, case in BETWEEN.items()})
        stack.up()
        for name, case in BETWEEN.items():
            gates[name].open(until=case.last)
        declare({name: case.new for name, case in BETWEEN.items()})
        outcome = stack.try_up("--continue-on-error")
        assert "Traceback" not in outcome.text, outcome.text
        assert [name for name, gate in gates.items() if gate.is_open] == []
        said = said_of(outcome)
        seen = {
            name: (
                said.get(name, SUCCESS),
                case.named(held_values(cloud, name)),
                case.named(values_in_state(stack, name)),
            )
            for name, case in BETWEEN.items()
        }
        for gate in gates.values():
            gate.open()
        cloud.clear_calls()
        outcome = stack.up()
        for name, case in BETWEEN.items():
            declared_values = {} if case.new is None else api_values(**case.new)
            assert held_values(cloud, name) == declared_values
        assert stack.is_settled()
    rows = [
        (case.words, *seen[name], next_step(outcome, cloud, name)) for name, case in BETWEEN.items()
    ]
    WAY_ENDS.check(rows)


OUTAGE_SECONDS = float(os.environ.get("OUTAGE_SECONDS", "4"))
"""Seconds; 30 is what a front end that restarts may well take."""


@pytest.mark.proof
def test_an_outage_in_the_middle_of_an_up_of_100_resources_is_waited_out(
    stack: Stack, tmp_path: Path
) -> None:
    data = tmp_path / "cloud.sqlite"
    names = [f"hello-{number}" for number in range(100)]
    with (
        closed_port() as port,
        EmulatorProcess(["--data", str(data), "--port", str(port)]) as cloud,
    ):
        stack.configure(fc__endpoint=cloud.url)
        stack.program("".join(declaration(name, max_async_retry_attempts=1) for name in names))
        # Half of the calls: a GET and a PUT for each.
        cloud.fault("latency", after=100, milliseconds=LONG)
        with running(stack, "up") as run:
            cut_off = [call.function for call in wait_until_held(cloud, 1) if is_held(call)]
            cloud.kill()
            time.sleep(OUTAGE_SECONDS)  # what the test is about
            with EmulatorProcess(["--data", str(data), "--port", str(port)]) as again:
                assert run.wait() == 0, run.text
                assert "Traceback" not in run.text
                assert len(again.configs()) == len(names)
                calls = again.calls()
                assert {call.function for call in calls} >= set(cut_off)
                writes = Counter(call.function for call in calls if call.method == "PUT")
                seen = {
                    (
                        said_on_screen(run.text, name),
                        in_words(held_values(again, name), new=1),
                        in_words(values_in_state(stack, name), new=1),
                    )
                    for name in names
                }
                again.clear_calls()
                outcome = stack.up()
                then = {next_step(outcome, again, name) for name in names}
                assert again.calls() == []
                assert stack.settled()
    rows = [(*each, str(max(writes.values())), following) for each in seen for following in then]
    OUTAGE.check(rows)
