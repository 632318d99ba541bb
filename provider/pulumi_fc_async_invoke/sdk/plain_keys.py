"""A warning about keys that stand in plain text in the stack's configuration.

Only the program can tell: the engine hands configuration over to a provider decrypted, and
writes what was not marked as secret into the stack's state as it stands.
"""

import weakref

import pulumi
from pulumi.runtime import get_root_resource, is_config_secret
from pulumi.runtime.config import get_config

from pulumi_fc_async_invoke.provider import RESOURCE_TYPE

_KEYS = ("alicloud:secretKey", "alicloud:securityToken")

_told: "weakref.WeakSet[pulumi.Resource]" = weakref.WeakSet()
"""The stacks of this process that were warned already; the Automation API may run several."""


def warn_about_plain_keys(resource: pulumi.Resource) -> None:
    """Warn once per run, with the command that mends it.

    Args:
        resource: a resource that has just been declared; with an explicit provider, the stack's
            configuration is not used for it.
    """
    stack: pulumi.Resource | None = get_root_resource()
    if stack is None or stack in _told or resource.get_provider(RESOURCE_TYPE) is not None:
        return
    plain = [key for key in _KEYS if get_config(key) and not is_config_secret(key)]
    if plain:
        _told.add(stack)
        commands = " && ".join(f"pulumi config set --secret {key} …" for key in plain)
        pulumi.log.warn(
            f"{' and '.join(plain)} {'stands' if len(plain) == 1 else 'stand'} in plain text in "
            f"the stack's configuration, and so in its state: {commands}"
        )
