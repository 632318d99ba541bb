"""Ports of loopback."""

import socket
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def closed_port(port: int = 0) -> Generator[int, None, None]:
    """Hold a port on which nobody listens.

    It stays bound until the block ends, so that no other test gets it meanwhile. A server that
    asks to reuse addresses can still have it by its number.

    Args:
        port: which one; 0 for any.

    Yields:
        Its number.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(("127.0.0.1", port))
        number: int = held.getsockname()[1]
        yield number
