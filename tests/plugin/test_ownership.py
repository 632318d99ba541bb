"""Who owns a config: each sequence of calls that the engine was seen to send, and what is decided.

The rows of `plugin/ownership.py` are calls. These are what a user does, the calls that the engine
makes of it, and the tests: of those calls alone (here, unless another file is named), then on the
real engine.

create: Check, Create
    test_operations.py::test_a_life
    test_basic.py::test_up_creates_what_the_program_declares_with_one_get_and_one_put
update: Check (old inputs), Diff, Update
    test_operations.py::test_another_value_is_an_update
    test_basic.py::test_no_change_calls_nothing_a_changed_number_is_one_put_and_destroy_deletes
replace: Check (old inputs), Diff, Check, Create, Delete of the former id
    test_ownership.py::test_a_replacement_by_another_identity_deletes_the_former_one
    test_identity.py::test_each_part_of_the_identity_replaces_with_the_new_made_before_the_old_is_deleted
delete-first: Check (old inputs), Diff, Check, Delete of the former id, Create
    test_ownership.py::test_a_replacement_that_deletes_first_keeps_the_config_and_may_change_values
    test_resource_options.py::test_delete_before_replace_deletes_the_old_one_first
delete-first, of a parent: Delete, and after the parent's own calls Check, Create
    test_ownership.py::test_a_replacement_with_a_parent_that_deletes_first_deletes_and_creates
    test_ownership.py::test_what_another_resource_has_deleted_before_it_is_checked_is_put_back
    test_replacement.py::test_a_dependent_of_what_is_replaced_delete_first_is_made_by_the_next_up
pending replacement: Check (old inputs), Diff, Check, Create
    test_ownership.py::test_a_pending_replacement_is_created
    test_replacement.py::test_a_put_that_is_refused_after_the_delete_is_made_by_the_next_up
rename without alias: Check, Create, Delete by the other URN
    test_ownership.py::test_a_rename_without_alias_takes_the_config_along
    test_resource_options.py::test_a_new_name_takes_the_config_along
--replace: Check (no old inputs), Create, Delete of the same id; delete-first, Delete and Create
    test_ownership.py::test_a_replacement_on_demand_keeps_the_config
    test_resource_options.py::test_a_replacement_by_the_same_config_ends_with_the_config_there
taint: the same
    test_replacement.py::test_a_tainted_resource_keeps_its_config
replacement_trigger: the same after a Check with old inputs
    test_ownership.py::test_a_replacement_by_a_trigger_may_change_values
    test_replacement.py::test_a_trigger_may_change_values_at_the_same_time
--target: nothing for what is not targeted
    test_resource_options.py::test_only_the_target_is_changed
--refresh: Read, then as without it
    test_ownership.py::test_a_refresh_spares_nothing
    test_duplicates.py::test_a_refresh_of_the_old_name_does_not_stop_a_new_one
refresh: Read, and Diff the other way round
    test_operations.py::test_a_refresh_shows_drift_in_outputs_and_inputs
    test_drift.py::test_refresh_takes_it_into_state_and_up_corrects_it
destroy: Delete alone, with the program as well
    test_ownership.py::test_what_the_program_does_not_declare_any_more_is_deleted
    test_replacement.py::test_a_destroy_that_runs_the_program_deletes
--continue-on-error: as without it, and Delete after a Create that has failed
    test_ownership.py::test_a_rename_that_fails_leaves_the_old_name_in_state
    test_resource_options.py::test_a_new_name_that_fails_leaves_the_old_one_in_state
state move, state rename: Check (old inputs), Diff in the new place, nothing in the old one
    test_replacement.py::test_a_state_that_moves_to_another_stack_keeps_the_config
    test_replacement.py::test_a_state_that_moves_to_another_name_keeps_the_config
kill between any two: what is left of one of these, in a process that knows nothing of it
    test_ownership.py::test_what_a_killed_replacement_has_left_to_delete_is_kept
    test_crashes.py::test_after_a_crash_at_any_call_the_next_up_converges
    test_kill_matrix.py::test_after_a_kill_at_any_moment_the_next_command_converges
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.plugin.conftest import MakePlugin
from tests.support.holds import LONG, wait_until_held
from tests.support.plugin import (
    PROVIDER,
    V3_PROVIDER,
    Bag,
    Checked,
    Difference,
    FakeEngine,
    Found,
    Plugin,
    PluginError,
)
from tests.support.values import ACCOUNT, QUEUE, REGION

from pulumi_fc_async_invoke.emulator.rules import Twins
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

TESTS = Path(__file__).parents[1]


@dataclass
class Run:
    """One run of the engine, as one test sees it: its resources are in a service of their own."""

    plugin: Plugin
    engine: FakeEngine
    cloud: EmulatorServer
    service: str
    """In 3.0, the beginning of each function's name."""
    is_v3: bool
    _logged_before: int

    def urn(self, name: str) -> str:
        return f"urn:pulumi:{self.service}::project::pulumi-python:dynamic/fc:Config::{name}"

    def names(self, function: str = "hello") -> Bag:
        if self.is_v3:
            return {"functionName": f"{self.service}_{function}"}
        return {"serviceName": self.service, "functionName": function}

    def shown(self, function: str = "hello") -> str:
        names = self.names(function)
        if self.is_v3:
            return f"{names['functionName']}/LATEST"
        return f"{self.service}.LATEST/{function}"

    def id_of(self, function: str = "hello") -> str:
        if self.is_v3:
            return f"acs:fc:{REGION}:{ACCOUNT}:functions/{self.shown(function)}"
        return f"acs:fc:{REGION}:{ACCOUNT}:services/{self.service}.LATEST/functions/{function}"

    def declared(self, function: str = "hello", **more: object) -> Bag:
        """Inputs as a former run has left them in state."""
        return {
            **self.names(function),
            "qualifier": "LATEST",
            "region": REGION,
            "accountId": ACCOUNT,
            "maxAsyncEventAgeInSeconds": 86_400,
            "maxAsyncRetryAttempts": 3,
            "asyncTask" if self.is_v3 else "statefulInvocation": False,
            "allowOverwrite": False,
            **more,
        }

    def check(
        self, name: str, function: str = "hello", *, olds: Bag | None = None, **more: object
    ) -> Checked:
        return self.plugin.check({**self.names(function), **more}, olds, urn=self.urn(name))

    def inputs(
        self, name: str, function: str = "hello", *, olds: Bag | None = None, **more: object
    ) -> Bag:
        checked = self.check(name, function, olds=olds, **more)
        assert checked.failures == {}
        return checked.inputs

    def imports(self, function: str = "hello", *, olds: Bag | None = None) -> Checked:
        """Check of a resource that `import_` tells to adopt a config."""
        more: Bag = {"__import": self.id_of(function)}
        return self.check("hello", olds=olds, **more)

    def create(self, name: str, inputs: Bag) -> Found:
        return self.plugin.create(inputs, urn=self.urn(name))

    def delete(self, name: str, function: str = "hello") -> None:
        self.plugin.delete(self.id_of(function), {}, urn=self.urn(name))

    def refused(self, call: Callable[[], object]) -> str:
        with pytest.raises(PluginError) as caught:
            call()
        return str(caught.value)

    def seed(self, function: str = "hello", **values: object) -> None:
        names = self.names(function)
        self.cloud.seed(names.get("serviceName"), names["functionName"], values)

    @property
    def writes(self) -> list[str]:
        """Method and function of each write, in order."""
        prefix = f"{self.service}_"
        calls = [
            f"{each.method} {(each.function or '').removeprefix(prefix)}"
            for each in self.cloud.calls()
        ]
        return [each for each in calls if not each.startswith("GET")]

    @property
    def told(self) -> tuple[str, str]:
        """Under which URN the last thing was said, and what."""
        told = self.engine.logged[self._logged_before :][-1]
        return told.urn, told.message


@pytest.fixture(scope="module", params=[PROVIDER, V3_PROVIDER], ids=["2.0", "3.0"])
def up(
    request: pytest.FixtureRequest, make_plugin: MakePlugin
) -> Iterator[tuple[FakeEngine, Plugin]]:
    with (
        FakeEngine() as engine,
        make_plugin(engine=engine.address, provider=request.param) as plugin,
    ):
        yield engine, plugin


@pytest.fixture
def run(up: tuple[FakeEngine, Plugin], cloud: EmulatorServer, function: str) -> Run:
    engine, plugin = up
    is_v3 = plugin.provider == V3_PROVIDER
    return Run(plugin, engine, cloud, function, is_v3, len(engine.logged))


def test_each_sequence_has_the_tests_that_are_named_for_it() -> None:
    text = __doc__ or ""
    rows = re.split(r"\n(?=\S)", text.partition("\n\n")[2].partition("\n\n")[2].strip())
    for row in rows:
        named = re.findall(r"^    (test_\w+\.py)::(test_\w+)$", row, re.MULTILINE)
        assert named, row
        for file, name in named:
            texts = [path.read_text() for path in TESTS.rglob(file)]
            assert any(f"def {name}(" in each for each in texts), name


# -- duplicates


def test_a_second_resource_is_refused_and_the_first_is_named(run: Run) -> None:
    run.inputs("first")
    failures = run.check("second", qualifier="LATEST").failures
    assert failures == {
        "": "'first' declares the same config already, that of "
        f"{run.shown()} ({REGION}, account {ACCOUNT}): keep one of the two"
    }


def test_a_duplicate_is_told_along_with_everything_else_that_is_wrong(run: Run) -> None:
    run.inputs("first")
    assert set(run.check("second", maxAsyncRetryAttempts=9).failures) == {
        "",
        "maxAsyncRetryAttempts",
    }


def test_the_same_resource_may_be_checked_again(run: Run) -> None:
    inputs = run.inputs("hello")
    assert run.inputs("hello", olds=inputs) == inputs
    assert run.inputs("hello") == inputs


def test_configs_of_two_regions_are_two(run: Run) -> None:
    run.inputs("first")
    run.inputs("second", region="cn-hangzhou")


# -- replacements: the same resource, once more


def test_a_replacement_on_demand_keeps_the_config(run: Run) -> None:
    run.seed()
    run.create("hello", run.inputs("hello"))
    run.delete("hello")
    assert run.writes == []
    assert run.told[1].endswith("it is not deleted, as the program still declares it")


def test_a_replacement_by_a_trigger_may_change_values(run: Run) -> None:
    run.seed()
    olds = run.declared()
    run.inputs("hello", olds=olds, maxAsyncRetryAttempts=1)
    run.create("hello", run.inputs("hello", maxAsyncRetryAttempts=1))
    run.delete("hello")
    assert run.writes == ["PUT hello"]


def test_a_replacement_that_deletes_first_keeps_the_config_and_may_change_values(run: Run) -> None:
    run.seed()
    inputs = run.inputs("hello", maxAsyncRetryAttempts=1)
    run.delete("hello")
    run.create("hello", inputs)
    assert run.writes == ["PUT hello"]


def test_a_replacement_by_another_identity_deletes_the_former_one(run: Run) -> None:
    run.seed("old")
    run.inputs("hello", "new", olds=run.declared("old"))
    run.create("hello", run.inputs("hello", "new"))
    run.delete("hello", "old")
    assert run.writes == ["PUT new", "DELETE old"]


def test_a_replacement_with_a_parent_that_deletes_first_deletes_and_creates(run: Run) -> None:
    # The engine deletes such a child before the program has registered it.
    run.seed()
    run.delete("hello")
    run.create("hello", run.inputs("hello"))
    assert run.writes == ["DELETE hello", "PUT hello"]


@pytest.mark.parametrize("there", [True, False])
def test_a_pending_replacement_is_created(run: Run, *, there: bool) -> None:
    # It was deleted in a former run, or spared from a delete, and the creation has failed.
    if there:
        run.seed()
    olds = run.declared()
    inputs = run.inputs("hello", olds=olds, maxAsyncRetryAttempts=1)
    run.plugin.diff(run.id_of(), olds, inputs)
    run.create("hello", run.inputs("hello", maxAsyncRetryAttempts=1))
    assert run.writes == ["PUT hello"]


def test_a_pending_replacement_by_another_identity_overwrites_nothing(run: Run) -> None:
    run.seed("new", maxAsyncRetryAttempts=7)
    run.inputs("hello", "new", olds=run.declared("old"))
    inputs = run.inputs("hello", "new")
    assert "a different config exists" in run.refused(lambda: run.create("hello", inputs))
    assert run.writes == []


def test_state_of_the_other_version_makes_no_config_its_own(run: Run) -> None:
    # An alias with a type brings it.
    run.seed(maxAsyncRetryAttempts=7)
    olds = {**run.declared(), "serviceName": "demo"}
    del olds["asyncTask" if run.is_v3 else "statefulInvocation"]
    olds["statefulInvocation" if run.is_v3 else "asyncTask"] = False
    inputs = run.inputs("hello", olds=olds)
    assert "a different config exists" in run.refused(lambda: run.create("hello", inputs))
    line = run.refused(lambda: run.plugin.diff("acs:fc:r:1:x", olds, inputs))
    assert "An alias cannot move a resource to the other version" in line


def test_what_a_killed_replacement_has_left_to_delete_is_kept(run: Run) -> None:
    run.seed()
    olds = run.declared()
    inputs = run.inputs("hello", olds=olds)
    run.plugin.diff(run.id_of(), olds, inputs)
    run.delete("hello")
    assert run.writes == []


# -- renames: another resource, the same config


def test_a_rename_without_alias_takes_the_config_along(run: Run) -> None:
    run.seed()
    run.create("new", run.inputs("new"))
    run.delete("old")
    assert run.writes == []
    assert run.told[1].endswith("it is not deleted, as 'new' still declares it")


@pytest.mark.parametrize("why", ["refused by check", "wrong import_", "refused by create"])
def test_a_rename_that_fails_leaves_the_old_name_in_state(run: Run, why: str) -> None:
    # Only `--continue-on-error` goes on to the delete.
    run.seed()
    if why == "refused by check":
        assert run.check("new", maxAsyncRetryAttempts=9).failures
    elif why == "wrong import_":
        assert run.check("new", __import="hello").failures
    else:
        inputs = run.inputs("new", maxAsyncRetryAttempts=1)
        run.refused(lambda: run.create("new", inputs))
    line = run.refused(lambda: run.delete("old"))
    assert "it is not deleted, and stays in state, as 'new' declares the same config" in line
    assert run.writes == []


def test_a_rename_that_is_made_at_the_second_attempt_takes_the_config_along(run: Run) -> None:
    # A hook of the program may let the engine try again in the same run.
    run.seed()
    inputs = run.inputs("new")
    run.cloud.fault("AccessDenied", method="GET", times=1)
    run.refused(lambda: run.create("new", inputs))
    run.create("new", inputs)
    run.delete("old")
    assert run.writes == []
    assert run.told[1].endswith("it is not deleted, as 'new' still declares it")


def test_names_that_move_on_by_one_keep_what_is_declared(run: Run) -> None:
    # first: a to b; second: b to c, delete-first.
    run.seed("a")
    run.seed("b")
    first = run.inputs("first", "b")
    second = run.inputs("second", "c")
    run.delete("second", "b")
    run.create("second", second)
    run.create("first", first)
    run.delete("first", "a")
    assert run.writes == ["PUT c", "DELETE a"]


def test_two_that_swap_their_identities_are_both_refused_and_nothing_is_lost(run: Run) -> None:
    run.seed("one", maxAsyncRetryAttempts=1)
    run.seed("two", maxAsyncRetryAttempts=2)
    first = run.inputs("first", "two", olds=run.declared("one"), maxAsyncRetryAttempts=1)
    second = run.inputs("second", "one", olds=run.declared("two"), maxAsyncRetryAttempts=2)
    for name, inputs in (("first", first), ("second", second)):
        line = run.refused(lambda name=name, inputs=inputs: run.create(name, inputs))  # type: ignore[misc]  # mypy infers no lambda with defaults
        assert "a different config exists" in line
    assert run.writes == []


# -- deletes that are meant


def test_what_the_program_does_not_declare_any_more_is_deleted(run: Run) -> None:
    run.seed()
    run.inputs("other", "other")
    run.delete("hello")
    assert run.writes == ["DELETE hello"]


@pytest.mark.parametrize("name", ["hello", "removed"])
def test_a_refresh_spares_nothing(run: Run, name: str) -> None:
    run.seed()
    found = run.plugin.refresh(run.id_of(), run.declared(), urn=run.urn(name))
    run.plugin.diff(run.id_of(), found.outputs, found.inputs)
    run.delete(name)
    assert run.writes == ["DELETE hello"]


def test_what_another_resource_has_deleted_before_it_is_checked_is_put_back(run: Run) -> None:
    # Two in state declare one config, and the first is replaced delete-first.
    run.seed()
    state = run.declared()
    run.delete("moved")
    inputs = run.inputs("kept", olds=state)
    assert run.plugin.diff(run.id_of(), state, inputs).changes
    run.plugin.update(run.id_of(), state, inputs, urn=run.urn("kept"))
    assert run.writes == ["DELETE hello", "PUT hello"]
    other = run.inputs("other", "other")
    assert not run.plugin.diff(run.id_of("other"), other, other).changes


# -- from managed to `get`


def test_a_config_that_this_run_reads_is_not_deleted(run: Run) -> None:
    run.seed()
    run.plugin.get(run.id_of(), urn=run.urn("found"))
    run.delete("hello")
    assert run.writes == []
    assert "it is not deleted, as 'found' reads it in this run (get)" in run.told[1]


@pytest.mark.usefixtures("cloud")
def test_a_get_of_nothing_spares_nothing(run: Run) -> None:
    run.refused(lambda: run.plugin.get(run.id_of(), urn=run.urn("found")))
    run.delete("hello")
    assert run.writes == ["DELETE hello"]


# -- the option import_


def test_an_import_adopts_and_says_so_and_leaves_no_trace(run: Run) -> None:
    run.seed()
    inputs = run.imports().inputs
    assert inputs == run.declared()
    assert run.create("hello", inputs).outputs.keys() >= inputs.keys()
    assert run.writes == []
    about, message = run.told
    assert about == run.urn("hello")
    assert message.endswith("adopted: it exists already, as declared")


def test_an_import_of_nothing_creates_nothing(run: Run) -> None:
    inputs = run.imports().inputs
    line = run.refused(lambda: run.create("hello", inputs))
    assert line.endswith("there is none to adopt: remove import_, and it is created")
    assert run.writes == []


def test_an_import_of_something_different_writes_nothing(run: Run) -> None:
    run.seed(maxAsyncRetryAttempts=7)
    inputs = {**run.imports().inputs, "allowOverwrite": True}
    line = run.refused(lambda: run.create("hello", inputs))
    assert "import_ writes nothing: maxAsyncRetryAttempts is 7 on the service, 3 declared" in line
    assert run.writes == []


def test_an_import_of_another_config_is_refused(run: Run) -> None:
    (reason,) = run.imports("other").failures.values()
    assert reason.startswith(f"import_ names {run.shown('other')}")
    assert "but the resource declares" in reason


def test_an_import_of_something_else_is_refused(run: Run) -> None:
    (reason,) = run.check("hello", __import="hello").failures.values()
    assert reason.startswith("import_: 'hello' is not the id of an async-invoke-config")


def test_an_import_may_name_the_id_without_its_qualifier(run: Run) -> None:
    more: Bag = {"__import": re.sub("[./]LATEST", "", run.id_of())}
    assert run.check("hello", **more).failures == {}


def test_an_import_of_what_is_in_state_has_no_effect(run: Run) -> None:
    # A pending replacement: checked with old inputs, then without.
    for olds in (run.declared(), None):
        assert run.imports("other", olds=olds) == Checked(run.declared(), {})
    run.create("hello", run.declared())
    assert run.writes == ["PUT hello"]


def test_an_import_of_what_was_deleted_with_its_parent_creates_it(run: Run) -> None:
    run.delete("hello")
    run.create("hello", run.imports().inputs)
    assert run.writes == ["DELETE hello", "PUT hello"]


# -- what is said of a creation


def test_overwriting_says_what_was_there(run: Run) -> None:
    run.seed(maxAsyncRetryAttempts=7)
    run.create("hello", run.inputs("hello", allowOverwrite=True))
    about, message = run.told
    assert about == run.urn("hello")
    assert message.endswith("overwritten: maxAsyncRetryAttempts was 7 on the service, 3 declared")


def test_what_a_replacement_overwrites_shows_no_destination(run: Run) -> None:
    run.seed(destinationConfig={"onFailure": {"destination": QUEUE}})
    before: Bag = {"destinationConfig": {"onFailure": {"destination": QUEUE}}}
    run.inputs("hello", olds=run.declared(**before))
    run.create("hello", run.inputs("hello"))
    assert "overwritten: " in run.told[1]
    assert QUEUE not in run.told[1]


def test_a_warning_stands_under_its_resource(run: Run) -> None:
    run.inputs("new")
    run.delete("old")
    assert run.told[0] == run.urn("old")


# -- both API versions in one program


@dataclass
class Both:
    """One plugin process of both API versions, and the engine that it speaks to."""

    plugin: Plugin
    engine: FakeEngine
    configuration: Bag

    def diff(self, version: str, state: Bag, inputs: Bag) -> Difference:
        self._turn_to(version)
        return self.plugin.diff(IDS[version], state, inputs)

    def check(self, version: str, name: str) -> Checked:
        self._turn_to(version)
        names: Bag = {"functionName": "hello", "serviceName": "demo"}
        if version == "3.0":
            names = {"functionName": "demo$hello"}
        return self.plugin.check(names, urn=f"::{name}")

    def create(self, version: str, name: str) -> Found:
        return self.plugin.create(self.check(version, name).inputs, urn=f"::{name}")

    def delete(self, version: str, name: str) -> None:
        self._turn_to(version)
        self.plugin.delete(IDS[version], {}, urn=f"::{name}")

    def _turn_to(self, version: str) -> None:
        provider = V3_PROVIDER if version == "3.0" else PROVIDER
        self.plugin.configure(self.configuration, provider)


IDS = {
    "2.0": f"acs:fc:{REGION}:{ACCOUNT}:services/demo.LATEST/functions/hello",
    "3.0": f"acs:fc:{REGION}:{ACCOUNT}:functions/demo$hello/LATEST",
}
ORDERS = pytest.mark.parametrize(("first", "second"), [("2.0", "3.0"), ("3.0", "2.0")])


@pytest.fixture
def both(make_plugin: MakePlugin, configuration: Bag) -> Iterator[Both]:
    with FakeEngine() as engine, make_plugin(engine=engine.address) as plugin:
        yield Both(plugin, engine, configuration)


@ORDERS
def test_a_config_that_both_versions_declare_is_warned_of_and_never_refused(
    both: Both, first: str, second: str
) -> None:
    assert both.check(first, "first").failures == {}
    assert both.engine.warnings == []
    assert both.check(second, "second").failures == {}

    [warning] = both.engine.warnings
    assert warning.endswith(
        f": 'first' declares {IDS[first]}, most likely the same config: keep one of the two"
    )


@ORDERS
def test_a_config_that_moves_to_the_other_version_is_not_deleted(
    both: Both, cloud: EmulatorServer, first: str, second: str
) -> None:
    both.check(second, "new")
    both.delete(first, "old")

    assert cloud.calls() == []
    [warning] = both.engine.warnings
    assert warning.endswith(
        f"it is not deleted, as 'new' declares {IDS[second]}, most likely the same config"
    )


@ORDERS
@pytest.mark.parametrize("twins", ["same", "separate"])
def test_a_config_that_moves_to_the_other_version_is_adopted_if_it_is_the_same(
    both: Both, cloud: EmulatorServer, first: str, second: str, twins: Twins
) -> None:
    cloud.rules(twins=twins)
    names = ("demo", "hello") if first == "2.0" or twins == "same" else (None, "demo$hello")
    before = cloud.seed(*names)

    created = both.create(second, "new")
    both.delete(first, "old")

    assert created.id == IDS[second]
    assert cloud.config(*names) == before
    methods = [call.method for call in cloud.calls()]
    assert methods == (["GET"] if twins == "same" else ["GET", "PUT"])


@ORDERS
def test_a_config_that_the_other_version_does_not_declare_any_more_is_deleted(
    both: Both, cloud: EmulatorServer, first: str, second: str
) -> None:
    both.delete(first, "old")
    both.check(second, "new")

    assert cloud.calls()[0].method == "DELETE"


@ORDERS
def test_a_config_that_both_versions_declare_is_put_back_after_a_delete_that_comes_first(
    both: Both, cloud: EmulatorServer, first: str, second: str
) -> None:
    # Both are in state, and one is replaced delete-first before the other is checked.
    cloud.rules(twins="same")
    cloud.seed("demo", "hello")
    both.delete(first, "moved")
    assert cloud.configs() == []

    inputs = both.check(second, "kept").inputs
    assert both.diff(second, inputs, inputs).changes
    both.plugin.update(IDS[second], inputs, inputs, urn="::kept")
    assert len(cloud.configs()) == 1


def test_a_config_whose_delete_is_under_way_is_created_after_it(run: Run) -> None:
    """The engine deletes what depends on a delete-first replacement beside whatever it creates."""
    run.seed()
    run.cloud.fault("latency", method="DELETE", milliseconds=LONG)
    with ThreadPoolExecutor() as engine:
        deletion = engine.submit(run.delete, "old")
        wait_until_held(run.cloud, 1)
        creation = engine.submit(run.create, "new", run.inputs("new"))
        # That it calls nothing meanwhile can only be waited for.
        run.cloud.calls(at_least=2, seconds=0.2)
        run.cloud.clear_faults()
        run.cloud.release()
        deletion.result()
        creation.result()
    assert run.writes == ["DELETE hello", "PUT hello"]
