"""The provider's plugin process, spoken to as the engine does."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from concurrent import futures
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, provider_pb2_grpc

if TYPE_CHECKING:  # only the type checkers need it
    from typing_extensions import Self

PROVIDER = (
    "gASVRAAAAAAAAACMH3B1bHVtaV9mY19hc3luY19pbnZva2UucHJvdmlkZXKUjBlBc3luY0lu"
    "dm9rZUNvbmZpZ1Byb3ZpZGVylJOUKYGULg=="
)
"""The provider as every stack's state holds it, from the first release on."""
V3_PROVIDER = (
    "gASVRgAAAAAAAACMH3B1bHVtaV9mY19hc3luY19pbnZva2UucHJvdmlkZXKUjBtWM0FzeW5j"
    "SW52b2tlQ29uZmlnUHJvdmlkZXKUk5QpgZQu"
)
"""That of 3.0."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""Stands on the wire for a value that is not known before the `up`."""

_COVERAGE = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
_CALL_SECONDS = 240
_SURROGATE = b"\xed\xa0\x80"
"""U+D800, as UTF-8 would have it if it had any."""
_STOP_SECONDS = 10
Bag = dict[str, Any]


class PluginError(Exception):
    """What a call was answered with; the message is what a user would see."""


@dataclass(frozen=True)
class Checked:
    """Answer to Check."""

    inputs: Bag
    failures: dict[str, str]
    """Property path → reason."""


@dataclass(frozen=True)
class Difference:
    """Answer to Diff."""

    changes: bool
    replaces: list[str]
    delete_before_replace: bool


@dataclass(frozen=True)
class Found:
    """Answer to Create and Read; Create has no inputs."""

    id: str
    outputs: Bag
    inputs: Bag


class FakeEngine(engine_pb2_grpc.EngineServicer):
    """The engine's side: keeps what it is told to show to the user."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logged: list[engine_pb2.LogRequest] = []
        untyped: Any = grpc
        self._server: grpc.Server = untyped.server(futures.ThreadPoolExecutor(max_workers=4))
        engine_pb2_grpc.add_EngineServicer_to_server(self, self._server)
        port = self._server.add_insecure_port("127.0.0.1:0")
        self.address = f"127.0.0.1:{port}"

    def Log(  # noqa: N802  gRPC's name
        self, request: engine_pb2.LogRequest, context: grpc.ServicerContext
    ) -> empty_pb2.Empty:
        """Answer the plugin's call; it goes on only then."""
        del context
        with self._lock:
            self._logged.append(request)
        return empty_pb2.Empty()

    @property
    def warnings(self) -> list[str]:
        """The warnings so far."""
        return [each.message for each in self.logged if each.severity == engine_pb2.WARNING]

    @property
    def logged(self) -> list[engine_pb2.LogRequest]:
        """Everything so far that is shown without ``--debug``."""
        return [each for each in self.everything if each.severity != engine_pb2.DEBUG]

    @property
    def debug_lines(self) -> list[engine_pb2.LogRequest]:
        """What only ``--debug`` shows, so far."""
        return [each for each in self.everything if each.severity == engine_pb2.DEBUG]

    @property
    def everything(self) -> list[engine_pb2.LogRequest]:
        """All messages so far, in their order."""
        with self._lock:
            return list(self._logged)

    def __enter__(self) -> "Self":
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop(None).wait()


class Plugin:
    """One plugin process; each method is one call of the engine's.

    Args:
        configuration: the stack's, such as ``alicloud:region``.
        environment: variables beside those that any process needs.
        engine: address of the engine.
        provider: the serialized provider that the engine sends with every call.
    """

    def __init__(
        self,
        configuration: Mapping[str, Any],
        environment: Mapping[str, str],
        *,
        engine: str = "127.0.0.1:1",
        provider: str = PROVIDER,
    ) -> None:
        self._configuration = configuration
        self._environment = environment
        self._engine = engine
        self._provider = provider
        self._messages = tempfile.TemporaryFile()  # noqa: SIM115  closed on exit

    def __enter__(self) -> "Self":
        kept = ("PATH", "PYTHONPATH", "HOME", "TMPDIR", *_COVERAGE)
        inherited = {name: os.environ[name] for name in kept if name in os.environ}
        self._process = subprocess.Popen(
            # As the SDK's own start script does.
            [sys.executable, "-u", "-m", "pulumi.dynamic", self._engine],
            env={**inherited, **self._environment},
            stdout=subprocess.PIPE,
            stderr=self._messages,
        )
        assert self._process.stdout is not None
        port = self._process.stdout.readline().decode().strip()
        assert port, self.messages
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub: Any = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self.configure(self._configuration)
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self.stop()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._messages.close()

    def stop(self) -> None:
        """End the process as its Ctrl+C does; idempotent."""
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def messages(self) -> str:
        """What the process has written to standard error."""
        self._messages.seek(0)
        return self._messages.read().decode()

    def configure(self, configuration: Mapping[str, Any], provider: str | None = None) -> None:
        """Configure: the stack's configuration, for the providers that come after.

        The SDK keeps a provider, configured, for every text that it came as; to be told of another
        configuration it must come as another text, such as with spaces around it.
        """
        self._provider = provider or self._provider
        request = provider_pb2.ConfigureRequest(args=_to_wire(configuration))
        self._stub.Configure(request, timeout=_CALL_SECONDS)

    @property
    def provider(self) -> str:
        """The serialized provider that the engine sends."""
        return self._provider

    @property
    def pid(self) -> int:
        """Of the process."""
        return self._process.pid

    def cancel(self) -> None:
        """Cancel: what Ctrl-C makes the engine call, and the normal end of a run."""
        self._stub.Cancel(empty_pb2.Empty(), timeout=_CALL_SECONDS)

    def check(self, news: Bag, olds: Bag | None = None, *, urn: str = "") -> Checked:
        """Check: the program's inputs."""
        request = provider_pb2.CheckRequest(urn=urn, news=self._bag(news))
        if olds is not None:
            request.olds.CopyFrom(self._bag(olds))
        answer = self._call("Check", request)
        failures = {each.property: each.reason for each in answer.failures}
        return Checked(_from_wire(answer.inputs), failures)

    def diff(self, id_: str, olds: Bag, news: Bag) -> Difference:
        """Diff: old outputs and checked inputs."""
        request = provider_pb2.DiffRequest(id=id_, olds=self._bag(olds), news=self._bag(news))
        answer = self._call("Diff", request)
        assert answer.changes != provider_pb2.DiffResponse.DIFF_UNKNOWN
        return Difference(
            answer.changes == provider_pb2.DiffResponse.DIFF_SOME,
            list(answer.replaces),
            answer.deleteBeforeReplace,
        )

    def check_surrogate(self, news: Bag, placeholder: str) -> str:
        """Check with half a character in place of an ASCII one, as no message may hold it; what it
        is answered with."""
        message = provider_pb2.CheckRequest(news=self._bag(news)).SerializeToString()
        assert len(placeholder) == len(_SURROGATE)
        spoilt = message.replace(placeholder.encode(), _SURROGATE)
        assert spoilt != message
        channel: Any = self._channel
        call = channel.unary_unary("/pulumirpc.ResourceProvider/Check")
        try:
            call(spoilt, timeout=_CALL_SECONDS)
        except grpc.RpcError as error:
            ended: Any = error
            return str(ended.details())
        return ""

    def create(self, inputs: Bag, *, urn: str = "") -> Found:
        """Create: checked inputs."""
        request = provider_pb2.CreateRequest(urn=urn, properties=self._bag(inputs))
        answer = self._call("Create", request)
        return Found(answer.id, _from_wire(answer.properties), {})

    def refresh(self, id_: str, outputs: Bag, *, urn: str = "") -> Found:
        """Read, with the outputs in state."""
        bag = self._bag(outputs)
        return self._read(provider_pb2.ReadRequest(urn=urn, id=id_, properties=bag))

    def get(self, id_: str, *, urn: str = "") -> Found:
        """Read, with nothing but the id."""
        return self._read(provider_pb2.ReadRequest(urn=urn, id=id_, inputs=self._bag({})))

    def update(self, id_: str, olds: Bag, news: Bag, *, urn: str = "") -> Bag:
        """Update: old outputs, checked inputs; the new outputs."""
        old, new = self._bag(olds), self._bag(news)
        request = provider_pb2.UpdateRequest(urn=urn, id=id_, olds=old, news=new)
        return _from_wire(self._call("Update", request).properties)

    def delete(self, id_: str, outputs: Bag, *, urn: str = "") -> None:
        """Delete."""
        bag = self._bag(outputs)
        self._call("Delete", provider_pb2.DeleteRequest(urn=urn, id=id_, properties=bag))

    def _read(self, request: provider_pb2.ReadRequest) -> Found:
        answer = self._call("Read", request)
        return Found(answer.id, _from_wire(answer.properties), _from_wire(answer.inputs))

    def _bag(self, bag: Bag) -> struct_pb2.Struct:
        return _to_wire({"__provider": self._provider, **bag})

    def _call(self, method: str, request: object) -> Any:
        try:
            return getattr(self._stub, method)(request, timeout=_CALL_SECONDS)
        except grpc.RpcError as error:
            ended: Any = error  # a call as well, which the types do not say
            if ended.code() is not grpc.StatusCode.UNKNOWN:
                raise
            raise PluginError(ended.details()) from None


def _to_wire(bag: Mapping[str, Any]) -> struct_pb2.Struct:
    """As the engine sends it: every number becomes a float, also one that JSON does not have."""
    struct = struct_pb2.Struct()
    struct.update(dict(bag))
    return struct


def _from_wire(struct: struct_pb2.Struct) -> Bag:
    """As the engine receives it, without the provider itself."""
    bag = {key: _plain(value) for key, value in struct.fields.items()}
    bag.pop("__provider", None)
    return bag


def _plain(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return {key: _plain(each) for key, each in value.struct_value.fields.items()}
    if kind == "list_value":
        return [_plain(each) for each in value.list_value.values]
    if kind in (None, "null_value"):
        return None
    return getattr(value, kind)
