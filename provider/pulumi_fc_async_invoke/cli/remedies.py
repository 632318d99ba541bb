"""What to do about a failure of Pulumi's command line. Pure."""

BACKEND = (
    "check the address of the backend that holds the state (PULUMI_BACKEND_URL, or backend.url in "
    "Pulumi.yaml), its own keys, and the network; pulumi whoami --verbose says whether it responds"
)
_REMEDIES = {
    "project file found": "name the project's folder with --cwd",
    "no stack named": "name one that pulumi stack ls lists, with --stack",
    "no stack selected": "name the stack with --stack, or select it: pulumi stack select",
    "passphrase": (
        "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to that of the stack"
    ),
    "PULUMI_ACCESS_TOKEN": (
        "log in where the state is (pulumi login, or pulumi login --local), or set "
        "PULUMI_BACKEND_URL"
    ),
    "yaml: ": "correct the file: Pulumi.yaml, or the stack's Pulumi.<stack>.yaml",
}
"""Part of Pulumi's message → the remedy; the first that fits counts."""


def remedy(reason: str) -> str:
    """Say what to do about a failure of Pulumi's command line.

    Args:
        reason: why it failed, in its own words.
    """
    # Each kind of backend has words of its own for what is wrong with it.
    otherwise = f"fix what it reports, or {BACKEND}"
    return next((found for part, found in _REMEDIES.items() if part in reason), otherwise)
