from pulumi_fc_async_invoke.api.credentials import Credentials
from pulumi_fc_async_invoke.config.credentials import credentials_source
from pulumi_fc_async_invoke.config.settings import Settings

KEYS = {
    "alicloud:accessKey": "s3cr3t-id",
    "alicloud:secretKey": "s3cr3t",
    "alicloud:securityToken": "s3cr3t-token",
}


def test_a_repr_hides_every_part() -> None:
    assert "s3cr3t" not in repr(Credentials("s3cr3t-id", "s3cr3t", "s3cr3t-token"))


def test_the_repr_of_a_source_holds_no_key() -> None:
    assert "s3cr3t" not in repr(credentials_source(Settings.read(KEYS.get, {})))


def test_the_same_settings_have_one_source() -> None:
    # Each asks STS once, however many clients a process makes.
    first = credentials_source(Settings.read(KEYS.get, {}))

    assert credentials_source(Settings.read(KEYS.get, {})) is first
    assert first() == Credentials("s3cr3t-id", "s3cr3t", "s3cr3t-token")
