"""State in an S3-compatible bucket and in PostgreSQL, shared by two users."""

import os
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from tests.support.holds import LONG, wait_until_held
from tests.support.outcome import Outcome
from tests.support.postgres_server import postgres_server
from tests.support.processes import running_up
from tests.support.programs import Source, declaration, destinations
from tests.support.s3_server import s3_server
from tests.support.shared import SharedStack, guide_url
from tests.support.stack import Stack, emulator_keys, stack_environment
from tests.support.state_server import StateServer
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC, api_values, held_values

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

PLANTED = "planted-"
"""What every password starts with, to be searched for."""
CONFIGURED = {
    "alicloud:accessKey": f"{PLANTED}configured-id",
    "alicloud:secretKey": f"{PLANTED}configured-secret",
}
LOCKED = "the stack is currently locked by 1 lock(s)"


@dataclass(frozen=True)
class Place:
    """Where one test's users keep their state."""

    server: StateServer
    name: str
    url: str

    def contents(self) -> dict[str, bytes]:
        return self.server.contents(self.name)

    def locks(self) -> list[str]:
        return [key for key in self.contents() if "/locks/" in key]


@pytest.fixture(scope="module", params=["s3", pytest.param("postgresql", marks=pytest.mark.proof)])
def server(request: pytest.FixtureRequest) -> Iterator[tuple[StateServer, str]]:
    """A server, and the URL of its kind in the guide."""
    if request.param == "s3":
        with s3_server() as s3:
            yield s3, guide_url("In an S3-compatible bucket")
    else:
        with postgres_server() as postgres:
            yield postgres, guide_url("In PostgreSQL")


@pytest.fixture
def place(server: tuple[StateServer, str]) -> Place:
    at, url = server
    name = f"place-{uuid4().hex}"
    return Place(at, name, at.place(url, name))


@pytest.fixture
def alice(place: Place, engine: Path, cloud: EmulatorServer, tmp_path: Path) -> SharedStack:
    """The first user, who has logged in and made nothing yet."""
    environment = stack_environment(
        engine,
        tmp_path,
        PULUMI_CONFIG_PASSPHRASE=f"{PLANTED}passphrase",
        STATE=place.url,
        **place.server.environment,
        **emulator_keys(cloud),
    )
    stack = SharedStack(tmp_path / "alice", environment)
    configure(stack, cloud)
    stack.run("login", place.url)
    return stack


@pytest.fixture
def users(alice: SharedStack, place: Place) -> tuple[SharedStack, SharedStack]:
    """Two users of one stack that exists."""
    alice.run("stack", "init", alice.name)
    bob = alice.colleague("bob")
    bob.run("login", place.url)
    bob.run("stack", "select", bob.name)
    return alice, bob


def configure(stack: Stack, cloud: EmulatorServer) -> None:
    stack.configure(alicloud__region=REGION, alicloud__accountId=ACCOUNT, fc__endpoint=cloud.url)


@contextmanager
def working(stack: Stack) -> Generator[Future[Outcome], None, None]:
    """The stack's `pulumi up` is held in its program; it goes on after the ``with`` block."""
    gate = stack.folder / "gate"
    os.mkfifo(gate)
    program = stack.folder / "__main__.py"
    program.write_text(f"open({str(gate)!r}).read()\n{program.read_text()}")
    with ThreadPoolExecutor(1) as pool:
        outcome = pool.submit(stack.up)
        with gate.open("w"):  # waits for the program to open it
            yield outcome


def test_a_second_user_goes_on_where_the_first_one_stopped(
    alice: SharedStack, cloud: EmulatorServer
) -> None:
    alice.declare(max_async_retry_attempts=1)
    assert "2 created" in alice.follow("The first user")
    bob = alice.colleague("bob")
    assert "unchanged" in bob.follow("Everybody else")

    bob.declare(max_async_retry_attempts=2)
    assert bob.up().operations == ["update"]
    assert held_values(cloud) == api_values(max_async_retry_attempts=2)

    cloud.modify("demo", "hello", {"maxAsyncRetryAttempts": 5})
    assert [change.operation for change in alice.refresh().drift] == ["update"]
    assert alice.outputs()["maxAsyncRetryAttempts"] == 5

    assert bob.destroy().operations == ["delete"]
    assert cloud.configs() == []
    assert alice.resources == {}


@pytest.mark.proof
def test_while_one_user_works_on_a_stack_another_is_refused_and_nothing_is_lost(
    users: tuple[SharedStack, SharedStack], place: Place, cloud: EmulatorServer
) -> None:
    alice, bob = users
    alice.declare("first")
    bob.program(declaration("first") + declaration("second"))
    with working(alice) as under_way:
        (lock,) = place.locks()
        for refused in (bob.up_fails(), bob.destroy_fails()):
            assert LOCKED in refused.text
            assert lock in refused.text
            assert "delete the lock file with `pulumi cancel`" in refused.text
        assert bob.preview().by_name == {"first": ["create"], "second": ["create"]}
        assert cloud.calls() == []
    assert under_way.result().by_name == {"first": ["create"]}
    assert place.locks() == []
    assert bob.up().by_name == {"second": ["create"]}
    assert held_values(cloud, "first") == held_values(cloud, "second") == api_values()
    assert bob.settled()


LOCK_JUST_GONE = "key not found: sql: no rows in result set"
"""What the engine says of a lock in PostgreSQL that the other takes away while it reads them."""


@pytest.mark.proof
def test_of_two_runs_that_start_at_once_at_most_one_works_and_nothing_is_lost(
    users: tuple[SharedStack, SharedStack], place: Place, cloud: EmulatorServer
) -> None:
    for user in users:
        user.program(declaration("first") + declaration("second"))
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(Stack.try_up, users))
    for outcome in outcomes:
        refused = "/locks/" in outcome.text or LOCK_JUST_GONE in outcome.text
        assert (outcome.exit_code == 0) != refused, outcome.text
    created = [operation for outcome in outcomes for operation in outcome.operations]
    assert created in ([], ["create", "create"])
    assert place.locks() == []
    users[1].up()
    assert len(cloud.configs()) == len(users[0].resources) == 2
    assert users[0].settled()


@pytest.mark.proof
def test_a_lock_that_a_killed_run_left_is_taken_away_and_the_next_up_converges(
    users: tuple[SharedStack, SharedStack], place: Place, cloud: EmulatorServer
) -> None:
    alice, bob = users
    program = declaration("kept") + declaration("new", max_async_retry_attempts=1)
    alice.declare("kept")
    alice.up()
    cloud.clear_calls()
    cloud.fault("slow_response", method="PUT", milliseconds=LONG)
    alice.program(program)
    with running_up(alice) as run:
        wait_until_held(cloud, 1)
        run.kill_all()
    cloud.clear_faults()
    bob.program(program)
    assert LOCKED in bob.up_fails().text
    assert bob.pending == ["creating new"]

    assert "1 created" in bob.follow("After a run that was killed")
    assert place.locks() == []
    assert held_values(cloud, "kept") == api_values()
    assert held_values(cloud, "new") == api_values(max_async_retry_attempts=1)
    assert alice.refresh("--clear-pending-creates").drift == []
    assert alice.pending == []
    assert set(alice.resources) == {"kept", "new"}
    assert alice.settled()


@pytest.mark.proof
def test_two_users_work_on_two_stacks_at_once(
    users: tuple[SharedStack, SharedStack], place: Place, cloud: EmulatorServer
) -> None:
    alice, bob = users
    bob.name = "staging"
    bob.run("stack", "init", bob.name)
    configure(bob, cloud)
    for user in users:
        user.declare(function_name=Source("'hello-' + pulumi.get_stack()"))
    with working(alice) as under_way:
        assert bob.up().operations == ["create"]
        assert len(place.locks()) == 1
        assert [config["function"] for config in cloud.configs()] == ["hello-staging"]
    assert under_way.result().operations == ["create"]
    assert held_values(cloud, "hello-dev") == held_values(cloud, "hello-staging") == api_values()
    assert len(alice.resources) == len(bob.resources) == 1


def test_what_is_stored_holds_no_key_and_no_secret_in_plain_text(
    users: tuple[SharedStack, SharedStack], place: Place, cloud: EmulatorServer
) -> None:
    alice, _ = users
    cloud.add_key(*CONFIGURED.values())
    for name, value in CONFIGURED.items():
        alice.run("config", "set", "--secret", name, value, "--stack", alice.name)
    to = Source(f"Output.secret({{'on_failure': {{'destination': {QUEUE!r}}}}})")
    alice.program(
        declaration("hidden", destination_config=to)
        + declaration("plain", destination_config=destinations(success=TOPIC))
        + "pulumi.export('to', hidden.destination_config)\n"
    )
    alice.up()
    alice.up()  # a state that exists is backed up

    stored = place.contents()
    for part in ("/stacks/", "/history/", "/backups/"):
        text = b"".join(data for key, data in stored.items() if part in key)
        assert TOPIC.encode() in text, part
    text = b"\n".join(key.encode() + b" " + data for key, data in stored.items())
    secrets = [QUEUE, PLANTED, *emulator_keys(cloud).values()]
    assert [secret for secret in secrets if secret.encode() in text] == []

    carol = alice.colleague("carol")
    carol.run("login", place.url)
    assert carol.exports == {"to": {"onFailure": {"destination": QUEUE}}}


@pytest.mark.proof
def test_a_hundred_resources(users: tuple[SharedStack, SharedStack], cloud: EmulatorServer) -> None:
    alice, bob = users
    for user in users:
        user.program("".join(declaration(f"hello-{number}") for number in range(100)))
    assert alice.up().operations == ["create"] * 100
    assert len(cloud.configs()) == 100
    assert len(bob.resources) == 100
    assert bob.preview("--expect-no-changes").changes == []
    assert bob.destroy().operations == ["delete"] * 100
    assert cloud.configs() == []


@pytest.mark.proof
def test_a_stack_moves_here_from_another_backend(alice: SharedStack, place: Place) -> None:
    (alice.folder / ".state").mkdir()
    alice.run("login", f"file://{alice.folder / '.state'}")
    alice.run("stack", "init", alice.name)
    to = Source(f"Output.secret({{'on_failure': {{'destination': {QUEUE!r}}}}})")
    alice.declare(destination_config=to)
    alice.up()
    alice.follow("Back up and restore")
    assert QUEUE not in (alice.folder / "dev.json").read_text()

    assert "unchanged" in alice.follow("Restore, or move from another backend")
    stored = b"".join(place.contents().values())
    assert b"project::pulumi-python:dynamic/fc:AsyncInvokeConfig::hello" in stored
    assert QUEUE.encode() not in stored
