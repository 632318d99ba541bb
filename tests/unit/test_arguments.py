"""The Args classes: what a program writes, as the SDK translates it."""

import ast
import asyncio
import inspect
import pydoc
import types
from collections.abc import Callable
from typing import Any, cast

import pulumi
import pytest
from pulumi.runtime import rpc

import pulumi_fc_async_invoke
from pulumi_fc_async_invoke import (
    AsyncInvokeConfig,
    AsyncInvokeConfigArgs,
    AsyncInvokeConfigArgsDict,
    DestinationArgs,
    DestinationArgsDict,
    DestinationConfigArgs,
    DestinationConfigArgsDict,
    Provider,
    ProviderArgs,
    ProviderArgsDict,
    ProviderAssumeRoleArgs,
    ProviderAssumeRoleArgsDict,
    ProviderAssumeRoleWithOidcArgs,
    ProviderAssumeRoleWithOidcArgsDict,
    ProviderEndpointsArgs,
    ProviderEndpointsArgsDict,
    V3AsyncInvokeConfig,
    V3AsyncInvokeConfigArgs,
    V3AsyncInvokeConfigArgsDict,
)
from pulumi_fc_async_invoke.sdk import inputs, provider_inputs, values
from pulumi_fc_async_invoke.sdk.errors import BadCallError

PAIRS: list[tuple[type[Any], type[Any]]] = [
    (DestinationArgs, DestinationArgsDict),
    (DestinationConfigArgs, DestinationConfigArgsDict),
    (AsyncInvokeConfigArgs, AsyncInvokeConfigArgsDict),
    (V3AsyncInvokeConfigArgs, V3AsyncInvokeConfigArgsDict),
    (ProviderAssumeRoleArgs, ProviderAssumeRoleArgsDict),
    (ProviderAssumeRoleWithOidcArgs, ProviderAssumeRoleWithOidcArgsDict),
    (ProviderEndpointsArgs, ProviderEndpointsArgsDict),
    (ProviderArgs, ProviderArgsDict),
]
CLASSES = [args for args, _ in PAIRS]
RESOURCES: list[tuple[type[Any], type[Any]]] = [
    (AsyncInvokeConfig, AsyncInvokeConfigArgs),
    (V3AsyncInvokeConfig, V3AsyncInvokeConfigArgs),
    (Provider, ProviderArgs),
]


def translated(args: object) -> dict[str, Any]:
    """The properties by the API's names, as the SDK puts them on the wire."""
    properties: dict[str, Any] = asyncio.run(rpc.serialize_property(args, [], None))
    return properties


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("held", None), "id is required"),
        (
            ("held", "an id", {"protect": True}),
            "opts must be pulumi.ResourceOptions, but is dict",
        ),
        (("held",), "missing a required argument: 'id'"),
    ],
)
def test_a_get_that_is_called_wrongly_says_so_in_one_line(
    arguments: tuple[Any, ...], words: str
) -> None:
    get: Any = AsyncInvokeConfig.get
    with pytest.raises(BadCallError, match=rf"^AsyncInvokeConfig\.get.*: {words}$"):
        get(*arguments)


def test_names_are_translated_to_those_of_the_api() -> None:
    args = AsyncInvokeConfigArgs(
        service_name="demo",
        function_name="hello",
        qualifier="prod",
        destination_config={"on_failure": {"destination": "acs:mns:::q"}},
        max_async_event_age_in_seconds=60,
        max_async_retry_attempts=0,
        stateful_invocation=False,
        region="cn-shanghai",
        account_id="1",
        allow_overwrite=False,
    )

    assert translated(args) == {
        "serviceName": "demo",
        "functionName": "hello",
        "qualifier": "prod",
        "destinationConfig": {"onFailure": {"destination": "acs:mns:::q"}},
        "maxAsyncEventAgeInSeconds": 60,
        "maxAsyncRetryAttempts": 0,
        "statefulInvocation": False,
        "region": "cn-shanghai",
        "accountId": "1",
        "allowOverwrite": False,
    }


def test_names_of_3_0_are_translated_to_those_of_the_api() -> None:
    args = V3AsyncInvokeConfigArgs(
        function_name="hello",
        qualifier="prod",
        destination_config={"on_failure": {"destination": "acs:mns:::q"}},
        max_async_event_age_in_seconds=60,
        max_async_retry_attempts=0,
        async_task=False,
        region="cn-shanghai",
        account_id="1",
        allow_overwrite=False,
    )

    assert translated(args) == {
        "functionName": "hello",
        "qualifier": "prod",
        "destinationConfig": {"onFailure": {"destination": "acs:mns:::q"}},
        "maxAsyncEventAgeInSeconds": 60,
        "maxAsyncRetryAttempts": 0,
        "asyncTask": False,
        "region": "cn-shanghai",
        "accountId": "1",
        "allowOverwrite": False,
    }


def test_what_is_left_out_has_no_value() -> None:
    given = translated(AsyncInvokeConfigArgs(service_name="demo", function_name="hello"))

    assert given == {"serviceName": "demo", "functionName": "hello"}


def test_classes_and_dict_literals_mean_the_same() -> None:
    literal: DestinationConfigArgsDict = {"on_success": {"destination": "acs:mns:::q"}}
    args = DestinationConfigArgs(on_success=DestinationArgs(destination="acs:mns:::q"))
    names: dict[str, Any] = {"service_name": "demo", "function_name": "hello"}

    assert translated(AsyncInvokeConfigArgs(**names, destination_config=args)) == translated(
        AsyncInvokeConfigArgs(**names, destination_config=literal)
    )
    assert translated(args) == {"onSuccess": {"destination": "acs:mns:::q"}}


def test_outputs_are_resolved_on_the_wire() -> None:
    async def on_the_wire() -> Any:
        name = pulumi.Output.from_input("demo")
        args = AsyncInvokeConfigArgs(service_name=name, function_name="hello")
        return await rpc.serialize_property(args, [], None)

    assert asyncio.run(on_the_wire()) == {"serviceName": "demo", "functionName": "hello"}


WRONG_CALLS: dict[str, tuple[type[Any], dict[str, Any], str]] = {
    "nothing given": (
        AsyncInvokeConfigArgs,
        {},
        "AsyncInvokeConfigArgs: service_name is required, and function_name is required",
    ),
    "misspelt": (
        AsyncInvokeConfigArgs,
        {"service_name": "demo", "function_name": "hello", "max_retry_attempts": 1},
        (
            "AsyncInvokeConfigArgs: there is no argument max_retry_attempts; "
            "did you mean max_async_retry_attempts?"
        ),
    ),
    "like nothing": (
        DestinationConfigArgs,
        {"quux": 1},
        "DestinationConfigArgs: there is no argument quux",
    ),
    "no destination": (DestinationArgs, {}, "DestinationArgs: destination is required"),
    "a provider": (
        Provider,
        {"resource_name": "there", "account": "1"},
        "Provider 'there': ProviderArgs: there is no argument account; did you mean account_id?",
    ),
}


@pytest.mark.parametrize(("called", "given", "told"), WRONG_CALLS.values(), ids=WRONG_CALLS)
def test_every_wrong_argument_is_named_at_once(
    called: type[Any], given: dict[str, Any], told: str
) -> None:
    with pytest.raises(TypeError) as raised:
        called(**given)

    assert str(raised.value) == told


WRONG_ORDER: dict[str, tuple[Callable[..., Any], tuple[Any, ...], str]] = {
    "a provider without a name": (
        Provider,
        (),
        "Provider: it takes a name, a string, first",
    ),
    "a dict in place of keywords": (
        DestinationConfigArgs,
        ({"on_failure": None},),
        "DestinationConfigArgs: too many positional arguments",
    ),
    "a get without an id": (
        AsyncInvokeConfig.get,
        ("hello",),
        "AsyncInvokeConfig.get: missing a required argument: 'id'",
    ),
    "a resource without a name": (
        AsyncInvokeConfig,
        (),
        "AsyncInvokeConfig: it takes a name, a string, first",
    ),
    "a resource whose name is none": (
        AsyncInvokeConfig,
        (1,),
        "AsyncInvokeConfig: it takes a name, a string, first",
    ),
    "a resource with a dict": (
        AsyncInvokeConfig,
        ("hello", {"service_name": "demo"}),
        "AsyncInvokeConfig 'hello': AsyncInvokeConfigArgs: function_name is required",
    ),
    "a resource with a string": (
        AsyncInvokeConfig,
        ("hello", "demo"),
        (
            "AsyncInvokeConfig 'hello': args must be AsyncInvokeConfigArgs or a dict of its "
            "arguments, but is str"
        ),
    ),
    "a resource with a dict that no keywords have": (
        AsyncInvokeConfig,
        ("hello", {1: "demo"}),
        (
            "AsyncInvokeConfig 'hello': args must be AsyncInvokeConfigArgs or a dict of its "
            "arguments, but is dict"
        ),
    ),
}


@pytest.mark.parametrize(("called", "given", "told"), WRONG_ORDER.values(), ids=WRONG_ORDER)
def test_arguments_without_a_keyword_are_explained_too(
    called: Callable[..., Any], given: tuple[Any, ...], told: str
) -> None:
    with pytest.raises(BadCallError) as raised:
        called(*given)

    assert str(raised.value) == told


def test_a_wrong_call_is_no_traceback_for_pulumi() -> None:
    nothing: dict[str, Any] = {}

    with pytest.raises(pulumi.RunError):
        DestinationArgs(**nothing)


def test_what_is_given_without_its_name_is_missing() -> None:
    called: Any = DestinationArgs

    with pytest.raises(TypeError, match="DestinationArgs: destination is required"):
        called("acs:mns:::q")


def test_a_resource_with_wrong_options_is_named() -> None:
    called: Any = AsyncInvokeConfig

    with pytest.raises(
        TypeError, match=r"'hello': opts must be pulumi\.ResourceOptions, but is dict"
    ):
        called("hello", service_name="demo", function_name="hello", opts={"protect": True})


@pytest.mark.parametrize("provider", ["alicloud", ["a provider"], {}])
def test_a_provider_that_is_none_is_refused(provider: Any) -> None:
    opts = pulumi.ResourceOptions(provider=provider)
    said = f"'hello': provider in opts must be a Provider, but is {type(provider).__name__}"

    with pytest.raises(BadCallError, match=said):
        AsyncInvokeConfig("hello", service_name="demo", function_name="hello", opts=opts)
    with pytest.raises(BadCallError, match=said):
        AsyncInvokeConfig.get("hello", "acs:fc:…", opts)


def test_another_packages_provider_is_refused() -> None:
    # Not made by its constructor: that asks the engine for the plugin.
    other = pulumi.ProviderResource.__new__(pulumi.ProviderResource)
    other.package = "alicloud"

    with pytest.raises(BadCallError, match="'hello': opts has a provider of 'alicloud'; it takes"):
        AsyncInvokeConfig(
            "hello",
            service_name="demo",
            function_name="hello",
            opts=pulumi.ResourceOptions(provider=other),
        )


def test_a_resource_takes_args_or_keywords() -> None:
    called: Any = AsyncInvokeConfig
    args = AsyncInvokeConfigArgs(service_name="demo", function_name="hello")

    with pytest.raises(TypeError, match="'hello': it takes a name, then either"):
        called("hello", args, qualifier="prod")


@pytest.mark.parametrize("args", CLASSES)
def test_everything_is_given_by_keyword(args: type[Any]) -> None:
    kinds = {each.kind for each in list(inspect.signature(args).parameters.values())}

    assert kinds == {inspect.Parameter.KEYWORD_ONLY}


@pytest.mark.parametrize(("args", "literal"), PAIRS)
def test_a_dict_literal_has_the_same_members(args: type[Any], literal: type[Any]) -> None:
    parameters = inspect.signature(args).parameters
    required = {name for name, each in parameters.items() if each.default is each.empty}

    assert literal.__required_keys__ | literal.__optional_keys__ == set(parameters)
    assert literal.__required_keys__ == required


@pytest.mark.parametrize("args", CLASSES)
def test_every_parameter_is_a_property_of_the_same_name(args: type[Any]) -> None:
    properties = {name for name, member in vars(args).items() if isinstance(member, property)}

    assert properties == set(inspect.signature(args).parameters)


@pytest.mark.parametrize("args", CLASSES)
def test_every_property_has_a_type_that_values_are_checked_for(args: type[Any]) -> None:
    kinds = values.kinds(cast("type", args))

    assert set(kinds) == set(inspect.signature(args).parameters)
    assert set(kinds.values()) <= {*values.PLAIN, *CLASSES}


@pytest.mark.parametrize("args", CLASSES)
def test_every_parameter_is_documented(args: type[Any]) -> None:
    documentation = inspect.getdoc(args.__init__) or ""

    for name in inspect.signature(args).parameters:
        assert f"{name}: " in documentation


@pytest.mark.parametrize(("resource", "args"), RESOURCES)
def test_help_shows_the_inputs_of_a_resource(resource: type[Any], args: type[Any]) -> None:
    text = pydoc.plain(pydoc.render_doc(resource.__init__))
    signature, _, documentation = text.partition("Args:")

    for name in inspect.signature(args).parameters:
        assert f"{name}: " in signature
        assert f"\n        {name}: " in documentation


def keyword_documentation(resource: type[Any]) -> str:
    """Docstring of the overload that takes keywords; Python 3.10 does not keep it."""
    (definition,) = ast.parse(inspect.getsource(resource)).body
    assert isinstance(definition, ast.ClassDef)
    (overload,) = (
        each
        for each in definition.body
        if isinstance(each, ast.FunctionDef) and each.args.kwarg and not each.args.vararg
    )
    return ast.get_docstring(overload) or ""


@pytest.mark.parametrize(("resource", "args"), RESOURCES)
def test_a_call_with_keywords_has_the_documentation_of_the_args_class(
    resource: type[Any], args: type[Any]
) -> None:
    inputs = (inspect.getdoc(args.__init__) or "").partition("Args:\n")[2]

    assert inputs
    assert keyword_documentation(resource).endswith(inputs)


@pytest.mark.parametrize("module", [inputs, provider_inputs])
def test_the_package_exports_every_class_of_inputs(module: types.ModuleType) -> None:
    defined = {
        name
        for name, member in vars(module).items()
        if inspect.isclass(member) and member.__module__ == module.__name__
    }

    assert defined
    assert defined <= set(pulumi_fc_async_invoke.__all__)
