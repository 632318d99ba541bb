"""A Function Compute that runs on loopback, for trying things out and for tests.

Run it with ``python -m pulumi_fc_async_invoke.emulator`` (extra ``emulator``), or inside a test
with `server.EmulatorServer`. It serves API versions 2016-08-15 and 2023-03-30, is written from the
API's documentation alone, and shares nothing with the client, so that the two check each other.

===================== ===========================================================
module                job
===================== ===========================================================
``rules.py``          what a write does, under every rule the service may follow
``versions.py``       a request of either API version, its host, and what it asks for
``v2016.py``          2.0: paths, signature, spelling
``v2023.py``          3.0: the same
``signatures.py``     the signatures, and whether one is right: key, clock, token
``authentication.py`` the access keys
``validation.py``     what the service refuses
``responses.py``      how a config, a list or an error reads
``exceptions.py``     the error codes
``service.py``        the calls
``storage.py``        the SQLite file
``stale.py``          reads that lag behind a write
``parents.py``        which services, functions, versions and aliases exist
``catalogue.py``      which services and functions a list shows
``faults.py``         what goes wrong, and when
``calls.py``          the log of calls
``state.py``          all of these together
``sending.py``        how responses, broken ones too, reach the socket
``app.py``            the ASGI application
``control.py``        the unsigned paths under ``/_emulator/`` that steer it
``remote.py``         typed access to those paths: `EmulatorControl`
``server.py``         the server: in a thread, or for the command line
``process.py``        the emulator in a process of its own: `EmulatorProcess`
``testing.py``        pytest fixtures for programs that use the package
===================== ===========================================================
"""

from importlib.util import find_spec


def missing_extra(extra: str = "emulator") -> str | None:
    """Say in one line how to get what is missing to run it; `None`: nothing is.

    Args:
        extra: which brings it.
    """
    if find_spec("starlette") is not None and find_spec("uvicorn") is not None:
        return None
    return (
        f'The emulator is an extra of the package: pip install "$FC_WHEEL[{extra}]" '
        "(FC_WHEEL is the path of the package's wheel)"
    )
