"""New keys: between two commands, from one source to another, and in the middle of a run."""

import itertools
import threading
from pathlib import Path

import pytest
from tests.engine.conftest import BOTH_VERSIONS
from tests.support.stack import Stack
from tests.support.token_sources import Asked, Issued, TokenSources

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

KEY_ID = "ALIBABA_CLOUD_ACCESS_KEY_ID"
KEY_SECRET = "ALIBABA_CLOUD_ACCESS_KEY_SECRET"  # noqa: S105  a variable's name is no secret


def rotate(cloud: EmulatorServer, name: str) -> tuple[str, str]:
    """A new key; every other is unknown from now on."""
    held = cloud.keys()
    for key in held:
        cloud.revoke_key(key["id"])
    cloud.add_key(f"{name}-id", f"{name}-secret")
    return f"{name}-id", f"{name}-secret"


@BOTH_VERSIONS
def test_new_keys_in_the_environment_need_no_up_before_refresh_or_destroy(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.declare()
    stack.up()
    for name, command in (("second", stack.refresh), ("third", stack.destroy)):
        key_id, secret = rotate(cloud, name)
        stack.environment.update({KEY_ID: key_id, KEY_SECRET: secret})
        assert command().drift == []
        assert cloud.calls()[-1].key_id == key_id
    assert cloud.configs() == []


@pytest.mark.proof
def test_new_keys_in_the_configuration_need_no_up_if_the_program_runs(
    stack: Stack, cloud: EmulatorServer
) -> None:
    # Without its program, the engine hands over the configuration of the last `up`.
    def configure(key_id: str, secret: str) -> None:
        stack.configure(alicloud__accessKey=key_id)
        stack.run("config", "set", "--secret", "alicloud:secretKey", secret, "--stack", stack.name)

    configure(*rotate(cloud, "first"))
    stack.declare()
    stack.up()

    configure(*rotate(cloud, "second"))
    assert stack.refresh("--run-program").drift == []
    assert stack.preview().operations == []

    # And from the configuration into the environment.
    key_id, secret = rotate(cloud, "third")
    stack.configure(alicloud__accessKey=None, alicloud__secretKey=None)
    stack.environment.update({KEY_ID: key_id, KEY_SECRET: secret})
    assert stack.preview().operations == []
    assert stack.destroy("--run-program").operations == ["delete"]
    assert cloud.configs() == []
    assert cloud.calls()[-1].key_id == "third-id"


@pytest.fixture
def without_keys(stack: Stack) -> Stack:
    for name in (KEY_ID, KEY_SECRET):
        del stack.environment[name]
    return stack


ROLE_ARN = "acs:ram::1234567890123456:role/deployer"


def program(stack: Stack, count: int) -> str:
    return "".join(stack.version.declaration(f"c{number}") for number in range(count))


@pytest.mark.proof
def test_a_role_is_assumed_once_for_100_resources(stack: Stack, cloud: EmulatorServer) -> None:
    def issue(asked: Asked) -> Issued:
        assert asked.query["AccessKeyId"] == cloud.access_key_id
        key = Issued("role-id", "role-secret", "role-token", lasts=900)
        cloud.add_key(key.key_id, key.secret, security_token=key.token)
        cloud.revoke_key(cloud.access_key_id)
        return key

    with TokenSources(issue) as sources:
        stack.environment.update(sources.environment)
        for member, value in {"roleArn": ROLE_ARN, "sessionExpiration": "900"}.items():
            path = f"alicloud:assumeRole.{member}"
            stack.run("config", "set", "--path", path, value, "--stack", stack.name)
        stack.program(program(stack, 100))
        assert stack.up().operations == ["create"] * 100

    assert [(asked.query["Action"], asked.query["RoleArn"]) for asked in sources.asked] == [
        ("AssumeRole", ROLE_ARN)
    ]
    assert {call.key_id for call in cloud.calls()} == {"role-id"}


@pytest.mark.proof
def test_keys_that_expire_are_renewed_in_the_middle_of_an_up(
    without_keys: Stack, cloud: EmulatorServer, tmp_path: Path
) -> None:
    stack = without_keys
    cloud.revoke_key(cloud.access_key_id)
    numbers = itertools.count()
    lasts = 3.0

    def issue(_asked: Asked) -> Issued:
        number = next(numbers)
        key = Issued(f"id-{number}", f"secret-{number}", f"token-{number}", lasts=lasts)
        cloud.add_key(key.key_id, key.secret, security_token=key.token)
        expiry = threading.Timer(lasts, cloud.revoke_key, [key.key_id])
        expiry.daemon = True
        expiry.start()
        return key

    with TokenSources(issue) as sources:
        stack.environment.update(
            HOME=str(tmp_path), ALIBABA_CLOUD_CREDENTIALS_URI=f"{sources.url}/credentials"
        )
        stack.program(program(stack, 40))
        # Two calls each, four at a time: four seconds at least.
        cloud.fault("latency", milliseconds=200)
        assert stack.up().operations == ["create"] * 40

    assert len(cloud.configs()) == 40
    assert {call.status for call in cloud.calls()} == {200, 404}
    assert 1 < len({call.key_id for call in cloud.calls()}) == len(sources.asked) < 10


def test_an_explicit_provider_assumes_the_role_that_it_is_given(
    without_keys: Stack, cloud: EmulatorServer
) -> None:
    def issue(asked: Asked) -> Issued:
        assert asked.query["ExternalId"] == "external"
        return Issued(cloud.access_key_id, cloud.access_key_secret, "")

    stack = without_keys
    with TokenSources(issue) as sources:
        stack.environment.update(sources.environment)
        stack.program(
            "one = Provider('one', region='cn-hangzhou', account_id='1234567890123456',\n"
            f"    fc={cloud.url!r}, access_key='base-id', secret_key='base-secret',\n"
            "    assume_role={\n"
            f"        'role_arn': {ROLE_ARN!r}, 'external_id': 'external',\n"
            "        'session_expiration': 900})\n"
            + stack.version.declaration(opts="ResourceOptions(provider=one)")
        )
        stack.up()

    (asked,) = sources.asked
    assert asked.query["AccessKeyId"] == "base-id"
    assert asked.query["DurationSeconds"] == "900"
    assert [held["region"] for held in cloud.configs()] == ["cn-hangzhou"]
