"""The emulator's signatures against the vendor's, on requests that are written down."""

import hashlib

import pytest

from pulumi_fc_async_invoke.emulator.signatures import (
    acs3_canonical_request,
    acs3_signature,
    fc_signature,
    fc_string_to_sign,
    roa_signature,
    roa_string_to_sign,
)
from pulumi_fc_async_invoke.emulator.versions import Request

PATH_2016 = "/2016-08-15/services/demo.LATEST/functions/hello/async-invoke-config"
PATH_2023 = "/2023-03-30/functions/hello/async-invoke-config"
ACCOUNT_HOST = "123.cn-hangzhou.fc.aliyuncs.com"
BODY = (
    b'{"asyncTask":false,"destinationConfig":{"onFailure":{"destination":'
    b'"acs:mns:cn-hangzhou:123:/queues/dead/messages"}},'
    b'"maxAsyncEventAgeInSeconds":86400,"maxAsyncRetryAttempts":3}'
)
EMPTY = hashlib.sha256(b"").hexdigest()
JSON = {"content-type": "application/json; charset=utf-8"}
STS = {"x-acs-accesskey-id": "akID", "x-acs-security-token": "stsToken"}


@pytest.mark.parametrize(
    ("headers", "signature"),
    [
        ({}, "HHoCTk403RH+Rv2LmpHHfzpfFS7Ur3j40gXi3fJ0q1c="),
        (
            {
                "content-md5": "b3b25ccc8b756a35af46296ced9d17c3",
                "x-fc-security-token": "stsToken",
            },
            "+JIHd+BRdvNnr+yYTV3t6l9x3Qu6p9aWfUIKs0tUJ6Y=",
        ),
    ],
)
def test_fc(headers: dict[str, str], signature: str) -> None:
    signed = {
        "content-type": "application/json",
        "date": "Mon, 09 Nov 2020 09:46:33 GMT",
        "x-fc-account-id": "123",
        **headers,
    }
    text = fc_string_to_sign(Request("PUT", PATH_2016, PATH_2016, "", signed, b""))
    assert fc_signature("akSecret", text) == signature


def acs3(method: str, path: str, query: str, headers: dict[str, str], body: bytes = b"") -> Request:
    given = {
        "x-acs-date": "2026-01-02T03:04:05Z",
        "x-acs-signature-nonce": "0123456789abcdef0123456789abcdef",
        "x-acs-version": "2023-03-30",
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        **headers,
    }
    return Request(method, path, "", query, given, body)


VECTORS = [
    (
        acs3(
            "PUT",
            PATH_2023,
            "qualifier=LATEST",
            {"host": ACCOUNT_HOST, "x-acs-action": "PutAsyncInvokeConfig", **JSON},
            BODY,
        ),
        "6f120740a665da3bd96d908ff02e18cfc1b8669ce98470bb600a03c1c36e28cc",
        "fb79f596ba3cd6573e1df978b6012b6ffcd286cf4795d203ad00c9b7cf44ee97",
    ),
    (
        acs3(
            "GET",
            "/2023-03-30/functions/demo%24hello/async-invoke-config",
            "qualifier=prod",
            {
                "host": "fcv3.cn-hangzhou.aliyuncs.com",
                "x-acs-action": "GetAsyncInvokeConfig",
                **STS,
            },
        ),
        "9112546c43944443a438399e7ef056d5fa522aacaf759ea27399968c01e7939f",
        "50fcff557850a07499b8b5b6f340f942c6286187b50f55e0f6d284b52057e437",
    ),
    (
        acs3(
            "GET",
            "/2023-03-30/async-invoke-configs",
            "functionName=hello&limit=100&nextToken=MTIzNCNhYmM%3D",
            {"host": ACCOUNT_HOST, "x-acs-action": "ListAsyncInvokeConfigs"},
        ),
        "0cddde2d1a7556e28dadac5789023fdc547a30d01421141e1d400175fc5cf5b8",
        "4ef6b4a00ef1df71310af150dce212bdbd90f4b11226bd96b6588876cacf9aa4",
    ),
    (
        acs3(
            "DELETE",
            PATH_2023,
            "",
            {"host": ACCOUNT_HOST, "x-acs-action": "DeleteAsyncInvokeConfig"},
        ),
        "b587d5742142f96c9ff956b64879ca161106c024dfbfb194bfb2433eff4163a6",
        "d10e6fb160baf6e40be6539bd4fdea5930d9c5cc4225af970d27ef008bfe2415",
    ),
]


@pytest.mark.parametrize(("request_", "canonical", "signature"), VECTORS, ids="ABCD")
def test_acs3(request_: Request, canonical: str, signature: str) -> None:
    text = acs3_canonical_request(request_, sorted(request_.headers))
    assert hashlib.sha256(text.encode()).hexdigest() == canonical
    assert acs3_signature("akSecret", text) == signature


def test_roa() -> None:
    headers = {
        **JSON,
        "accept": "application/json",
        "date": "Fri, 02 Jan 2026 03:04:05 GMT",
        "x-acs-signature-method": "HMAC-SHA1",
        "x-acs-signature-nonce": "0123456789abcdef0123456789abcdef",
        "x-acs-signature-version": "1.0",
        "x-acs-version": "2023-03-30",
    }
    request = Request("PUT", PATH_2023, PATH_2023, "qualifier=LATEST", headers, BODY)
    text = roa_string_to_sign(request)
    assert roa_signature("akSecret", text) == "TgQm8MbBdTrmt1lImNQ7bmCuTnw="
