"""A Function Compute in memory that carries out the steps of `reconcile`.

What a PUT does is the emulator's `apply_put`; around it: reads that lag, answers that are not what
was stored, calls that fail before or after they took effect, and other people who write in between.
It notes what becomes of their configs once a read has shown them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, partial

from pulumi_fc_async_invoke import reconcile
from pulumi_fc_async_invoke.api import v2016, v2023
from pulumi_fc_async_invoke.api.errors import (
    ApiError,
    BadResponseError,
    ConfigNotFoundError,
    CredentialsError,
    FunctionComputeError,
    InvalidRequestError,
    NoResponseError,
    ParentNotFoundError,
    SettingsError,
)
from pulumi_fc_async_invoke.api.fields import Config
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.version import ApiVersion
from pulumi_fc_async_invoke.emulator.exceptions import ApiError as Refused
from pulumi_fc_async_invoke.emulator.rules import (
    SHAPE_2016,
    SHAPE_2023,
    Json,
    Rules,
    apply_put,
)

RESOURCE = "demo.LATEST/hello"
SAMPLE = {"maxAsyncEventAgeInSeconds": 1, "maxAsyncRetryAttempts": 1}
"""What the vendor's page answers to a PUT of other numbers."""


@dataclass(frozen=True)
class Fault:
    """What one call answers in place of its answer."""

    name: str
    error: Callable[[str], FunctionComputeError]
    """Makes the error; takes the HTTP method."""
    effect: bool = False
    """Whether a write takes effect all the same."""

    def __repr__(self) -> str:
        return f"{self.name}{' after the effect' if self.effect else ''}"


def _api(
    kind: type[ApiError], status: int, *, unknown: bool = False
) -> Callable[[str], FunctionComputeError]:
    return lambda method: kind(
        f"{method} {RESOURCE}",
        status=status,
        request_id="rid",
        outcome_unknown=unknown,
    )


def _no_response(*, sent: bool) -> Callable[[str], FunctionComputeError]:
    return lambda method: NoResponseError(f"{method}: no response", outcome_unknown=sent)


def _keys_ended(method: str) -> FunctionComputeError:
    # Between two attempts of the same call: the first one had no response.
    error = SettingsError(f"no credentials; {method}: no response")
    error.outcome_unknown = True
    return error


def _retried(method: str) -> FunctionComputeError:
    # An earlier attempt of the same call had no response.
    error = ApiError(f"{method} {RESOURCE}", status=429, request_id="rid")
    error.outcome_unknown = True
    return error


def _bad_response(method: str) -> FunctionComputeError:
    return BadResponseError(f"{method}: not JSON", status=200, request_id=None)


REFUSED = Fault("refused", _api(InvalidRequestError, 400))
DENIED = Fault("credentials", _api(CredentialsError, 403))
SERVER_ERROR = Fault("server error", _api(ApiError, 500, unknown=True))
LOST = Fault("lost", _no_response(sent=True))
LOST_AFTER = Fault("lost", _no_response(sent=True), effect=True)
FAULTS = (
    Fault("settings", lambda _method: SettingsError("no credentials")),
    Fault("keys ended", _keys_ended),
    Fault("keys ended", _keys_ended, effect=True),
    DENIED,
    Fault("parent", _api(ParentNotFoundError, 404)),
    Fault("throttled", _api(ApiError, 429)),
    Fault("never sent", _no_response(sent=False)),
    Fault("retried", _retried, effect=True),
    REFUSED,
    LOST,
    LOST_AFTER,
    SERVER_ERROR,
    Fault("server error", _api(ApiError, 500, unknown=True), effect=True),
    Fault("bad answer", _bad_response),
    Fault("bad answer", _bad_response, effect=True),
)
"""Every way in which a call may fail."""


@dataclass(frozen=True)
class Outcome:
    """What came of running steps to their end."""

    calls: list[str]
    """The HTTP methods, in order."""
    accepted: list[bool]
    """For each call, whether it had an effect or an answer without an error."""
    warnings: list[str]
    waits: list[float]
    lost: list[Config]
    """What someone else had written, an answer had shown, and a later write changed or deleted."""
    result: Config | None = None
    """What the steps returned."""
    error: FunctionComputeError | None = None
    """Or what they raised."""


@dataclass
class RemoteModel:
    """One config on one service."""

    stored: Json | None = None
    rules: Rules = field(default_factory=Rules)
    """`merge`, `null`, `empty`, `put_response` and `stale_reads_count` count here."""
    faults: Mapping[int, Fault] = field(default_factory=dict[int, Fault])
    """Number of a call, from 0 → how it fails."""
    others: Mapping[int, Json | None] = field(default_factory=dict[int, "Json | None"])
    """Number of a call → what someone else has made of the config just before it."""
    api: ApiVersion = v2016.API
    """The API version."""

    def __post_init__(self) -> None:
        self._stale: tuple[int, Json | None] = (0, None)
        self._calls: list[str] = []
        self._accepted: list[bool] = []
        self._warnings: list[str] = []
        self._waits: list[float] = []
        self._lost: list[Config] = []
        self._is_theirs = False
        self._is_shown = False
        self._shape = SHAPE_2023 if self.api is v2023.API else SHAPE_2016
        self.bodies: list[Json] = []
        """Of the PUTs, in order."""

    @property
    def values(self) -> Config | None:
        """What it holds."""
        return None if self.stored is None else self._parsed(self.stored).values

    def run(self, steps: reconcile.Steps[RemoteConfig]) -> Outcome:
        """Carry out the steps to their end."""
        result: Config | None = None
        error: FunctionComputeError | None = None
        resume: Callable[[], reconcile.Step] = partial(next, steps)
        try:
            while True:
                resume = self._resume(steps, resume())
        except StopIteration as stop:
            returned: RemoteConfig = stop.value
            result = returned.values
        except FunctionComputeError as raised:
            error = raised
        return Outcome(
            self._calls, self._accepted, self._warnings, self._waits, self._lost, result, error
        )

    def _resume(
        self, steps: reconcile.Steps[RemoteConfig], step: reconcile.Step
    ) -> Callable[[], reconcile.Step]:
        """Carry out one step; how to go on."""
        try:
            return partial(steps.send, self._perform(step))
        except FunctionComputeError as fault:
            return partial(steps.throw, fault)

    def _perform(self, step: reconcile.Step) -> RemoteConfig | None:
        if isinstance(step, reconcile.Wait):
            self._waits.append(step.seconds)
            return None
        if isinstance(step, reconcile.Warn):
            self._warnings.append(step.message)
            return None
        if isinstance(step, reconcile.Inform):
            return None
        number = len(self._calls)
        self._calls.append(type(step).__name__.upper())
        self._accepted.append(False)
        assert number < 50, "this never ends"
        if number in self.others:
            self.stored = self.others[number]
            self._is_theirs, self._is_shown = self.stored is not None, False
        fault = self.faults.get(number)
        if fault is None or fault.effect:
            was_shown = self._is_shown
            answer = self._answer(step)
            self._accepted[-1] = True
            if fault is None:
                return answer
            self._is_shown = was_shown  # its answer is lost, so it has shown nothing
        raise fault.error(self._calls[-1])

    def _answer(self, step: reconcile.Step) -> RemoteConfig | None:
        match step:
            case reconcile.Get():
                return self._get()
            case reconcile.Put(body):
                return self._put(body)
            case _:
                self._delete()
                return None

    def _get(self) -> RemoteConfig | None:
        left, before = self._stale
        seen = before if left else self.stored
        self._is_shown |= not left
        self._stale = (max(left - 1, 0), before)
        return None if seen is None else self._parsed(seen)

    def _put(self, body: Json) -> RemoteConfig:
        self.bodies.append(body)
        try:
            after = apply_put(self.stored, body, self.rules, self._shape)
        except Refused as refused:
            raise InvalidRequestError(
                f"PUT {RESOURCE}", status=400, code=refused.code, message=str(refused)
            ) from refused
        before, how = self.stored, self.rules.put_response
        answered = after
        if how in ("result", "sample"):
            self._write(after)
            sent: Json = body.get("destinationConfig") or {}
            sides = after.get("destinationConfig", {})
            # Their numbers are gone: every PUT sends all of them.
            self._is_theirs &= any(sides[side] != sent.get(side) for side in sides)
            self._is_shown = how == "result"
        if how == "sample":
            answered = {**after, **SAMPLE}
        elif how == "ignored" and before is not None:
            answered = before
        return self._parsed(answered)

    def _delete(self) -> None:
        if self.stored is None:
            raise ConfigNotFoundError(f"DELETE {RESOURCE}", status=404)
        self._write(None)
        self._is_theirs = False

    def _write(self, after: Json | None) -> None:
        if self.values is not None and self._is_theirs and self._is_shown and after != self.stored:
            self._lost.append(self.values)
        self._stale = (self.rules.stale_reads_count, self.stored)
        self.stored = after

    def _parsed(self, stored: Json) -> RemoteConfig:
        return _parsed(self.api, json.dumps(stored))


@cache
def _parsed(api: ApiVersion, text: str) -> RemoteConfig:
    return api.read_config(json.loads(text))
