"""ARNs of the targets that results of asynchronous invocations can go to.

Each helper takes plain values or outputs and gives an output, for `DestinationArgs.destination`:

```python
DestinationConfigArgs(
    on_success=DestinationArgs(destination=destinations.mns_topic("results")),
    on_failure=DestinationArgs(destination=destinations.mns_queue(queue.name)),
)
```

Region and account are the stack's unless others are named, also for a resource with an explicit
`Provider`: pass `region` and `account_id` there.

The service only looks at the string: the target need not exist, and nothing is called to find out.

There is no helper for EventBridge or RocketMQ, as the form of their ARNs is not documented for
this API. The resource accepts every ``acs:service:region:account:resource`` as a string.
"""

import inspect
import os
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime.config import get_config, is_config_secret

from .api.arns import FORMS, RULES
from .api.errors import SettingsError
from .config.declarations import ACCOUNT, REGION, Setting
from .config.profiles import read_region
from .config.reading import Reader
from .sdk.errors import BadValueError
from .sdk.values import plain

__all__ = ["fc_function", "fc_v3_function", "mns_queue", "mns_topic"]


def mns_queue(
    queue_name: pulumi.Input[str],
    *,
    region: pulumi.Input[str] | None = None,
    account_id: pulumi.Input[str] | None = None,
) -> pulumi.Output[str]:
    """Name the ARN of a Message Service queue.

    Args:
        queue_name: the queue.
        region: where it is; default: the stack's `alicloud:region`, then the environment.
        account_id: who owns it; default: the stack's `alicloud:accountId`, then the environment.

    Returns:
        ``acs:mns:{region}:{account}:/queues/{queue}/messages``.

    Raises:
        ValueError: a plain value is not such a name, or nothing says which region or account. An
            output that turns out not to be such a name fails the run.
    """
    return _arn("mns_queue", region=region, account_id=account_id, queue_name=queue_name)


def mns_topic(
    topic_name: pulumi.Input[str],
    *,
    region: pulumi.Input[str] | None = None,
    account_id: pulumi.Input[str] | None = None,
) -> pulumi.Output[str]:
    """Name the ARN of a Message Service topic.

    Args:
        topic_name: the topic.
        region: where it is; default: the stack's `alicloud:region`, then the environment.
        account_id: who owns it; default: the stack's `alicloud:accountId`, then the environment.

    Returns:
        ``acs:mns:{region}:{account}:/topics/{topic}/messages``.

    Raises:
        ValueError: a plain value is not such a name, or nothing says which region or account. An
            output that turns out not to be such a name fails the run.
    """
    return _arn("mns_topic", region=region, account_id=account_id, topic_name=topic_name)


def fc_function(
    service_name: pulumi.Input[str],
    function_name: pulumi.Input[str],
    *,
    qualifier: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    account_id: pulumi.Input[str] | None = None,
) -> pulumi.Output[str]:
    """Name the ARN of an event function of Function Compute 2.0.

    Args:
        service_name: the service that holds it, without a qualifier.
        function_name: the function.
        qualifier: version id or alias of the service; left out, the ARN has none, and the
            service takes that for `LATEST`.
        region: where it is; default: the stack's `alicloud:region`, then the environment.
        account_id: who owns it; default: the stack's `alicloud:accountId`, then the environment.

    Returns:
        ``acs:fc:{region}:{account}:services/{service}.{qualifier}/functions/{function}``.

    Raises:
        ValueError: a plain value is not such a name, or nothing says which region or account. An
            output that turns out not to be such a name fails the run.
    """
    return _arn(
        "fc_function",
        region=region,
        account_id=account_id,
        service_name=service_name,
        function_name=function_name,
        qualifier=qualifier,
    )


def fc_v3_function(
    name: pulumi.Input[str],
    *,
    qualifier: pulumi.Input[str] | None = None,
    region: pulumi.Input[str] | None = None,
    account_id: pulumi.Input[str] | None = None,
) -> pulumi.Output[str]:
    """Name the ARN of an event function of Function Compute 3.0.

    Args:
        name: the function.
        qualifier: version id or alias of the function; left out, the ARN has none, and the
            service takes that for `LATEST`.
        region: where it is; default: the stack's `alicloud:region`, then the environment.
        account_id: who owns it; default: the stack's `alicloud:accountId`, then the environment.

    Returns:
        ``acs:fc:{region}:{account}:functions/{name}[/{qualifier}]``.

    Raises:
        ValueError: a plain value is not such a name, or nothing says which region or account. An
            output that turns out not to be such a name fails the run.
    """
    return _arn(
        "fc_v3_function", region=region, account_id=account_id, name=name, qualifier=qualifier
    )


def _arn(helper: str, **parts: pulumi.Input[str] | None) -> pulumi.Output[str]:
    """Fill in a helper's form; every value is checked as soon as it is known."""
    for what, setting in (("region", REGION), ("account_id", ACCOUNT)):
        if parts[what] is None:
            parts[what] = _configured(what, setting)
    if parts.get("qualifier") is None:
        parts.pop("qualifier", None)
    form = FORMS[helper]["qualifier" in parts]
    parts = {what: plain(part) for what, part in parts.items()}
    for what, part in parts.items():
        if not isinstance(part, pulumi.Output) and not inspect.isawaitable(part):
            _check(what, part, BadValueError, f", but is {part!r}")

    def fill(values: Mapping[str, Any]) -> str:
        known = {what: plain(value) for what, value in values.items()}
        for what, value in known.items():
            # It may be a secret: not to be shown. And no `ValueError`, which the SDK would wrap in
            # a traceback where the output is a resource's input.
            _check(what, value, pulumi.RunError)
        return form.format_map(known)

    return pulumi.Output.all(**parts).apply(fill)


def _check(what: str, value: object, error: type[pulumi.RunError], shown: str = "") -> None:
    rule = RULES[what]
    if not rule.fits(value):
        raise error(f"destinations: {what} must be {rule.words}{shown}")


def _configured(what: str, setting: Setting) -> pulumi.Input[str]:
    reader = Reader(get_config, os.environ)
    try:
        value = read_region(reader) if setting is REGION else reader.value(setting)
    except SettingsError as error:
        raise BadValueError(f"destinations: {error}") from None
    if value is None:
        raise BadValueError(
            f"destinations: nothing says which {what}: pass {what}=…, or set it for the stack: "
            f"{setting.command}"
        )
    if is_config_secret(setting.key):
        return pulumi.Output.secret(value)
    shown = f", but is {value!r}; it comes from the configuration: {setting.command}"
    _check(what, value, BadValueError, shown)
    return value
