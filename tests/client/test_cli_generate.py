"""`fc-async-invoke generate`, against the emulator; what its programs do is an engine test."""

from pathlib import Path

import pytest
from tests.support.command_line import CommandLine, Done
from tests.support.stack import emulator_keys
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


@pytest.fixture
def cloud(fc_emulator: EmulatorServer) -> EmulatorServer:
    fc_emulator.seed("demo", "hello", {"maxAsyncRetryAttempts": 1})
    return fc_emulator


@pytest.fixture
def command(cloud: EmulatorServer, tmp_path: Path) -> CommandLine:
    environment = {
        **emulator_keys(cloud),
        "ALICLOUD_REGION": REGION,
        "ALICLOUD_ACCOUNT_ID": ACCOUNT,
    }
    return CommandLine(tmp_path, environment)


def generate(command: CommandLine, cloud: EmulatorServer, *arguments: str) -> Done:
    return command.run("generate", *arguments, "--endpoint", cloud.url)


def test_the_program_is_all_of_standard_output(command: CommandLine, cloud: EmulatorServer) -> None:
    done = generate(command, cloud)

    assert (done.exit_code, done.err) == (0, "")
    compile(done.out, "<generated>", "exec")
    assert f"pulumi config set fc:endpoint {cloud.url}" in done.out
    assert "max_async_retry_attempts=1" in done.out


def test_a_file_is_written(command: CommandLine, cloud: EmulatorServer) -> None:
    written = generate(command, cloud, "--output", "new.py")

    assert (written.exit_code, written.out) == (0, "")
    assert "new.py declares 1 of the 1 configs" in written.err
    assert (command.folder / "new.py").read_text() == generate(command, cloud).out


def test_a_file_that_exists_is_not_overwritten_and_nothing_is_called(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    file = command.folder / "__main__.py"
    file.write_text("mine")
    done = generate(command, cloud, "--output", "__main__.py")

    assert done.exit_code == 1
    assert "--force" in done.error
    assert file.read_text() == "mine"
    assert cloud.calls() == []


def test_no_file_is_made_where_a_link_leads(command: CommandLine, cloud: EmulatorServer) -> None:
    (command.folder / "__main__.py").symlink_to("elsewhere.py")
    done = generate(command, cloud, "--output", "__main__.py")

    assert done.exit_code == 1
    assert "--force" in done.error
    assert not (command.folder / "elsewhere.py").exists()


def test_a_file_that_exists_is_overwritten_by_force(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    file = command.folder / "__main__.py"
    file.write_text("mine" * 1000)

    assert generate(command, cloud, "--output", "__main__.py", "--force").exit_code == 0
    assert file.read_text() == generate(command, cloud).out


def test_a_file_that_cannot_be_written_is_an_error_of_one_line(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = generate(command, cloud, "--output", "absent/main.py")

    assert done.exit_code == 1
    assert done.error == "absent/main.py cannot be written: No such file or directory"


def test_nothing_to_generate_writes_nothing(command: CommandLine, cloud: EmulatorServer) -> None:
    done = generate(command, cloud, "orders", "--output", "new.py")

    assert (done.exit_code, done.out) == (5, "")
    assert "nothing to generate" in done.err
    assert not (command.folder / "new.py").exists()


def test_a_document_about_nothing_names_no_file(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = generate(command, cloud, "orders", "--output", "new.py", "--json")

    assert done.exit_code == 5
    assert (done.document["file"], done.document["resources"]) == (None, [])


def test_what_cannot_be_declared_is_a_warning(command: CommandLine, cloud: EmulatorServer) -> None:
    cloud.seed("demo", "old", {"maxAsyncEventAgeInSeconds": 2_592_000})
    done = generate(command, cloud)

    assert done.exit_code == 0
    assert "functions/old is left out" in done.err
    assert 'function_name="old"' not in done.out


def test_a_retry_count_of_0_of_3_0_is_a_warning(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed(None, "hello", {"maxAsyncRetryAttempts": 0})
    done = generate(command, cloud, "--api", "3.0")

    assert "max_async_retry_attempts=0" in done.out
    assert "hello/LATEST" in done.err
    assert "may also mean that none was ever set" in done.err


def test_more_regions_are_one_program(command: CommandLine, cloud: EmulatorServer) -> None:
    cloud.seed("demo", "hello", region="cn-hangzhou")
    done = generate(command, cloud, "--region", REGION, "--region", "cn-hangzhou", "--json")

    assert done.document["resources"] == [
        {
            "name": "demo.hello",
            "id": f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/hello",
        },
        {
            "name": "demo.hello.LATEST.cn-hangzhou",
            "id": f"acs:fc:cn-hangzhou:{ACCOUNT}:services/demo.LATEST/functions/hello",
        },
    ]
    assert 'in_cn_hangzhou = Provider(\n    "cn-hangzhou"' in done.document["program"]


def test_a_region_that_is_empty_counts_as_not_set(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    assert generate(command, cloud, "--region=", "--json").document["resources"]


def test_without_a_stack_the_first_region_is_home_and_the_order_of_the_others_no_matter(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    for region in ("cn-hangzhou", "cn-beijing"):
        cloud.seed("demo", "hello", region=region)

    def names(*regions: str) -> dict[str, str]:
        options = [word for region in regions for word in ("--region", region)]
        resources = generate(command, cloud, *options, "--json").document["resources"]
        return {each["id"].split(":")[2]: each["name"] for each in resources}

    one = names(REGION, "cn-hangzhou", "cn-beijing")
    other = names(REGION, "cn-beijing", "cn-hangzhou")

    assert one == other
    assert one[REGION] == "demo.hello"


def test_a_further_region_is_checked_like_the_first(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    done = generate(command, cloud, "--region", REGION, "--region", "cn hangzhou")

    assert done.exit_code == 2
    assert "--region 'cn hangzhou' must be" in done.error


def test_the_document_says_what_became_of_everything(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed("demo", "old", {"maxAsyncRetryAttempts": 9})
    document = generate(command, cloud, "--json", "--output", "new.py").document

    assert document["program"] == (command.folder / "new.py").read_text()
    assert document["file"] == "new.py"
    assert [each["name"] for each in document["resources"]] == ["demo.hello"]
    assert [each["reason"].split()[0] for each in document["leftOut"]] == ["maxAsyncRetryAttempts"]


def test_it_only_reads(command: CommandLine, cloud: EmulatorServer) -> None:
    generate(command, cloud)

    assert {call.method for call in cloud.calls()} == {"GET"}


def test_configs_of_3_are_declared_beside_those_of_2(
    command: CommandLine, cloud: EmulatorServer
) -> None:
    cloud.seed(None, "fn", {"asyncTask": True})
    done = generate(command, cloud)

    assert done.out.endswith(
        "from pulumi_fc_async_invoke import AsyncInvokeConfig, V3AsyncInvokeConfig\n"
        "\n"
        "AsyncInvokeConfig(\n"
        '    "demo.hello",\n'
        '    service_name="demo",\n'
        '    function_name="hello",\n'
        "    max_async_retry_attempts=1,\n"
        ")\n"
        "\n"
        "V3AsyncInvokeConfig(\n"
        '    "fn",\n'
        '    function_name="fn",\n'
        "    async_task=True,\n"
        ")\n"
    )
