"""Calls that the emulator holds, so that something else can happen while they are under way."""

import time
from collections.abc import Callable
from typing import get_args

from pulumi_fc_async_invoke.emulator.calls import Call
from pulumi_fc_async_invoke.emulator.faults import DelayKind
from pulumi_fc_async_invoke.emulator.remote import EmulatorControl

LONG = 600_000
"""Milliseconds: longer than a test."""
_SECONDS = 240
_LOOK_SECONDS = 0.1


def is_held(call: Call) -> bool:
    """Whether it hangs; after it has taken effect, if that is meant."""
    return call.fault in get_args(DelayKind) and call.status is None


def wait_for_calls(
    cloud: EmulatorControl, what: str, reached: Callable[[list[Call]], bool]
) -> list[Call]:
    """Wait until the calls so far are as they have to be; all of them.

    Args:
        cloud: the emulator.
        what: what is waited for, for the message if it does not come.
        reached: whether it has come, of all calls so far.
    """
    deadline = time.monotonic() + _SECONDS
    made = cloud.calls()
    while not reached(made):
        assert time.monotonic() < deadline, f"not within {_SECONDS} seconds: {what}; {made}"
        made = cloud.calls(at_least=len(made) + 1, seconds=_LOOK_SECONDS)
    return made


def wait_until_held(cloud: EmulatorControl, held: int) -> list[Call]:
    """Wait until so many calls hang; all calls so far."""
    return wait_for_calls(
        cloud, f"{held} calls that hang", lambda made: sum(map(is_held, made)) >= held
    )
