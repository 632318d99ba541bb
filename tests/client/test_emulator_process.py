"""The emulator as a program: its command line, its file, and what survives a kill."""

import json
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from pathlib import Path

import httpx
import pytest
from tests.support.rules import other_rules
from tests.support.signing import signing_client

from pulumi_fc_async_invoke.emulator.__main__ import main
from pulumi_fc_async_invoke.emulator.process import EmulatorProcess
from pulumi_fc_async_invoke.emulator.remote import EmulatorControl
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.emulator.state import Options


def path(function: str) -> str:
    return f"/services/svc/functions/{function}/async-invoke-config"


def functions(emulator: EmulatorControl) -> set[str]:
    return {config["function"] for config in emulator.configs()}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_on_a_signal(number: signal.Signals) -> None:
    with EmulatorProcess() as emulator:
        emulator.process.send_signal(number)
        assert emulator.process.wait(20) == 0


def test_the_ready_file_has_the_url(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    with EmulatorProcess(["--ready-file", str(ready)]) as emulator:
        assert ready.read_text() == emulator.url
        assert list(tmp_path.iterdir()) == [ready]
        assert emulator.health()["status"] == "ok"


def test_every_option_arrives() -> None:
    rules = replace(other_rules(), error_body="ErrorCode")
    arguments = [
        "--region=cn-beijing",
        "--account=7",
        *(f"--{name.replace('_', '-')}={value}" for name, value in asdict(rules).items()),
        "--strict-parents",
        "--access-key=a:b",
        "--access-key=c:d:8:token",
        "--fault=kind=latency,milliseconds=1",
    ]
    with EmulatorProcess(arguments) as emulator:
        assert emulator.health() == {"status": "ok", "region": "cn-beijing", "account": "7"}
        assert emulator.rules() == rules
        assert emulator.keys() == [{"id": "a", "account": "*"}, {"id": "c", "account": "8"}]
        assert [fault["kind"] for fault in emulator.faults()] == ["latency"]
        with signing_client(emulator.url, "a", "b") as api:
            assert api.get(path("fn")).json()["ErrorCode"] == "ServiceNotFound"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--host", "0.0.0.0"], "--allow-remote"),  # noqa: S104  it is refused
        (["--host", "example.com"], "--allow-remote"),
        (["--merge", "sideways"], "--merge"),
        (["--fault", "kind=meteorite"], "kind: Input should be"),
        (["--access-key", "alone"], "ID:SECRET"),
        (["--stale-reads", "-1"], "stale_reads"),
        (["--port", "99999"], "must be a number from 0 to 65535"),
        (["--port", "http"], "must be a number"),
        (["--data", "/absent/file"], "--data /absent/file cannot be used: unable to open"),
        (["--data", __file__], "cannot be used: file is not a database"),
        (["--ready-file", "/absent/file"], "--ready-file /absent/file cannot be written: No such"),
    ],
)
def test_an_impossible_option_is_refused(
    arguments: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert why in capsys.readouterr().err


def test_a_process_that_does_not_start_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="did not start"):
        EmulatorProcess(["--merge", "sideways"])


def test_a_port_that_is_taken_is_no_server() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            EmulatorServer(port=port)


def test_any_address_is_allowed_when_asked_for() -> None:
    with EmulatorProcess(["--host", "127.0.0.2", "--allow-remote"]) as emulator:
        assert emulator.url.startswith("http://127.0.0.2:")
        assert emulator.health()["status"] == "ok"


def test_a_port_that_is_taken_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [sys.executable, "-m", "pulumi_fc_async_invoke.emulator", "--port", port],
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 2
    assert "cannot listen" in ended.stderr


def test_configs_survive_a_restart(tmp_path: Path) -> None:
    options = Options(data=tmp_path / "configs.sqlite")
    with EmulatorServer(options) as first:
        seeded = first.seed("svc", "fn", {"maxAsyncRetryAttempts": 1})
    with EmulatorServer(options) as second:
        assert second.configs() == [seeded]


def test_a_kill_under_load_loses_no_write_that_was_answered(tmp_path: Path) -> None:
    arguments = ["--data", str(tmp_path / "configs.sqlite")]
    answered: list[str] = []
    enough = threading.Event()

    def write(url: str, writer: int) -> None:
        with signing_client(url) as api:
            for number in range(100_000):
                name = f"f{writer}-{number}"
                try:
                    answer = api.put(path(name), json={"maxAsyncRetryAttempts": number % 9})
                except httpx.TransportError:
                    return
                assert answer.status_code == 200
                answered.append(name)
                if len(answered) >= 200:
                    enough.set()

    with EmulatorProcess(arguments) as emulator, ThreadPoolExecutor(4) as writers:
        futures = [writers.submit(write, emulator.url, writer) for writer in range(4)]
        assert enough.wait(60)
        emulator.kill()
        for future in futures:
            future.result()
    with EmulatorProcess(arguments) as emulator:
        stored = {
            config["function"]: config["maxAsyncRetryAttempts"] for config in emulator.configs()
        }
    assert len(answered) >= 200
    for name in answered:
        assert stored[name] == int(name.split("-")[1]) % 9


def test_two_processes_share_one_file(tmp_path: Path) -> None:
    arguments = ["--data", str(tmp_path / "configs.sqlite")]

    def start(_: int) -> EmulatorProcess:
        return EmulatorProcess(arguments)

    def write(url: str, writer: int) -> None:
        with signing_client(url) as api:
            for number in range(50):
                assert api.put(path(f"f{writer}-{number}"), json={}).status_code == 200
                assert api.put(path("common"), json={}).status_code == 200

    with ThreadPoolExecutor(4) as pool:
        one, other = pool.map(start, range(2))  # both make the file at once
        with one, other:
            urls = [one.url, other.url, one.url, other.url]
            list(pool.map(write, urls, range(4)))
            assert functions(one) == functions(other)
            assert len(functions(one)) == 201


def test_parallel_writes_to_one_config_all_take_effect() -> None:
    changes = [
        {"maxAsyncRetryAttempts": 1},
        {"maxAsyncEventAgeInSeconds": 60},
        {"statefulInvocation": True},
        {"destinationConfig": {"onSuccess": {"destination": "acs:mns:a:1:/queues/a/messages"}}},
        {"destinationConfig": {"onFailure": {"destination": "acs:mns:a:1:/queues/b/messages"}}},
    ]
    with EmulatorServer() as emulator, ThreadPoolExecutor(len(changes)) as pool:

        def write(change: object) -> None:
            with signing_client(emulator.url) as api:
                for _ in range(20):
                    assert api.put(path("fn"), json=change).status_code == 200

        list(pool.map(write, changes))
        config = emulator.config("svc", "fn")
    assert config is not None
    assert (config["maxAsyncRetryAttempts"], config["maxAsyncEventAgeInSeconds"]) == (1, 60)
    assert config["statefulInvocation"] is True
    assert set(config["destinationConfig"]) == {"onSuccess", "onFailure"}


def test_importing_the_package_does_not_import_the_emulator() -> None:
    program = (
        "import json, pkgutil, sys, pulumi_fc_async_invoke as package\n"
        "for module in pkgutil.iter_modules(package.__path__, package.__name__ + '.'):\n"
        "    if not module.name.endswith('.emulator'):\n"
        "        __import__(module.name)\n"
        "print(json.dumps([n for n in sys.modules if '.emulator' in n or n == 'uvicorn']))\n"
    )
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert json.loads(printed.stdout) == []
