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
from pulumi_fc_async_invoke.reconcile.steps import SECOND_LOOKS

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

What each change costs. An `up` and a `preview` without a change make no call, and a refresh makes one GET
for each config.

## What sets the number

| change | calls | with stale reads | why not fewer |
| --- | --- | --- | --- |
| create | GET, PUT | a config that differs is read again after 2 seconds, before it is refused | a PUT has no precondition and merges: without the GET it would overwrite what someone else made |
| update | PUT | the same | |
| delete | DELETE, GET | up to {looks} GETs within {seconds:g} seconds, until one finds nothing | a create that follows (a replacement, the next `up`) would adopt the config that is gone |
| refresh, `get` | GET | the same | |

- A PUT whose response holds what was sent is not read again. Another response is settled by up to {looks}
  GETs within {seconds:g} seconds, and so is a write whose response was lost.
- The calls of one config depend on each other: the PUT on what the GET finds, the confirming GET on the
  DELETE. So none of them overlap.
- The calls of different configs all overlap, confirming GETs too, up to `fc:maxConcurrency` and the engine's
  `--parallel`. To report a delete as done and confirm it in the background would save time where
  `--parallel` is the limit, but the engine would drop a config from the state before it is known to be gone.

## Removing a destination

The vendor does not document how the service merges a PUT: whether `destinationConfig` is merged deeply or
replaced as a whole, and whether `null` and `{{}}` clear a destination, are ignored or are refused. So a
removal tries each way that is less than a delete, and remembers for the rest of the run what it learned
("next time"). DELETE and PUT is the last resort.

{table}
This page is generated: `python -m tools.docs.calls_table > docs/calls.md`.
"""


def page() -> str:
    """The whole page."""
    looks, seconds = len(SECOND_LOOKS), sum(SECOND_LOOKS)
    return _PAGE.format(table=table(), looks=looks, seconds=seconds)


if __name__ == "__main__":
    sys.stdout.write(page())
