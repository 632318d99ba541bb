"""Which resources of one run mean one config."""

import pytest

from pulumi_fc_async_invoke.plugin.ownership import Declarations

ID = "acs:fc:cn-shanghai:1:services/demo.LATEST/functions/hello"


@pytest.fixture
def declared() -> Declarations:
    declarations = Declarations()
    declarations.declare(ID)
    return declarations


def test_a_resource_without_a_change_keeps_its_config(declared: Declarations) -> None:
    declared.has_diffed(ID, changes=False)
    assert declared.is_kept(ID)


def test_a_resource_with_a_change_may_still_be_replaced(declared: Declarations) -> None:
    declared.has_diffed(ID, changes=True)
    assert not declared.is_kept(ID)


def test_a_refresh_before_the_program_runs_keeps_nothing() -> None:
    declarations = Declarations()
    declarations.has_diffed(ID, changes=False)
    assert not declarations.is_kept(ID)


@pytest.mark.parametrize("drifted", [True, False])
def test_a_refresh_while_the_program_runs_keeps_nothing(
    declared: Declarations, *, drifted: bool
) -> None:
    declared.has_read(ID)
    declared.has_diffed(ID, changes=drifted)
    assert not declared.is_kept(ID)
    declared.has_diffed(ID, changes=False)
    assert declared.is_kept(ID)


def test_a_creation_that_failed_may_be_claimed_again(declared: Declarations) -> None:
    assert declared.claim(ID)
    assert not declared.claim(ID)
    declared.release(ID)
    assert declared.claim(ID)


def test_a_creation_that_failed_is_known_until_one_succeeds(declared: Declarations) -> None:
    assert not declared.has_failed(ID)
    declared.claim(ID)
    declared.release(ID)
    assert declared.has_failed(ID)
    declared.claim(ID)
    assert not declared.has_failed(ID)
