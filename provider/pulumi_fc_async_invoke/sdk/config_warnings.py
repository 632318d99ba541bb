"""Warnings about how the stack's configuration is set, and where it is used unexpectedly.

Only the program can tell: the engine hands configuration over to a provider decrypted, and writes
what was not marked as secret into the stack's state as it stands.
"""

from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import get_root_resource, is_config_secret
from pulumi.runtime.config import CONFIG, get_config, get_config_env

from pulumi_fc_async_invoke.config.declarations import (
    ACCOUNT,
    EVERY_SETTING,
    Setting,
    misspelt_keys,
)

_SECRETS = [each for each in EVERY_SETTING if each.secret]

_warned: "WeakKeyDictionary[pulumi.Resource, set[object]]" = WeakKeyDictionary()
"""The checks that warned, by stack: the Automation API may run several in one process."""


def warn_about_configuration(resource: pulumi.Resource) -> None:
    """Warn of each thing once per run, with the command that fixes it.

    Args:
        resource: a resource that has just been declared. With an explicit provider, the stack's
            configuration is not used for it.
    """
    stack: pulumi.Resource | None = get_root_resource()
    if stack is None or resource.get_provider(resource.pulumi_resource_type) is not None:
        return
    warned = _warned.setdefault(stack, set())
    for check in (_misspelt_keys, _plain_secrets, _secret_account, _other_provider):
        message = None if check in warned else check(resource)
        if message:
            warned.add(check)
            pulumi.log.warn(message)


def _misspelt_keys(_resource: pulumi.Resource) -> str | None:
    # Of the values, nothing is looked at: others' keys are among them.
    misspelt = misspelt_keys({**CONFIG.get(), **get_config_env()})
    for key, meant in misspelt.items():
        if key.startswith("alicloud:"):
            # Ignored, it could mean that somebody else signs.
            raise pulumi.RunError(f"The configuration has no key {key}: did you mean {meant}?")
    return "; ".join(f"{key} is ignored: did you mean {meant}?" for key, meant in misspelt.items())


def _plain_secrets(_resource: pulumi.Resource) -> str | None:
    plain = [secret for secret in _SECRETS if _stands_in_plain_text(secret)]
    if not plain:
        return None
    keys = " and ".join(secret.root for secret in plain)
    return (
        f"{keys} {'stands' if len(plain) == 1 else 'stand'} in plain text in the stack's "
        f"configuration, and so in its state: {' && '.join(secret.command for secret in plain)}"
    )


def _stands_in_plain_text(secret: Setting) -> bool:
    value = get_config(secret.root) or ""
    is_member = secret.root != secret.key
    is_set = f'"{secret.name}"' in value if is_member else bool(value)  # an object is JSON text
    return is_set and not is_config_secret(secret.root)


def _secret_account(_resource: pulumi.Resource) -> str | None:
    if not is_config_secret(ACCOUNT.key):
        return None
    return (
        f"{ACCOUNT.key} is set with --secret, but it is part of every resource's id, and Pulumi "
        "never encrypts ids: it stands in plain text in the stack's state. Set it without "
        f"--secret: pulumi config set {ACCOUNT.key} …"
    )


def _other_provider(resource: pulumi.Resource) -> str | None:
    if resource.get_provider("alicloud:index:Any") is None:
        return None
    return (
        f"{resource.pulumi_resource_name!r} has a provider of pulumi-alicloud, which this "
        "package cannot use: its settings are the stack's configuration. For others, add a "
        "Provider of pulumi_fc_async_invoke to the providers"
    )
