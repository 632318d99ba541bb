"""Explicit providers: more accounts, regions and keys in one program."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import indent

import pytest
from tests.support.programs import Source
from tests.support.stack import Stack
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.authentication import AccessKey
from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.emulator.state import Options

pytestmark = pytest.mark.usefixtures("version")

OTHER_REGION = "cn-hangzhou"
OTHER_ACCOUNT = "6543210987654321"


@dataclass(frozen=True)
class Account:
    """A cloud that knows one key, and that for one account only."""

    id: str
    cloud: EmulatorServer
    key: AccessKey

    def provider(self, name: str, region: str) -> str:
        """Source of a provider; its variable is ``provider_`` and its name."""
        return (
            f"provider_{name} = Provider({name!r}, region={region!r}, account_id={self.id!r},\n"
            f"    access_key={self.key.id!r}, secret_key={self.key.secret!r},\n"
            f"    endpoint={self.cloud.url!r})\n"
        )

    @property
    def regions(self) -> dict[str, str]:
        """Function → region, of what the cloud holds."""
        return {held["function"]: held["region"] for held in self.cloud.configs()}


def account(account_id: str) -> Iterator[Account]:
    key = AccessKey(f"key-of-{account_id}", f"secret-of-{account_id}", account_id)
    with EmulatorServer(Options(account=account_id, access_keys=(key,))) as emulator:
        yield Account(account_id, emulator, key)


def using(name: str) -> str:
    """Source of the options that name a provider."""
    return f"ResourceOptions(provider=provider_{name})"


@pytest.fixture
def first() -> Iterator[Account]:
    yield from account(ACCOUNT)


@pytest.fixture
def second() -> Iterator[Account]:
    yield from account(OTHER_ACCOUNT)


@pytest.fixture
def bare(stack: Stack) -> Stack:
    """A stack with nothing configured: no region, no account, no keys, no endpoint."""
    stack.configure(alicloud__region=None, alicloud__accountId=None, fc__endpoint=None)
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        del stack.environment[name]
    return stack


LATE = """
from pulumi import dynamic

class _Late(dynamic.ResourceProvider):
    def create(self, props):
        return dynamic.CreateResult("late", props)

class Late(dynamic.Resource):
    pass

first = Late(_Late(), "first", {})
def late(value):
    "The value, which is not known before something else has been created."
    return first.id.apply(lambda _: value)

"""

COMPONENT = """
class Group(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("test:index:Group", name, {}, opts)
        declare(self)

"""


def component(stack: Stack) -> str:
    inner = stack.version.declaration("inner", opts="ResourceOptions(parent=group)")
    return "def declare(group):\n" + indent(inner, "    ") + COMPONENT


def test_two_accounts_in_two_regions_each_with_its_keys_in_one_stack(
    bare: Stack, first: Account, second: Account
) -> None:
    providers = (
        first.provider("a_shanghai", REGION)
        + first.provider("a_hangzhou", OTHER_REGION)
        + second.provider("b_shanghai", REGION)
        + second.provider("b_hangzhou", OTHER_REGION)
    )
    names = ("a_shanghai", "a_hangzhou", "b_shanghai", "b_hangzhou")
    four = "".join(bare.version.declaration(name, opts=using(name)) for name in names)
    group = component(bare) + "Group('group', ResourceOptions(providers=[provider_b_hangzhou]))\n"
    bare.program(providers + four + group)
    bare.up()

    assert first.regions == {"a_shanghai": REGION, "a_hangzhou": OTHER_REGION}
    assert second.regions == {
        "b_shanghai": REGION,
        "b_hangzhou": OTHER_REGION,
        "inner": OTHER_REGION,
    }
    assert {call.key_id for call in first.cloud.calls()} == {first.key.id}
    assert {call.key_id for call in second.cloud.calls()} == {second.key.id}
    assert bare.settled()
    state = bare.state_file.read_text()
    for secret in (first.key.secret, first.key.id, second.key.secret, second.key.id):
        assert secret not in state

    # Between regions and between accounts: a replacement, and the other cloud's in the end.
    moved = four.replace(using("a_shanghai"), using("a_hangzhou"))
    moved = moved.replace(using("b_shanghai"), using("a_shanghai"))
    bare.program(providers + moved + group)
    outcome = bare.up()
    assert set(outcome.by_name) == {"a_shanghai", "b_shanghai"}
    assert all("create-replacement" in steps for steps in outcome.by_name.values())
    assert first.regions == {
        "a_shanghai": OTHER_REGION,
        "a_hangzhou": OTHER_REGION,
        "b_shanghai": REGION,
    }
    assert second.regions == {"b_hangzhou": OTHER_REGION, "inner": OTHER_REGION}

    # One provider and its resources removed; its keys are still found for the deletion.
    one = first.provider("a_shanghai", REGION)
    bare.program(one + bare.version.declaration("b_shanghai", opts=using("a_shanghai")))
    assert bare.up().by_name == {
        "a_shanghai": ["delete"],
        "a_hangzhou": ["delete"],
        "b_hangzhou": ["delete"],
        "inner": ["delete"],
    }
    assert first.regions == {"b_shanghai": REGION}
    assert second.regions == {}


@pytest.mark.proof
def test_a_provider_among_several_is_the_resources(
    bare: Stack, first: Account, second: Account
) -> None:
    bare.program(
        first.provider("a", REGION)
        + second.provider("b", REGION)
        + bare.version.declaration(
            "one", function_name="hello", opts="ResourceOptions(providers=[provider_a])"
        )
        + bare.version.declaration(
            "other",
            function_name="hello",
            opts="ResourceOptions(providers={'pulumi-python': provider_b})",
        )
    )
    bare.up()
    assert first.regions == {"hello": REGION}
    assert second.regions == {"hello": REGION}


def test_moving_between_providers_of_one_account_and_region_changes_nothing(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.add_key("other-key", "other-secret")
    provider = (
        f"provider_other = Provider('other', region={REGION!r}, account_id={ACCOUNT!r}, "
        f"access_key='other-key', secret_key='other-secret', endpoint={cloud.url!r})\n"
    )
    stack.program(provider + stack.version.declaration())
    stack.up()
    cloud.clear_calls()

    stack.program(provider + stack.version.declaration(opts=using("other")))
    assert stack.up().operations == []
    assert cloud.calls() == []
    assert "::other::" in stack.resources["hello"]["provider"]
    assert stack.is_settled()
    assert {call.key_id for call in cloud.calls()} == {"other-key"}

    stack.program(provider + stack.version.declaration())
    assert stack.up().operations == []


def test_a_providers_region_changing_replaces_its_resources(bare: Stack, first: Account) -> None:
    resource = bare.version.declaration(opts=using("one"))
    bare.program(first.provider("one", REGION) + resource)
    bare.up()
    bare.program(first.provider("one", OTHER_REGION) + resource)
    outcome = bare.up()
    assert outcome.operations == ["create-replacement", "replace", "delete-replaced"]
    assert first.regions == {"hello": OTHER_REGION}
    assert bare.settled()


def test_a_provider_whose_inputs_are_not_known_yet(bare: Stack, first: Account) -> None:
    bare.program(
        LATE
        + f"provider_one = Provider('one', region=late({REGION!r}), account_id=late({ACCOUNT!r}),\n"
        f"    access_key=late({first.key.id!r}), secret_key=late({first.key.secret!r}),\n"
        f"    endpoint={first.cloud.url!r})\n"
        + bare.version.declaration(opts=using("one"))
        + "pulumi.export('region', hello.region)\n"
    )
    assert bare.preview().operations == ["create"]
    assert first.cloud.calls() == []
    bare.up()
    assert first.regions == {"hello": REGION}
    assert bare.exports["region"] == REGION
    assert bare.settled()


def test_every_argument_of_a_provider_counts(bare: Stack, first: Account) -> None:
    first.cloud.seed(bare.version.service, "hello", {"maxAsyncRetryAttempts": 7}, region=REGION)
    bare.program(
        f"provider_one = Provider('one', region={REGION!r}, account_id={ACCOUNT!r},\n"
        f"    access_key={first.key.id!r}, secret_key=Output.secret({first.key.secret!r}),\n"
        f"    endpoint={first.cloud.url!r}, request_timeout=30, allow_overwrite=True,\n"
        "    internal=False, profile=None, security_token=None)\n"
        + bare.version.declaration(opts=using("one"), max_async_retry_attempts=1)
    )
    bare.up()
    assert bare.outputs()["allowOverwrite"] is True
    inputs = next(
        resource["inputs"]
        for resource in json.loads(bare.state_file.read_text())["checkpoint"]["latest"]["resources"]
        if resource["type"] == "pulumi:providers:pulumi-python" and "::one" in resource["urn"]
    )
    assert "ciphertext" in json.dumps(inputs["alicloud:secretKey"])
    assert "ciphertext" in json.dumps(inputs["alicloud:accessKey"])
    assert inputs["alicloud:region"] == REGION


def test_an_explicit_provider_takes_nothing_from_the_stacks_configuration(
    stack: Stack, cloud: EmulatorServer
) -> None:
    stack.program(
        f"provider_one = Provider('one', endpoint={cloud.url!r}, region={REGION!r})\n"
        + stack.version.declaration(opts=using("one"))
    )
    outcome = stack.preview_fails()
    assert "accountId" in outcome.text
    assert cloud.calls() == []


def test_outputs_of_a_provider_are_known_and_its_secrets_encrypted(
    stack: Stack, cloud: EmulatorServer
) -> None:
    """Also the outputs of inputs that are left out, and the secrets inside an object."""
    stack.run("config", "set", "--path", "role.roleArn", "acs:ram::1:role/r")
    stack.program(
        "Provider('two', assume_role=pulumi.Config().require_secret_object('role'))\n"
        "one = Provider('one', {'region': 'cn-hangzhou', 'account_id': Output.secret('1'),\n"
        "    'assume_role': {'role_arn': 'acs:ram::1:role/r', 'external_id': 'planted-external'},\n"
        "    'assume_role_with_oidc': ProviderAssumeRoleWithOidcArgs(\n"
        "        role_arn='acs:ram::1:role/r', oidc_provider_arn='acs:ram::1:oidc-provider/ci',\n"
        "        oidc_token='planted-token'), 'endpoints': {'sts': Output.from_input('sts')}},\n"
        "    ResourceOptions(protect=False))\n"
        + stack.version.declaration(region=Source("one.region"), qualifier=Source("one.profile"))
        + "pulumi.export('all', [one.region, one.profile, one.account_id, one.internal])\n"
    )
    stack.up()
    assert stack.exports == {"all": ["cn-hangzhou", None, "1", None]}
    stack.preview("--expect-no-changes")
    state = stack.state_file.read_text()
    assert "planted" not in state
    resources = json.loads(state)["checkpoint"]["latest"]["resources"]
    inputs = {each["urn"].rpartition("::")[2]: each.get("inputs", {}) for each in resources}
    assert json.loads(inputs["one"]["alicloud:endpoints"]) == {"sts": "sts"}
    assert "ciphertext" in inputs["two"]["alicloud:assumeRole"]
    assert cloud.configs()[0]["region"] == "cn-hangzhou"
