"""What is in the wheel and in the source distribution."""

import hashlib
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from importlib.metadata import Distribution, PathDistribution
from pathlib import Path

import pytest
import yaml
from tests.support.distributions import ROOT, Distributions, run

import pulumi_fc_async_invoke

VERSION = pulumi_fc_async_invoke.__version__
PACKAGE = ROOT / "provider" / "pulumi_fc_async_invoke"
METADATA = f"pulumi_fc_async_invoke-{VERSION}.dist-info"


@pytest.fixture(scope="session")
def unpacked(distributions: Distributions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, unpacked."""
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(distributions.sdist) as archive:
        archive.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


@pytest.fixture(scope="session")
def metadata(distributions: Distributions) -> Distribution:
    return PathDistribution(zipfile.Path(distributions.wheel, f"{METADATA}/"))


def files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and "__pycache__" not in file.parts:
                yield file


def test_they_are_named_by_package_and_version(distributions: Distributions) -> None:
    assert distributions.wheel.name == f"pulumi_fc_async_invoke-{VERSION}-py3-none-any.whl"
    assert distributions.sdist.name == f"pulumi_fc_async_invoke-{VERSION}.tar.gz"


def test_an_index_would_take_them(distributions: Distributions) -> None:
    paths = map(str, (distributions.wheel, distributions.sdist))
    said = run(sys.executable, "-m", "twine", "--no-color", "check", "--strict", *paths)
    assert said.count("PASSED") == 2


def test_the_wheel_holds_the_package_and_its_metadata_alone(distributions: Distributions) -> None:
    with zipfile.ZipFile(distributions.wheel) as archive:
        held = set(archive.namelist())
    package = {f"{file.relative_to(PACKAGE.parent)}" for file in files(PACKAGE)}
    own = {f"{METADATA}/{name}" for name in ("METADATA", "WHEEL", "RECORD", "licenses/LICENSE")}
    entry_points = {f"{METADATA}/entry_points.txt"}
    assert held - entry_points == package | own
    assert "pulumi_fc_async_invoke/py.typed" in held


@pytest.mark.parametrize(
    "folder", ["provider", "tests", "examples", "template", "benchmarks", "tools", "docs"]
)
def test_the_source_distribution_holds_all_that_the_tests_need(folder: str, unpacked: Path) -> None:
    wanted = {file.relative_to(ROOT) for file in files(ROOT / folder)}
    assert wanted <= {file.relative_to(unpacked) for file in files(unpacked)}
    assert wanted


def test_the_source_distribution_holds_the_project_files_and_no_state(unpacked: Path) -> None:
    held = {file.name for file in unpacked.iterdir()}
    projects = {file.name for file in ROOT.glob("Pulumi*.yaml")}
    documents = {file.name for file in ROOT.glob("*.md")}
    assert {"LICENSE", "Makefile", "pyproject.toml", "PKG-INFO"} | projects | documents <= held
    assert not {".venv", ".state", ".emulator", ".git", "dist", "build"} & held


def test_the_source_distribution_builds_the_same_wheel(
    distributions: Distributions, tmp_path: Path
) -> None:
    # The wheel of `distributions` is built from the source distribution; this one from the tree.
    build = (sys.executable, "-m", "build", "--no-isolation", "--wheel")
    run(*build, "--outdir", str(tmp_path), str(ROOT))
    (other,) = tmp_path.iterdir()
    sums = {
        hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in (other, distributions.wheel)
    }
    assert len(sums) == 1


def test_the_unit_tests_run_from_the_source_distribution(unpacked: Path) -> None:
    said = run(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"),
        *(
            "-o",
            "pythonpath=. provider",
            "tests/unit/test_model.py",
            "tests/unit/test_pages.py",
        ),
        cwd=unpacked,
    )
    assert " passed" in said


def test_the_metadata_says_who_may_install_it(metadata: Distribution) -> None:
    said = metadata.metadata
    assert said["Name"] == "pulumi-fc-async-invoke"
    assert said["Requires-Python"] == ">=3.10"
    assert said["License-Expression"] == "Apache-2.0"
    assert said["Description-Content-Type"] == "text/markdown"
    assert set(said.get_all("Provides-Extra") or []) == {"emulator", "cli", "testing"}
    assert "Typing :: Typed" in (said.get_all("Classifier") or [])


def test_every_python_that_the_metadata_names_is_tested(metadata: Distribution) -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    tested: list[str] = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    language = "Programming Language :: Python :: 3."
    named = [
        each.removeprefix("Programming Language :: Python :: ")
        for each in metadata.metadata.get_all("Classifier") or []
        if each.startswith(language)
    ]
    assert named == tested


def test_every_requirement_has_a_lowest_version(metadata: Distribution) -> None:
    requirements = [
        each for each in metadata.requires or [] if not each.startswith("pulumi-fc-async-invoke")
    ]
    assert len(requirements) > 10
    assert [each for each in requirements if ">=" not in each] == []
