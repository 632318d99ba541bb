"""What is left of the URLs in what Pulumi says."""

import pytest

from pulumi_fc_async_invoke.cli.redaction import without_credentials


@pytest.mark.parametrize(
    ("url", "left"),
    [
        ("postgres://u:planted@db.example.com:1/x", "postgres://***@db.example.com:1/x"),
        ("postgres://db/x?user=u&password=planted", "postgres://db/x?***"),
        ("postgres://u:planted@db/x?sslmode=disable", "postgres://***@db/x?***"),
        ("postgres://u:pla/nted@planted@db/x", "postgres://***@db/x"),
        ("postgres://u:pla?nted@db/x", "postgres://***@db/x"),
        ("https://planted@api.example.com", "https://***@api.example.com"),
        ("azblob://box?sig=planted", "azblob://box?***"),
        ("s3://bucket/folder", "s3://bucket/folder"),
        ("file:///home/me/.state", "file:///home/me/.state"),
    ],
)
@pytest.mark.parametrize("text", ["{}", "open {} failed", 'error: open "{}": refused'])
def test_a_url_keeps_its_address_alone(url: str, left: str, text: str) -> None:
    assert without_credentials(text.format(url)) == text.format(left)


def test_a_url_that_nobody_could_parse_keeps_nothing_of_its_password() -> None:
    said = 'parse "postgres://u:a \\"planted\\" b@db:1/x": invalid port'

    assert without_credentials(said) == 'parse "postgres://***@db:1/x": invalid port'


def test_every_url_of_a_text_is_looked_at() -> None:
    said = 'open "a://u:planted@x": get b://u:planted@y: no'

    assert without_credentials(said) == 'open "a://***@x": get b://***@y: no'


def test_other_text_stays_as_it_is() -> None:
    said = 'no stack named "me@example.com" found? see a/b'

    assert without_credentials(said) == said
