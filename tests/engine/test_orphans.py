"""The command line is killed and its plugin is left: it ends its write, and then itself."""

from collections.abc import Mapping
from typing import Any

import pytest
from tests.support.fault_steps import in_words, next_step, values_in_state
from tests.support.faults_page import ORPHAN
from tests.support.holds import LONG, wait_until_held
from tests.support.processes import COMMAND, PLUGIN, running_up
from tests.support.programs import declaration, destinations
from tests.support.stack import Stack
from tests.support.values import QUEUE, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer


def test_a_plugin_without_its_engine_ends_after_its_write(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(declaration("hello", max_async_retry_attempts=5))
    cloud.fault("latency", method="PUT", milliseconds=LONG)
    with running_up(stack) as run:
        wait_until_held(cloud, 1)
        run.kill(COMMAND, run.parts()[COMMAND])
        cloud.release()

        assert run.outlasting(PLUGIN) == []
    assert held_values(cloud, "hello") == api_values(max_async_retry_attempts=5)


ROUNDS = (
    {
        "created": ("create: PUT", "PUT"),
        "updated": ("update: PUT", "PUT"),
        "removed": ("removal of a destination: DELETE, and the PUT after it", "DELETE"),
        "same": ("create: PUT, where the program is not edited", "PUT"),
    },
    {"deleted": ("delete: DELETE", "DELETE")},
)
"""Resource → its operation in words, and the call that is held. The engine deletes last."""
OLD, KILLED, NEW = 1, 2, 3
"""Retries that the program declares before, in the run that is killed, and then."""


def program(retries: int, *names: str) -> str:
    return "".join(declaration(name, max_async_retry_attempts=retries) for name in names)


@pytest.mark.proof
def test_a_write_that_lands_after_the_up_of_an_edited_program_is_found_by_a_refresh(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.rules(merge="deep", null="ignore", empty="ignore")  # a removal takes DELETE and PUT
    stack.configure(fc__requestTimeout="3600")  # no call is given up, and made again, meanwhile
    with_destination = declaration(
        "removed",
        max_async_retry_attempts=OLD,
        destination_config=destinations(failure=QUEUE),
    )
    stack.program(program(OLD, "updated", "deleted") + with_destination)
    stack.up()
    written, kept = ("created", "updated", "removed"), program(OLD, "deleted")
    all_written = program(NEW, *written, "same")
    programs = (
        (program(KILLED, *written) + program(NEW, "same") + kept, all_written + kept),
        (all_written, all_written + program(NEW, "deleted")),
    )
    rows: list[tuple[str, ...]] = []
    for names, (killed, edited) in zip(ROUNDS, programs, strict=True):
        for name, (_, method) in names.items():
            cloud.fault("latency", method=method, function=name, times=1, milliseconds=LONG)
        cloud.clear_calls()
        stack.program(killed)
        with running_up(stack) as run:
            wait_until_held(cloud, len(names))
            run.kill(COMMAND, run.parts()[COMMAND])
            stack.program(edited)
            stack.run("cancel", "--yes", "--stack", stack.name)
            stack.up()
            assert {named(held_values(cloud, name)) for name in names} == {"new"}
            cloud.release()
            # Between its DELETE and its PUT nothing is under way: only its own end shows the end.
            assert run.outlasting(PLUGIN) == []
        seen = {
            name: (named(values_in_state(stack, name)), named(held_values(cloud, name)))
            for name in names
        }
        cloud.clear_calls()
        outcome = stack.up()
        unrefreshed = {name: next_step(outcome, cloud, name) for name in names}
        assert cloud.calls() == []
        outcome = stack.up("--refresh")
        rows += [
            (
                words,
                *seen[name],
                unrefreshed[name],
                next_step(outcome, cloud, name),
                named(held_values(cloud, name)),
            )
            for name, (words, _) in names.items()
        ]
    stack.refresh("--clear-pending-creates")
    assert stack.settled()
    ORPHAN.check(rows)


def named(values: Mapping[str, Any]) -> str:
    if values == api_values(max_async_retry_attempts=KILLED):
        return "what the killed run declared"
    return in_words(values, old=OLD, new=NEW)
