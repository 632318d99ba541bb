"""Pulumi from a Python program: ``python deploy.py up``, ``python deploy.py destroy``."""

import argparse
import os
import re
import sys

import pulumi
from pulumi import automation

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations

CONFIG = {
    "alicloud:region": "cn-shanghai",
    "alicloud:accountId": "1234567890123456",
}


def program() -> None:
    """Declare the resources: what `__main__.py` is in other projects."""
    orders = AsyncInvokeConfig(
        "orders",
        service_name="shop",
        function_name="orders",
        destination_config={"on_failure": {"destination": destinations.mns_queue("failures")}},
        max_async_retry_attempts=1,
    )
    pulumi.export("orders", orders.id)


def main() -> None:
    """Run one command on one stack."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("command", choices=["preview", "up", "destroy"])
    parser.add_argument("--stack", default="dev", help="name of the stack (%(default)s)")
    arguments = parser.parse_args()

    stack = automation.create_or_select_stack(
        stack_name=arguments.stack, project_name="fc-automation", program=program
    )
    for key, value in CONFIG.items():
        stack.set_config(key, automation.ConfigValue(value))
    if endpoint := os.environ.get("FC_ENDPOINT"):  # such as an emulator's
        stack.set_config("fc:endpoint", automation.ConfigValue(endpoint))

    if arguments.command == "preview":
        print(stack.preview(on_output=print).change_summary)
    elif arguments.command == "up":
        print(stack.up(on_output=print).outputs["orders"].value)
    else:
        stack.destroy(on_output=print)


if __name__ == "__main__":
    try:
        main()
    except automation.CommandError as error:  # Pulumi's last error, in place of a traceback
        sys.exit(next(reversed(re.findall("error: .*", str(error))), str(error)))
    except FileNotFoundError as error:
        sys.exit(f"error: there is no {error.filename} on PATH")
