"""Every example, run as its README says, with the emulator as the cloud."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.support.distributions import Distributions, clean_environment, locked_versions
from tests.support.outcome import Outcome
from tests.support.pages import blocks, shell_of
from tests.support.ports import closed_port
from tests.support.stack import Project, copy_project, emulator_keys, stack_environment
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
QUICKSTART = EXAMPLES / "quickstart"  # the project at the root; it has tests of its own
READMES = sorted(set(EXAMPLES.glob("*/README.md")) - {QUICKSTART / "README.md"})
PAGE = EXAMPLES / "README.md"
USUAL = EXAMPLES / "table" / "README.md"
ENDPOINT = "http://127.0.0.1:8743"
INSTALLING = (
    "pulumi install",
    "python3 -m venv venv",
    "venv/bin/pip install -r requirements.txt",
)
OTHER_ACCOUNT = "6543210987654321"

Open = Callable[..., Project]


@pytest.fixture
def open_example(engine: Path, pulumi_home: Path, cloud: EmulatorServer, tmp_path: Path) -> Open:
    """Opens a copy of an example, with one of its stacks."""

    def open_copy(example: str, name: str = "dev") -> Project:
        folder = copy_project(EXAMPLES / example, tmp_path / example)
        environment = stack_environment(engine, pulumi_home, **emulator_keys(cloud))
        project = Project(folder, environment, name=name)
        project.configure(fc__endpoint=cloud.url)
        return project

    return open_copy


def queue(name: str, *, region: str = REGION, account: str = ACCOUNT) -> dict[str, Any]:
    return {"destination": f"acs:mns:{region}:{account}:/queues/{name}/messages"}


def values(
    cloud: EmulatorServer, *, keys: tuple[str, ...] = ("service", "function")
) -> dict[str, dict[str, Any]]:
    """Names of what the cloud holds, joined by ``/`` → the API's values that are no default."""
    defaults: dict[str, Any] = {
        "destinationConfig": {},
        "maxAsyncEventAgeInSeconds": 86_400,
        "maxAsyncRetryAttempts": 3,
        "statefulInvocation": False,
    }
    return {
        "/".join(held[key] for key in keys): {
            key: held[key] for key, value in defaults.items() if held.get(key, value) != value
        }
        for held in cloud.configs()
    }


def runs_to_its_end(project: Project, first: Outcome, cloud: EmulatorServer) -> None:
    """A second run has nothing to do, and destroy leaves nothing."""
    assert "create" in first.operations
    assert project.settled()
    project.destroy()
    assert cloud.configs() == []


def test_each_example_says_how_to_run_it_and_requires_the_package() -> None:
    folders = {folder for folder in EXAMPLES.iterdir() if folder.is_dir()}
    assert {folder / "README.md" for folder in folders} == {*READMES, QUICKSTART / "README.md"}
    assert len(folders) >= 6
    for folder in folders - {QUICKSTART}:
        assert (folder / "README.md").read_text().startswith("# "), folder
        required = (folder / "requirements.txt").read_text().splitlines()[0]
        # The file that was built: by its name alone, an index may have somebody else's.
        assert re.fullmatch(
            r"pulumi-fc-async-invoke(\[\w+\])? @ file://\$\{FC_WHEEL\}", required
        ), folder


def test_the_keys_that_the_examples_are_run_with_are_the_emulators() -> None:
    page = PAGE.read_text()
    assert dict(re.findall(r"(ALIBABA_CLOUD_\w+)=(\S+)", page)) == {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": DEFAULT_KEY_ID,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": DEFAULT_KEY_SECRET,
    }


@pytest.fixture
def user(tmp_path: Path, engine: Path, pulumi_home: Path) -> dict[str, str]:
    """Variables of a user with an empty home, in whose environments everything is installed."""
    return stack_environment(engine, pulumi_home) | home_of(tmp_path)


@pytest.fixture
def newcomer(tmp_path: Path, engine: Path, distributions: Distributions) -> dict[str, str]:
    """Variables of a user who has Python, Pulumi and the wheel alone."""
    environment = clean_environment()
    path = (str(engine), str(Path(sys.base_prefix) / "bin"), environment["PATH"])
    return environment | {
        "PATH": os.pathsep.join(path),
        "FC_WHEEL": str(distributions.wheel),
        "PIP_CONSTRAINT": str(locked_versions(tmp_path / "constraints.txt")),
        **home_of(tmp_path),
    }


def home_of(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "PULUMI_HOME": str(folder / ".pulumi"),
        "PULUMI_SKIP_CONFIRMATIONS": "true",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }


@pytest.mark.parametrize("who", ["user", pytest.param("newcomer", marks=pytest.mark.proof)])
def test_the_page_of_the_examples_can_be_followed(
    who: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    environment: dict[str, str] = request.getfixturevalue(who)
    building, starting, keys, installing, destroying = map(shell_of, blocks(PAGE))
    assert "make package" in building  # which `FC_WHEEL` stands for
    assert USUAL.parent.relative_to(EXAMPLES.parent).as_posix() in PAGE.read_text()
    example = "".join(shell_of(block) for block in blocks(USUAL))
    assert example.startswith("pulumi install\n")
    example = example.replace("pulumi install\n", installing)
    folder = copy_project(USUAL.parent, tmp_path / "table")
    if who == "newcomer":
        (folder / "venv").unlink()
    with closed_port() as port:
        listening = f"until (: < /dev/tcp/127.0.0.1/{port}) 2> /dev/null; do sleep 0.1; done\n"
        script = f"{starting}{listening}{keys}{example}{destroying}"
        script = script.replace("8743", str(port))
        # --local is the home of the user, whatever HOME says: another run's stacks are there.
        assert "pulumi login --local\n" in script
        state = tmp_path / "state"
        state.mkdir()
        script = script.replace("login --local", f"login {state.as_uri()}")
        if who == "user":
            script = re.sub(
                r"^.*(-m venv|pip install|venv/bin/activate).*\n", "", script, flags=re.MULTILINE
            )
            script = script.replace("~/fc-emulator/bin/python", "python")
        done = subprocess.run(
            ["bash", "-eu", "-c", f"trap 'kill $(jobs -p)' EXIT\n{script}"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert ("4 created" in done.stdout, "4 deleted" in done.stdout) == (True, True)


@pytest.mark.proof
@pytest.mark.parametrize("readme", READMES, ids=[each.parent.name for each in READMES])
def test_each_readme_can_be_followed(
    readme: Path, engine: Path, pulumi_home: Path, cloud: EmulatorServer, tmp_path: Path
) -> None:
    folder = copy_project(readme.parent, tmp_path / readme.parent.name)
    state = tmp_path / "state"
    state.mkdir()
    typed = [line for block in blocks(readme) for line in shell_of(block).splitlines()]
    # The environments are there already: no index has this version of the package.
    assert any(line in INSTALLING for line in typed)
    script = "\n".join(line for line in typed if line not in INSTALLING)
    script = script.replace("~/fc-emulator/bin/python", "python")
    assert ENDPOINT in script
    done = subprocess.run(
        ["bash", "-eu", "-c", script.replace(ENDPOINT, cloud.url)],
        cwd=folder,
        env=stack_environment(
            engine,
            pulumi_home,
            **emulator_keys(cloud),
            PULUMI_BACKEND_URL=state.as_uri(),
            PULUMI_SKIP_CONFIRMATIONS="true",
        ),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"PUT"} <= {call.method for call in cloud.calls()}


def test_each_project_is_named_after_its_folder() -> None:
    for file in EXAMPLES.glob("*/Pulumi.yaml"):
        project = yaml.safe_load(file.read_text())
        assert project["name"] == f"fc-{file.parent.name}"
        assert project["description"], file


@pytest.mark.parametrize(
    ("name", "region", "account", "limits"),
    [
        pytest.param("dev", REGION, ACCOUNT, (300, 0), marks=pytest.mark.proof),
        pytest.param("staging", REGION, ACCOUNT, (3600, 3), marks=pytest.mark.proof),
        ("prod", "cn-hangzhou", OTHER_ACCOUNT, (86_400, 8)),
    ],
)
def test_environments(  # noqa: PLR0917  pytest passes them by name
    name: str,
    region: str,
    account: str,
    limits: tuple[int, int],
    open_example: Open,
    cloud: EmulatorServer,
) -> None:
    project = open_example("environments", name)
    outcome = project.up()
    (held,) = cloud.configs()
    assert (held["region"], held["account"]) == (region, account)
    assert (held["service"], held["function"]) == (f"shop-{name}", "orders")
    assert (held["maxAsyncEventAgeInSeconds"], held["maxAsyncRetryAttempts"]) == limits
    failures = queue(f"orders-failures-{name}", region=region, account=account)
    assert held["destinationConfig"] == {"onFailure": failures}
    if name == "prod":
        assert "protected" in project.destroy_fails().text
        assert cloud.configs() == [held]
    else:
        runs_to_its_end(project, outcome, cloud)


@pytest.mark.proof
def test_table(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("table")
    outcome = project.up()
    assert values(cloud, keys=("service", "qualifier", "function")) == {
        "media/LATEST/thumbnails": {
            "destinationConfig": {"onFailure": queue("thumbnails-failures")},
            "maxAsyncRetryAttempts": 1,
        },
        "media/LATEST/transcode": {
            "destinationConfig": {"onFailure": queue("transcode-failures")},
            "maxAsyncEventAgeInSeconds": 3600,
            "statefulInvocation": True,
        },
        "mail/prod/newsletter": {"maxAsyncRetryAttempts": 8},
    }
    runs_to_its_end(project, outcome, cloud)


def test_component(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("component")
    outcome = project.up()
    assert values(cloud) == {
        f"billing-dev/{function}": {
            "destinationConfig": {"onFailure": queue(f"billing-dev-{function}-failed")},
            "maxAsyncEventAgeInSeconds": 3600,
            "maxAsyncRetryAttempts": retries,
        }
        for function, retries in {"charge-card": 0, "send-invoice": 1}.items()
    }
    parents = {held["parent"].rsplit("::", 1)[1] for held in project.resources.values()}
    assert parents == {"charge-card", "send-invoice"}
    runs_to_its_end(project, outcome, cloud)

    program = project.folder / "__main__.py"
    program.write_text(program.read_text().replace('"charge-card"', '"Charge_Card"'))
    said = "'Charge_Card': a function's name is words-with-hyphens"
    assert said in project.preview_fails().diagnostics


@pytest.mark.proof
def test_regions(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("regions")
    cloud.add_key("partner-key", "partner-secret", account=OTHER_ACCOUNT)
    for key, value in {"AccessKey": "partner-key", "SecretKey": "partner-secret"}.items():
        project.run("config", "set", "--secret", f"partner{key}", value, "--stack", "dev")

    outcome = project.up()
    assert values(cloud, keys=("account", "region", "function")) == {
        **{
            f"{ACCOUNT}/{region}/orders": {
                "destinationConfig": {"onFailure": queue("failures", region=region)}
            }
            for region in ("cn-shanghai", "cn-hangzhou")
        },
        f"{OTHER_ACCOUNT}/cn-shanghai/deliveries": {"maxAsyncRetryAttempts": 0},
    }
    # The first account's keys are valid for every account, so that the right answer proves nothing.
    used = {(call.account, call.key_id) for call in cloud.calls()}
    assert used == {(ACCOUNT, cloud.access_key_id), (OTHER_ACCOUNT, "partner-key")}
    assert "partner-secret" not in project.state_file.read_text()
    runs_to_its_end(project, outcome, cloud)


def test_adopt(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("adopt")
    python(project.folder, project.environment, "seed.py", cloud.url)
    billing = cloud.config("finance", "billing", qualifier="prod")
    orders = cloud.config("shop", "orders")

    project.up()
    assert billing is not None
    assert project.exports == {"billingRetries": 5}
    assert cloud.config("shop", "orders") == orders
    assert {call.function for call in cloud.calls() if call.method != "GET"} == {"emails"}
    assert values(cloud)["shop/emails"] == {"maxAsyncRetryAttempts": 5}
    assert project.is_settled()

    project.destroy()
    assert cloud.configs() == [billing]


@pytest.mark.proof
def test_canary(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("canary")
    outcome = project.up()
    ship = f"acs:fc:{REGION}:{ACCOUNT}:services/shop.prod/functions/ship"
    assert values(cloud, keys=("service", "qualifier", "function")) == {
        "shop/LATEST/orders": {
            "destinationConfig": {"onFailure": queue("canary-failures")},
            "maxAsyncEventAgeInSeconds": 60,
            "maxAsyncRetryAttempts": 0,
            "statefulInvocation": True,
        },
        "shop/prod/orders": {
            "destinationConfig": {
                "onSuccess": {"destination": ship},
                "onFailure": queue("failures"),
            },
            "maxAsyncRetryAttempts": 8,
        },
    }
    runs_to_its_end(project, outcome, cloud)


def test_v3(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("v3")
    outcome = project.up()
    (held,) = cloud.configs()
    assert (held["service"], held["function"], held["qualifier"]) == (None, "orders", "prod")
    assert held["asyncTask"] is True
    assert held["destinationConfig"] == {
        "onSuccess": {"destination": f"acs:fc:{REGION}:{ACCOUNT}:functions/ship/prod"},
        "onFailure": queue("failures"),
    }
    runs_to_its_end(project, outcome, cloud)


def python(folder: Path, environment: dict[str, str], *arguments: str) -> str:
    """Run Python as a user does; what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.proof
def test_automation(engine: Path, pulumi_home: Path, cloud: EmulatorServer, tmp_path: Path) -> None:
    folder = copy_project(EXAMPLES / "automation", tmp_path / "automation")
    state = tmp_path / "state"
    state.mkdir()
    environment = stack_environment(
        engine,
        pulumi_home,
        **emulator_keys(cloud),
        PULUMI_BACKEND_URL=state.as_uri(),
        FC_ENDPOINT=cloud.url,
    )

    assert "{'create': 2}" in python(folder, environment, "deploy.py", "preview")
    assert cloud.configs() == []
    said = python(folder, environment, "deploy.py", "up")
    name = f"acs:fc:{REGION}:{ACCOUNT}:services/shop.LATEST/functions/orders"
    assert said.splitlines()[-1] == name
    assert values(cloud) == {
        "shop/orders": {
            "destinationConfig": {"onFailure": queue("failures")},
            "maxAsyncRetryAttempts": 1,
        }
    }
    assert "{'same': 2}" in python(folder, environment, "deploy.py", "preview")
    python(folder, environment, "deploy.py", "destroy")
    assert cloud.configs() == []


def test_testing(engine: Path, tmp_path: Path) -> None:
    tests = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "tests")
    # In the clone, where pytest would else find the configuration of the whole repository.
    environment = stack_environment(engine, tmp_path)
    assert "4 passed" in python(EXAMPLES / "testing", environment, *tests)


@pytest.mark.proof
def test_what_testing_tests_runs(open_example: Open, cloud: EmulatorServer) -> None:
    project = open_example("testing")
    outcome = project.up()
    assert values(cloud)["shop/orders"]["maxAsyncRetryAttempts"] == 0
    runs_to_its_end(project, outcome, cloud)
