"""Whatever a service, a state or a project says, every command prints plain lines, and soon.

The commands run in this process, over real sockets; a few in processes of their own, for their
memory and for what a terminal is sent. `docs/hostile-input.md` names these tests.
"""

import gzip
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.client.scripted import CONFIG, ScriptedServer, Step, response
from tests.client.test_hostile_server import ENDLESS, HEAD, NASTY, endlessly
from tests.support.command_line import CommandLine
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.cli.app import run

MIB = 1 << 20
LONGEST_LINE = 4100
ID = f"acs:fc:{REGION}:{ACCOUNT}:services/svc.LATEST/functions/fn"
URN = "urn:pulumi:dev::project::pulumi-python:dynamic/fc:AsyncInvokeConfig::hello"


class Printed(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Command = Callable[..., Printed]


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Keys, region, account, and a `pulumi` whose answers are files: state and configuration."""
    pulumi = tmp_path / "pulumi"
    pulumi.write_text(
        '#!/bin/sh\ncase "$1" in\n'
        "stack) cat state ;;\nconfig) cat configuration ;;\n*) echo v3.0.0 ;;\nesac\n"
    )
    (tmp_path / "configuration").write_text("{}")
    pulumi.chmod(0o755)
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "key-id",
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "key-secret",
        "ALICLOUD_REGION": REGION,
        "ALICLOUD_ACCOUNT_ID": ACCOUNT,
        "PATH": f"{tmp_path}{os.pathsep}{os.defpath}",
    }


@pytest.fixture
def command(
    tmp_path: Path,
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Generator[Command, None, None]:
    """Run a command in this process."""
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def execute(*arguments: str) -> Printed:
        monkeypatch.setattr(sys, "argv", ["fc-async-invoke", *arguments])
        with pytest.raises(SystemExit) as ended:
            run()
        out, err = capsys.readouterr()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Printed(code, out, err)

    before = signal.getsignal(signal.SIGINT)
    yield execute
    signal.signal(signal.SIGINT, before)


def is_plain(text: str) -> bool:
    """Whether a terminal shows it as lines of a sane length, and does nothing else."""
    lines = text.split("\n")
    return all(line.isprintable() and len(line) <= LONGEST_LINE for line in lines)


def errors(done: Printed) -> int:
    return sum(line.startswith("error: ") for line in done.err.splitlines())


# -- a hostile service

BOMB = gzip.compress(b" " * (100 * MIB), 1)[: MIB // 2]
BEHAVIOURS: dict[str, Step] = {
    **{what: endlessly(*ENDLESS[what]) for what in ("headers", "one header", "a status line")},
    "an endless body": endlessly(HEAD + b"\r\n", b" " * 65_536),
    "a gzip bomb": response(200, BOMB, "Content-Encoding: gzip"),
    "a false gzip header": response(200, b"no gzip", "Content-Encoding: gzip"),
    "deep json": response(200, b'{"services":' + b"[" * 500_000),
    "a nasty error": response(
        403, json.dumps({"ErrorCode": NASTY, "ErrorMessage": NASTY}).encode()
    ),
    "a nasty page": response(200, NASTY.encode(), "Content-Type: text/\x9b1m"),
    "a nasty date": response(400, NASTY.encode(), "Date: \x1b[31m", "X-Fc-Request-Id: \x9b31m"),
    "an odd date": response(401, b"", "Date: Mon, 01 Jan 99999999999999999999 00:00:00 GMT"),
    "a redirect": response(302, b"", "Location: https://evil.example/\x1b[31m"),
    "not http": b"SSH-2.0-OpenSSH_9.6\r\n" * 1000,
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: ws\r\n\r\n",
}
COMMANDS = {
    "list": ("list",),
    "show": ("show", "svc/fn"),
    "generate": ("generate",),
    "doctor": ("doctor",),
    "diff": ("diff",),
}


def state(*resources: dict[str, Any]) -> str:
    return json.dumps({"version": 3, "deployment": {"resources": list(resources)}})


def resource(**fields: Any) -> dict[str, Any]:
    kind = "pulumi-python:dynamic/fc:AsyncInvokeConfig"
    return {"urn": URN, "type": kind, "id": ID, "outputs": {}, **fields}


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
@pytest.mark.parametrize("name", COMMANDS)
def test_a_hostile_service_makes_every_command_fail_in_plain_lines(
    command: Command, tmp_path: Path, name: str, behaviour: str
) -> None:
    (tmp_path / "state").write_text(state(resource()))
    with ScriptedServer([BEHAVIOURS[behaviour]]) as server:
        done = command(*COMMANDS[name], "--endpoint", server.url, "--request-timeout", "0.3")

    assert done.code == (4 if name == "doctor" else 1)
    assert is_plain(done.out + done.err)
    assert errors(done) == (0 if name == "doctor" else 1)


HOSTILE_NAMES = [NASTY, "a" * 300_000, "../..", "a b", ""]


def page(member: str, key: str, *names: str) -> bytes:
    return response(200, json.dumps({member: [{key: name} for name in names]}).encode())


def hostile_list() -> list[Step]:
    """Responses to `list`: one service, one function and one config are real, and it is nasty."""
    config = {**json.loads(CONFIG), "destinationConfig": {"onFailure": {"destination": NASTY}}}
    configs = [config, *({**config, "qualifier": name} for name in HOSTILE_NAMES[:4])]
    return [
        page("services", "serviceName", *HOSTILE_NAMES[:4], "svc"),
        page("functions", "functionName", *HOSTILE_NAMES[:4], "fn"),
        response(200, json.dumps({"configs": configs}).encode()),
    ]


def hostile_list_of_3() -> list[Step]:
    """A response to `list --api 3.0`: one config is real, and the others are of no function."""
    arns = [f"acs:fc:{REGION}:{ACCOUNT}:functions/{name}" for name in (*HOSTILE_NAMES, "fn")]
    configs = [{"asyncTask": True, "functionArn": arn} for arn in arns]
    return [response(200, json.dumps({"configs": configs}).encode())]


def test_listed_configs_of_3_that_are_of_no_function_are_skipped_with_a_warning(
    command: Command,
) -> None:
    with ScriptedServer(hostile_list_of_3()) as server:
        done = command("list", "--api", "3.0", "--endpoint", server.url)
    _, row = done.out.splitlines()
    (warning,) = done.err.splitlines()

    assert done.code == 0
    assert is_plain(done.out + done.err)
    assert row.split()[:3] == ["3.0", "fn", "LATEST"]
    assert warning.startswith("warning: Skipped 5 of 6 listed configs")


def test_listed_names_that_cannot_be_names_are_skipped_with_a_warning(command: Command) -> None:
    with ScriptedServer(hostile_list()) as server:
        done = command("list", "--api", "2.0", "--endpoint", server.url)
    header, row = done.out.splitlines()

    assert done.code == 0
    assert is_plain(done.out + done.err)
    assert row.split()[:4] == ["2.0", "svc", "fn", "LATEST"]
    assert [line[:24] for line in done.err.splitlines()] == ["warning: Skipped 4 of 5 "] * 3
    assert header.startswith("API")


def test_json_holds_exactly_what_the_service_says_and_is_escaped(command: Command) -> None:
    with ScriptedServer(hostile_list()) as server:
        done = command("list", "--json", "--api", "2.0", "--endpoint", server.url)
    (found,) = json.loads(done.out)

    assert is_plain(done.out)
    assert found["destinationConfig"]["onFailure"]["destination"] == NASTY


def test_a_nasty_destination_is_no_code_of_a_generated_program(command: Command) -> None:
    with ScriptedServer(hostile_list()) as server:
        done = command("generate", "--api", "2.0", "--endpoint", server.url)

    assert is_plain(done.out + done.err)
    compile(done.out, "generated", "exec")


def test_a_terminal_is_sent_nothing_that_steers_it(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    with ScriptedServer(hostile_list()) as server:
        sent = CommandLine(tmp_path, environment).run_on_a_terminal(
            "list", "--api", "2.0", "--endpoint", server.url
        )

    assert "svc" in sent
    steering = ("\x1b]", "\x1b[2J", "\x1b[31mred", "\x07", "\x9b", "\x00", "\u2028", "\u202e")
    assert [each for each in steering if each in sent] == []


# Not `getrusage` on Linux: it counts the memory of the process that this one was forked from.
OWN_PEAK = """
import pathlib, resource, sys
from pulumi_fc_async_invoke.cli.__main__ import main
try:
    main()
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if sys.platform == "linux":
        lines = pathlib.Path("/proc/self/status").read_text().splitlines()
        peak = 1024 * int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])
    print("peak", peak, file=sys.stderr)
"""


@pytest.mark.parametrize("name", ["doctor", "list"])
def test_a_bomb_takes_no_memory(tmp_path: Path, environment: dict[str, str], name: str) -> None:
    with ScriptedServer([BEHAVIOURS["a gzip bomb"]]) as server:
        done = subprocess.run(
            [sys.executable, "-c", OWN_PEAK, name, "--endpoint", server.url],
            env=CommandLine(tmp_path, environment).environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    peak = int(done.stderr.splitlines()[-1].removeprefix("peak "))

    assert 10 * MIB < peak < 200 * MIB


# -- a hostile state

NASTY_STATES = {
    "nothing": "",
    "no json": NASTY,
    "deep": "[" * 100_000,
    "deep in a resource": '{"deployment":{"resources":[{"inputs":' + '{"a":' * 50_000,
    "another shape": "[]",
    "a deployment of another shape": '{"deployment": 1}',
    "resources of another shape": '{"deployment": {"resources": {"a": 1}}}',
    "a resource of another shape": '{"deployment": {"resources": [1, null, "a"]}}',
    "no urn": '{"deployment": {"resources": [{"type": "a", "id": "b"}]}}',
    "another type of urn": state({"urn": 1, "type": "a"}),
    "half a surrogate pair": '{"deployment": {"resources": [{"urn": "\\ud800", "type": "a"}]}}',
    "no id": state({key: value for key, value in resource().items() if key != "id"}),
    "an id that is a number": state(resource(id=1)),
    "a nasty id": state(resource(id=NASTY)),
    "a long id": state(resource(id=ID + "f" * 300_000)),
    "a nasty name": state(resource(urn=URN + NASTY)),
    "outputs of another shape": state(resource(outputs=[1])),
    "values of another type": state(resource(outputs={"maxAsyncRetryAttempts": NASTY})),
    "a nasty provider": state(resource(provider=NASTY)),
    "a provider elsewhere": state(
        {
            "urn": "a::b::c::mine",
            "type": "pulumi:providers:pulumi-python",
            "inputs": {"fc:endpoint": "https://evil.example\x1b[31m", "alicloud:region": [1]},
        },
        resource(provider="a::b::c::mine::id"),
    ),
}


@pytest.mark.parametrize("what", NASTY_STATES)
def test_whatever_a_state_holds_diff_says_what_is_wrong_in_plain_lines(
    command: Command, tmp_path: Path, what: str
) -> None:
    (tmp_path / "state").write_text(NASTY_STATES[what], encoding="utf-8")
    with ScriptedServer([response(404, b"")]) as server:
        done = command("diff", "--endpoint", server.url)

    assert done.code == 1
    assert is_plain(done.out + done.err)
    assert errors(done) == 1


def test_json_of_a_nasty_state_is_escaped(command: Command, tmp_path: Path) -> None:
    (tmp_path / "state").write_text(state(resource(urn=URN + NASTY, id=NASTY)))
    done = command("diff", "--json", "--stack", "dev", "--endpoint", "http://127.0.0.1:1")

    assert is_plain(done.out)
    assert json.loads(done.out)["resources"][0]["id"] == NASTY


# -- a hostile configuration of the stack

NASTY_CONFIGURATIONS = {
    "no json": NASTY,
    "a list": "[]",
    "an entry of another shape": '{"alicloud:region": 1}',
    "a nasty key": json.dumps({NASTY: {"value": NASTY}}),
    "a nasty region": json.dumps({"alicloud:region": {"value": NASTY}}),
    "an account that is an object": json.dumps({"alicloud:accountId": {"value": {"a": NASTY}}}),
    "a nasty endpoint": json.dumps({"fc:endpoint": {"value": f"https://{NASTY}"}}),
    "deep": "[" * 100_000,
}


@pytest.mark.parametrize("what", NASTY_CONFIGURATIONS)
@pytest.mark.parametrize("name", ["list", "doctor"])
def test_whatever_a_configuration_holds_what_is_wrong_is_said_in_plain_lines(
    command: Command, tmp_path: Path, name: str, what: str
) -> None:
    (tmp_path / "configuration").write_text(NASTY_CONFIGURATIONS[what], encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text(f"{{name: project, runtime: {NASTY}")
    with ScriptedServer([response(404, b"")]) as server:
        to = () if "endpoint" in what else ("--endpoint", server.url)
        done = command(name, "--stack", "dev", "--request-timeout", "2", *to)

    assert done.code == (4 if name == "doctor" else 1)
    assert is_plain(done.out + done.err)
    assert errors(done) == (0 if name == "doctor" else 1)


# -- hostile addresses


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://xn--.invalid",
        "http://[::1]x",
        "http://evil.com[::1]:80",
        "https://a\u202e.example",
        "http://127.0.0.1\n.evil.com",
        "http://127.0.0.1:1\x1b[31m",
        "http://127.0.0.1:99999",
        "https://" + "e" * 50_000,
        "https://user@127.0.0.1",
        "//127.0.0.1",
    ],
    ids=lambda endpoint: ascii(endpoint[:30]),
)
@pytest.mark.parametrize("name", COMMANDS)
def test_an_odd_address_is_one_line(command: Command, name: str, endpoint: str) -> None:
    done = command(*COMMANDS[name], "--endpoint", endpoint, "--request-timeout", "0.3")

    assert done.code != 0
    assert is_plain(done.out + done.err)


@pytest.mark.parametrize(
    ("endpoint", "noted"),
    [
        ("https://127.0.0.1:1", False),
        (f"https://{ACCOUNT}.cn-shanghai.fc.aliyuncs.com", False),
        ("https://fcv3.cn-shanghai.aliyuncs.com", False),
        ("https://fcv3.example.aliyuncs.com.example.com", True),
        ("https://fc.example.com", True),
        ("https://fc.aliyuncs.com.example.com", True),
    ],
)
def test_a_host_that_is_neither_the_services_nor_loopback_is_noted_before_anything_is_signed_for_it(
    command: Command, monkeypatch: pytest.MonkeyPatch, endpoint: str, *, noted: bool
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")  # nothing leaves this machine
    done = command("show", "svc/fn", "--endpoint", endpoint, "--request-timeout", "0.1")

    assert done.code == 1
    assert ("Sending signed calls to" in done.err) is noted
