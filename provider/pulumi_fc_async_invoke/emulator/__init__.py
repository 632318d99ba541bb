"""A Function Compute that runs on loopback, for trying things out and for tests.

Run it with ``python -m pulumi_fc_async_invoke.emulator`` (extra ``emulator``), or inside a test
with `server.EmulatorServer`. It is written from the API's documentation alone and shares nothing
with the client but the signature's arithmetic, so that the two check each other.

===================== ===========================================================
module                job
===================== ===========================================================
``rules.py``          what a write does, under every rule the service may follow
``answers.py``        how a stored config, or an error, reads
``validation.py``     what the service refuses
``authentication.py`` access keys, signature, clock
``storage.py``        the SQLite file
``stale.py``          reads that lag behind a write
``parents.py``        which services, functions, versions and aliases exist
``faults.py``         what goes wrong, and when
``calls.py``          the log of calls
``state.py``          all of these together
``catalogue.py``      which services and functions a list shows
``service.py``        the calls
``sending.py``        how answers, broken ones too, reach the socket
``app.py``            the ASGI application
``control.py``        the unsigned paths under ``/_emulator/`` that steer it
``remote.py``         typed access to those paths: `EmulatorControl`
``server.py``         the server: in a thread, or for the command line
``process.py``        the emulator in a process of its own: `EmulatorProcess`
``testing.py``        a pytest fixture for programs that use the package
===================== ===========================================================
"""
