"""The ARNs that destinations have most, each under the helper that writes it. Pure."""

import re
from functools import cache

from .names import ACCOUNT_ID, FUNCTION_NAME, NAME, REGION, NameRule

# What the name of a queue or topic may be is Message Service's to say; these would make the
# whole name mean something else.
_MNS_NAME = NameRule(r"[^\s/:]+", "one name without slashes, colons or spaces")

RULES = {
    "region": REGION,
    "account_id": ACCOUNT_ID,
    "service_name": NAME,
    "function_name": NAME,
    "name": FUNCTION_NAME,
    "qualifier": NAME,
    "queue_name": _MNS_NAME,
    "topic_name": _MNS_NAME,
}
"""Part of an ARN → what it may be."""

_WHERE = "{region}:{account_id}"
FORMS = {
    "mns_queue": (f"acs:mns:{_WHERE}:/queues/{{queue_name}}/messages",),
    "mns_topic": (f"acs:mns:{_WHERE}:/topics/{{topic_name}}/messages",),
    "fc_function": (
        f"acs:fc:{_WHERE}:services/{{service_name}}/functions/{{function_name}}",
        f"acs:fc:{_WHERE}:services/{{service_name}}.{{qualifier}}/functions/{{function_name}}",
    ),
    "fc_v3_function": (
        f"acs:fc:{_WHERE}:functions/{{name}}",
        f"acs:fc:{_WHERE}:functions/{{name}}/{{qualifier}}",
    ),
}
"""Helper of `destinations` → the form of its ARN; the second one has a qualifier."""


def parse(arn: str) -> tuple[str, dict[str, str]] | None:
    """Find the helper that writes an ARN, and what it takes for that; `None`: none does."""
    for helper, forms in FORMS.items():
        for form in forms:
            if match := re.fullmatch(_pattern(form), arn):
                return helper, match.groupdict()
    return None


@cache
def _pattern(form: str) -> str:
    def part(name: re.Match[str]) -> str:
        return f"(?P<{name[1]}>{RULES[name[1]].pattern})"

    return re.sub(r"\{(\w+)\}", part, form.replace(".", r"\."))
