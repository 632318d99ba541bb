"""`tools/engine/resolve`: which engine it takes, and that it never leaves half of one.

Real processes; `pulumi`, `go` and the vendor's installer are small stand-ins.
"""

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from tools.engine.installer import install
from tools.process import CommandError

RESOLVE = Path(__file__).resolve().parents[2] / "tools" / "engine" / "resolve"
FOUR_FILES = {
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
}
WORKING = "#!/bin/sh\necho v0.0.0\n"
BROKEN = "#!/bin/sh\nexit 3\n"

FAKE_GO = """\
import json, os, pathlib, shutil, sys
here = pathlib.Path(__file__).parent
with (here / "go.log").open("a") as log:
    log.write(json.dumps([sys.argv[1:], os.environ["GOFLAGS"], os.getcwd()]) + "\\n")
if sys.argv[1] == "env":
    print("go1.26.0")
elif sys.argv[1:3] == ["mod", "download"]:
    print(json.dumps({"Dir": str(here / "sdk")}))
elif sys.argv[1] == "build":
    if (here / "fails").exists():
        sys.exit("undefined: somethingMissing")
    target = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
    target.write_text((here / "half").read_text() if (here / "half").exists() else "#!/bin/sh")
    if (here / "started").exists():
        (here / "started").open("w").close()  # blocks until the test looks
        (here / "continue").open().close()  # and until it lets go
    target.write_text((here / "program").read_text())
    target.chmod(0o755)
    if (here / "rival").exists():
        key = next(p for p in target.parents if p.name.startswith(".partial-")).parent
        shutil.copytree(here / "rival", key / (here / "key").read_text(), dirs_exist_ok=True)
"""


FAKE_INSTALLER = """\
import pathlib, signal
class PulumiCommand:
    @classmethod
    def install(cls, root, version, skip_version_check):
        {action}
"""
INSTALLS = f"""
        programs = pathlib.Path(root) / "bin"
        programs.mkdir()
        for name in {sorted(FOUR_FILES)!r}:
            (programs / name).write_text({WORKING!r})
            (programs / name).chmod(0o755)
"""


@dataclass
class Machine:
    """A machine with nothing on it but what a test puts there."""

    folder: Path

    @property
    def programs(self) -> Path:
        return self.folder / "programs"

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": str(self.programs),
            "HOME": str(self.folder),
            "FC_ENGINE_CACHE": str(self.cache),
            "PYTHONPATH": str(self.folder / "python"),
        }

    def command(self, *arguments: str) -> Sequence[str]:
        # -S: no installed packages, so no Pulumi SDK and no vendor's installer unless put there.
        return (sys.executable, "-S", str(RESOLVE), *arguments)

    def resolve(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def start(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            self.command(),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def folder_of(self, done: "subprocess.CompletedProcess[str]") -> Path:
        assert done.returncode == 0, done.stderr
        return Path(done.stdout.splitlines()[-1])

    def put_on_path(self, name: str, content: str = WORKING) -> None:
        file = self.programs / name
        file.write_text(content)
        file.chmod(0o755)

    def put_go(self) -> None:
        self.put_on_path("go", f"#!{sys.executable} -IS\n{FAKE_GO}")
        (self.programs / "program").write_text(WORKING)
        for script in ("cmd/pulumi-language-python-exec", "dist/pulumi-resource-pulumi-python"):
            file = self.programs / "sdk" / "python" / script
            file.parent.mkdir(parents=True)
            file.write_text("#!/bin/sh\n")
            file.chmod(0o444)

    def put_installer(self, action: str) -> None:
        package = self.folder / "python" / "pulumi"
        package.mkdir(parents=True)
        (package / "__init__.py").touch()
        (package / "automation.py").write_text(FAKE_INSTALLER.format(action=action))

    def go_calls(self, command: str) -> list[tuple[list[str], str, str]]:
        log = self.programs / "go.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return [call for call in map(json.loads, lines) if call[0][0] == command]

    def hold_builds(self) -> None:
        os.mkfifo(self.programs / "started")
        os.mkfifo(self.programs / "continue")

    def wait_for_build(self) -> None:
        (self.programs / "started").open().close()

    def release_build(self) -> None:
        (self.programs / "continue").open("w").close()

    def is_building(self) -> bool:
        try:
            os.close(os.open(self.programs / "continue", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # nobody reads
            return False
        return True

    def leftovers(self) -> list[Path]:
        return list(self.cache.glob(".partial-*"))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    machine = Machine(tmp_path)
    machine.programs.mkdir()
    return machine


@pytest.fixture
def machine_with_cache(machine: Machine) -> Machine:
    machine.put_go()
    machine.folder_of(machine.resolve())
    (machine.programs / "go.log").unlink()
    return machine


def test_pulumi_on_the_path_comes_before_the_cache(machine_with_cache: Machine) -> None:
    machine_with_cache.put_on_path("pulumi")
    machine_with_cache.put_on_path("pulumi-language-python")

    done = machine_with_cache.resolve()

    assert machine_with_cache.folder_of(done) == machine_with_cache.programs
    assert "Engine: pulumi on PATH" in done.stderr


def test_pulumi_on_the_path_without_its_language_plugin_is_not_taken(
    machine_with_cache: Machine,
) -> None:
    machine_with_cache.put_on_path("pulumi")

    done = machine_with_cache.resolve()

    assert "Engine: cached copy" in done.stderr


def test_pulumi_on_the_path_that_does_not_run_is_not_taken(machine_with_cache: Machine) -> None:
    machine_with_cache.put_on_path("pulumi", BROKEN)
    machine_with_cache.put_on_path("pulumi-language-python")

    done = machine_with_cache.resolve()

    assert "Engine: cached copy" in done.stderr


def test_the_cache_comes_before_the_installer_and_go(machine_with_cache: Machine) -> None:
    machine_with_cache.put_installer(INSTALLS)

    done = machine_with_cache.resolve()

    assert machine_with_cache.folder_of(done).is_relative_to(machine_with_cache.cache)
    assert "Engine: cached copy" in done.stderr
    assert machine_with_cache.go_calls("env") == []


def test_the_installer_comes_before_go(machine: Machine) -> None:
    machine.put_go()
    machine.put_installer(INSTALLS)

    done = machine.resolve()

    assert {file.name for file in machine.folder_of(done).iterdir()} == FOUR_FILES
    assert "Engine: vendor's installer" in done.stderr
    assert machine.go_calls("env") == []


def test_what_the_installer_brought_is_cached(machine: Machine) -> None:
    machine.put_installer(INSTALLS)
    first = machine.folder_of(machine.resolve())

    second = machine.resolve()

    assert machine.folder_of(second) == first
    assert "Engine: cached copy" in second.stderr


def test_what_the_installer_brought_is_in_private_folders(machine: Machine) -> None:
    machine.put_installer(INSTALLS)
    before = os.umask(0)
    try:
        folder = machine.folder_of(machine.resolve())
    finally:
        os.umask(before)

    assert stat.S_IMODE(machine.cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_an_installer_that_hangs_is_ended(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.put_installer("signal.pause()")
    monkeypatch.setenv("PYTHONPATH", str(machine.folder / "python"))

    with pytest.raises(CommandError, match=r"no end after 0\.3 s"):
        install(machine.cache, 0.3)


def test_go_takes_over_from_an_installer_that_fails(machine: Machine) -> None:
    machine.put_go()
    machine.put_installer("raise OSError('no route to host')")

    done = machine.resolve()

    assert machine.folder_of(done).is_dir()
    assert "Engine: build with Go" in done.stderr


def test_an_installer_that_fails_says_why_if_nothing_else_helps(machine: Machine) -> None:
    machine.put_installer("raise OSError('no route to host')")

    done = machine.resolve()

    assert done.returncode == 1
    assert "vendor's installer: OSError: no route to host" in done.stderr


def test_a_build_brings_all_four_files_ready_to_run(machine: Machine) -> None:
    machine.put_go()

    folder = machine.folder_of(machine.resolve())

    assert {file.name for file in folder.iterdir()} == FOUR_FILES
    assert all(file.stat().st_mode & stat.S_IXUSR for file in folder.iterdir())


def test_a_build_is_reproducible_and_carries_its_version(machine: Machine) -> None:
    machine.put_go()

    machine.resolve()

    cli, language = machine.go_calls("build")
    assert "-trimpath" in cli[0]
    assert any(word.endswith("version.Version=v3.259.0") for word in cli[0])
    assert "-mod=readonly" in cli[1]
    assert (Path(cli[2]).name, Path(language[2]).name) == ("cli", "language")


def test_a_build_is_used_again(machine: Machine) -> None:
    machine.put_go()
    first = machine.folder_of(machine.resolve())

    second = machine.folder_of(machine.resolve())

    assert second == first
    assert len(machine.go_calls("build")) == 2


def test_without_any_way_one_error_names_all_four_and_what_to_do(machine: Machine) -> None:
    done = machine.resolve()

    assert done.returncode == 1
    assert done.stdout == ""
    tried = [line.strip() for line in done.stderr.splitlines() if line.startswith("  ")]
    assert tried[0] == "1. pulumi on PATH: no pulumi and no pulumi-language-python"
    assert tried[1].startswith("2. cached copy: ")
    assert tried[1].endswith("is not there")
    assert tried[2].startswith("3. vendor's installer: ")
    assert tried[3] == "4. build with Go: no go on PATH"
    assert "install Pulumi" in done.stderr
    assert "install Go 1.25" in done.stderr


def test_a_go_that_is_too_old_is_named_with_what_it_says(machine: Machine) -> None:
    machine.put_on_path("go", "#!/bin/sh\necho 'go.mod requires go >= 1.25.11' >&2\nexit 1\n")

    done = machine.resolve()

    assert done.returncode == 1
    assert "go.mod requires go >= 1.25.11" in done.stderr


def test_a_failed_build_shows_what_go_said_and_leaves_nothing(machine: Machine) -> None:
    machine.put_go()
    (machine.programs / "fails").touch()

    done = machine.resolve()

    assert done.returncode == 1
    assert "undefined: somethingMissing" in done.stderr
    assert machine.leftovers() == []


def test_a_build_that_does_not_run_is_not_kept(machine: Machine) -> None:
    machine.put_go()
    (machine.programs / "program").write_text(BROKEN)

    done = machine.resolve()

    assert done.returncode == 1
    assert "does not run" in done.stderr
    assert [file.name for file in machine.cache.iterdir()] == [".lock"]


def test_two_runs_at_once_build_once(machine: Machine) -> None:
    machine.put_go()
    machine.hold_builds()
    first = machine.start()
    machine.wait_for_build()
    second = machine.start()
    assert second.stderr is not None
    assert "waiting for another run" in second.stderr.readline()

    machine.release_build()  # of the first program
    machine.wait_for_build()
    machine.release_build()  # of the second
    outputs = [run.communicate(timeout=60) for run in (first, second)]

    assert (first.returncode, second.returncode) == (0, 0)
    assert outputs[0][0] == outputs[1][0]
    assert "Engine: build with Go" in outputs[0][1]
    assert "Engine: cached copy" in outputs[1][1]
    assert len(machine.go_calls("build")) == 2


def test_a_copy_that_another_run_published_first_is_used(machine_with_cache: Machine) -> None:
    home = next(file for file in machine_with_cache.cache.iterdir() if file.is_dir())
    home.rename(machine_with_cache.programs / "rival")
    (machine_with_cache.programs / "key").write_text(home.name)

    done = machine_with_cache.resolve()

    assert machine_with_cache.folder_of(done) == home / "bin"
    assert machine_with_cache.leftovers() == []


def test_a_run_that_is_killed_leaves_no_engine_and_no_lock(machine: Machine) -> None:
    machine.put_go()
    machine.hold_builds()
    killed = machine.start()
    machine.wait_for_build()
    killed.kill()
    killed.communicate(timeout=60)
    assert machine.leftovers() != []
    (machine.programs / "started").unlink()  # the next build is not held

    done = machine.resolve()
    machine.release_build()  # what is left of the first one finds its folder gone

    assert "Engine: build with Go" in done.stderr
    assert machine.leftovers() == []


def test_a_run_that_is_terminated_ends_its_build_and_cleans_up(machine: Machine) -> None:
    machine.put_go()
    machine.hold_builds()
    stopped = machine.start()
    machine.wait_for_build()

    stopped.terminate()
    stopped.communicate(timeout=60)

    assert stopped.returncode == 128 + signal.SIGTERM
    assert not machine.is_building()
    assert machine.leftovers() == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("pulumi", BROKEN, id="does-not-run"),
        pytest.param("pulumi-language-python", "", id="truncated"),
        pytest.param("pulumi-resource-pulumi-python", None, id="missing"),
    ],
)
def test_a_damaged_copy_is_built_again(
    machine_with_cache: Machine, name: str, content: str | None
) -> None:
    file = next(machine_with_cache.cache.glob("*/bin")) / name
    if content is None:
        file.unlink()
    else:
        file.write_text(content)

    done = machine_with_cache.resolve()

    assert "Engine: build with Go" in done.stderr
    assert "Engine: cached copy" in machine_with_cache.resolve().stderr


@pytest.mark.parametrize("loose", ["cache", "engine"])
@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_cache_that_others_may_write_to_is_refused_before_anything_in_it_runs(
    machine_with_cache: Machine, loose: str, mode: int
) -> None:
    cache = machine_with_cache.cache
    engine = next(file for file in cache.iterdir() if file.is_dir())
    ran = machine_with_cache.folder / "ran"
    (engine / "bin" / "pulumi").write_text(f"#!/bin/sh\ntouch {ran}\n")
    (cache if loose == "cache" else engine).chmod(mode)

    done = machine_with_cache.resolve()

    assert done.returncode == 1
    assert "may write to it" in done.stderr
    assert "FC_ENGINE_CACHE" in done.stderr
    assert not ran.exists()


def test_a_cache_that_is_a_link_to_somewhere_else_is_refused(machine_with_cache: Machine) -> None:
    cache = machine_with_cache.cache
    cache.rename(cache.with_name("elsewhere"))
    cache.symlink_to("elsewhere")

    assert "may write to it" in machine_with_cache.resolve().stderr


def test_a_loose_umask_makes_no_loose_cache(machine: Machine) -> None:
    machine.put_go()
    before = os.umask(0)
    try:
        folder = machine.folder_of(machine.resolve())
    finally:
        os.umask(before)

    assert stat.S_IMODE(machine.cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


def test_a_build_says_first_that_it_takes_long(machine: Machine) -> None:
    machine.put_go()

    done = machine.resolve()

    assert "about 5 minutes" in done.stderr.splitlines()[0]
