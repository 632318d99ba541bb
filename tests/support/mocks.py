"""Programs under `pulumi.runtime.set_mocks`, with no engine and no plugin."""

import asyncio
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pulumi
from pulumi.runtime import mocks, settings


class Cloud(mocks.Mocks):
    """Answers every resource with its inputs, as a user's mocks do."""

    def __init__(self) -> None:
        self.registered: dict[str, mocks.MockResourceArgs] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        self.registered[args.name] = args
        return args.resource_id or f"{args.name}-id", _inputs(args)

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        raise AssertionError(args.token)

    def inputs(self, name: str) -> dict[str, Any]:
        """What the program declared, in the API's names, without the SDK's own key."""
        given = _inputs(self.registered[name])
        return {key: value for key, value in given.items() if key != "__provider"}


def _inputs(args: Any) -> dict[str, Any]:
    """The SDK types them as a bare dict."""
    inputs: dict[str, Any] = args.inputs
    return inputs


@contextmanager
def mocked_cloud(
    config: Mapping[str, str] | None = None, secret_keys: list[str] | None = None
) -> Generator[Cloud, None, None]:
    """Mocks in place of the engine, and the stack's configuration."""
    # The SDK's mocks make an event loop per thread, and close none.
    new_event_loop = asyncio.new_event_loop
    loops: list[asyncio.AbstractEventLoop] = []

    def remembered() -> asyncio.AbstractEventLoop:
        loops.append(new_event_loop())
        return loops[-1]

    with mock.patch.object(asyncio, "new_event_loop", remembered):
        asyncio.set_event_loop(remembered())
        cloud = Cloud()
        pulumi.runtime.set_mocks(cloud, project="project", stack="test", preview=False)
        pulumi.runtime.set_all_config(dict(config or {}), secret_keys or [])
        try:
            yield cloud
        finally:
            pulumi.runtime.set_all_config({}, [])
            settings.reset_options()
            asyncio.set_event_loop(None)
            for loop in loops:
                _end(loop)


def _end(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop; a program that failed has left tasks that wait for each other."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    if tasks:
        loop.run_until_complete(asyncio.wait(tasks))
    # It would format the failures that nobody asked for when they are collected, and that parses
    # source: not possible in Python 3.11 while a module is being parsed.
    loop.set_exception_handler(lambda _loop, _context: None)
    loop.close()


def run(program: Callable[[], Any]) -> Any:
    """Run a program to its end; the value of the output that it returns."""
    seen: list[Any] = []

    def whole() -> Any:
        return pulumi.Output.from_input(program()).apply(seen.append)

    sdk: Any = mocks  # its decorator has no types
    sdk.test(whole)()
    return seen[0]
