"""`fc-async-invoke list` and `show`, against the emulator."""

import re
from pathlib import Path

import pytest
from tests.support.command_line import CommandLine
from tests.support.holds import LONG
from tests.support.stack import emulator_keys
from tests.support.values import ACCOUNT, QUEUE, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

ID = f"acs:fc:{REGION}:{ACCOUNT}:services/demo.prod/functions/hello"
TITLES = "QUALIFIER  AGE (S)  RETRIES  TASK  ON SUCCESS  ON FAILURE"
PROD = {"destinationConfig": {"onFailure": {"destination": QUEUE}}, "maxAsyncRetryAttempts": 1}


@pytest.fixture
def cloud(fc_emulator: EmulatorServer) -> EmulatorServer:
    """Two services, three configs."""
    fc_emulator.seed("demo", "hello")
    fc_emulator.seed("demo", "hello", PROD, qualifier="prod")
    fc_emulator.seed("orders", "confirm", {"statefulInvocation": True})
    return fc_emulator


@pytest.fixture
def command(cloud: EmulatorServer, tmp_path: Path) -> CommandLine:
    environment = {
        **emulator_keys(cloud),
        "ALICLOUD_REGION": REGION,
        "ALICLOUD_ACCOUNT_ID": ACCOUNT,
    }
    return CommandLine(tmp_path, environment)


def listed(command: CommandLine, cloud: EmulatorServer, *arguments: str) -> list[tuple[str, ...]]:
    done = command.run("list", *arguments, "--endpoint", cloud.url, "--json")
    assert done.exit_code == 0, done.err
    return [
        (each["serviceName"], each["functionName"], each["qualifier"]) for each in done.document
    ]


def printed(command: CommandLine, columns: int, *arguments: str) -> str:
    """What a terminal shows in the end."""
    sent = command.run_on_a_terminal(*arguments, COLUMNS=str(columns), NO_COLOR="1")
    after_the_progress = sent.rpartition("\x1b[2K")[2]
    return re.sub(r"\x1b\[[^A-Za-z]*[A-Za-z]", "", after_the_progress)


# --- list


def test_a_functions_configs_are_listed_over_all_qualifiers(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    assert listed(command, cloud, "demo/hello") == [
        ("demo", "hello", "LATEST"),
        ("demo", "hello", "prod"),
    ]


def test_a_services_configs_are_listed_over_all_functions(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "other")

    assert listed(command, cloud, "demo") == [
        ("demo", "hello", "LATEST"),
        ("demo", "hello", "prod"),
        ("demo", "other", "LATEST"),
    ]


def test_without_an_argument_every_service_is_listed(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed("elsewhere", "fn", region="cn-hangzhou")

    assert listed(command, cloud) == [
        ("demo", "hello", "LATEST"),
        ("demo", "hello", "prod"),
        ("orders", "confirm", "LATEST"),
    ]


def test_a_function_without_a_config_is_passed_over(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.declare("demo", "bare")

    assert listed(command, cloud, "demo") == []


def test_a_list_is_a_line_for_each_config_however_long(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = command.run("list", "--endpoint", cloud.url)
    title, *lines = done.out.splitlines()

    assert title.split()[:4] == ["API", "SERVICE", "FUNCTION", "QUALIFIER"]
    assert [line.split() for line in lines] == [
        ["2.0", "demo", "hello", "LATEST", "86400", "3", "no", "-", "-"],
        ["2.0", "demo", "hello", "prod", "86400", "1", "no", "-", QUEUE],
        ["2.0", "orders", "confirm", "LATEST", "86400", "3", "yes", "-", "-"],
    ]
    assert done.err == ""


def test_a_list_of_nothing_says_so_beside_the_result(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = command.run("list", "--endpoint", cloud.url, "--region", "cn-hangzhou")

    assert (done.exit_code, done.out) == (0, "")
    assert done.err.startswith(
        "There is no async-invoke-config in Function Compute 2.0 and 3.0 (cn-hangzhou"
    )


def test_a_service_that_does_not_exist_has_an_exit_code_of_its_own(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.missing("demo")
    done = command.run("list", "demo", "--endpoint", cloud.url)

    assert done.exit_code == 5
    assert "ServiceNotFound" in done.error


def test_every_call_is_a_read(command: CommandLine, cloud: EmulatorServer) -> None:
    listed(command, cloud)

    assert {call.method for call in cloud.calls()} == {"GET"}


def test_an_answer_cannot_steer_the_terminal(command: CommandLine, cloud: EmulatorServer) -> None:
    destination = "acs:mns:::\x1b]0;owned\x07[bold]"
    cloud.seed("demo", "hello", {"destinationConfig": {"onSuccess": {"destination": destination}}})
    done = command.run("list", "demo/hello", "--endpoint", cloud.url)

    assert "\x1b" not in done.out
    assert "\x07" not in done.out
    assert "[bold]" in done.out


# --- Function Compute 3.0


@pytest.fixture
def both(cloud: EmulatorServer) -> EmulatorServer:
    """The same, and two configs of 3.0."""
    cloud.seed(None, "fn", {"asyncTask": True, "maxAsyncRetryAttempts": 0})
    cloud.seed(None, "demo$hello", PROD, qualifier="prod")
    return cloud


def test_configs_of_both_versions_are_in_one_table(
    command: CommandLine, both: EmulatorServer
) -> None:
    done = command.run("list", "--endpoint", both.url)
    title, *lines = (line.split() for line in done.out.splitlines())

    assert title[:5] == ["API", "SERVICE", "FUNCTION", "QUALIFIER", "AGE"]
    assert lines[3:] == [
        ["3.0", "-", "demo$hello", "prod", "86400", "1", "no", "-", QUEUE],
        ["3.0", "-", "fn", "LATEST", "86400", "0", "yes", "-", "-"],
    ]
    assert done.err == ""


def test_one_version_is_listed_with_no_call_to_the_other(
    command: CommandLine, both: EmulatorServer
) -> None:
    done = command.run("list", "--api", "3.0", "--endpoint", both.url)

    assert done.out.split()[:3] == ["API", "FUNCTION", "QUALIFIER"]
    assert [line.split()[:2] for line in done.out.splitlines()[1:]] == [
        ["3.0", "demo$hello"],
        ["3.0", "fn"],
    ]
    assert [call.path for call in both.calls()] == ["/2023-03-30/async-invoke-configs"]


def test_a_function_of_3_is_listed_over_all_qualifiers(
    command: CommandLine, both: EmulatorServer
) -> None:
    both.seed(None, "fn", qualifier="prod")
    done = command.run("list", "fn", "--api", "3.0", "--endpoint", both.url, "--json")

    assert [each["id"] for each in done.document] == [
        f"acs:fc:{REGION}:{ACCOUNT}:functions/fn/{qualifier}" for qualifier in ("LATEST", "prod")
    ]


@pytest.mark.parametrize(
    "arguments",
    [("fn", "--api", "3.0"), (f"acs:fc:{REGION}:{ACCOUNT}:functions/fn/LATEST",)],
)
def test_a_config_of_3_is_shown_by_name_and_by_id(
    command: CommandLine, both: EmulatorServer, arguments: tuple[str, ...]
) -> None:
    done = command.run("show", *arguments, "--endpoint", both.url)
    shown = dict(line.split(maxsplit=1) for line in done.out.splitlines())

    assert shown["asyncTask"] == "yes"
    assert shown["maxAsyncRetryAttempts"] == "0"
    assert shown["functionArn"] == f"acs:fc:{REGION}:{ACCOUNT}:functions/fn"
    assert "serviceName" not in shown
    assert "statefulInvocation" not in shown


@pytest.mark.parametrize(
    ("columns", "scope", "first"),
    [
        (80, ("demo",), f"SERVICE  FUNCTION  {TITLES}"),
        (60, ("demo",), "service     demo"),
        (80, ("--api", "3.0"), f"FUNCTION    {TITLES}"),
        (60, ("--api", "3.0"), "function    demo$hello"),
    ],
)
def test_a_list_is_a_table_where_a_terminal_has_room_for_it_and_blocks_where_not(
    command: CommandLine, both: EmulatorServer, columns: int, scope: tuple[str, ...], first: str
) -> None:
    arguments = ("list", *scope, "--endpoint", both.url)
    sent = printed(command, columns, *arguments)
    lines = sent.splitlines()

    assert lines[0] == first
    assert max(map(len, lines)) <= columns
    assert "queue failures" in sent
    assert QUEUE not in sent


# --- show


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_a_value_that_does_not_fit_beside_its_name_stands_below_it(
    command: CommandLine, both: EmulatorServer, columns: int
) -> None:
    arguments = ("show", "demo$hello/prod", "--api", "3.0", "--endpoint", both.url)
    sent = printed(command, columns, *arguments)
    name = "destinationConfig.onFailure.destination"

    assert (f"{name}  {QUEUE}" in sent) == (columns == 120)
    assert (f"{name}\r\n  {QUEUE}\r\n" in sent) == (columns < 120)


def test_a_config_is_shown_with_everything_that_is_known(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = command.run("show", "demo.prod/hello", "--endpoint", cloud.url)
    shown = dict(line.split(maxsplit=1) for line in done.out.splitlines())

    assert done.exit_code == 0
    assert shown["id"] == ID
    assert shown["maxAsyncRetryAttempts"] == "1"
    assert shown["statefulInvocation"] == "no"
    assert shown["destinationConfig.onSuccess.destination"] == "-"
    assert shown["destinationConfig.onFailure.destination"] == QUEUE
    assert shown["createdTime"].endswith("Z")


def test_a_config_is_one_document_by_the_names_of_its_outputs(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    document = command.run("show", "demo.prod/hello", "--endpoint", cloud.url, "--json").document

    assert document.pop("createdTime")
    assert document.pop("lastModifiedTime")
    assert document == {
        "id": ID,
        "serviceName": "demo",
        "functionName": "hello",
        "qualifier": "prod",
        "region": REGION,
        "accountId": ACCOUNT,
        "destinationConfig": {"onFailure": {"destination": QUEUE}},
        "maxAsyncEventAgeInSeconds": 86_400,
        "maxAsyncRetryAttempts": 1,
        "statefulInvocation": False,
    }


def test_an_id_needs_no_region_and_no_account(command: CommandLine, cloud: EmulatorServer) -> None:
    done = command.run(
        "show",
        ID,
        "--endpoint",
        cloud.url,
        "--json",
        ALICLOUD_REGION=None,
        ALICLOUD_ACCOUNT_ID=None,
    )

    assert done.document["id"] == ID


def test_a_config_that_does_not_exist_has_an_exit_code_of_its_own(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = command.run("show", "demo.other/hello", "--endpoint", cloud.url, "--json")

    assert (done.exit_code, done.out) == (5, "")
    assert "AsyncConfigNotExists" in done.error


# --- settings and mistakes


def test_an_option_comes_before_the_environment(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed("there", "fn", region="cn-hangzhou", account="42")
    there = ("--region", "cn-hangzhou", "--account-id", "42")

    assert listed(command, cloud, *there) == [("there", "fn", "LATEST")]


@pytest.mark.parametrize(
    ("variable", "option"),
    [("ALICLOUD_REGION", "--region"), ("ALICLOUD_ACCOUNT_ID", "--account-id")],
)
def test_what_is_missing_is_named_with_every_way_to_set_it(
    command: CommandLine, variable: str, option: str
) -> None:
    done = command.run("list", **{variable: None})

    assert done.exit_code == 1
    assert option in done.error
    assert variable in done.error


@pytest.mark.parametrize(
    "arguments",
    [
        ("--endpoint", "example.com"),
        ("--request-timeout", "0"),
        ("--region", "cn shanghai"),
        ("demo hello",),
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_a_wrong_command_line_and_nothing_is_called(
    command: CommandLine, cloud: EmulatorServer, arguments: tuple[str, ...]
) -> None:
    done = command.run("list", *arguments)

    assert done.exit_code == 2
    assert " must " in done.error
    assert cloud.calls() == []


@pytest.mark.parametrize("target", ["demo", "a.b.c/fn", "acs:nonsense"])
def test_a_target_that_is_none_is_a_wrong_command_line(command: CommandLine, target: str) -> None:
    done = command.run("show", target)

    assert done.exit_code == 2
    assert "acs:fc:" in done.error


def test_refused_keys_are_an_error_that_does_not_show_them(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    wrong = {"ALIBABA_CLOUD_ACCESS_KEY_SECRET": "planted-secret"}
    done = command.run("list", "--endpoint", cloud.url, **wrong)

    assert done.exit_code == 1
    assert "SignatureNotMatch" in done.error
    assert "planted-secret" not in done.err + done.out


def test_the_first_failure_ends_it_whatever_else_is_under_way(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    # Longer than the command is waited for, so that only one that does not wait itself is back.
    cloud.fault("latency", function="confirm", milliseconds=LONG)
    cloud.fault("AccessDenied", function="hello")
    done = command.run("list", "--endpoint", cloud.url, "--request-timeout", "600")

    assert done.exit_code == 1
    assert "AccessDenied" in done.err


def test_a_failing_service_is_an_error_of_one_line(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.fault("html", status=400)
    done = command.run("list", "--endpoint", cloud.url)

    assert done.exit_code == 1
    assert "GET services of account" in done.error


def test_an_option_that_is_empty_counts_as_not_set(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    empty = ("--profile=", "--region=", "--account-id=")

    assert len(listed(command, cloud, *empty)) == 3
