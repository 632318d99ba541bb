from pathlib import Path

from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.config import vendor
from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.profiles import Profile
from pulumi_fc_async_invoke.config.settings import Settings

KEYS = {
    "alicloud:accessKey": "s3cr3t-id",
    "alicloud:secretKey": "s3cr3t",
    "alicloud:securityToken": "s3cr3t-token",
}


def test_a_repr_hides_every_part() -> None:
    assert "s3cr3t" not in repr(Credentials("s3cr3t-id", "s3cr3t", "s3cr3t-token"))


def test_the_repr_of_a_profile_holds_no_key() -> None:
    profile = Profile("work", "~/config.json", {"access_key_secret": "s3cr3t"})

    assert repr(profile) == "Profile('work')"


def test_a_file_that_is_no_ini_file_has_no_section(tmp_path: Path) -> None:
    file = tmp_path / "credentials.ini"
    for content in (b"[work", b"\xff", b"no section\n[work]"):
        file.write_bytes(content)
        assert not vendor.has_ini_section("work", str(file))


def test_the_repr_of_a_source_holds_no_key() -> None:
    assert "s3cr3t" not in repr(credentials_source(Settings.read(KEYS.get, {})))


def test_the_same_settings_have_one_source() -> None:
    # Each asks STS once, however many clients a process makes.
    first = credentials_source(Settings.read(KEYS.get, {}))

    assert credentials_source(Settings.read(KEYS.get, {})) is first
    assert first() == Credentials("s3cr3t-id", "s3cr3t", "s3cr3t-token")
