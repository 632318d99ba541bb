"""Which resources of one run mean one config; the sequences are in the plugin's own tests."""

import pytest

from pulumi_fc_async_invoke.api.errors import StillDeclaredError
from pulumi_fc_async_invoke.plugin.ownership import Ownership, describe

ID = "acs:fc:cn-shanghai:1:services/demo.LATEST/functions/hello"
TYPE = "urn:pulumi:dev::project::pulumi-python:dynamic/fc:AsyncInvokeConfig"
OLD, NEW = f"{TYPE}::old", f"{TYPE}::new"


def test_another_urn_is_named() -> None:
    ownership = Ownership()
    assert ownership.declare(ID, OLD) is None
    assert ownership.declare(ID, NEW) == OLD
    assert ownership.declare(ID, OLD) is None


@pytest.mark.parametrize(("first", "second"), [(None, NEW), (OLD, None), (None, None)])
def test_nothing_is_a_duplicate_where_a_urn_is_hidden(
    first: str | None, second: str | None
) -> None:
    ownership = Ownership()
    ownership.declare(ID, first)
    assert ownership.declare(ID, second) is None


def test_what_is_declared_is_spared_where_the_urn_is_hidden() -> None:
    ownership = Ownership()
    ownership.declare(ID, None)
    assert ownership.delete(ID, None) == "the program still declares it"
    assert ownership.may_overwrite(ID, None)


def test_a_creation_that_succeeds_in_the_end_has_not_failed() -> None:
    ownership = Ownership()
    ownership.declare(ID, NEW)
    ownership.fail(ID)
    with pytest.raises(StillDeclaredError, match="as 'new' declares the same config"):
        ownership.delete(ID, OLD)
    ownership.succeed(ID)
    assert ownership.delete(ID, OLD) == "'new' still declares it"


def test_another_resource_of_the_same_name_is_described_by_its_urn() -> None:
    below = TYPE.replace("pulumi-python", "test:index:Group$pulumi-python") + "::new"
    assert describe(NEW, OLD) == "'old'"
    assert describe(NEW, below) == below


@pytest.mark.parametrize("kept", [True, False])
def test_what_is_deleted_is_gone_and_what_is_kept_is_not(kept: bool) -> None:  # noqa: FBT001  a parameter of the test
    ownership = Ownership()
    if kept:
        ownership.declare(ID, NEW)
    ownership.delete(ID, OLD)
    assert ownership.is_gone(ID) is not kept


TWIN = "acs:fc:cn-shanghai:1:functions/demo$hello/LATEST"


def test_a_config_stays_in_state_if_its_twin_could_not_be_created() -> None:
    ownership = Ownership()
    ownership.declare(TWIN, NEW)
    ownership.fail(TWIN)
    with pytest.raises(StillDeclaredError, match="stays in state, as 'new' declares"):
        ownership.delete(ID, OLD, TWIN)


def test_a_config_whose_twin_a_get_reads_is_spared() -> None:
    ownership = Ownership()
    ownership.read(TWIN, NEW)
    assert "'new' reads it in this run (get)" in (ownership.delete(ID, OLD, TWIN) or "")


@pytest.mark.parametrize("has_failed", [True, False])
def test_what_is_kept_does_not_bring_back_what_its_twins_delete_takes(*, has_failed: bool) -> None:
    ownership = Ownership()
    assert ownership.delete(ID, OLD, TWIN) is None
    ownership.declare(TWIN, NEW)
    if has_failed:
        ownership.fail(TWIN)
        with pytest.raises(StillDeclaredError):
            ownership.delete(TWIN, NEW, ID)
    else:
        assert ownership.delete(TWIN, NEW, ID) is not None
    assert ownership.is_gone(TWIN)
