"""`fc-async-invoke doctor` in broken situations; a healthy one needs the engine."""

import os
import re
import sys
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from time import time

import pytest
from tests.client.scripted import ScriptedServer, response
from tests.support.command_line import CommandLine, Done
from tests.support.ports import closed_port
from tests.support.stack import emulator_keys
from tests.support.token_sources import Issued, TokenSources
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SECRET = "planted-secret"  # noqa: S105  to be searched for


@pytest.fixture
def command(fc_emulator: EmulatorServer, tmp_path: Path) -> CommandLine:
    """With no engine on its PATH."""
    environment = {
        **emulator_keys(fc_emulator),
        "ALICLOUD_REGION": REGION,
        "ALICLOUD_ACCOUNT_ID": ACCOUNT,
    }
    return CommandLine(tmp_path, environment)


def doctor(command: CommandLine, url: str, *arguments: str, **variables: str | None) -> Done:
    return command.run("doctor", "--endpoint", url, *arguments, **variables)


def without_a_remedy(done: Done) -> list[str]:
    """What is broken, and says not what to do about it."""
    broken = [each for each in done.document if each["status"] == "broken"]
    assert broken
    return [
        each["name"]
        for each in broken
        # The errors of settings and credentials say it themselves.
        if not each.get("remedy")
        and not re.search(r"[:,] (set|give|pulumi|aliyun|correct) ", each["found"])
    ]


def check(command: CommandLine, url: str, name: str, **variables: str | None) -> tuple[str, str]:
    """Status of one check, and all that was said about it."""
    done = doctor(command, url, "--json", **variables)
    assert done.exit_code == 4
    assert without_a_remedy(done) == []
    found = {each.pop("name"): each for each in done.document}
    status = found[name].pop("status")
    return status, " ".join(found[name].values())


def executable(folder: Path, name: str, text: str) -> str:
    """Write a program, and answer the PATH that finds it."""
    folder.mkdir()
    file = folder / name
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


def test_no_engine_on_path(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    status, said = check(command, fc_emulator.url, "engine")

    assert status == "broken"
    assert "no pulumi on PATH" in said
    assert "https://www.pulumi.com/docs/install/" in said


def test_an_engine_that_does_not_run(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    path = executable(command.folder / "bin", "pulumi", "exit 1")
    status, said = check(command, fc_emulator.url, "engine", PATH=path)

    assert status == "broken"
    assert "does not run" in said
    assert "reinstall" in said


def test_an_engine_without_its_language_host(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    path = executable(command.folder / "bin", "pulumi", "echo v3.259.0")
    status, said = check(command, fc_emulator.url, "plugin", PATH=path)

    assert status == "broken"
    assert "pulumi-language-python" in said
    assert "reinstall" in said


@pytest.mark.parametrize(
    ("variable", "remedy"),
    [("ALICLOUD_REGION", "--region"), ("ALICLOUD_ACCOUNT_ID", "--account-id")],
)
def test_a_missing_setting(
    command: CommandLine, fc_emulator: EmulatorServer, variable: str, remedy: str
) -> None:
    status, said = check(command, fc_emulator.url, "settings", **{variable: None})

    assert status == "broken"
    assert remedy in said


def test_a_wrong_setting_and_nothing_after_it(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    done = doctor(command, fc_emulator.url, "--json", ALICLOUD_REGION="cn shanghai")
    status = {each["name"]: each["status"] for each in done.document}

    assert done.exit_code == 4
    assert without_a_remedy(done) == []
    assert status["settings"] == "broken"
    assert {status[name] for name in ("credentials", "reachability", "clock", "call")} == {
        "skipped"
    }


def test_an_account_that_is_none_is_a_wrong_setting(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    _, said = check(command, fc_emulator.url, "settings", ALICLOUD_ACCOUNT_ID="true")

    assert said == (
        "alicloud:accountId must be an account's id: decimal digits alone, but is 'true': "
        "pulumi config set alicloud:accountId 1234567890123456"
    )


def test_no_credentials(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    status, said = check(
        command,
        fc_emulator.url,
        "credentials",
        ALIBABA_CLOUD_ACCESS_KEY_ID=None,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET=None,
    )

    assert status == "broken"
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in said


def test_half_of_the_credentials(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    status, said = check(
        command,
        fc_emulator.url,
        "credentials",
        ALIBABA_CLOUD_ACCESS_KEY_ID=None,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET=SECRET,
    )

    assert status == "broken"
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID is not" in said
    assert SECRET not in said


def test_a_profile_that_does_not_exist(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    done = doctor(command, fc_emulator.url, "--profile", "work")

    assert done.exit_code == 4
    assert "Profile 'work' in ~/.aliyun/config.json cannot be read: No such file" in done.out


@pytest.fixture
def sts() -> Iterator[TokenSources]:
    """Knows whose keys the emulator's are."""
    with TokenSources(lambda _asked: Issued("", "", "")) as started:
        yield started


def test_the_account_that_is_missing_is_filled_in(command: CommandLine, sts: TokenSources) -> None:
    command.environment.update(sts.environment, SSL_CERT_FILE=str(sts.certificate))
    done = command.run("doctor", "--json", ALICLOUD_ACCOUNT_ID=None)
    (settings,) = (each for each in done.document if each["name"] == "settings")

    assert (settings["status"], settings["found"]) == ("broken", "nothing names the account")
    assert settings["remedy"] == (
        f"pulumi config set alicloud:accountId {ACCOUNT}, or give --account-id"
    )


def test_an_account_that_nobody_fills_in_has_its_command(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    _, said = check(command, fc_emulator.url, "settings", ALICLOUD_ACCOUNT_ID=None)

    assert said == (
        "nothing names the account pulumi config set alicloud:accountId …, or give --account-id"
    )


@pytest.mark.parametrize(
    ("account", "status", "end"),
    [
        (ACCOUNT, "ok", f"they are those of acs:ram::{ACCOUNT}:user/ci"),
        ("6543210987654321", "warning", "user/ci, of another account"),
    ],
)
def test_the_owner_of_the_keys_is_named(
    account: str, status: str, end: str, command: CommandLine, sts: TokenSources
) -> None:
    command.environment.update(sts.environment, SSL_CERT_FILE=str(sts.certificate))
    done = command.run("doctor", "--json", ALICLOUD_ACCOUNT_ID=account)
    (credentials,) = (each for each in done.document if each["name"] == "credentials")

    assert credentials["status"] == status
    assert credentials["found"].endswith(end)


def test_wrong_credentials(command: CommandLine, fc_emulator: EmulatorServer) -> None:
    wrong = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": SECRET}
    status, said = check(command, fc_emulator.url, "call", **wrong)

    assert status == "broken"
    assert "SignatureNotMatch" in said
    assert "Check the credentials" in said
    assert "doctor service/function" not in said
    assert SECRET not in said


def test_an_endpoint_that_nobody_listens_at(command: CommandLine) -> None:
    with closed_port() as port:
        status, said = check(command, f"http://127.0.0.1:{port}", "reachability")

    assert status == "broken"
    assert "does not respond" in said
    assert said.endswith("check fc:endpoint")


def test_a_proxy_that_refuses_is_blamed_in_place_of_the_service(command: CommandLine) -> None:
    proxy = f"http://me:{SECRET}@127.0.0.1:1"
    status, said = check(command, "https://fc.example.com", "reachability", HTTPS_PROXY=proxy)

    assert status == "broken"
    assert "the proxy 127.0.0.1 refused the connection" in said
    assert SECRET not in said


def test_a_clock_that_the_service_refuses(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.rules(clock_offset=3600)
    status, said = check(command, fc_emulator.url, "clock")

    assert status == "broken"
    assert "NTP" in said


@pytest.mark.parametrize(
    ("ahead", "status", "said"),
    [(3600, "broken", "behind the service's"), (-3600, "broken", "ahead of"), (120, "warning", "")],
)
def test_a_clock_that_is_off(command: CommandLine, ahead: int, status: str, said: str) -> None:
    date = f"Date: {formatdate(time() + ahead, usegmt=True)}"
    services = response(200, b'{"services": [], "nextToken": ""}', date)
    with ScriptedServer([response(403, b"", date), services]) as server:
        found, words = check(command, server.url, "clock")

    assert found == status
    assert said in words


def test_keys_that_may_not_list_services_are_told_how_to_check_what_they_may(
    command: CommandLine,
) -> None:
    denied = response(
        403, b'{"ErrorCode":"AccessDenied","ErrorMessage":"the caller is not allowed"}'
    )
    with ScriptedServer([response(403), denied]) as server:
        status, said = check(command, server.url, "call")

    assert status == "broken"
    assert "fc-async-invoke doctor service/function" in said


def test_keys_for_3_alone_are_accepted(command: CommandLine) -> None:
    denied = response(
        403, b'{"ErrorCode":"AccessDenied","ErrorMessage":"the caller is not allowed"}'
    )
    with ScriptedServer([response(403), denied, response(200, b'{"configs": []}')]) as server:
        status, said = check(command, server.url, "call")

    assert status == "ok"
    assert "may list configs of 3.0, but not services of 2.0" in said


def test_a_config_of_3_may_be_read_in_place_of_the_lists(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.seed(None, "fn", qualifier="prod")
    done = doctor(command, fc_emulator.url, "fn/prod", "--api", "3.0", "--json")

    assert done.document[-1]["status"] == "ok"
    assert "the config of fn/prod" in done.document[-1]["found"]


def test_a_function_may_be_read_in_place_of_the_services(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    fc_emulator.seed("demo", "hello")
    doctor(command, fc_emulator.url, "demo/hello")
    (call,) = [call for call in fc_emulator.calls() if call.service]

    assert (call.service, call.function, call.status) == ("demo", "hello", 200)


@pytest.mark.parametrize(("status", "code"), [(500, "InternalServerError"), (400, "Odd")])
def test_whatever_is_broken_has_a_remedy(command: CommandLine, status: int, code: str) -> None:
    refusal = response(status, f'{{"ErrorCode":"{code}","ErrorMessage":"no"}}'.encode())
    with ScriptedServer([response(403), *[refusal] * 20]) as server:
        done = doctor(command, server.url, "--json", "--request-timeout", "1")

    assert done.document[-1]["status"] == "broken"
    assert without_a_remedy(done) == []


# --- Pulumi's own command line, in place of which a program says one thing; what the real one says
# is an engine test


STACK = ("--stack", "dev")


def with_pulumi(command: CommandLine, text: str) -> str:
    """The PATH of a machine whose `pulumi` has a version, and otherwise does as it is told."""
    script = f'[ "$1" = version ] && exec echo v3.259.0\n{text}'
    return executable(command.folder / "bin", "pulumi", script)


@pytest.mark.parametrize("text", ["exit 1", None], ids=["no stack", "no engine"])
def test_every_check_is_named_whether_it_is_made_or_not(
    command: CommandLine, text: str | None
) -> None:
    path = os.defpath if text is None else with_pulumi(command, text)
    done = doctor(command, "http://127.0.0.1:1", *STACK, "--json", PATH=path)

    assert [each["name"] for each in done.document] == [
        "package",
        "engine",
        "plugin",
        "stack",
        "interpreter",
        "settings",
        "credentials",
        "reachability",
        "clock",
        "call",
    ]


# --- the Python of a project, of which nothing is run


def interpreter(
    command: CommandLine, options: str = "{virtualenv: venv}", **variables: str
) -> dict[str, str]:
    """What is said of the Python of a project with these runtime options."""
    project = f"{{name: project, runtime: {{name: python, options: {options}}}}}"
    (command.folder / "Pulumi.yaml").write_text(project)
    path = with_pulumi(command, "echo '{}'")
    more = variables.pop("path", "")
    done = doctor(
        command, "http://127.0.0.1:1", *STACK, "--json", PATH=f"{more}:{path}", **variables
    )
    checks: list[dict[str, str]] = done.document
    (found,) = [each for each in checks if each["name"] == "interpreter"]
    return found


def virtual_environment(folder: Path, *packages: str) -> Path:
    """A virtual environment; its Python says so if it is run."""
    site = folder / "lib" / "python3.12" / "site-packages"
    for package in packages:
        (site / package).mkdir(parents=True)
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").touch()
    for name in ("python", "python3"):
        python = folder / "bin" / name
        python.write_text(f"#!/bin/sh\nenv > {folder}/was-run\n")
        python.chmod(0o755)
    return folder


def test_a_virtual_environment_that_was_never_made(command: CommandLine) -> None:
    found = interpreter(command)

    assert found["status"] == "broken"
    assert f"{command.folder / 'venv'}, which does not exist" in found["found"]
    assert "pulumi install" in found["remedy"]


def test_a_virtual_environment_that_has_the_package_is_not_run(command: CommandLine) -> None:
    folder = virtual_environment(
        command.folder / "venv", "pulumi_fc_async_invoke-1.2.3.dist-info", "other-1.dist-info"
    )
    found = interpreter(command)

    assert found["status"] == "ok"
    assert f"{folder}/bin/python has pulumi-fc-async-invoke 1.2.3" in found["found"]
    assert not (folder / "was-run").exists()


def test_a_virtual_environment_without_the_package_is_not_run_either(command: CommandLine) -> None:
    folder = virtual_environment(command.folder / "venv", "pulumi-3.1.0.dist-info")
    found = interpreter(command)

    assert found["status"] == "broken"
    assert f"{folder}/bin/python -m pip install" in found["remedy"]
    assert not (folder / "was-run").exists()


OLD_HOST = "\tgithub.com/pulumi/pulumi/sdk/v3\tv3.79.0\t"


@pytest.mark.parametrize(("active", "status"), [("there/venv", "ok"), ("other", "warning")])
def test_an_environment_is_active_by_whichever_path_it_is_named(
    command: CommandLine, active: str, status: str
) -> None:
    for name in ("venv", "other"):
        virtual_environment(command.folder / name, "pulumi_fc_async_invoke-1.2.3.dist-info")
    (command.folder / "there").symlink_to(command.folder)
    host = command.folder / "host" / "pulumi-language-python"
    executable(host.parent, host.name, OLD_HOST)
    path = f"{command.folder / active / 'bin'}:{host.parent}"

    assert interpreter(command, path=path)["status"] == status


def test_the_python_on_path_is_the_one_of_a_project_that_names_no_other(
    command: CommandLine,
) -> None:
    folder = virtual_environment(
        command.folder / "activated", "pulumi_fc_async_invoke-1.2.3.dist-info"
    )
    found = interpreter(command, "{}", path=str(folder / "bin"))

    assert found["found"].startswith(f"{folder}/bin/python3 has")
    assert not (folder / "was-run").exists()


def test_a_python_that_is_not_of_a_virtual_environment_may_have_the_package_elsewhere(
    command: CommandLine,
) -> None:
    folder = virtual_environment(command.folder / "system")
    (folder / "pyvenv.cfg").unlink()

    assert interpreter(command, "{}", path=str(folder / "bin"))["status"] == "warning"


def test_a_package_of_the_same_name_in_the_folder_is_not_imported(command: CommandLine) -> None:
    impostor = command.folder / "pulumi_fc_async_invoke"
    impostor.mkdir()
    (impostor / "__init__.py").write_text("open('was-run', 'w')")
    interpreter(command, "{}", path=str(Path(sys.executable).parent))

    assert not (command.folder / "was-run").exists()


def test_a_backend_that_never_answers_is_waited_for_no_longer_than_a_call(
    command: CommandLine,
) -> None:
    path = with_pulumi(command, "sleep 1000 & sleep 1000")  # its child holds its output open
    done = doctor(
        command, "http://127.0.0.1:1", *STACK, "--json", "--request-timeout", "1", PATH=path
    )
    (found,) = [each for each in done.document if each["name"] == "stack"]

    assert done.exit_code == 4
    assert "took more than 1 s" in found["found"]
    assert "PULUMI_BACKEND_URL" in found["remedy"]
    assert "--request-timeout" in found["remedy"]


def test_each_result_is_shown_as_soon_as_it_is_there(command: CommandLine, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    path = with_pulumi(command, f"cat {gate}; exit 1")
    held = CommandLine(command.folder, {**command.environment, "PATH": path})
    with held.start("doctor", *STACK) as process:
        assert process.stdout is not None
        before = [process.stdout.readline().split()[1] for _ in range(3)]
        gate.write_text("")  # waits until it is read
        after = [line.split()[1] for line in process.stdout]

    assert before == ["package", "engine", "plugin"]
    assert after[0] == "stack"


def test_what_is_right_is_said_to_be_and_the_remedies_stand_beside_what_is_not(
    command: CommandLine, fc_emulator: EmulatorServer
) -> None:
    done = doctor(command, fc_emulator.url)
    lines = {line.split()[1]: line for line in done.out.splitlines()}

    assert lines["call"].split()[0] == "ok"
    assert lines["credentials"].endswith(
        "found in ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
    )
    assert "Remedy: install Pulumi" in lines["engine"]
    assert fc_emulator.access_key_secret not in done.out + done.err
    assert fc_emulator.access_key_id not in done.out + done.err
