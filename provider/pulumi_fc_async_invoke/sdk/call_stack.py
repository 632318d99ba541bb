"""Which part of the call stack is kept in state with each resource: the program's.

The SDK sends the whole stack with a resource, as `traceback.extract_stack` has it, and the engine
keeps it. Beyond the program's own frames it holds those of the language host and of asyncio: ten
paths of the machine, two fifths of a resource's bytes, and the engine writes all of them again at
every step.
"""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

_FRAMES_OF_THE_SDK = 4
"""From the constructor of `pulumi.CustomResource` to where the stack is taken."""


@contextmanager
def only_the_programs(constructor: FrameType | None) -> Generator[None, None, None]:
    """In this context a resource is registered with the program's part of the stack.

    Nothing is left out where the program's main module is not on the stack, as in an `apply`, and
    where `sys.tracebacklimit` is set already.

    Args:
        constructor: frame of the resource's own constructor, `inspect.currentframe()` in it.
    """
    frames = _frames_of_the_program(constructor)
    if frames is None or hasattr(sys, "tracebacklimit"):
        yield
        return
    # It counts from the innermost frame; the program's own is the last one of those.
    sys.tracebacklimit = _FRAMES_OF_THE_SDK + frames
    try:
        yield
    finally:
        del sys.tracebacklimit


def _frames_of_the_program(frame: FrameType | None) -> int | None:
    """How many there are from this one to the program's main module; `None`: it is not there."""
    count = 1
    while frame is not None:
        if frame.f_code.co_name == "<module>" and frame.f_globals.get("__name__") == "__main__":
            return count
        frame = frame.f_back
        count += 1
    return None
