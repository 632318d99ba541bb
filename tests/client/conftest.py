import pytest
from tests.client.scripted import Clock

from pulumi_fc_async_invoke.client import client, deadline, retries, slow_calls, turns


@pytest.fixture(autouse=True)
def no_network_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxies and authorities of the machine that runs the tests stay out of them."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """A backoff of milliseconds."""
    monkeypatch.setattr(retries, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(retries, "LONGEST_WAIT", 0.02)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Every deadline of a client goes by this clock: no test waits for one, or is too late."""
    clock = Clock()
    for module in (client, deadline, slow_calls, turns):
        monkeypatch.setattr(module, "time", clock)
    return clock
