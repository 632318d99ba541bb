"""Give an emulator the configs that the program finds: ``python seed.py URL``."""

import argparse
import sys

try:
    from pulumi_fc_async_invoke.emulator.remote import EmulatorControl, EmulatorControlError
except ImportError as error:
    sys.exit(f"{error}: run this with the Python that has the package, as the README says")


def seed(url: str) -> None:
    """Store three configs, as if others had made them."""
    with EmulatorControl(url) as cloud:
        cloud.seed("finance", "billing", {"maxAsyncRetryAttempts": 5}, qualifier="prod")
        failures = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
        kept = {"onFailure": {"destination": failures}}
        cloud.seed("shop", "orders", {"destinationConfig": kept, "maxAsyncRetryAttempts": 1})
        cloud.seed("shop", "emails", {"statefulInvocation": True})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of the emulator, such as http://127.0.0.1:8743")
    try:
        seed(parser.parse_args().url)
    except EmulatorControlError as error:
        sys.exit(f"error: {error}")
