"""API version 2023-03-30: requests, signature, identities and responses."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import pytest
from alibabacloud_tea_openapi import utils
from darabonba.request import DaraRequest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.configs import a_v3_identity, renamed
from tests.support.fuzzing import examples

from pulumi_fc_async_invoke.api.credentials import Credentials, Signed
from pulumi_fc_async_invoke.api.errors import (
    BadResponseError,
    ConfigNotFoundError,
    CredentialsError,
    InvalidIdError,
    InvalidRequestError,
    ParentNotFoundError,
)
from pulumi_fc_async_invoke.api.inputs import check_inputs
from pulumi_fc_async_invoke.api.remote_config import RemoteConfig
from pulumi_fc_async_invoke.api.responses import Response, read_config, read_error, read_page
from pulumi_fc_async_invoke.api.v2023 import API, canonical_request
from pulumi_fc_async_invoke.api.version import Identity, Request

Utils: Any = utils.Utils
HELLO = a_v3_identity("cn-hangzhou", "123", "hello", "LATEST")
OF_HELLO = {"region": "cn-hangzhou", "accountId": "123", "functionName": "hello"}
ACCOUNT_HOST = "123.cn-hangzhou.fc.aliyuncs.com"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
NONCE = "0123456789abcdef0123456789abcdef"
KEY = Credentials("akID", "akSecret")
BODY = (
    b'{"asyncTask":false,"destinationConfig":{"onFailure":{"destination":'
    b'"acs:mns:cn-hangzhou:123:/queues/dead/messages"}},"maxAsyncEventAgeInSeconds":86400,'
    b'"maxAsyncRetryAttempts":3}'
)


def response(held: object, request: Request | None = None) -> Response:
    return Response(request or API.get(HELLO), 200, {}, json.dumps(held).encode())


def config(arn: str | None = None, **more: object) -> dict[str, object]:
    return {"maxAsyncRetryAttempts": 1, **({"functionArn": arn} if arn else {}), **more}


# -- signature


def sign(request: Request, credentials: Credentials = KEY, host: str = ACCOUNT_HOST) -> Any:
    """The headers that are signed, and the value of ``Authorization``."""
    headers = API.sign(request, Signed(host, credentials, NOW, NONCE))
    authorization = headers.pop("Authorization")
    del headers["accept"]
    return {**headers, "host": host}, authorization


@pytest.mark.parametrize(
    ("request_", "credentials", "host", "canonical", "signature"),
    [
        pytest.param(
            replace(API.put(HELLO, {}), body=BODY),
            KEY,
            ACCOUNT_HOST,
            "6f120740a665da3bd96d908ff02e18cfc1b8669ce98470bb600a03c1c36e28cc",
            "fb79f596ba3cd6573e1df978b6012b6ffcd286cf4795d203ad00c9b7cf44ee97",
            id="put",
        ),
        pytest.param(
            API.get(renamed(HELLO, functionName="demo$hello", qualifier="prod")),
            Credentials("akID", "akSecret", "stsToken"),
            "fcv3.cn-hangzhou.aliyuncs.com",
            "9112546c43944443a438399e7ef056d5fa522aacaf759ea27399968c01e7939f",
            "50fcff557850a07499b8b5b6f340f942c6286187b50f55e0f6d284b52057e437",
            id="get with a token",
        ),
        pytest.param(
            API.list(OF_HELLO).with_query(limit="100", nextToken="MTIzNCNhYmM="),
            KEY,
            ACCOUNT_HOST,
            "0cddde2d1a7556e28dadac5789023fdc547a30d01421141e1d400175fc5cf5b8",
            "4ef6b4a00ef1df71310af150dce212bdbd90f4b11226bd96b6588876cacf9aa4",
            id="list",
        ),
        pytest.param(
            replace(API.delete(HELLO), query={}),
            KEY,
            ACCOUNT_HOST,
            "b587d5742142f96c9ff956b64879ca161106c024dfbfb194bfb2433eff4163a6",
            "d10e6fb160baf6e40be6539bd4fdea5930d9c5cc4225af970d27ef008bfe2415",
            id="delete",
        ),
    ],
)
def test_a_signature_is_the_one_that_the_vendors_sdks_agree_on(
    request_: Request, credentials: Credentials, host: str, canonical: str, signature: str
) -> None:
    headers, authorization = sign(request_, credentials, host)

    text = canonical_request(request_, headers)
    assert hashlib.sha256(text.encode()).hexdigest() == canonical
    assert authorization.endswith(f",Signature={signature}")


printable = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
text = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_$-]{0,30}", fullmatch=True)


def theirs(request: Request, headers: Mapping[str, str], credentials: Credentials) -> str:
    made: Any = DaraRequest()
    made.method, made.pathname = request.method, request.path
    made.query, made.headers = dict(request.query), dict(headers)
    payload = hashlib.sha256(request.body or b"").hexdigest()
    signed: str = Utils.get_authorization(
        made,
        "ACS3-HMAC-SHA256",
        payload,
        credentials.access_key_id,
        credentials.access_key_secret,
    )
    return signed


@examples(300)
@given(
    identity=st.builds(
        a_v3_identity, region=names, account_id=names, qualifier=names, function_name=names
    ),
    method=st.sampled_from(["GET", "PUT", "DELETE"]),
    query=st.dictionaries(st.sampled_from(["functionName", "limit", "nextToken"]), text),
    body=st.none() | st.binary(max_size=40),
    credentials=st.builds(Credentials, printable, printable, st.none() | printable),
)
def test_a_signature_is_that_of_the_vendors_code(
    identity: Identity,
    method: str,
    query: dict[str, str],
    body: bytes | None,
    credentials: Credentials,
) -> None:
    request = replace(API.get(identity).with_query(**query), method=method, body=body)

    headers, authorization = sign(request, credentials)

    assert authorization == theirs(request, headers, credentials)


def test_a_temporary_key_brings_its_token_and_its_id_and_signs_both() -> None:
    headers, authorization = sign(API.get(HELLO), Credentials("id", "secret", "token"))

    assert headers["x-acs-security-token"] == "token"
    assert headers["x-acs-accesskey-id"] == "id"
    assert ";x-acs-accesskey-id;" in authorization
    assert ";x-acs-security-token;" in authorization


# -- requests


def test_each_request_is_the_vendors() -> None:
    requests = [
        API.get(HELLO),
        API.put(HELLO, {"asyncTask": True}),
        API.delete(HELLO),
        API.list({"region": "r", "accountId": "1"}),
        API.list({"region": "r", "accountId": "1", "functionName": "hello"}),
    ]

    config_of_hello = "/2023-03-30/functions/hello/async-invoke-config?qualifier=LATEST"
    assert [(each.action, each.method, each.target) for each in requests] == [
        ("GetAsyncInvokeConfig", "GET", config_of_hello),
        ("PutAsyncInvokeConfig", "PUT", config_of_hello),
        ("DeleteAsyncInvokeConfig", "DELETE", config_of_hello),
        ("ListAsyncInvokeConfigs", "GET", "/2023-03-30/async-invoke-configs"),
        (
            "ListAsyncInvokeConfigs",
            "GET",
            "/2023-03-30/async-invoke-configs?functionName=hello",
        ),
    ]
    assert requests[1].body == b'{"asyncTask": true}'


def test_the_dollar_of_a_function_that_has_a_service_is_encoded_once() -> None:
    request = API.get(renamed(HELLO, functionName="demo$hello"))

    assert request.path == "/2023-03-30/functions/demo%24hello/async-invoke-config"


def test_the_longest_name_that_is_valid_can_be_called() -> None:
    name = f"{'s' * 128}${'f' * 128}"
    _, failures = check_inputs(API, {**HELLO.names, "functionName": name}, {})

    assert failures == []
    assert API.get(renamed(HELLO, functionName=name)).path.count("f" * 128) == 1


@pytest.mark.parametrize("name", ["a/b", "..", "", "\ud800"])
def test_a_name_that_is_no_part_of_a_path_is_refused(name: str) -> None:
    with pytest.raises(InvalidIdError):
        API.get(renamed(HELLO, functionName=name))


# -- identities


@examples(200)
@given(
    identity=st.builds(
        a_v3_identity,
        region=st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True),
        account_id=st.from_regex(r"[0-9]{1,32}", fullmatch=True),
        qualifier=st.from_regex(r"[A-Za-z0-9_-]{1,20}", fullmatch=True),
        function_name=names,
    )
)
def test_every_id_is_read_back(identity: Identity) -> None:
    assert API.parse_id(identity.id) == identity


def test_an_id_is_the_functions_arn_with_the_qualifier_written_out() -> None:
    assert HELLO.id == "acs:fc:cn-hangzhou:123:functions/hello/LATEST"
    assert API.parse_id("acs:fc:cn-hangzhou:123:functions/hello") == HELLO
    assert str(HELLO) == "hello/LATEST (cn-hangzhou, account 123)"


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "acs:fc:cn-shanghai:1:services/demo.LATEST/functions/hello",
        "acs:fc:cn-shanghai::functions/hello",
        "acs:fc:cn-shanghai:1:functions/hello/",
        "acs:fc:cn-shanghai:1:functions/hello/prod/x",
        HELLO.id + "\n",
    ],
)
def test_what_is_no_id_is_told_what_one_looks_like(text: str) -> None:
    with pytest.raises(
        ValueError, match=r"it looks like acs:fc:\{region\}:\{accountId\}:functions/"
    ):
        API.parse_id(text)


# -- responses


@pytest.mark.parametrize(
    ("arn", "qualifier"),
    [
        ("acs:fc:cn-hangzhou:123:functions/hello", "LATEST"),
        ("acs:fc:cn-hangzhou:123:functions/hello/LATEST", "LATEST"),
        ("acs:fc:cn-hangzhou:123:functions/hello/prod", "prod"),
        ("acs:fc:cn-hangzhou:123/functions/hello", "LATEST"),
        ("acs:fc:cn-hangzhou::functions/hello", "LATEST"),
        ("acs:fc:::functions/hello/7", "7"),
    ],
)
def test_a_config_is_told_by_its_arn_in_every_spelling(arn: str, qualifier: str) -> None:
    identity = renamed(HELLO, qualifier=qualifier)
    listing = API.list(OF_HELLO)

    held = read_config(response(config(arn), API.get(identity)))
    assert held.outputs.get("functionArn") == arn
    ([found], _) = read_page(response({"configs": [config(arn)]}, listing))
    assert API.listed(listing, found) == identity


@pytest.mark.parametrize("names", [{}, {"functionName": "hello"}])
@pytest.mark.parametrize(
    "arn", [None, "acs:fc:cn-hangzhou:123:functions/hello/te\nst", "acs:fc:cn-hangzhou:123:hello"]
)
def test_a_listed_config_without_a_name_is_nobodys(arn: str | None, names: dict[str, str]) -> None:
    listing = API.list({"region": "cn-hangzhou", "accountId": "123", **names})

    assert API.listed(listing, read_config(response(config(arn), listing))) is None


def test_a_response_need_not_say_which_config_it_is() -> None:
    assert read_config(response(config())).outputs == {}


@pytest.mark.parametrize(
    ("arn", "what"),
    [
        ("acs:fc:cn-hangzhou:9:functions/hello", "another account, '9'"),
        ("acs:fc:cn-beijing:123:functions/hello", "another region, 'cn-beijing'"),
        ("acs:fc:cn-hangzhou:123:functions/other", "another function, 'other'"),
    ],
)
def test_the_config_of_something_else_is_refused(arn: str, what: str) -> None:
    with pytest.raises(BadResponseError, match=what):
        read_config(response(config(arn)))


@pytest.mark.parametrize("unset", [None, "absent"])
def test_what_was_never_set_is_the_default(unset: str | None) -> None:
    keys = ("maxAsyncEventAgeInSeconds", "maxAsyncRetryAttempts", "asyncTask", "destinationConfig")
    held = {} if unset else dict.fromkeys(keys)
    found = read_config(response({"createdTime": "2026-01-02T03:04:05Z", **held}))

    assert found.values == API.config()


def test_a_retry_count_of_0_is_0() -> None:
    found = read_config(response(config(maxAsyncRetryAttempts=0)))
    assert found.values.max_async_retry_attempts == 0


@pytest.mark.parametrize("sides", [None, {}, {"onSuccess": None}, {"onSuccess": {}}])
def test_each_level_of_the_destinations_may_be_absent_or_null(sides: Any) -> None:
    found = read_config(response(config(destinationConfig=sides)))
    assert found.values.destinations == {}


@pytest.mark.parametrize("body", [{}, {"configs": None}, {"configs": []}, {"nextToken": ""}])
def test_a_page_may_lack_what_is_empty(body: Any) -> None:
    listing = API.list({"region": "cn-hangzhou", "accountId": "123"})
    assert read_page(response(body, listing)) == ([], "")


@pytest.mark.parametrize(
    "spelled",
    [
        ("Code", "Message"),
        ("code", "message"),
        ("ErrorCode", "ErrorMessage"),
        ("errorCode", "errorMessage"),
    ],
)
@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "AsyncConfigNotExists", ConfigNotFoundError),
        (404, "FunctionNotFound", ParentNotFoundError),
        (404, "InvalidAccessKeyId.NotFound", CredentialsError),
        (400, "SignatureDoesNotMatch", CredentialsError),
        (400, "InvalidDestinationResources", InvalidRequestError),
    ],
)
def test_an_error_is_read_in_every_spelling(
    spelled: tuple[str, str], status: int, code: str, kind: type[Exception]
) -> None:
    body = json.dumps(dict(zip(spelled, (code, "why"), strict=True))).encode()
    headers = {"x-acs-request-id": "rid"}
    error = read_error(Response(API.get(HELLO), status, headers, body), NOW)

    assert type(error) is kind
    assert f"HTTP {status}, {code}: why (request id rid)" in str(error)


# -- inputs


def test_an_aliass_id_is_told_to_be_none_of_its_names() -> None:
    stack = {"region": "cn-hangzhou", "accountId": "123"}

    _, failures = check_inputs(API, {"functionName": "hello", "qualifier": "hello:prod"}, stack)

    ((path, reason),) = [(each.path, each.reason) for each in failures]
    assert path == "qualifier"
    assert reason.endswith('give its name alone, such as "prod"')


@pytest.mark.parametrize("name", ["demo$hello", "_hello", "a" * 128])
def test_a_name_that_3_0_knows_is_valid(name: str) -> None:
    stack = {"region": "cn-hangzhou", "accountId": "123"}

    inputs, failures = check_inputs(API, {"functionName": name}, stack)

    assert failures == []
    assert API.identity(inputs).id == f"acs:fc:cn-hangzhou:123:functions/{name}/LATEST"


QUEUE = "acs:mns:cn-shanghai:123:/queues/q/messages"
MINE = "acs:mns:cn-shanghai::/queues/q/messages"


@pytest.mark.parametrize(
    ("read", "declared", "is_same"),
    [
        (QUEUE, MINE, True),
        (MINE, QUEUE, True),
        ("acs:mns:::/queues/q/messages", QUEUE, True),
        ("acs:mns:cn-shanghai:42:/queues/q/messages", MINE, False),
        ("acs:mns:cn-shanghai::/queues/other/messages", MINE, False),
    ],
)
def test_an_empty_region_or_account_in_a_destination_is_that_of_the_function(
    read: str, declared: str, *, is_same: bool
) -> None:
    identity = API.identity({"region": "cn-shanghai", "accountId": "123", "functionName": "f"})
    known = with_destination(declared)
    found = with_destination(read)

    spelled = found.spelled_as(identity.names, known.values)

    assert spelled == (known if is_same else found)


def test_a_declared_destination_is_recognized_on_the_other_side_too() -> None:
    # What is declared may be a secret, and messages tell it by its spelling.
    identity = API.identity({"region": "cn-shanghai", "accountId": "123", "functionName": "f"})
    found = API.read_config({"destinationConfig": {"onSuccess": {"destination": QUEUE}}})

    spelled = found.spelled_as(identity.names, with_destination(MINE).values)

    assert spelled.values.destinations == {"onSuccess": MINE}


def test_each_side_keeps_its_own_spelling() -> None:
    identity = API.identity({"region": "cn-shanghai", "accountId": "123", "functionName": "f"})

    def both(success: str, failure: str) -> RemoteConfig:
        sides = {"onSuccess": {"destination": success}, "onFailure": {"destination": failure}}
        return API.read_config({"destinationConfig": sides})

    spelled = both(QUEUE, QUEUE).spelled_as(identity.names, both(MINE, QUEUE).values)

    assert spelled == both(MINE, QUEUE)


def with_destination(destination: str) -> RemoteConfig:
    return API.read_config({"destinationConfig": {"onFailure": {"destination": destination}}})
