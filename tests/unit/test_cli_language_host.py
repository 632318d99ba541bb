from pathlib import Path

import pytest

from pulumi_fc_async_invoke.cli.language_host import ignores_virtualenv


@pytest.mark.parametrize(
    ("content", "ignores"),
    [
        (b"\0dep\tgithub.com/pulumi/pulumi/sdk/v3\tv3.79.0\th1:x", True),
        (b"\0dep\tgithub.com/pulumi/pulumi/sdk/v3\tv3.259.0\th1:x", False),
        (b"nothing that Go writes", False),
        (b"", False),
    ],
    ids=["old", "new", "another program", "empty"],
)
def test_an_old_language_host_is_told_by_its_build_information(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, *, ignores: bool
) -> None:
    host = tmp_path / "pulumi-language-python"
    host.write_bytes(content)
    host.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert ignores_virtualenv() is ignores


def test_without_a_language_host_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert not ignores_virtualenv()
