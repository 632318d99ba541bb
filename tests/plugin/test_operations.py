"""Each operation of the engine's, against an emulator."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from tests.plugin.conftest import MakePlugin
from tests.support.plugin import UNKNOWN, V3_PROVIDER, Bag, Checked, Difference, Plugin, PluginError
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.rules import (
    CHOICES,
    DestinationAs,
    Rules,
    UnsetAs,
    all_rules,
)
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

NOTHING = Difference(changes=False, replaces=[], delete_before_replace=False)
UPDATE = replace(NOTHING, changes=True)


def inputs_of(plugin: Plugin, function: str, **more: object) -> Bag:
    checked = plugin.check({"serviceName": "demo", "functionName": function, **more})
    assert checked.failures == {}
    return checked.inputs


def id_of(function: str) -> str:
    return f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/{function}"


def test_check_writes_every_default_into_the_inputs(plugin: Plugin, function: str) -> None:
    checked = plugin.check({"serviceName": "demo", "functionName": function})

    assert checked == Checked(
        {
            "serviceName": "demo",
            "functionName": function,
            "qualifier": "LATEST",
            "region": REGION,
            "accountId": ACCOUNT,
            "maxAsyncEventAgeInSeconds": 86_400,
            "maxAsyncRetryAttempts": 3,
            "statefulInvocation": False,
            "allowOverwrite": False,
        },
        {},
    )


def test_check_answers_everything_wrong_by_its_path(plugin: Plugin, cloud: EmulatorServer) -> None:
    checked = plugin.check(
        {
            "serviceName": "demo.prod",
            "maxAsyncRetryAttempts": 9,
            "destinationConfig": {"onFailure": {"destination": "queue"}},
        }
    )

    assert set(checked.failures) == {
        "serviceName",
        "functionName",
        "maxAsyncRetryAttempts",
        "destinationConfig.onFailure.destination",
    }
    assert checked.failures["maxAsyncRetryAttempts"].endswith("but is 9")
    assert cloud.calls() == []


@pytest.mark.parametrize("name", ["ServiceName", "QUALIFIER", "_region", "__providers", ""])
def test_check_answers_every_name_that_is_no_property(plugin: Plugin, name: str) -> None:
    checked = plugin.check({"serviceName": "demo", "functionName": "hello", name: "value"})

    (reason,) = checked.failures.values()
    assert reason.startswith("is not a property of AsyncInvokeConfig")


def test_an_error_about_state_names_the_first_wrong_property(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = inputs_of(plugin, function)
    damaged = {**inputs, "destinationConfig": "queue", "maxAsyncRetryAttempts": "many"}

    with pytest.raises(PluginError, match="destinationConfig in state is of the wrong type"):
        plugin.diff(id_of(function), damaged, inputs)
    assert cloud.calls() == []


@pytest.mark.parametrize("damage", [{"destinationConfig": "queue"}, {"maxAsyncRetryAttempts": "x"}])
def test_a_refresh_repairs_what_is_of_the_wrong_type_in_state(
    plugin: Plugin, function: str, damage: dict[str, str]
) -> None:
    inputs = inputs_of(plugin, function, maxAsyncRetryAttempts=1)
    created = plugin.create(inputs)

    refreshed = plugin.refresh(created.id, {**created.outputs, **damage})

    assert refreshed is not None
    assert (refreshed.outputs, refreshed.inputs) == (created.outputs, inputs)


def test_unknown_values_go_through_check_and_show_as_changes(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = inputs_of(plugin, function)
    unknown = {"onFailure": {"destination": UNKNOWN}}

    news = inputs_of(plugin, function, destinationConfig=unknown, maxAsyncRetryAttempts=UNKNOWN)

    assert news["destinationConfig"] == unknown
    assert news["maxAsyncRetryAttempts"] == UNKNOWN
    assert plugin.diff(id_of(function), inputs, news) == UPDATE
    assert cloud.calls() == []


def test_an_unknown_identity_is_a_possible_replacement(plugin: Plugin, function: str) -> None:
    inputs = inputs_of(plugin, function)
    news = inputs_of(plugin, UNKNOWN)

    assert plugin.diff(id_of(function), inputs, news) == Difference(
        changes=True, replaces=["functionName"], delete_before_replace=False
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("serviceName", "other"),
        ("functionName", "other"),
        ("qualifier", "prod"),
        ("region", "cn-beijing"),
        ("accountId", "42"),
    ],
)
def test_another_identity_is_a_replacement(
    plugin: Plugin, function: str, key: str, value: str
) -> None:
    inputs = inputs_of(plugin, function)

    difference = plugin.diff(id_of(function), inputs, {**inputs, key: value})

    assert difference == Difference(changes=True, replaces=[key], delete_before_replace=False)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"maxAsyncEventAgeInSeconds": 60}, id="age"),
        pytest.param({"maxAsyncRetryAttempts": 0}, id="retries"),
        pytest.param({"statefulInvocation": True}, id="stateful"),
        pytest.param({"destinationConfig": {"onFailure": {"destination": QUEUE}}}, id="side"),
    ],
)
def test_another_value_is_an_update(plugin: Plugin, function: str, more: Bag) -> None:
    with_it = inputs_of(plugin, function, **more)
    without = inputs_of(plugin, function)

    assert plugin.diff(id_of(function), without, with_it) == UPDATE
    assert plugin.diff(id_of(function), with_it, without) == UPDATE


def test_no_qualifier_and_latest_are_the_same(plugin: Plugin, function: str) -> None:
    inputs = inputs_of(plugin, function)
    news = inputs_of(plugin, function, qualifier="LATEST")

    assert plugin.diff(id_of(function), inputs, news) == NOTHING


def test_whether_creating_may_overwrite_is_no_difference(plugin: Plugin, function: str) -> None:
    inputs = inputs_of(plugin, function)

    assert plugin.diff(id_of(function), inputs, {**inputs, "allowOverwrite": True}) == NOTHING


def test_create_answers_the_id_and_every_input_and_the_times(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = inputs_of(
        plugin,
        function,
        destinationConfig={"onSuccess": {"destination": TOPIC}},
        maxAsyncEventAgeInSeconds=60,
    )

    created = plugin.create(inputs)

    times = {key: created.outputs.pop(key) for key in ("createdTime", "lastModifiedTime")}
    assert created.id == id_of(function)
    assert created.outputs == inputs
    assert all(times.values())
    stored = cloud.configs(function=function)
    assert [config["maxAsyncEventAgeInSeconds"] for config in stored] == [60]


def test_floats_on_the_wire_make_no_difference(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = inputs_of(plugin, function, maxAsyncRetryAttempts=1.0)
    created = plugin.create(inputs)

    assert isinstance(created.outputs["maxAsyncRetryAttempts"], float)
    assert plugin.diff(created.id, created.outputs, inputs) == NOTHING
    [put] = [call for call in cloud.calls() if call.method == "PUT"]
    assert '"maxAsyncRetryAttempts": 1,' in json.dumps(put.body)


def test_a_life(plugin: Plugin, destroying: Plugin, cloud: EmulatorServer, function: str) -> None:
    inputs = inputs_of(plugin, function, destinationConfig={"onFailure": {"destination": QUEUE}})
    created = plugin.create(inputs)
    assert plugin.diff(created.id, created.outputs, inputs) == NOTHING

    news = inputs_of(plugin, function, destinationConfig={"onSuccess": {"destination": TOPIC}})
    assert plugin.diff(created.id, created.outputs, news) == UPDATE
    outputs = plugin.update(created.id, created.outputs, news)
    assert outputs["destinationConfig"] == {"onSuccess": {"destination": TOPIC}}
    assert plugin.diff(created.id, outputs, news) == NOTHING

    found = destroying.refresh(created.id, outputs)
    assert (found.id, found.outputs, found.inputs) == (created.id, outputs, news)

    destroying.delete(created.id, outputs)
    assert cloud.configs(function=function) == []


def test_a_refresh_shows_drift_in_outputs_and_inputs(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    inputs = inputs_of(plugin, function)
    created = plugin.create(inputs)
    cloud.modify("demo", function, {"maxAsyncRetryAttempts": 7})

    found = plugin.refresh(created.id, created.outputs)

    assert found.outputs["maxAsyncRetryAttempts"] == 7
    assert found.inputs == {**inputs, "maxAsyncRetryAttempts": 7}
    assert plugin.diff(created.id, found.outputs, inputs) == UPDATE


def test_a_refresh_of_nothing_answers_no_id(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    created = plugin.create(inputs_of(plugin, function))
    cloud.clear_configs()

    found = plugin.refresh(created.id, created.outputs)

    assert (found.id, found.outputs) == ("", {})


def test_a_refresh_without_the_function_answers_no_id(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    created = plugin.create(inputs_of(plugin, function))
    cloud.missing("demo", function)

    assert plugin.refresh(created.id, created.outputs).id == ""


def test_a_get_works_from_the_id_alone(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    cloud.seed("demo", function, {"maxAsyncRetryAttempts": 1})

    found = plugin.get(id_of(function))

    assert found.id == id_of(function)
    assert found.outputs["functionName"] == function
    assert found.outputs["maxAsyncRetryAttempts"] == 1
    assert found.outputs["allowOverwrite"] is False


@pytest.mark.usefixtures("cloud")
def test_a_get_of_nothing_is_an_error(plugin: Plugin, function: str) -> None:
    with pytest.raises(PluginError, match=r"\AThere is no async-invoke-config to get: .*\Z"):
        plugin.get(id_of(function))


@pytest.mark.usefixtures("cloud")
def test_deleting_nothing_succeeds(plugin: Plugin, destroying: Plugin, function: str) -> None:
    destroying.delete(id_of(function), inputs_of(plugin, function))


def test_an_identical_config_is_adopted(
    plugin: Plugin, cloud: EmulatorServer, function: str
) -> None:
    cloud.seed("demo", function, {"maxAsyncRetryAttempts": 1})

    plugin.create(inputs_of(plugin, function, maxAsyncRetryAttempts=1))

    assert [call.method for call in cloud.calls()] == ["GET"]


@pytest.mark.parametrize(
    "rules",
    [pytest.param(each, id=f"{each.merge}-{each.null}-{each.empty}") for each in all_rules()],
)
def test_a_destination_is_removed_on_every_service(
    plugin: Plugin, cloud: EmulatorServer, function: str, rules: Rules
) -> None:
    cloud.use_rules(rules)
    inputs = inputs_of(plugin, function, destinationConfig={"onFailure": {"destination": QUEUE}})
    created = plugin.create(inputs)

    outputs = plugin.update(created.id, created.outputs, inputs_of(plugin, function))

    assert "destinationConfig" not in outputs
    [stored] = cloud.configs(function=function)
    assert "destinationConfig" not in stored


def test_several_threads_at_once(plugin: Plugin, cloud: EmulatorServer, function: str) -> None:
    def live(number: int) -> bool:
        inputs = inputs_of(plugin, f"{function}{number}", maxAsyncRetryAttempts=number % 9)
        created = plugin.create(inputs)
        news = {**inputs, "statefulInvocation": True}
        outputs = plugin.update(created.id, created.outputs, news)
        return plugin.refresh(created.id, outputs).inputs == news

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(live, range(40)))
    assert len(cloud.configs()) == 40


# -- Function Compute 3.0


@pytest.fixture(scope="module")
def v3_plugin(make_plugin: MakePlugin) -> Iterator[Plugin]:
    with make_plugin(provider=V3_PROVIDER) as started:
        yield started


def v3_inputs(plugin: Plugin, function: str, **more: object) -> Bag:
    checked = plugin.check({"functionName": function, **more})
    assert checked.failures == {}
    return checked.inputs


def test_check_of_3_0_writes_every_default_into_the_inputs(
    v3_plugin: Plugin, function: str
) -> None:
    assert v3_inputs(v3_plugin, function) == {
        "functionName": function,
        "qualifier": "LATEST",
        "region": REGION,
        "accountId": ACCOUNT,
        "maxAsyncEventAgeInSeconds": 86_400,
        "maxAsyncRetryAttempts": 3,
        "asyncTask": False,
        "allowOverwrite": False,
    }


@pytest.mark.parametrize("name", ["serviceName", "statefulInvocation"])
def test_3_0_knows_nothing_that_only_2_0_has(v3_plugin: Plugin, name: str) -> None:
    checked = v3_plugin.check({"functionName": "hello", name: "value"})

    assert checked.failures[name].startswith("is not a property of V3AsyncInvokeConfig")


def test_a_life_in_3_0(v3_plugin: Plugin, cloud: EmulatorServer, function: str) -> None:
    inputs = v3_inputs(v3_plugin, function, destinationConfig={"onFailure": {"destination": QUEUE}})
    created = v3_plugin.create(inputs)
    arn = f"acs:fc:{REGION}:{ACCOUNT}:functions/{function}"
    assert created.id == f"{arn}/LATEST"
    assert created.outputs["functionArn"] == arn
    assert v3_plugin.diff(created.id, created.outputs, inputs) == NOTHING

    news = v3_inputs(v3_plugin, function, asyncTask=True)
    assert v3_plugin.diff(created.id, created.outputs, news) == UPDATE
    outputs = v3_plugin.update(created.id, created.outputs, news)

    found = v3_plugin.refresh(created.id, outputs)
    assert (found.id, found.outputs, found.inputs) == (created.id, outputs, news)
    assert [call.method for call in cloud.calls()] == ["GET", "PUT", "PUT", "GET"]


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param(each, id=f"{each.merge}-{each.null}-{each.empty}-{each.unset_as}")
        for each in all_rules("merge", "null", "empty", "unset_as")
    ],
)
def test_a_destination_of_3_0_is_removed_on_every_service(
    v3_plugin: Plugin, cloud: EmulatorServer, function: str, rules: Rules
) -> None:
    cloud.use_rules(rules)
    sides = {"onFailure": {"destination": QUEUE}, "onSuccess": {"destination": TOPIC}}
    cloud.seed(function=function, config={"destinationConfig": sides})  # no number was ever set
    inputs = v3_inputs(v3_plugin, function, destinationConfig=sides, allowOverwrite=True)
    outputs = v3_plugin.create(inputs).outputs
    id_ = f"acs:fc:{REGION}:{ACCOUNT}:functions/{function}/LATEST"

    for left in ({"onSuccess": {"destination": TOPIC}}, {}):
        news = v3_inputs(v3_plugin, function, destinationConfig=left)
        outputs = v3_plugin.update(id_, outputs, news)
        [stored] = cloud.configs(function=function)
        assert (outputs.get("destinationConfig", {}), stored.get("destinationConfig", {})) == (
            left,
            left,
        )
    sent = json.dumps([call.body for call in cloud.calls()])
    assert 'onSuccess": {}' not in sent
    assert 'onFailure": {}' not in sent


@pytest.mark.parametrize("unset_as", CHOICES["unset_as"])
def test_a_config_of_3_0_in_which_nothing_was_ever_set_is_what_it_reads_as(
    v3_plugin: Plugin, cloud: EmulatorServer, function: str, unset_as: UnsetAs
) -> None:
    cloud.rules(unset_as=unset_as)
    cloud.seed(function=function)
    plain = v3_inputs(v3_plugin, function)
    zero = v3_inputs(v3_plugin, function, maxAsyncRetryAttempts=0)
    same, other = (zero, plain) if unset_as == "zero" else (plain, zero)

    with pytest.raises(PluginError, match=r"maxAsyncRetryAttempts is \d on the service, \d decl"):
        v3_plugin.create(other)
    assert {call.method for call in cloud.calls()} == {"GET"}

    cloud.clear_calls()
    v3_plugin.create(same)
    # A 0 may be none at all, so it is made one.
    assert [call.method for call in cloud.calls()] == ["GET", *["PUT"] * (same is zero)]
    [stored] = cloud.configs(function=function)
    assert stored.get("maxAsyncRetryAttempts") == (0 if same is zero else None)


@pytest.mark.parametrize(
    "declared", ["acs:mns:cn-shanghai::/queues/q/messages", QUEUE], ids=["empty", "whole"]
)
@pytest.mark.parametrize("read_as", ["with_account", "without_account"])
def test_a_destination_of_3_0_that_reads_in_another_spelling_is_the_declared_one(
    v3_plugin: Plugin, cloud: EmulatorServer, function: str, declared: str, read_as: DestinationAs
) -> None:
    cloud.rules(destination_as=read_as)
    sides = {"onFailure": {"destination": declared}}
    inputs = v3_inputs(v3_plugin, function, destinationConfig=sides)

    created = v3_plugin.create(inputs)
    assert created.outputs["destinationConfig"] == sides

    refreshed = v3_plugin.refresh(created.id, created.outputs)
    assert refreshed is not None
    assert refreshed.outputs["destinationConfig"] == sides
    assert v3_plugin.diff(created.id, refreshed.outputs, inputs) == NOTHING

    fewer = v3_inputs(v3_plugin, function, maxAsyncRetryAttempts=1)
    updated = v3_plugin.update(created.id, refreshed.outputs, fewer)
    assert "destinationConfig" not in updated
