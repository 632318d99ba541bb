"""The command line beside the real engine: programs it writes, stacks it compares."""

import json
from pathlib import Path

import pytest
from tests.support.command_line import CommandLine, Done
from tests.support.programs import Source, declaration, destinations
from tests.support.stack import Stack, emulator_keys, stack_environment
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SECRET = "planted-secret"  # noqa: S105  to be searched for
OTHER = {"destinationConfig": {"onFailure": {"destination": TOPIC}}}


@pytest.fixture
def command(stack: Stack) -> CommandLine:
    """In the stack's project, with the stack's environment and no settings of its own."""
    return CommandLine(stack.folder, stack.environment)


def diff(command: CommandLine, *arguments: str) -> Done:
    return command.run("diff", "--stack", "dev", "--json", *arguments)


def methods(cloud: EmulatorControl) -> set[str]:
    return {call.method for call in cloud.calls()}


# --- generate


def seed_forty(cloud: EmulatorServer, api: str) -> None:
    """Configs of every shape that a program may declare, over some services and qualifiers."""
    for number in range(40):
        # 0 of 3.0 may stand for what was never set: it is written once when it is adopted.
        config: dict[str, object] = {"maxAsyncRetryAttempts": max(number % 9, int(api == "3.0"))}
        sides = [
            {"onFailure": QUEUE},
            {"onSuccess": TOPIC},
            {"onSuccess": TOPIC, "onFailure": QUEUE},
        ]
        if number % 4:
            chosen = sides[number % 4 - 1]
            config["destinationConfig"] = {
                side: {"destination": target} for side, target in chosen.items()
            }
        if number % 3 == 0:
            config["maxAsyncEventAgeInSeconds"] = 1 + number * 100
        if number % 5 == 0:
            config["statefulInvocation" if api == "2.0" else "asyncTask"] = True
        qualifier = ("LATEST", "prod", "7")[number % 3]
        service = f"service-{number % 4}" if api == "2.0" else None
        cloud.seed(service, f"function_{number // 3}", config, qualifier=qualifier)


@pytest.mark.parametrize("api", [pytest.param("2.0", marks=pytest.mark.proof), "3.0"])
def test_a_generated_program_adopts_forty_configs_without_a_write_and_previews_clean(
    stack: Stack, cloud: EmulatorServer, command: CommandLine, api: str
) -> None:
    seed_forty(cloud, api)
    before = cloud.configs()
    program = stack.folder / "__main__.py"
    written = command.run("generate", "-s", "dev", "-o", program.name, "--force")
    assert written.exit_code == 0, written.err
    cloud.clear_calls()

    assert stack.up().operations == ["create"] * 40
    assert len(stack.resources) == 40
    assert stack.is_settled()
    assert methods(cloud) == {"GET"}
    assert cloud.configs() == before
    assert diff(command).exit_code == 0


@pytest.mark.proof
def test_a_generated_program_adopts_two_regions_with_the_stacks_own_keys(
    stack: Stack, cloud: EmulatorServer, command: CommandLine
) -> None:
    for region in (REGION, "cn-hangzhou"):
        cloud.seed("demo", "hello", OTHER, region=region)
    key_id = stack.environment.pop("ALIBABA_CLOUD_ACCESS_KEY_ID")
    secret = stack.environment.pop("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    stack.run("config", "set", "--secret", "alicloud:accessKey", key_id)
    stack.run("config", "set", "--secret", "alicloud:secretKey", secret)
    command = CommandLine(stack.folder, stack.environment)
    regions = ("--region", REGION, "--region", "cn-hangzhou")
    written = command.run("generate", "-s", "dev", *regions, "-o", "__main__.py", "--force")
    assert written.exit_code == 0, written.err
    assert secret not in (stack.folder / "__main__.py").read_text()
    cloud.clear_calls()

    assert stack.up().by_name == {
        "demo.hello": ["create"],
        "demo.hello.LATEST.cn-hangzhou": ["create"],
    }
    assert stack.settled()
    assert methods(cloud) == {"GET"}
    # A provider's keys are secret in state, so those of the environment are used there.
    assert diff(command).document["summary"] == {"same": 1, "different": 0, "gone": 0, "error": 1}
    with_keys = CommandLine(stack.folder, {**stack.environment, **emulator_keys(cloud)})
    assert diff(with_keys).document["summary"]["same"] == 2


# --- diff


def test_a_stack_that_is_as_the_service_has_no_difference(
    stack: Stack, cloud: EmulatorServer, command: CommandLine
) -> None:
    cloud.seed("demo", "read")
    destination = f"acs:mns:{REGION}:{ACCOUNT}:/queues/{SECRET}/messages"
    stack.configure(fc__endpoint="http://127.0.0.1:1")
    # Where an explicit provider leads is followed, whatever its name; what is only read is no part
    # of it; a secret in state is neither compared nor shown nor decrypted.
    stack.program(
        f"there = Provider('default-there', region={REGION!r}, account_id={ACCOUNT!r},\n"
        f"                 endpoint={cloud.url!r})\n"
        "opts = ResourceOptions(provider=there)\n"
        + declaration("plain", opts="opts", destination_config=destinations(failure=QUEUE))
        + declaration(
            "secret",
            opts="opts",
            destination_config=Source(f"Output.secret({destinations(failure=destination)!r})"),
        )
        + "AsyncInvokeConfig.get('read', opts=opts, id="
        f"'acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/read')\n"
    )
    stack.up()
    cloud.modify("demo", "secret", OTHER)
    without_passphrase = CommandLine(
        stack.folder,
        {k: v for k, v in stack.environment.items() if k != "PULUMI_CONFIG_PASSPHRASE"},
    )
    done = diff(without_passphrase)
    shown = command.run("diff")

    assert (done.exit_code, shown.exit_code) == (0, 0), done.err + shown.err
    assert done.document["summary"] == {"same": 2, "different": 0, "gone": 0, "error": 0}
    not_compared = [each.get("notCompared", []) for each in done.document["resources"]]
    assert sorted(not_compared) == [[], ["destinationConfig"]]
    assert "destinationConfig: not compared, as it is secret" in shown.out
    for text in (SECRET, TOPIC):
        assert text not in done.out + done.err + shown.out + shown.err


def test_what_differs_and_what_has_gone_is_shown_and_has_an_exit_code_of_its_own(
    stack: Stack, cloud: EmulatorServer, command: CommandLine
) -> None:
    names = ("same", "different", "gone")
    stack.program("".join(declaration(name, max_async_retry_attempts=3) for name in names))
    stack.up()
    cloud.modify("demo", "different", {"maxAsyncRetryAttempts": 7, **OTHER})
    cloud.clear_configs(function="gone")
    cloud.clear_calls()
    done = command.run("diff", "--stack", "dev")

    assert done.exit_code == 3
    assert "  maxAsyncRetryAttempts: 3 in state, 7 on the service\n" in done.out
    path = "destinationConfig.onFailure.destination"
    assert f"  {path}: - in state, {TOPIC} on the service\n" in done.out
    assert methods(cloud) == {"GET"}

    # A call that fails is an error, and the others are compared all the same.
    cloud.fault("AccessDenied", function="same")
    done = diff(command)

    assert done.exit_code == 1
    assert done.document["summary"] == {"same": 0, "different": 1, "gone": 1, "error": 1}


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("--stack", "absent"), "no stack named 'absent' found"),
        (("--stack", "dev", "--cwd", "/absent"), "There is no folder /absent"),
    ],
)
def test_a_stack_that_cannot_be_read_is_an_error_of_one_line(
    command: CommandLine, arguments: tuple[str, ...], why: str
) -> None:
    done = command.run("diff", *arguments)

    assert done.exit_code == 1
    assert why in done.error


# --- the stack's configuration


def test_a_stacks_configuration_is_followed_with_its_secret_keys(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "hello")
    key_id = stack.environment.pop("ALIBABA_CLOUD_ACCESS_KEY_ID")
    secret = stack.environment.pop("ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    stack.run("config", "set", "alicloud:accessKey", key_id)
    stack.run("config", "set", "--secret", "alicloud:secretKey", secret)
    elsewhere = CommandLine(Path("/"), stack.environment)
    done = elsewhere.run("list", "--cwd", str(stack.folder), "--stack", "dev", "--json")

    assert done.exit_code == 0, done.err
    assert [each["functionName"] for each in done.document] == ["hello"]
    assert secret not in done.out + done.err


def test_inside_a_project_the_selected_stack_is_followed_and_none_is_said_to_be_missing(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "hello")
    below = stack.folder / "below"
    below.mkdir()
    inside = CommandLine(below, stack.environment)
    stack.run("stack", "unselect")

    unselected = inside.run("list", "demo", PULUMI_STACK=None)
    assert unselected.exit_code == 1
    note, error = unselected.err.splitlines()
    assert note == "No stack of this project is selected: its settings are not used"
    assert error.startswith("error: alicloud:region is not set: give --region, or set")

    assert inside.run("show", "demo/hello", "--json").document["functionName"] == "hello"

    checked = inside.run("doctor", "--json", PULUMI_STACK=None)
    assert found(checked, "stack") == {
        "name": "stack",
        "status": "skipped",
        "found": "none is selected",
    }
    assert checked.err.splitlines() == [note]


# --- doctor


def found(done: Done, name: str) -> dict[str, str]:
    """What a check says."""
    checks: list[dict[str, str]] = done.document
    (check,) = [each for each in checks if each["name"] == name]
    return check


def test_a_healthy_stack_has_nothing_broken(stack: Stack, command: CommandLine) -> None:
    done = command.run("doctor", "--stack", stack.name, "--json")

    assert done.exit_code == 0, done.out
    assert {each["status"] for each in done.document} == {"ok"}
    assert {"engine", "plugin", "stack", "interpreter", "credentials", "call"} <= {
        each["name"] for each in done.document
    }


def test_a_stack_that_is_not_there_is_broken_and_ends_the_checks(
    stack: Stack, command: CommandLine
) -> None:
    done = command.run("doctor", "--stack", f"{stack.name}-absent", "--json")
    status = {each["name"]: each["status"] for each in done.document}

    assert done.exit_code == 4
    assert status["stack"] == "broken"
    assert status["settings"] == "skipped"
    assert "--stack" in found(done, "stack")["remedy"]


def test_a_wrong_passphrase_is_broken_and_says_which_variable_mends_it(
    stack: Stack, command: CommandLine
) -> None:
    stack.run("config", "set", "--secret", "alicloud:secretKey", SECRET)
    wrong = {"PULUMI_CONFIG_PASSPHRASE": "another"}
    done = command.run("doctor", "--stack", stack.name, "--json", **wrong)

    assert done.exit_code == 4
    assert "incorrect passphrase" in found(done, "settings")["found"]
    assert "PULUMI_CONFIG_PASSPHRASE" in found(done, "settings")["remedy"]


def test_a_folder_without_a_project_is_broken_and_says_how_to_name_one(
    command: CommandLine, tmp_path: Path
) -> None:
    done = command.run("doctor", "--cwd", str(tmp_path), "--json")

    assert done.exit_code == 4
    assert "--cwd" in found(done, "stack")["remedy"]


@pytest.mark.parametrize(
    ("arguments", "backend"),
    [
        (("doctor",), f"postgres://me:{SECRET}@127.0.0.1:1/x?sslmode=disable"),
        (("doctor", "--json"), f"postgres://127.0.0.1:1/x?password={SECRET}&sslmode=disable"),
        (("diff", "--json"), f"postgres://me:{SECRET}@127.0.0.1:1/x?sslmode=disable"),
    ],
    ids=["a line", "a document", "an error"],
)
def test_a_password_in_the_backends_url_is_not_shown(
    engine: Path, pulumi_home: Path, tmp_path: Path, arguments: tuple[str, ...], backend: str
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("{name: project, runtime: python}")
    environment = stack_environment(engine, pulumi_home, PULUMI_BACKEND_URL=backend)
    done = CommandLine(tmp_path, environment).run(*arguments, "--stack", "dev")

    assert done.exit_code == (4 if arguments[0] == "doctor" else 1)
    assert "postgres://" in done.out + done.err
    assert "check the address of the backend" in done.out + done.err
    assert SECRET not in done.out + done.err


def test_a_virtual_environment_that_was_never_made_is_broken(
    stack: Stack, command: CommandLine
) -> None:
    file = stack.folder / "Pulumi.yaml"
    options = {"name": "python", "options": {"virtualenv": "venv"}}
    file.write_text(json.dumps({**json.loads(file.read_text()), "runtime": options}))
    done = command.run("doctor", "--stack", stack.name, "--json")

    assert done.exit_code == 4
    assert found(done, "interpreter")["status"] == "broken"
    assert found(done, "interpreter")["remedy"].startswith("create ")


def test_a_virtual_environment_without_the_package_is_broken(stack: Stack, tmp_path: Path) -> None:
    bare = tmp_path / "bare" / "bin"
    bare.mkdir(parents=True)
    (bare.parent / "pyvenv.cfg").touch()
    for name in ("python", "python3"):
        python = bare / name
        python.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.11.2 || exit 1\n')
        python.chmod(0o755)
    path = f"{bare}:{stack.environment['PATH']}"
    command = CommandLine(stack.folder, {**stack.environment, "PATH": path})
    done = command.run("doctor", "--stack", stack.name, "--json")
    interpreter = found(done, "interpreter")

    assert done.exit_code == 4
    assert interpreter["status"] == "broken"
    assert f'{bare}/python3 -m pip install "$FC_WHEEL"' in interpreter["remedy"]
