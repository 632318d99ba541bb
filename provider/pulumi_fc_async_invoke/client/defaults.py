"""What holds unless a setting says otherwise."""

from pulumi_fc_async_invoke.config import declarations

REQUEST_TIMEOUT: float = declarations.REQUEST_TIMEOUT.default
"""Seconds for one call with all its attempts (`fc:requestTimeout`)."""

MAX_CONCURRENCY: int = declarations.MAX_CONCURRENCY.default
"""Calls in flight at once (`fc:maxConcurrency`)."""
