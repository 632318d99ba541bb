"""Every source of credentials signs a create, a refresh and a destroy; each fails cleanly.

In a process of its own, as the vendor's library reads the environment when it is imported. Real
sockets; everything that would leave the machine goes to a proxy on loopback.
"""

import json
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.token_sources import (
    LONG_LIVED,
    METADATA,
    STS,
    TEMPORARY,
    WEB_IDENTITY,
    Issued,
    TokenSources,
    Way,
    bare_environment,
    ways,
)

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

SOURCES = (
    "configured access key",
    "configured STS token",
    "environment access key",
    "environment STS token",
    "OIDC role",
    "current profile",
    "profile from the environment",
    "configured profile with a key",
    "configured profile with a token",
    "configured profile with a RAM role",
    "configured profile with an ECS role",
    "configured profile with OIDC",
    "credentials file with a RAM role",
    "ECS RAM role",
    "credentials URI",
)
SECRETS = (LONG_LIVED.secret, TEMPORARY.secret, TEMPORARY.token, WEB_IDENTITY)

# Each operation finds its keys anew, as in a plugin of its own.
OPERATIONS = """
    import json, sys
    from pulumi_fc_async_invoke.plugin.lifecycle import Lifecycle
    from pulumi_fc_async_invoke.config.settings import Settings

    config = json.loads(sys.argv[1])

    def lifecycle():
        return Lifecycle(Settings.read(config.get))

    inputs, failures = lifecycle().check({}, {"serviceName": "demo", "functionName": "hello"})
    assert not failures, failures
    resource_id, outputs = lifecycle().create(inputs)
    assert lifecycle().read(resource_id, outputs) is not None
    lifecycle().delete(resource_id)
"""
LOOK_UP = """
    import json, sys
    from pulumi_fc_async_invoke.config.credentials import credentials_source
    from pulumi_fc_async_invoke.api.errors import SettingsError
    from pulumi_fc_async_invoke.config.settings import Settings

    find = credentials_source(Settings.read(json.loads(sys.argv[1]).get))
    for _ in range(int(sys.argv[2])):
        try:
            print(find().access_key_id)
        except SettingsError as error:
            print(error)
"""


@pytest.fixture
def cloud(fc_emulator: EmulatorServer) -> EmulatorServer:
    """Knows the two keys of `ways`, and no other."""
    fc_emulator.revoke_key(fc_emulator.access_key_id)
    fc_emulator.add_key(LONG_LIVED.key_id, LONG_LIVED.secret)
    fc_emulator.add_key(TEMPORARY.key_id, TEMPORARY.secret, security_token=TEMPORARY.token)
    return fc_emulator


@pytest.fixture
def sources(tmp_path: Path) -> Iterator[TokenSources]:
    with TokenSources(tmp_path, lambda: TEMPORARY) as started:
        yield started
        assert started.strays == []


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def run(
    program: str, sources: TokenSources, home: Path, way: Way, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program), json.dumps(way.config), *arguments],
        env=bare_environment(home, **sources.environment, **way.environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


def look_up(sources: TokenSources, home: Path, way: Way, *, times: int = 1) -> list[str]:
    """What looking for keys said each time: their id, or the error."""
    done = run(LOOK_UP, sources, home, way, str(times))
    assert done.stderr == ""
    for secret in SECRETS:
        assert secret not in done.stdout
    return done.stdout.splitlines()


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_signs_create_refresh_and_destroy(
    name: str, cloud: EmulatorServer, sources: TokenSources, home: Path
) -> None:
    way = ways(home, sources)[name]
    way.config.update(
        {
            "fc:endpoint": cloud.url,
            "alicloud:region": "cn-shanghai",
            "alicloud:accountId": "1234567890123456",
        }
    )
    done = run(OPERATIONS, sources, home, way)

    assert [call.method for call in cloud.calls()] == ["GET", "PUT", "GET", "DELETE", "GET"]
    keys = {call.key_id for call in cloud.calls()}
    assert keys < {LONG_LIVED.key_id, TEMPORARY.key_id}
    assert {asked.host for asked in sources.asked} == set(way.asks)
    assert not [secret for secret in SECRETS if secret in done.stdout + done.stderr]


def test_every_source_is_in_the_matrix(sources: TokenSources, home: Path) -> None:
    assert set(ways(home, sources)) == set(SOURCES)


def test_sts_gets_the_web_identity_for_the_role(sources: TokenSources, home: Path) -> None:
    assert look_up(sources, home, ways(home, sources)["OIDC role"]) == [TEMPORARY.key_id]
    (asked,) = sources.asked
    assert asked.host == STS
    assert asked.query["Action"] == "AssumeRoleWithOIDC"
    assert asked.query["OIDCToken"] == WEB_IDENTITY


def test_sts_gets_a_signature_of_the_profiles_key(sources: TokenSources, home: Path) -> None:
    look_up(sources, home, ways(home, sources)["configured profile with a RAM role"])
    (asked,) = sources.asked
    assert asked.query["Action"] == "AssumeRole"
    assert asked.query["AccessKeyId"] == LONG_LIVED.key_id
    assert asked.query["Signature"]


@pytest.mark.parametrize(
    "name", ["OIDC role", "configured profile with a RAM role", "ECS RAM role", "credentials URI"]
)
@pytest.mark.parametrize("status", [403, 500])
def test_a_refusal_is_one_line_with_its_status_and_a_remedy(
    name: str, status: int, sources: TokenSources, home: Path
) -> None:
    way = ways(home, sources)[name]
    # Nothing else to fall back on.
    way.environment.update(
        ALIBABA_CLOUD_CLI_PROFILE_DISABLED="false" if way.config else "true",
        ALIBABA_CLOUD_ECS_METADATA_DISABLED="false" if METADATA in way.asks else "true",
    )
    sources.status = status
    (line,) = look_up(sources, home, way)
    assert line.startswith("No credentials were found (")
    assert f"HTTP {status}" in line
    assert "set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET" in line


def test_without_any_source_the_error_names_all_that_were_tried(
    sources: TokenSources, home: Path
) -> None:
    sources.status = 404
    (line,) = look_up(sources, home, Way({}, {}, ()))
    assert (
        "(~/.aliyun/config.json: no such file; ~/.alibabacloud/credentials.ini: no such file; "
        "ECS RAM role: HTTP 404)" in line
    )


def test_a_profile_that_does_not_exist_is_named(sources: TokenSources, home: Path) -> None:
    ways(home, sources)
    (line,) = look_up(sources, home, Way({}, {"alicloud:profile": "nobody"}, ()))
    assert "profile 'nobody' in ~/.aliyun/config.json: nothing usable" in line


@pytest.mark.parametrize("body", ["", "{", "[]", '{"current": "keys"}', "\x00"])
def test_a_broken_profile_file_is_a_clear_error(
    body: str, sources: TokenSources, home: Path
) -> None:
    ways(home, sources)
    (home / ".aliyun" / "config.json").write_text(body)
    (line,) = look_up(sources, home, Way({}, {"alicloud:profile": "keys"}, ()))
    assert "~/.aliyun/config.json: nothing usable" in line


def test_a_file_that_cannot_be_looked_for_stops_nobody(sources: TokenSources, home: Path) -> None:
    way = ways(home, sources)["credentials URI"]
    # As in a home that may not be read, which there is none of for whoever may read everything.
    way.environment["ALIBABA_CLOUD_CREDENTIALS_FILE"] = "x" * 300
    assert look_up(sources, home, way) == [TEMPORARY.key_id]


def test_keys_without_a_secret_are_no_keys(sources: TokenSources, home: Path) -> None:
    sources.issue = lambda: Issued("half-a-key", "", TEMPORARY.token)
    (line,) = look_up(sources, home, ways(home, sources)["credentials URI"])
    assert "ALIBABA_CLOUD_CREDENTIALS_URI: nothing usable" in line


def test_metadata_that_never_answers_holds_a_run_up_for_seconds_once(
    sources: TokenSources, home: Path
) -> None:
    sources.silent.set()
    started = time.monotonic()
    lines = look_up(sources, home, Way({}, {}, ()), times=50)
    assert time.monotonic() - started < 15
    assert len(lines) == 50
    assert set(lines) == {lines[0]}
    assert "ECS RAM role: no answer" in lines[0]


def test_a_source_that_keeps_its_own_limits_to_itself_is_given_up(
    sources: TokenSources, home: Path
) -> None:
    way = ways(home, sources)["credentials URI"]
    sources.silent.set()
    impatient = (
        "from pulumi_fc_async_invoke.config import vendor_chain\n"
        "vendor_chain.LONGEST_LOOKUP = 1.0\n"
    )
    started = time.monotonic()
    done = run(impatient + textwrap.dedent(LOOK_UP), sources, home, way, "2")
    assert time.monotonic() - started < 8  # the source itself would take 10 seconds
    first, second = done.stdout.splitlines()
    assert first == second
    assert first.startswith("Looking for credentials took longer than 1 seconds: set ALIBABA_")


def test_a_source_that_is_still_being_asked_is_not_asked_a_second_time(
    sources: TokenSources, home: Path
) -> None:
    way = ways(home, sources)["credentials URI"]
    sources.silent.set()
    impatient = (
        "from pulumi_fc_async_invoke.config import vendor_chain\n"
        "vendor_chain.LONGEST_LOOKUP = 0.2\nvendor_chain.PAUSE_AFTER_FAILURE = 0.0\n"
    )
    done = run(impatient + textwrap.dedent(LOOK_UP), sources, home, way, "3")
    said = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in said] == [
        "Looking for credentials took longer than 0 seconds"
    ] * 3
    assert len(sources.asked) <= 1


def test_a_source_that_answers_late_is_heard_by_who_asks_next(
    sources: TokenSources, home: Path
) -> None:
    way = ways(home, sources)["credentials URI"]
    sources.silent.set()
    late = (
        "from pulumi_fc_async_invoke.config import vendor_chain\n"
        "vendor_chain.LONGEST_LOOKUP = 0.05\nvendor_chain.PAUSE_AFTER_FAILURE = 0.0\n"
    )
    until_found = """
        import json, sys
        from pulumi_fc_async_invoke.config.credentials import credentials_source
        from pulumi_fc_async_invoke.api.errors import SettingsError
        from pulumi_fc_async_invoke.config.settings import Settings

        find = credentials_source(Settings.read(json.loads(sys.argv[1]).get))
        while True:
            try:
                print(find().access_key_id)
            except SettingsError:
                continue
            break
    """

    answers = threading.Timer(1.0, sources.silent.clear)
    answers.start()
    done = run(late + textwrap.dedent(until_found), sources, home, way)
    answers.join()
    assert done.stdout.splitlines() == [TEMPORARY.key_id]
    assert len(sources.asked) == 1


def test_keys_are_fetched_once_while_they_last(sources: TokenSources, home: Path) -> None:
    way = ways(home, sources)["credentials URI"]
    assert look_up(sources, home, way, times=20) == [TEMPORARY.key_id] * 20
    assert len(sources.asked) == 1


def test_keys_that_expire_soon_are_fetched_again(sources: TokenSources, home: Path) -> None:
    numbers = iter(range(100))
    sources.issue = lambda: Issued(f"key-{next(numbers)}", "secret", "token", lasts=300)
    way = ways(home, sources)["credentials URI"]
    assert look_up(sources, home, way, times=3) == ["key-0", "key-1", "key-2"]


def issue_once_then_fail(sources: TokenSources, *, lasts: float) -> None:
    def issue() -> Issued:
        sources.status = 200 if len(sources.asked) == 1 else 500
        return Issued(TEMPORARY.key_id, TEMPORARY.secret, TEMPORARY.token, lasts=lasts)

    sources.issue = issue


def test_a_source_that_fails_stops_nobody_whose_keys_are_valid(
    sources: TokenSources, home: Path
) -> None:
    issue_once_then_fail(sources, lasts=300)
    way = ways(home, sources)["credentials URI"]
    assert look_up(sources, home, way, times=5) == [TEMPORARY.key_id] * 5
    assert len(sources.asked) == 2


def test_keys_that_expired_and_cannot_be_renewed_are_one_clear_error(
    sources: TokenSources, home: Path
) -> None:
    issue_once_then_fail(sources, lasts=20)
    way = ways(home, sources)["credentials URI"]
    first, *later = look_up(sources, home, way, times=5)
    assert first == TEMPORARY.key_id
    problem = (
        "The temporary credentials could not be renewed (ALIBABA_CLOUD_CREDENTIALS_URI: "
        "HTTP 500); nothing but this source is asked in the middle of a run"
    )
    assert later == [problem] * 4
    assert len(sources.asked) == 2


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"),
        ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALIBABA_CLOUD_ACCESS_KEY_ID"),
    ],
)
def test_half_a_pair_in_the_environment_is_an_error_and_not_another_source(
    given: str, missing: str, sources: TokenSources, home: Path
) -> None:
    ways(home, sources)
    way = Way({given: LONG_LIVED.secret}, {}, ())
    assert look_up(sources, home, way) == [
        f"{given} is set in the environment, but {missing} is not: set both, or neither"
    ]
    assert sources.asked == []


def test_sdk_debugging_shows_no_key(sources: TokenSources, home: Path) -> None:
    way = ways(home, sources)["OIDC role"]
    way.environment["DEBUG"] = "sdk"
    assert look_up(sources, home, way) == [TEMPORARY.key_id]
