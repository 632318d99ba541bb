"""The program that `fc-async-invoke generate` writes."""

import ast
import re
import subprocess
import sys
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import a_config, an_identity
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.inputs import check_inputs
from pulumi_fc_async_invoke.api.names import LATEST
from pulumi_fc_async_invoke.api.v2016 import API
from pulumi_fc_async_invoke.api.version import Identity
from pulumi_fc_async_invoke.cli.program import Program, ProviderSettings, generate
from pulumi_fc_async_invoke.cli.target import Location
from pulumi_fc_async_invoke.config.declarations import (
    ACCESS_KEY,
    ASSUME_ROLE,
    ASSUME_ROLE_WITH_OIDC,
    CREDENTIALS_FILE,
    CREDENTIALS_URI,
    ECS_ROLE,
    SECRET_KEY,
    SECURITY_TOKEN,
)

HOME = Location("cn-shanghai", "1234567890123456")
QUEUE = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
Found = tuple[Identity, Config]


def identity(
    service: str = "demo",
    function: str = "hello",
    qualifier: str = LATEST,
    location: Location = HOME,
) -> Identity:
    return an_identity(location.region, location.account_id, service, qualifier, function)


@dataclass
class Evaluated:
    """What a program declares when it runs."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    providers: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])


def queue(
    home: Location, name: str, *, region: str | None = None, account_id: str | None = None
) -> str:
    return (
        f"acs:mns:{region or home.region}:{account_id or home.account_id}:/queues/{name}/messages"
    )


def function(
    home: Location,
    name: str,
    *,
    qualifier: str | None = None,
    region: str | None = None,
    account_id: str | None = None,
) -> str:
    at = f"/{qualifier}" if qualifier else ""
    return f"acs:fc:{region or home.region}:{account_id or home.account_id}:functions/{name}{at}"


def evaluate(text: str, home: Location = HOME) -> Evaluated:
    """Run a program with stand-ins that note what they are called with."""
    evaluated = Evaluated()

    def resource(name: str, **arguments: Any) -> None:
        assert name not in evaluated.resources
        evaluated.resources[name] = arguments

    def provider(name: str, **arguments: Any) -> str:
        assert name not in evaluated.providers
        evaluated.providers[name] = arguments
        return name

    def options(*, provider: str) -> str:
        return provider

    def bag(name: str) -> SimpleNamespace:
        return SimpleNamespace(
            require=f"{name}:{{}}".format,
            require_secret=f"secret {name}:{{}}".format,
            require_secret_object=f"object {name}:{{}}".format,
        )

    modules = {
        "pulumi": SimpleNamespace(ResourceOptions=options, Config=bag),
        "pulumi_fc_async_invoke": SimpleNamespace(
            AsyncInvokeConfig=resource,
            Provider=provider,
            destinations=SimpleNamespace(
                mns_queue=partial(queue, home), fc_v3_function=partial(function, home)
            ),
        ),
    }

    def import_module(name: str, *_: Any) -> SimpleNamespace:
        return modules[name]

    builtins = {"__import__": import_module}
    code = compile(ast.parse(text), "<generated>", "exec")
    exec(code, {"__builtins__": builtins})  # noqa: S102  what a program declares is what running it says
    return evaluated


def declared(evaluated: Evaluated, name: str, home: Location) -> dict[str, Any]:
    """The inputs of a resource with every default, as `check` makes them."""
    arguments = dict(evaluated.resources[name])
    provider = evaluated.providers.get(arguments.pop("opts", ""), {})
    location = {
        "region": provider.get("region", home.region),
        "accountId": provider.get("account_id", home.account_id),
    }
    inputs, failures = check_inputs(API, camel_case(arguments), location)
    assert failures == []
    return inputs


def camel_case(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {
        re.sub("_([a-z])", lambda letter: letter[1].upper(), key): camel_case(inner)
        for key, inner in cast("dict[str, Any]", value).items()
    }


names = st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True)
regions = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,3}){0,3}", fullmatch=True)
locations = st.builds(Location, regions, st.from_regex(r"[0-9]{1,4}", fullmatch=True))
# All that the service may hold for one, whether a program may declare it or not.
destinations = (
    st.none()
    | st.text(min_size=1, max_size=60)
    | st.builds(
        "acs:mns:{}:1:{}".format, regions, st.text(st.characters(codec="utf-8"), min_size=1)
    )
    | st.builds(queue, locations, names)
    | st.builds(function, locations, names, qualifier=st.none() | names)
)
values = st.builds(
    a_config,
    on_success=destinations,
    on_failure=destinations,
    max_async_event_age_in_seconds=st.integers(1, 700_000) | st.just(86_400),
    max_async_retry_attempts=st.integers(0, 9),
    stateful_invocation=st.booleans(),
)


@st.composite
def accounts(draw: st.DrawFn) -> tuple[list[Found], Location]:
    """Some configs, and where the stack is at home; few names, so that they meet."""
    few_locations = draw(st.lists(locations, min_size=1, max_size=3, unique=True))
    few_names = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    name = st.sampled_from(few_names)
    identities = st.builds(
        identity, name, name, name | st.just(LATEST), st.sampled_from(few_locations)
    )
    configs = draw(st.lists(st.tuples(identities, values), max_size=8, unique_by=lambda c: c[0]))
    return configs, draw(st.sampled_from(few_locations))


provider_settings = st.builds(
    ProviderSettings,
    endpoint=st.none() | st.text(min_size=1),
    internal=st.booleans(),
    profile=st.none() | st.text(min_size=1),
    credentials=st.sampled_from([(), (ACCESS_KEY, SECRET_KEY), (ASSUME_ROLE,)]),
)


def test_a_program_that_declares_nothing_imports_nothing() -> None:
    old = a_config(max_async_event_age_in_seconds=2_592_000)
    program = generate([(identity(), old)], HOME, ProviderSettings())

    assert program.resources == {}
    assert "import" not in program.text
    assert "Left out" in program.text


@examples(50)
@given(account=accounts(), settings=provider_settings)
def test_what_it_evaluates_to_is_what_exists(
    account: tuple[list[Found], Location], settings: ProviderSettings
) -> None:
    configs, home = account
    program = generate(configs, home, settings)
    evaluated = evaluate(program.text, home)

    found = {each.id: (each, held) for each, held in configs}
    assert program.resources.keys() | program.left_out.keys() == found.keys()
    assert set(program.resources.values()) == evaluated.resources.keys()
    for resource_id, name in program.resources.items():
        where, held = found[resource_id]
        assert declared(evaluated, name, home) == {
            **where.names,
            **held.to_properties(),
            "allowOverwrite": False,
        }


@examples(50)
@given(account=accounts(), settings=provider_settings)
def test_what_is_left_out_cannot_be_declared(
    account: tuple[list[Found], Location], settings: ProviderSettings
) -> None:
    configs, home = account
    left_out = generate(configs, home, settings).left_out

    for where, held in configs:
        _, failures = check_inputs(API, {**where.names, **held.to_properties()}, {})
        assert bool(failures) == (where.id in left_out)


@examples(50)
@given(
    account=accounts(),
    settings=provider_settings,
    more=st.tuples(st.builds(identity, names, names), values),
)
def test_generating_again_when_there_is_more_renames_nothing(
    account: tuple[list[Found], Location], settings: ProviderSettings, more: Found
) -> None:
    configs, home = account
    before = generate(configs, home, settings).resources
    others = [config for config in configs if config[0] != more[0]]
    after = generate([more, *reversed(others)], home, settings).resources

    assert before.items() - after.items() <= {(more[0].id, before.get(more[0].id))}


@pytest.fixture(scope="module")
def varied() -> Program:
    """Every kind of thing that a program may hold."""
    elsewhere = Location("cn-hangzhou", "42")
    return generate(
        [
            (identity(), a_config()),
            (
                identity(qualifier="prod"),
                a_config(QUEUE, QUEUE, 300, 0, stateful_invocation=True),
            ),
            (identity("quotes"), a_config(on_success='acs:a:b:c:"')),
            (identity("both"), a_config(on_success="acs:a:b:c:'\"\\é")),
            (identity(location=elsewhere), a_config(QUEUE, queue(elsewhere, "q" * 40))),
            (identity("orders"), a_config(max_async_event_age_in_seconds=2_592_000)),
        ],
        HOME,
        ProviderSettings(
            "http://127.0.0.1:1",
            internal=True,
            profile="x",
            sts_endpoint="sts.example.com",
            credentials=(
                ACCESS_KEY,
                SECRET_KEY,
                SECURITY_TOKEN,
                CREDENTIALS_FILE,
                CREDENTIALS_URI,
                ECS_ROLE,
                ASSUME_ROLE,
                ASSUME_ROLE_WITH_OIDC,
            ),
        ),
    )


@pytest.mark.parametrize("length", ["79", "88", "120"])
def test_it_is_formatted_for_every_line_length(
    varied: Program, length: str, tmp_path: Path
) -> None:
    file = tmp_path / "__main__.py"
    file.write_text(varied.text)
    ruff = [sys.executable, "-m", "ruff", "--isolated"]
    check = ["check", "--select=F,I", "--line-length", length, str(file)]
    layout = ["format", "--diff", "--line-length", length, str(file)]

    for command in (check, layout):
        done = subprocess.run([*ruff, *command], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_it_reads_like_a_program_written_by_hand() -> None:
    config = identity(qualifier="prod"), a_config(None, QUEUE, 300)
    program = generate([config], HOME, ProviderSettings())

    assert program.text.endswith(
        "# exists and changes nothing there, in a stack that knows where it is:\n"
        "#\n"
        "#     pulumi config set alicloud:region cn-shanghai\n"
        "#     pulumi config set alicloud:accountId 1234567890123456\n"
        "\n"
        "from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations\n"
        "\n"
        "AsyncInvokeConfig(\n"
        '    "demo.hello.prod",\n'
        '    service_name="demo",\n'
        '    function_name="hello",\n'
        '    qualifier="prod",\n'
        "    destination_config={\n"
        '        "on_failure": {\n'
        '            "destination": destinations.mns_queue("failures"),\n'
        "        },\n"
        "    },\n"
        "    max_async_event_age_in_seconds=300,\n"
        ")\n"
    )


def test_a_helper_is_told_what_is_not_the_stacks_and_other_arns_are_text() -> None:
    elsewhere = Location("cn-hangzhou", "42")
    config = identity(location=elsewhere), a_config(QUEUE, queue(elsewhere, "failures"))
    text = generate([config], HOME, ProviderSettings()).text

    assert f'"destination": "{QUEUE}",' in text
    assert '            "failures",\n' in text
    assert '                region="cn-hangzhou",\n                account_id="42",\n' in text


def test_defaults_are_left_out() -> None:
    program = generate([(identity(), a_config())], HOME, ProviderSettings())

    assert evaluate(program.text).resources == {
        "demo.hello": {"service_name": "demo", "function_name": "hello"}
    }


def test_one_location_needs_no_provider() -> None:
    program = generate(
        [(identity(), a_config())], HOME, ProviderSettings(endpoint="http://127.0.0.1:1")
    )

    assert "Provider" not in program.text
    assert "pulumi config set fc:endpoint http://127.0.0.1:1" in program.text


def test_each_other_location_has_one_provider() -> None:
    elsewhere = Location("cn-hangzhou", HOME.account_id)
    configs = [
        (identity(), a_config()),
        (identity(location=elsewhere), a_config()),
        (identity(function="other", location=elsewhere), a_config()),
    ]
    evaluated = evaluate(generate(configs, HOME, ProviderSettings(profile="work")).text)

    assert evaluated.providers == {
        "cn-hangzhou": {
            "region": "cn-hangzhou",
            "account_id": HOME.account_id,
            "profile": "work",
        }
    }
    assert evaluated.resources.keys() == {
        "demo.hello",
        "demo.hello.LATEST.cn-hangzhou",
        "demo.other.LATEST.cn-hangzhou",
    }


def test_a_provider_gets_the_credentials_of_the_stacks_configuration_by_name() -> None:
    configs = [(identity(location=Location("cn-hangzhou", "42")), a_config())]
    settings = ProviderSettings(
        sts_endpoint="sts.example.com",
        credentials=(ACCESS_KEY, SECRET_KEY, ECS_ROLE, ASSUME_ROLE),
    )
    evaluated = evaluate(generate(configs, HOME, settings).text)

    (provider,) = evaluated.providers.values()
    assert provider["access_key"] == "secret alicloud:accessKey"
    assert provider["secret_key"] == "secret alicloud:secretKey"  # noqa: S105  the key's name
    assert provider["ecs_role_name"] == "alicloud:ecsRoleName"
    assert provider["assume_role"] == "object alicloud:assumeRole"
    assert provider["endpoints"] == {"sts": "sts.example.com"}


def test_what_no_program_can_declare_is_said_in_a_comment() -> None:
    config = identity(), a_config(max_async_event_age_in_seconds=2_592_000)
    program = generate([config], HOME, ProviderSettings())

    assert program.resources == {}
    assert program.left_out[config[0].id].startswith("maxAsyncEventAgeInSeconds must be")
    assert f"#     {config[0].id}: maxAsyncEventAgeInSeconds" in program.text


def test_nothing_that_the_service_answers_becomes_code() -> None:
    evil = 'acs:a:b:c:x"\nimport os\n"""'
    programs = [
        generate([(identity(), a_config(on_success=evil))], HOME, ProviderSettings()),
        generate([(identity('a"\nimport os'), a_config())], HOME, ProviderSettings()),
        generate(
            [(identity(), a_config())],
            HOME,
            ProviderSettings(endpoint='https://x"""\nimport os'),
        ),
    ]

    for program in programs:
        imported = [
            node for node in ast.walk(ast.parse(program.text)) if isinstance(node, ast.Import)
        ]
        assert imported == []
