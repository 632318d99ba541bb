"""Give an emulator the settings that the program finds: ``python seed.py URL``."""

import sys

from pulumi_fc_async_invoke.emulator.remote import EmulatorControl

with EmulatorControl(sys.argv[1]) as cloud:
    cloud.seed("finance", "billing", {"maxAsyncRetryAttempts": 5}, qualifier="prod")
    failures = "acs:mns:cn-shanghai:1234567890123456:/queues/failures/messages"
    kept = {"onFailure": {"destination": failures}}
    cloud.seed("shop", "orders", {"destinationConfig": kept, "maxAsyncRetryAttempts": 1})
    cloud.seed("shop", "emails", {"statefulInvocation": True})
