"""Which Python a project uses, by what its folder holds; nothing of it is run."""

import itertools
from pathlib import Path

import pytest

from pulumi_fc_async_invoke.cli.interpreter import find_interpreter
from pulumi_fc_async_invoke.cli.project import ProjectError


@pytest.fixture(autouse=True)
def no_pulumi_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PULUMI_PYTHON_CMD", raising=False)


def project(folder: Path, options: str) -> Path:
    text = f"{{name: project, runtime: {{name: python, options: {options}}}}}"
    (folder / "Pulumi.yaml").write_text(text)
    return folder


def python_in(folder: Path, name: str = "python") -> Path:
    executable = folder / "bin" / name
    executable.parent.mkdir(parents=True)
    executable.touch(0o755)
    return executable


@pytest.mark.parametrize(
    ("options", "name"), [("{virtualenv: venv}", "venv"), ("{toolchain: uv}", ".venv")]
)
def test_the_environment_is_that_of_the_project_wherever_one_is(
    tmp_path: Path, options: str, name: str
) -> None:
    executable = python_in(tmp_path / name)
    below = project(tmp_path, options) / "src"
    below.mkdir()
    found = find_interpreter(below)

    assert found is not None
    assert (found.executable, found.prefix) == (executable, tmp_path / name)


@pytest.mark.parametrize("command", ["python3", "python", "python9"])
def test_else_it_is_the_python_on_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    executable = python_in(tmp_path, command)
    monkeypatch.setenv("PATH", str(executable.parent))
    monkeypatch.setenv("PULUMI_PYTHON_CMD", "python9" if command == "python9" else "")
    found = find_interpreter(project(tmp_path, "{}"))

    assert found is not None
    assert found.executable == executable


@pytest.mark.parametrize("options", ["{virtualenv: venv}", "{toolchain: uv}"])
def test_a_relative_environment_beside_a_main_folder_is_explained(
    tmp_path: Path, options: str
) -> None:
    file = project(tmp_path, options) / "Pulumi.yaml"
    file.write_text(file.read_text().replace("{name: project", "{name: project, main: infra"))

    with pytest.raises(ProjectError, match="pulumi/issues/7061"):
        find_interpreter(tmp_path)


def test_an_absolute_environment_beside_a_main_folder_is_found(tmp_path: Path) -> None:
    executable = python_in(tmp_path / "venv")
    file = project(tmp_path, f"{{virtualenv: {tmp_path / 'venv'}}}") / "Pulumi.yaml"
    file.write_text(file.read_text().replace("{name: project", "{name: project, main: infra"))
    found = find_interpreter(tmp_path)

    assert found is not None
    assert found.executable == executable


@pytest.mark.parametrize(
    ("host", "remedy"),
    [("v3.79.0", "python3 -m venv {0} && . {0}/bin/activate"), ("v3.259.0", "pulumi install")],
)
def test_how_to_create_an_environment_depends_on_the_language_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, remedy: str
) -> None:
    executable = python_in(tmp_path / "host", "pulumi-language-python")
    executable.write_text(f"github.com/pulumi/pulumi/sdk/v3\t{host}")
    monkeypatch.setenv("PATH", str(executable.parent))

    with pytest.raises(ProjectError) as raised:
        find_interpreter(project(tmp_path, "{virtualenv: venv}"))
    assert remedy.format(tmp_path.resolve() / "venv") in raised.value.remedy


def test_poetry_is_not_asked(tmp_path: Path) -> None:
    assert find_interpreter(project(tmp_path, "{toolchain: poetry}")) is None


@pytest.mark.parametrize("folder", ["lib/python3.13/site-packages", "Lib/site-packages"])
def test_the_packages_version_is_that_of_its_metadata(tmp_path: Path, folder: str) -> None:
    python_in(tmp_path / "venv")
    (tmp_path / "venv" / folder / "pulumi_fc_async_invoke-1.2.3.dist-info").mkdir(parents=True)
    found = find_interpreter(project(tmp_path, "{virtualenv: venv}"))

    assert found is not None
    assert found.package_version() == "1.2.3"


@pytest.mark.parametrize(
    "name", ["pulumi-3.1.dist-info", "pulumi_fc_async_invoke-\x1b[2J.dist-info", "x"]
)
def test_what_is_not_its_metadata_is_not_taken_for_it(tmp_path: Path, name: str) -> None:
    python_in(tmp_path / "venv")
    (tmp_path / "venv" / "lib" / "python3.13" / "site-packages" / name).mkdir(parents=True)
    found = find_interpreter(project(tmp_path, "{virtualenv: venv}"))

    assert found is not None
    assert found.package_version() is None


# Each list holds the one before nine times: a few hundred bytes say nine to the power of eleven.
LAUGHS = "&a [x,x,x,x,x,x,x,x,x]" + "".join(
    f", &{name} [{','.join([f'*{before}'] * 9)}]"
    for before, name in itertools.pairwise("abcdefghijkl")
)


@pytest.mark.parametrize(
    "options",
    [
        f"{{x: [{LAUGHS}], virtualenv: *l}}",
        f"{{x: [{LAUGHS}], <<: *l}}",
        "[" * 2000,
        "!!python/object/apply:os.system [exit]",
        "{virtualenv: [venv]}",
        '{virtualenv: "\\e[2J\\u202e"}',
        '{virtualenv: "a\\0b"}',
        "{? [a] : b, virtualenv: venv}",
        "\x1b[2J",
        "2026-99-99",
        "{virtualenv: " + "x" * 100_000 + "}",
    ],
    ids=range(11),
)
def test_a_hostile_project_file_is_read_soon_and_no_more_than_one_error(
    tmp_path: Path, options: str
) -> None:
    try:
        find_interpreter(project(tmp_path, options))
    except ProjectError as error:
        assert len(str(error)) < 1000  # noqa: PT017  most are no errors
