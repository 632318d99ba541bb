"""A component: what one team wants of every asynchronous function, said once."""

import re

import pulumi

from pulumi_fc_async_invoke import AsyncInvokeConfig, destinations


class AsyncFunction(pulumi.ComponentResource):
    """Settings of a function by the team's rules.

    The service is ``{team}-{stack}``. Failures are kept, in the queue ``{service}-{name}-failed``.
    Whatever has no limit of its own is tried once more, within an hour.
    """

    config: AsyncInvokeConfig
    failures: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        team: str,
        max_retries: int = 1,
        max_event_age: int = 3600,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the config of the function of this name."""
        super().__init__("team:functions:AsyncFunction", name, None, opts)
        if not re.fullmatch("[a-z]+(-[a-z]+)*", name):
            raise pulumi.RunError(f"{name!r}: a function's name is words-with-hyphens")
        service = f"{team}-{pulumi.get_stack()}"
        self.failures = destinations.mns_queue(f"{service}-{name}-failed")
        self.config = AsyncInvokeConfig(
            name,
            service_name=service,
            function_name=name,
            destination_config={"on_failure": {"destination": self.failures}},
            max_async_retry_attempts=max_retries,
            max_async_event_age_in_seconds=max_event_age,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"id": self.config.id, "failures": self.failures})


charge = AsyncFunction("charge-card", team="billing", max_retries=0)
invoice = AsyncFunction("send-invoice", team="billing")

pulumi.export("failures", [charge.failures, invoice.failures])
