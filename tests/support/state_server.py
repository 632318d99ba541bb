"""What the tests need of a server that keeps Pulumi's state, and a process that is one."""

import contextlib
import signal
import subprocess
import threading
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

SECRET = "planted-backend-password"  # noqa: S105  a marker to search for
USER = "planted-backend-user"


class StateServer(Protocol):
    """Keeps the state of any number of teams apart."""

    @property
    def environment(self) -> dict[str, str]:
        """What a user sets to be let in; the URL holds no password."""
        ...

    def place(self, guide_url: str, name: str) -> str:
        """Make a new, empty place; its login URL, made from that of the guide."""
        ...

    def contents(self, name: str) -> dict[str, bytes]:
        """Everything that a place holds: key → bytes."""
        ...


class Account(NamedTuple):
    """Whom a process runs as; `None` is whoever starts it."""

    uid: int | None = None
    gid: int | None = None
    groups: list[int] | None = None


SAME = Account()


def replaced(text: str, *pairs: tuple[str, str]) -> str:
    """A text with each first replaced by its second; it must be there."""
    for old, new in pairs:
        assert old in text, f"the guide's URL has no {old}: {text}"
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def serving(
    command: Sequence[str],
    ready: str,
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    account: Account = SAME,
) -> Generator[str, None, None]:
    """A process that tells on standard error that it is ready; that line."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=env or {},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        user=account.uid,
        group=account.gid,
        extra_groups=account.groups,
    ) as process:
        try:
            assert process.stderr
            said: list[str] = []
            while not (said and ready in said[-1]):
                line = process.stderr.readline()
                assert line, f"{command[0]} ended:\n{''.join(said)}"
                said.append(line)
            # What else it says is taken off it, so that it never has to wait.
            rest = threading.Thread(target=process.stderr.read)
            rest.start()
            try:
                yield said[-1]
            finally:
                process.send_signal(signal.SIGINT)
                rest.join(timeout=60)
        finally:
            process.kill()  # if it has not ended by itself
