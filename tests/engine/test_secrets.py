"""Keys are planted wherever they can come from, and then searched for in all that is left behind.

The engine decrypts what it configures a provider with, and at ``-v=9`` logs it: those lines of
its own are told apart.
"""

import json

import pytest
from tests.support.outcome import Outcome
from tests.support.stack import Stack
from tests.support.token_sources import WEB_IDENTITY, Issued, TokenSources

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

CONFIGURED = Issued(
    "planted-id-configured", "planted-secret-configured", "planted-token-configured"
)
IN_ENVIRONMENT = Issued("planted-id-env", "planted-secret-env", "planted-token-env")
HANDED_OUT = Issued("planted-id-sts", "planted-secret-sts", "planted-token-sts")
ROLE_ARN = "acs:ram::1234567890123456:role/deployer"
MARKERS = ("planted-", WEB_IDENTITY, "metadata-token")


def plant_configuration(stack: Stack) -> None:
    stack.run(
        *("config", "set-all", "--stack", stack.name),
        *("--secret", f"alicloud:accessKey={CONFIGURED.key_id}"),
        *("--secret", f"alicloud:secretKey={CONFIGURED.secret}"),
        *("--secret", f"alicloud:securityToken={CONFIGURED.token}"),
    )
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        stack.environment.pop(name)


def plant_environment(stack: Stack) -> None:
    stack.environment.update(
        ALIBABA_CLOUD_ACCESS_KEY_ID=IN_ENVIRONMENT.key_id,
        ALIBABA_CLOUD_ACCESS_KEY_SECRET=IN_ENVIRONMENT.secret,
        ALIBABA_CLOUD_SECURITY_TOKEN=IN_ENVIRONMENT.token,
    )


def plant_temporary(stack: Stack, sources: TokenSources) -> None:
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        stack.environment.pop(name)
    identity = stack.folder.parent / "web-identity"
    identity.write_text(WEB_IDENTITY)
    stack.environment.update(
        HOME=str(stack.folder.parent),
        ALIBABA_CLOUD_ROLE_ARN=ROLE_ARN,
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN="acs:ram::1234567890123456:oidc-provider/ci",
        ALIBABA_CLOUD_OIDC_TOKEN_FILE=str(identity),
        ALIBABA_CLOUD_ECS_METADATA_DISABLED="true",
        **sources.environment,
    )


def know(cloud: EmulatorServer, *keys: Issued) -> None:
    cloud.revoke_key(cloud.access_key_id)
    for key in keys:
        cloud.add_key(key.key_id, key.secret, security_token=key.token)


def leaks(stack: Stack, *outcomes: Outcome) -> list[str]:
    """Where a marker stands: in what was printed, in events, and in every file left behind."""
    texts = {f"output {n}": outcome.text.encode() for n, outcome in enumerate(outcomes)}
    texts |= {f"events {n}": json.dumps(each.events).encode() for n, each in enumerate(outcomes)}
    files = [path for path in stack.folder.rglob("*") if path.is_file()]
    assert stack.state_file in files
    assert any("history" in path.parts for path in files)
    assert any("backups" in path.parts for path in files)
    texts |= {str(path.relative_to(stack.folder)): path.read_bytes() for path in files}
    return [
        where for where, text in texts.items() if any(each.encode() in text for each in MARKERS)
    ]


@pytest.fixture
def sources() -> TokenSources:
    return TokenSources(lambda _asked: HANDED_OUT)


def test_configured_keys_leave_no_trace(stack: Stack, cloud: EmulatorServer) -> None:
    plant_configuration(stack)
    know(cloud, CONFIGURED)
    stack.declare()
    up = stack.up()
    assert {call.key_id for call in cloud.calls()} == {CONFIGURED.key_id}
    assert leaks(stack, up, stack.refresh(), stack.destroy()) == []


@pytest.mark.proof
def test_keys_from_the_environment_leave_no_trace(stack: Stack, cloud: EmulatorServer) -> None:
    plant_environment(stack)
    know(cloud, IN_ENVIRONMENT)
    stack.declare()
    up = stack.up()
    assert {call.key_id for call in cloud.calls()} == {IN_ENVIRONMENT.key_id}
    assert leaks(stack, up, stack.refresh(), stack.destroy()) == []


def test_keys_of_a_role_leave_no_trace(
    stack: Stack, cloud: EmulatorServer, sources: TokenSources
) -> None:
    with sources:
        plant_temporary(stack, sources)
        know(cloud, HANDED_OUT)
        stack.declare()
        up = stack.up()
        assert {call.key_id for call in cloud.calls()} == {HANDED_OUT.key_id}
        assert leaks(stack, up) == []
        # The source fails, and repeats the key in its answer.
        sources.status = 500
        failed = stack.destroy_fails()
    assert f"(role {ROLE_ARN}): HTTP 500" in failed.text
    assert leaks(stack, failed) == []


def test_what_a_role_is_assumed_with_leaves_no_trace(
    stack: Stack, cloud: EmulatorServer, sources: TokenSources
) -> None:
    members = {"roleArn": ROLE_ARN, "policy": "planted-policy", "externalId": "planted-external"}
    with sources:
        plant_environment(stack)
        stack.environment.update(sources.environment)
        for member, value in members.items():
            secret = [] if member == "roleArn" else ["--secret"]
            path = f"alicloud:assumeRole.{member}"
            stack.run("config", "set", "--path", *secret, path, value, "--stack", stack.name)
        know(cloud, HANDED_OUT)
        stack.declare()
        up = stack.up()
        assert {call.key_id for call in cloud.calls()} == {HANDED_OUT.key_id}
        assert sources.asked[-1].query["ExternalId"] == "planted-external"
        assert leaks(stack, up) == []
        sources.status = 403
        failed = stack.destroy_fails()
    assert f"No credentials from role {ROLE_ARN}: HTTP 403 NoPermission" in failed.text
    assert leaks(stack, failed) == []


@pytest.mark.proof
def test_keys_of_an_explicit_provider_leave_no_trace(stack: Stack, cloud: EmulatorServer) -> None:
    know(cloud, CONFIGURED)
    plant_configuration(stack)
    stack.program(
        "config = Config('alicloud')\n"
        "one = Provider('one', region='cn-shanghai', account_id='1234567890123456',\n"
        f"    endpoint={cloud.url!r},\n"
        # Not get_secret: the provider marks them itself.
        "    access_key=config.get('accessKey'), secret_key=config.get('secretKey'),\n"
        "    security_token=config.get('securityToken'))\n"
        + stack.version.declaration(opts="ResourceOptions(provider=one)")
    )
    up = stack.up()
    assert {call.key_id for call in cloud.calls()} == {CONFIGURED.key_id}
    assert leaks(stack, up, stack.refresh(), stack.destroy()) == []


@pytest.mark.parametrize(
    "failure",
    [
        "refused",
        pytest.param("server error", marks=pytest.mark.proof),
        pytest.param("no answer", marks=pytest.mark.proof),
        "malformed",
    ],
)
def test_no_failure_shows_a_key(failure: str, stack: Stack, cloud: EmulatorServer) -> None:
    plant_configuration(stack)
    know(cloud, CONFIGURED)
    stack.configure(fc__requestTimeout="2")
    stack.declare()
    if failure == "refused":
        cloud.revoke_key(CONFIGURED.key_id)
    elif failure == "server error":
        cloud.fault("InternalServerError")
    elif failure == "no answer":
        stack.configure(fc__endpoint="http://127.0.0.1:1")
    else:
        stack.run(
            "config", "set", "--secret", "alicloud:secretKey", f"{CONFIGURED.secret}\n\n x",
            "--stack", stack.name,
        )  # fmt: skip
    outcome = stack.up_fails()
    assert any("async-invoke-config" in said or "secret" in said for said in outcome.diagnostics)
    assert leaks(stack, outcome) == []


def test_the_verbose_log_holds_no_key_but_where_the_engine_hands_configuration_over(
    stack: Stack, cloud: EmulatorServer
) -> None:
    plant_configuration(stack)
    know(cloud, CONFIGURED)
    stack.declare()
    up = stack.up("--logtostderr", "-v=9")
    lines = [line for line in up.text.splitlines() if "planted-" in line]
    # The engine's own words, with any provider: it logs what it configures a plugin with.
    assert [line for line in lines if ".Configure().inputs]" not in line] == []

    stack.configure(
        alicloud__accessKey=None, alicloud__secretKey=None, alicloud__securityToken=None
    )
    plant_environment(stack)
    know(cloud, IN_ENVIRONMENT)
    stack.declare(max_async_retry_attempts=1)
    up = stack.up("--logtostderr", "-v=9")
    assert "AsyncInvokeConfig" in up.text
    assert "planted-" not in up.text
