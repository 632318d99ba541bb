"""Write `docs/calls.md`: the calls that each change costs on each kind of service.

::

    python -m tools.docs.calls_table > docs/calls.md
"""

import sys
from collections import defaultdict

from tests.support.configs import a_config
from tests.support.remote_model import RemoteModel

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules

_ONE = a_config("acs:mns:::/queues/results/messages")
_BOTH = a_config("acs:mns:::/queues/results/messages", "acs:mns:::/queues/failures/messages")
_SLOW = a_config(max_async_event_age_in_seconds=60)

OPERATIONS: dict[str, tuple[Config | None, Config]] = {
    "create": (None, _BOTH),
    "create where the same config is already": (_BOTH, _BOTH),
    "change a number": (a_config(), _SLOW),
    "set a destination": (_ONE, _BOTH),
    "remove one of two destinations": (_BOTH, _ONE),
    "remove the only destination": (_ONE, a_config()),
    "remove both destinations": (_BOTH, a_config()),
}
"""What changes → (the config before, as declared)."""


def calls(operation: str, rules: Rules) -> tuple[str, str]:
    """The calls of an operation the first time, and once removals have been learned."""
    before, declared = OPERATIONS[operation]
    removals = reconcile.Removals()
    rounds: list[str] = []
    for _ in range(2):
        if before is None or before == declared:
            steps = reconcile.create(declared, allow_overwrite=False, removals=removals)
        else:
            steps = reconcile.update(declared, before, removals)
        remote = RemoteModel(None if before is None else before.to_properties(), rules)
        rounds.append(", ".join(remote.run(steps).calls))
    return rounds[0], rounds[1]


def table() -> str:
    """Operation and rules → calls; rules that cost the same share a row."""
    lines = [
        "| change | merge / null / {} | calls | next time |",
        "| --- | --- | --- | --- |",
    ]
    for operation in OPERATIONS:
        services: dict[tuple[str, str], list[str]] = defaultdict(list)
        for rules in all_rules():
            name = f"{rules.merge} / {rules.null} / {rules.empty}"
            services[calls(operation, rules)].append(name)
        for (first, later), names in services.items():
            where = "any" if len(services) == 1 else "<br>".join(names)
            lines.append(f"| {operation} | {where} | {first} | {later} |")
    return "\n".join(lines) + "\n"


_PAGE = """\
# Calls

What each change costs. The vendor does not document how the service merges a PUT: whether
`destinationConfig` is merged deeply or replaced as a whole, and whether `null` and `{{}}` clear a
destination, are ignored or are refused. So a removal tries each way that is less than a delete,
and remembers for the rest of the run what it learned ("next time"). DELETE and PUT is the last
resort. A delete is DELETE and the GET that confirms it; an `up` without a change makes no call.

This page is generated: `python -m tools.docs.calls_table > docs/calls.md`.

{table}"""


def page() -> str:
    """The whole page."""
    return _PAGE.format(table=table())


if __name__ == "__main__":
    sys.stdout.write(page())
