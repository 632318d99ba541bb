"""Many functions, one loop: a row of functions.yaml for each."""

from pathlib import Path
from typing import Any

import pulumi
import yaml

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

table: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("functions.yaml").read_text(encoding="utf-8")
)

for name, row in table.items():
    queue = row.pop("failure_queue", None)
    if queue is not None:
        row["destination_config"] = {
            "on_failure": {"destination": destinations.mns_queue(queue)},
        }
    AsyncInvokeConfig(name, function_name=name, **row)

pulumi.export("functions", sorted(table))
