"""What to do about what Pulumi's command line says; its words are those of 3.259."""

import pytest

from pulumi_fc_async_invoke.cli.remedies import remedy


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("no Pulumi.yaml project file found (searching upwards from /tmp).", "--cwd"),
        ("no stack named 'absent' found", "--stack"),
        ("no stack selected; please use `pulumi stack select` or", "pulumi stack select"),
        ("incorrect passphrase", "PULUMI_CONFIG_PASSPHRASE"),
        ("passphrase must be set with PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE"),
        ("PULUMI_ACCESS_TOKEN must be set for login during", "pulumi login"),
        ('unable to open state database "postgres://***@db/x?***"', "PULUMI_BACKEND_URL"),
        ('unable to open state directory "file:///absent": stat', "PULUMI_BACKEND_URL"),
        ('read ".pulumi/meta.yaml": blob (key ".pulumi/meta.yaml")', "PULUMI_BACKEND_URL"),
        ("invalid YAML file: yaml: line 1: did not find expected node content", "Pulumi.yaml"),
        ("something that nobody has seen yet", "fix what it reports"),
    ],
)
def test_a_failure_has_a_remedy_of_its_own(said: str, words: str) -> None:
    assert words in remedy(said)
