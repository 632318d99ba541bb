"""What `make up` and its siblings run Pulumi with."""

from pathlib import Path

import pytest
from tools.stack.workspace import environment

from pulumi_fc_async_invoke.config.settings import Settings
from pulumi_fc_async_invoke.emulator.authentication import DEFAULT_KEY_ID, DEFAULT_KEY_SECRET


@pytest.mark.parametrize(
    "variable",
    ["ALICLOUD_ACCESS_KEY", "ALICLOUD_SECRET_KEY", "ALICLOUD_PROFILE", "ALIBABA_CLOUD_ROLE_ARN"],
)
def test_credentials_of_the_users_own_do_not_come_before_the_emulators(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "mine")

    variables = environment(Path("/engine"))

    assert variable not in variables
    (keys,) = Settings.read(lambda _key: None, variables).keys
    assert [part and part.value for part in keys] == [DEFAULT_KEY_ID, DEFAULT_KEY_SECRET, None]
