"""An emulator in a process of its own, for what a thread cannot show: being killed."""

import subprocess
import sys
from collections.abc import Sequence

from .remote import EmulatorControl

_STOP_SECONDS = 30


class EmulatorProcess(EmulatorControl):
    """``python -m pulumi_fc_async_invoke.emulator``, started here and stopped at the end.

    Args:
        arguments: of its command line.

    Raises:
        RuntimeError: if it does not start; its own words are on stderr.
    """

    def __init__(self, arguments: Sequence[str] = ()) -> None:
        self.process = subprocess.Popen(  # noqa: S603  this very package
            [sys.executable, "-m", "pulumi_fc_async_invoke.emulator", *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None  # noqa: S101  a pipe was asked for
        first = self.process.stdout.readline()
        self.process.stdout.close()
        if not first.startswith("ready: "):
            self.process.kill()
            self.process.wait()
            raise RuntimeError("the emulator did not start")
        super().__init__(first.removeprefix("ready: ").strip())

    def kill(self) -> None:
        """Send SIGKILL, so that it cannot tidy up."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        """Stop the process, if it still runs."""
        super().close()
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
