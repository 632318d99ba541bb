"""What the user reads: errors in one line, warnings through the engine."""

import base64
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pulumi.runtime.proto import engine_pb2
from tests.support.plugin import Bag, FakeEngine, Plugin, PluginError
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

MakePlugin = Callable[..., Plugin]
URN = "urn:pulumi:dev::project::pulumi-python:dynamic/fc:AsyncInvokeConfig::hello"
NAMES: Bag = {"serviceName": "demo", "functionName": "hello"}


def line_of(call: Callable[[], object]) -> str:
    """The one line that a call fails with."""
    with pytest.raises(PluginError) as caught:
        call()
    line = str(caught.value)
    assert "Traceback" not in line
    assert "\n" not in line
    return line


def id_of(function: str) -> str:
    return f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/{function}"


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("fc:endpoint", "fc.example.com", "must be a whole base URL"),
        ("fc:endpoint", '["https://fc.example.com"]', "must be plain text"),
        ("fc:internal", "maybe", "must be true or false"),
        ("fc:allowOverwrite", "maybe", "must be true or false"),
        ("fc:requestTimeout", "soon", "must be a number of seconds"),
        ("fc:requestTimeout", '{"seconds": 5}', "must be a number of seconds"),
        ("alicloud:region", "12", "must be a region's id"),
        ("alicloud:region", '{"name": "cn-shanghai"}', "must be plain text"),
        ("alicloud:accountId", "me", "must be an account's id"),
        ("alicloud:secretKey", '{"key": "planted-value"}', "must be plain text"),
    ],
)
def test_settings_that_make_no_sense_are_one_line_with_the_remedy(
    make_plugin: MakePlugin, configuration: Bag, key: str, value: str, words: str
) -> None:
    with make_plugin(configuration={**configuration, key: value}) as plugin:

        def declare() -> None:
            checked = plugin.check(NAMES)
            if checked.failures:
                raise PluginError(*checked.failures.values())
            plugin.create(checked.inputs)

        line = line_of(declare)

    assert words in line
    assert re.search(f"pulumi config set (--secret )?{key} ", line)
    assert "planted-value" not in line


@pytest.mark.parametrize(
    "names",
    [
        # A service, a function and a qualifier, all wrong in another way.
        ("función-函数", "hello world", "hello\nworld"),
        ("\x1b[31mhello", "../hello", "hello%2Fworld"),
        ("hello?a=b#c", "{hello}", "\U0001f680"),
        ("hello\u202eworld", "h" * 10_000, ""),
    ],
    ids=["scripts", "paths", "URLs", "lengths"],
)
def test_names_of_any_other_characters_are_refused_in_one_line_each(
    plugin: Plugin, names: tuple[str, str, str]
) -> None:
    keys = ("serviceName", "functionName", "qualifier")

    failures = plugin.check(dict(zip(keys, names, strict=True))).failures

    assert set(failures) == set(keys)
    for reason in failures.values():
        assert "1 to 128 letters, digits, hyphens and underscores" in reason
        assert reason.isprintable()
        assert len(reason) < 200


def test_a_destination_of_ten_thousand_characters_is_refused_in_one_line(plugin: Plugin) -> None:
    to = QUEUE + "x" * (10_000 - len(QUEUE))

    failures = plugin.check({**NAMES, "destinationConfig": {"onFailure": {"destination": to}}})

    (reason,) = failures.failures.values()
    assert reason.endswith("and have at most 1024 characters, but has 10000")
    assert "xxxx" not in reason


@pytest.mark.parametrize(
    "identity",
    [
        f"acs:fc:evil.example@:{ACCOUNT}:services/demo.LATEST/functions/hello",
        f"acs:fc:{REGION}:evil.example#:services/demo.LATEST/functions/hello",
        f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/..",
    ],
)
def test_an_id_in_state_that_would_lead_elsewhere_is_refused_and_nothing_is_called(
    destroying: Plugin, cloud: EmulatorServer, identity: str
) -> None:
    outputs = destroying.check(NAMES).inputs

    assert " is not a valid " in line_of(lambda: destroying.delete(identity, outputs))
    assert cloud.calls() == []


def test_half_a_pair_of_keys_is_one_line(make_plugin: MakePlugin) -> None:
    with make_plugin(environment={"ALIBABA_CLOUD_ACCESS_KEY_ID": "id"}) as plugin:
        inputs = plugin.check(NAMES).inputs

        line = line_of(lambda: plugin.create(inputs))

    assert line.startswith("ALIBABA_CLOUD_ACCESS_KEY_ID is set in the environment, but")


def test_what_the_service_refuses_is_one_line(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = plugin.check({**NAMES, "functionName": function}).inputs
    cloud.fault("AccessDenied", times=1)

    line = line_of(lambda: plugin.create(inputs))

    assert line.startswith(f"GET async-invoke-config of demo.LATEST/{function} ")
    assert "HTTP 403, AccessDenied: " in line
    assert "request id " in line


def test_a_different_config_is_one_line(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = plugin.check({**NAMES, "functionName": function}).inputs
    cloud.seed("demo", function, {"maxAsyncRetryAttempts": 1})

    line = line_of(lambda: plugin.create(inputs))

    assert "maxAsyncRetryAttempts is 1 on the service, 3 declared" in line
    assert "allow_overwrite" in line


def test_an_id_of_something_else_is_one_line(plugin: Plugin) -> None:
    assert line_of(lambda: plugin.get("hello")).startswith("'hello' is not the id of")


def test_a_bug_is_answered_as_the_sdk_answers_it(plugin: Plugin) -> None:
    # No inputs that `check` would ever let through.
    with pytest.raises(PluginError, match="KeyError: 'serviceName'") as caught:
        plugin.create({"region": "cn-shanghai"})
    assert "lifecycle.py" in str(caught.value)


def test_what_another_dynamic_provider_raises_is_not_taken_for_ours(
    make_plugin: MakePlugin, tmp_path: Path
) -> None:
    # The one plugin process serves all dynamic resources of a program.
    (tmp_path / "others.py").write_text(
        "from pulumi.dynamic import ResourceProvider\n"
        "class Other(ResourceProvider):\n"
        "    def create(self, props):\n"
        "        raise RuntimeError('somebody else has to read this')\n"
    )
    pickled = b"cothers\nOther\n(tR."  # calls the class of that module
    with make_plugin(environment={"PYTHONPATH": str(tmp_path)}) as plugin:
        plugin.check(NAMES)
        with pytest.raises(PluginError) as caught:
            plugin.create({"__provider": base64.b64encode(pickled).decode()})

    assert "Traceback (most recent call last)" in str(caught.value)
    assert "somebody else has to read this" in str(caught.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("maxAsyncRetryAttempts", "many"),
        ("maxAsyncEventAgeInSeconds", {}),
        ("destinationConfig", "planted-value"),
        ("destinationConfig", {"onFailure": {"destination": ["planted-value"]}}),
    ],
)
def test_outputs_of_a_wrong_shape_are_one_line_with_the_remedy(
    plugin: Plugin, function: str, key: str, value: object
) -> None:
    inputs = plugin.check({**NAMES, "functionName": function}).inputs
    damaged = {**inputs, key: value}
    start = f"demo.LATEST/{function} ({REGION}, account {ACCOUNT}): {key}"

    for line in (
        line_of(lambda: plugin.diff(id_of(function), damaged, inputs)),
        line_of(lambda: plugin.update(id_of(function), damaged, inputs)),
    ):
        assert line.startswith(start)
        assert "pulumi refresh" in line
        assert "planted-value" not in line.removeprefix(start)


def test_a_warning_arrives_at_the_engine_before_the_call_ends(
    make_plugin: MakePlugin, cloud: EmulatorServer
) -> None:
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        inputs = plugin.check(NAMES).inputs
        created = plugin.create(inputs)
        cloud.modify("demo", "hello", {"destinationConfig": {"onFailure": {"destination": TOPIC}}})

        plugin.update(created.id, created.outputs, {**inputs, "maxAsyncRetryAttempts": 1})

        warning = (
            f"demo.LATEST/hello ({REGION}, account {ACCOUNT}): "
            f'destinationConfig.onFailure.destination was set to "{TOPIC}" outside of this '
            "program; the program does not declare it, so it is being removed"
        )
        assert engine.warnings == [warning]


def test_without_an_engine_a_warning_is_on_standard_error(
    make_plugin: MakePlugin, cloud: EmulatorServer
) -> None:
    with make_plugin() as plugin:
        inputs = plugin.check(NAMES).inputs
        created = plugin.create(inputs)
        cloud.modify("demo", "hello", {"destinationConfig": {"onFailure": {"destination": TOPIC}}})

        plugin.update(created.id, created.outputs, {**inputs, "maxAsyncRetryAttempts": 1})

        assert "warning: demo.LATEST/hello" in plugin.messages


def test_nothing_is_said_when_all_is_well(make_plugin: MakePlugin, cloud: EmulatorServer) -> None:
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        inputs = plugin.check(
            {**NAMES, "destinationConfig": {"onFailure": {"destination": QUEUE}}}
        ).inputs
        created = plugin.create(inputs)
        plugin.update(created.id, created.outputs, plugin.check(NAMES).inputs)
        plugin.get(created.id)

        assert engine.warnings == []
        assert plugin.messages == ""
    assert len(cloud.configs()) == 1


@pytest.mark.parametrize("secret", [DEFAULT_KEY_ID, DEFAULT_KEY_SECRET, QUEUE, "Authorization"])
def test_each_attempt_is_a_line_of_debugging_under_its_resource_without_a_secret(
    attempts: list[engine_pb2.LogRequest], secret: str
) -> None:
    path = "/2016-08-15/services/demo.LATEST/functions/hello/async-invoke-config"
    outcomes = [
        f"GET {path}: HTTP 404 AsyncConfigNotExists, request id 1-[0-9a-f-]{{33}}, [0-9]+ ms",
        f"PUT {path}: HTTP 429 ResourceExhausted, request id 1-[0-9a-f-]{{33}}, [0-9]+ ms",
        f"PUT {path}: no response, 127.0.0.1:[0-9]+ dropped the connection, .*, [0-9]+ ms",
        f"PUT {path}: HTTP 200, request id 1-[0-9a-f-]{{33}}, [0-9]+ ms",
    ]
    shown = [line for each in attempts for line in each.message.splitlines()]
    assert len(shown) == len(outcomes)
    for line, outcome in zip(shown, outcomes, strict=True):
        assert re.fullmatch(outcome, line), line
        assert secret not in line
    assert {each.urn for each in attempts} == {URN}


def test_the_attempts_of_an_operation_are_one_message(
    make_plugin: MakePlugin, fc_emulator_server: EmulatorServer
) -> None:
    fc_emulator_server.reset()
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        for number in range(20):
            plugin.create(plugin.check({**NAMES, "functionName": f"f-{number}"}).inputs)
        # Not 20: one that the machine holds up for a second may be two.
        assert len(engine.debug_lines) < 40, "a GET and a PUT for each"


def test_attempts_of_an_operation_that_takes_long_are_shown_before_its_end(
    make_plugin: MakePlugin, fc_emulator_server: EmulatorServer
) -> None:
    fc_emulator_server.reset()
    fc_emulator_server.fault("latency", method="PUT", milliseconds=1100, times=1)
    fc_emulator_server.fault("drop_after", method="PUT", times=1)
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        plugin.create(plugin.check(NAMES).inputs)
        assert len(engine.debug_lines) > 1


def test_a_message_comes_after_the_attempts_that_it_is_about(
    make_plugin: MakePlugin, fc_emulator_server: EmulatorServer
) -> None:
    fc_emulator_server.reset()
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        inputs = plugin.check(NAMES).inputs
        plugin.create(inputs)
        before = len(engine.everything)
        plugin.create(inputs, urn=URN)  # adopts it, and says so

        attempts, adopted = engine.everything[before:]
        assert attempts.message.startswith("GET ")
        assert adopted.severity == engine_pb2.INFO


@pytest.fixture(scope="module")
def attempts(
    make_plugin: MakePlugin, fc_emulator_server: EmulatorServer
) -> list[engine_pb2.LogRequest]:
    """What a create says with ``--debug`` that is throttled, then cut off."""
    fc_emulator_server.reset()
    fc_emulator_server.fault("ResourceExhausted", method="PUT", times=1)
    fc_emulator_server.fault("drop_before", method="PUT", times=1)
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        to = {"destinationConfig": {"onFailure": {"destination": QUEUE}}}
        plugin.create(plugin.check({**NAMES, **to}).inputs, urn=URN)
        return engine.debug_lines
