"""What holds unless a setting says otherwise."""

REQUEST_TIMEOUT = 60.0
"""Seconds for one call with all its tries (`fc:requestTimeout`)."""

MAX_CONCURRENCY = 4
"""Calls in flight at once (`fc:maxConcurrency`)."""
