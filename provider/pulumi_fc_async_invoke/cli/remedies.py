"""What to do about what Pulumi's command line says. Pure."""

BACKEND = (
    "check the address of the backend that holds the state (PULUMI_BACKEND_URL, or backend.url in "
    "Pulumi.yaml), its own keys, and the network; pulumi whoami --verbose says whether it responds"
)
_REMEDIES = (
    ("project file found", "name the project's folder with --cwd"),
    ("no stack named", "name one that pulumi stack ls lists, with --stack"),
    ("no stack selected", "name the stack with --stack, or select it: pulumi stack select"),
    (
        "passphrase",
        "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to that of the stack",
    ),
    ("PULUMI_ACCESS_TOKEN", "log in where the state is (pulumi login), or set PULUMI_BACKEND_URL"),
    ("yaml: ", "correct the file: Pulumi.yaml, or the stack's Pulumi.<stack>.yaml"),
    *(
        (words, BACKEND)
        for words in (
            "unable to open state",
            "problem logging in",
            '".pulumi/',
            "blob",
            "dial tcp",
            "connection refused",
            "no such host",
            "timeout",
            "TLS",
            "credential",
        )
    ),
)
"""What Pulumi's words hold → the remedy; the first that fits counts."""


def remedy(said: str) -> str:
    """What to do about a failure of Pulumi's command line.

    Args:
        said: why it failed, in its own words.
    """
    for words, found in _REMEDIES:
        if words in said:
            return found
    return "run that command in the project's folder, and fix what it says"
