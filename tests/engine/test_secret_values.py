"""Values that a program declares secret stay secret, and keep their types."""

from typing import Any

import pytest
from tests.support.programs import Source, destinations
from tests.support.stack import Stack
from tests.support.values import TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer

pytestmark = pytest.mark.usefixtures("version")

# How the engine marks a secret in state: this key, and this value of it.
MARK = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")

HIDDEN = "acs:mns:cn-shanghai:1234567890123456:/queues/hidden/messages"

SIDE = Source(
    f"{{'on_failure': {{'destination': Output.secret({HIDDEN!r})}}, "
    f"'on_success': {{'destination': {TOPIC!r}}}}}"
)
WHOLE = Source(f"Output.secret({{'on_failure': {{'destination': {HIDDEN!r}}}}})")
SECRET: dict[str, dict[str, Any]] = {
    "side": {"destination_config": SIDE},
    "whole": {"destination_config": WHOLE},
    "number": {"max_async_event_age_in_seconds": Source("Output.secret(12345)")},
}
EXPORTS = """
side_to = side.destination_config.on_failure.destination
whole_to = whole.destination_config.apply(lambda to: to.on_failure.destination)
age = number.max_async_event_age_in_seconds
for name, value in {"side": side_to, "whole": whole_to, "number": age}.items():
    pulumi.export(name, value)
    pulumi.export(name + " type", Output.unsecret(value.apply(lambda value: type(value).__name__)))
pulumi.export("config type", Output.unsecret(whole.destination_config.apply(
    lambda config: type(config).__name__
)))
pulumi.export("public", number.max_async_retry_attempts)
"""


def _is_secret(value: dict[str, Any]) -> bool:
    return value.get(MARK[0]) == MARK[1]


def test_secret_inputs_are_secret_in_state_and_output_and_keep_their_types(
    stack: Stack, cloud: EmulatorServer
) -> None:
    version = stack.version
    declared = [version.declaration(name, **inputs) for name, inputs in SECRET.items()]
    stack.program("".join(declared) + EXPORTS)
    shown = stack.preview().text + stack.up().text + stack.refresh().text
    for kept in ("inputs", "outputs"):
        side, whole, number = (stack.resources[name][kept] for name in ("side", "whole", "number"))
        # Exactly what the program said is secret, however deep it is.
        assert _is_secret(side["destinationConfig"]["onFailure"]["destination"])
        assert side["destinationConfig"]["onSuccess"] == {"destination": TOPIC}
        assert _is_secret(whole["destinationConfig"])
        assert _is_secret(number["maxAsyncEventAgeInSeconds"])
        assert number["maxAsyncRetryAttempts"] == 3
    for text in (shown, stack.state_file.read_text()):
        assert "hidden" not in text
        assert "12345" not in text.replace("1234567890123456", "")
    for line in ("side", "whole", "number"):
        assert any(part.split() == [line, ":", "[secret]"] for part in shown.splitlines())
    assert stack.exports == {
        "side": HIDDEN,
        "side type": "str",
        "whole": HIDDEN,
        "whole type": "str",
        "number": 12345,
        "number type": "int",
        "config type": "DestinationConfig",
        "public": 3,
    }
    assert {name: stack.version.held(cloud, name) for name in ("side", "whole", "number")} == {
        "side": stack.version.values(
            destination_config=destinations(success=TOPIC, failure=HIDDEN)
        ),
        "whole": stack.version.values(destination_config=destinations(failure=HIDDEN)),
        "number": stack.version.values(max_async_event_age_in_seconds=12345),
    }
    assert stack.is_settled()


@pytest.mark.parametrize(
    "secret",
    [
        "Output.secret({'on_failure': {'destination': 'hidden'}})",
        pytest.param(
            "{'on_failure': {'destination': Output.secret('hidden')}}", marks=pytest.mark.proof
        ),
    ],
    ids=["whole", "destination"],
)
def test_a_secret_destination_is_in_no_complaint_about_it(stack: Stack, secret: str) -> None:
    stack.declare(destination_config=Source(secret))
    outcome = stack.preview_fails()
    assert set(outcome.problems["hello"]) == {"destinationConfig.onFailure.destination"}
    assert "hidden" not in outcome.text


@pytest.mark.parametrize(
    "secret",
    [
        "Output.secret('hidden')",
        pytest.param("{'on_failure': Output.secret('hidden')}", marks=pytest.mark.proof),
    ],
    ids=["string alone", "side alone"],
)
def test_a_secret_of_the_wrong_type_is_in_no_complaint_about_it(stack: Stack, secret: str) -> None:
    stack.declare(destination_config=Source(secret))
    outcome = stack.preview_fails()
    assert any("destination_config" in said for said in outcome.diagnostics), outcome.text
    assert "hidden" not in outcome.text


def test_a_secret_is_not_in_the_refusal_of_a_different_config(
    stack: Stack, cloud: EmulatorServer
) -> None:
    cloud.seed(
        stack.version.service, "hello", {"destinationConfig": {"onFailure": {"destination": TOPIC}}}
    )
    stack.declare(destination_config=WHOLE)
    outcome = stack.up_fails()
    assert "destinationConfig.onFailure.destination" in outcome.text
    assert "hidden" not in outcome.text
