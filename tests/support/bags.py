"""Strategies for property bags, ids and configurations: right, nearly right, and anything."""

import math
import string
import sys
from typing import Any

from hypothesis import strategies as st
from tests.support.plugin import UNKNOWN, Bag
from tests.support.values import ACCOUNT, QUEUE, REGION, TOPIC

NAMES = [
    "serviceName",
    "functionName",
    "qualifier",
    "region",
    "accountId",
    "destinationConfig",
    "onSuccess",
    "onFailure",
    "destination",
    "maxAsyncEventAgeInSeconds",
    "maxAsyncRetryAttempts",
    "statefulInvocation",
    "allowOverwrite",
    "createdTime",
]
"""Every property there is, and one that is an output."""

# -- right inputs ----------------------------------------------------------------------------------

SIDE: st.SearchStrategy[Bag] = st.fixed_dictionaries(
    {"destination": st.sampled_from([QUEUE, TOPIC])}
)
_NO_SIDES: dict[str, st.SearchStrategy[Bag]] = {}
SIDES = st.fixed_dictionaries(_NO_SIDES, optional={"onSuccess": SIDE, "onFailure": SIDE})
RIGHT: st.SearchStrategy[Bag] = st.fixed_dictionaries(
    {"serviceName": st.just("demo"), "functionName": st.sampled_from(["fuzz-1", "fuzz-2"])},
    optional={
        "qualifier": st.sampled_from(["LATEST", "prod"]),
        "maxAsyncEventAgeInSeconds": st.integers(1, 604_800),
        "maxAsyncRetryAttempts": st.integers(0, 8) | st.sampled_from(["0", "8"]),
        "statefulInvocation": st.booleans(),
        "allowOverwrite": st.just(value=True),
        "destinationConfig": SIDES,
    },
)
"""What check accepts."""


def _with_unknowns(right: Bag, keys: list[str]) -> Bag:
    return {**right, **dict.fromkeys(keys, UNKNOWN)}


PARTLY_UNKNOWN = st.builds(
    _with_unknowns,
    RIGHT,
    st.lists(st.sampled_from(NAMES[:6] + NAMES[9:12]), max_size=3),
)
"""What check accepts in a preview."""

# -- single values ---------------------------------------------------------------------------------

_SPECIAL = "4dabf18193072939515e22adb298388d"
"""Key of the SDK's that says that an object is none."""

CATEGORIES = [
    *("Cc", "Cf", "Cn", "Co", "Ll", "Lm", "Lo", "Lt", "Lu", "Mc", "Me", "Mn", "Nd", "Nl", "No"),
    *("Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Sc", "Sk", "Sm", "So", "Zl", "Zp", "Zs"),
]
"""The general categories of Unicode; surrogates are no text in a protobuf message."""
# Of each category as often as of any other.
CHARACTERS = st.one_of([st.characters(categories=[each]) for each in CATEGORIES])  # type: ignore[list-item]  # plain text, not its Literal
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ODD_TEXT = st.text(CHARACTERS, max_size=20) | st.sampled_from(
    [
        "",
        " ",
        "\0",
        "a\0b",
        "a\nb",
        "a\r\nproperty b",
        "\x1b[31mred",
        "\x7f",
        "\u202eright to left",
        "\u200b",
        "\u2028",
        "\ufeff",
        "\ufffe",
        "\U0010ffff",
        "e\u0301" * 20,
        "שלום",
        "\uff11\uff12\uff13",
        "٣",
        "..",
        "../../etc/passwd",
        "a/b",
        "a%2Fb",
        "a?b#c",
        "{0}{value}%s",
        "${x}",
        "x" * 10_000,
    ]
)
DESTINATIONS = st.sampled_from(
    [
        QUEUE,
        TOPIC,
        "acs:mns:::" + "x" * 10_000,
        "acs:mns:::" + "x" * 1_014,
        "acs:mns:::" + "x" * 1_015,
        "acs:" * 2_500,
        "acs:mns:::\u202e",
        "acs:mns:::a\0b",
        "acs:mns:::a\nb",
        "acs::::",
        "acs:mns:cn-shanghai:1234567890123456:",
    ]
) | ODD_TEXT.map(lambda text: f"acs:mns:{REGION}:{ACCOUNT}:{text}")
NUMBERS = (
    st.integers(-10, 10**18)
    | st.floats()
    | st.sampled_from(
        [math.nan, math.inf, -math.inf, sys.float_info.max, 5e-324, -0.0, 2.0**53, 1e300, 0.5]
    )
)
SCALARS = (
    st.none()
    | st.booleans()
    | NUMBERS
    | TEXT
    | ODD_TEXT
    | DESTINATIONS
    | st.sampled_from([UNKNOWN, "demo", "3", "true", "٣", "1e3", "0x10", " 3"])
)

# -- whole bags ------------------------------------------------------------------------------------


def _special(signature: str, **values: Any) -> Bag:
    return {_SPECIAL: signature, **values}


_ASSETS = st.one_of(
    [
        st.builds(
            _special, st.just("c44067f5952c0a294b673a41bacd8c17"), text=st.text(string.printable)
        ),
        st.just(_special("c44067f5952c0a294b673a41bacd8c17", path="no/such/file")),
        st.just(_special("c44067f5952c0a294b673a41bacd8c17", uri="https://example.com/a")),
        st.just(_special("0def7320c3a5731c473e5ecbe6d01bc7", path="no/such/archive.zip")),
        st.just(_special("0def7320c3a5731c473e5ecbe6d01bc7", uri="https://example.com/a.zip")),
        st.just(
            _special(
                "0def7320c3a5731c473e5ecbe6d01bc7",
                assets={"a": _special("c44067f5952c0a294b673a41bacd8c17", text="a")},
            )
        ),
    ]
)
_URN = "urn:pulumi:dev::project::random:index:RandomId::name"
_REFERENCES = st.sampled_from(
    [
        _special("5cf8f73096256a8f31e491e813e4eb8e", urn=_URN, packageVersion="1.0.0"),
        _special("5cf8f73096256a8f31e491e813e4eb8e", urn=_URN, id="an-id", packageVersion=""),
        _special("5cf8f73096256a8f31e491e813e4eb8e", urn=_URN, id="", packageVersion=""),
        _special("5cf8f73096256a8f31e491e813e4eb8e", urn=_URN, id=UNKNOWN, packageVersion=""),
    ]
)


def _secret(value: Any) -> Bag:
    return _special("1b47061264138c4ac30d75fd1eb44270", value=value)


# The provider's own key is the engine's.
KEYS = (st.sampled_from(NAMES) | TEXT | ODD_TEXT).filter(lambda key: key != "__provider")
ANYTHING = st.recursive(
    SCALARS | _ASSETS | _REFERENCES | SIDES,
    lambda children: (
        st.lists(children, max_size=2)
        | st.dictionaries(KEYS, children, max_size=3)
        | st.builds(_secret, children)
    ),
    max_leaves=6,
)


def _deep(value: Any, key: str, depth: int) -> Any:
    for _ in range(depth):
        value = {key: value}
    return value


# protobuf itself refuses more than 100 messages within each other; an object is three.
DEEP = st.builds(_deep, SCALARS, st.sampled_from(NAMES[5:9]), st.integers(4, 25))
ANY_BAG = st.dictionaries(KEYS, ANYTHING, max_size=6)


def _spoilt(right: Bag, wrong: Bag) -> Bag:
    return {**right, **wrong}


SPOILT = st.builds(
    _spoilt, RIGHT, st.dictionaries(st.sampled_from(NAMES), ANYTHING | DEEP, min_size=1, max_size=2)
)
"""Right inputs but for one or two."""


def _side_spoilt(right: Bag, side: str, wrong: Any) -> Bag:
    return {**right, "destinationConfig": {side: {"destination": wrong}}}


SIDE_SPOILT = st.builds(
    _side_spoilt, RIGHT, st.sampled_from(["onSuccess", "onFailure"]), DESTINATIONS | ANYTHING
)
BAGS = ANY_BAG | SPOILT | SIDE_SPOILT
"""What no engine should ever send, and what a program may well have got wrong."""

# -- ids and configurations ------------------------------------------------------------------------

_RIGHT_IDS = st.sampled_from(
    [
        f"acs:fc:{REGION}:{ACCOUNT}:services/demo.{qualifier}/functions/{function}"
        for qualifier in ("LATEST", "prod")
        for function in ("fuzz-1", "fuzz-2")
    ]
)


def _id(region: str, account: str, service: str, function: str) -> str:
    return f"acs:fc:{region}:{account}:services/{service}/functions/{function}"


IDS = (
    _RIGHT_IDS
    | st.builds(_id, st.just(REGION), st.just(ACCOUNT), st.just("demo"), ODD_TEXT)
    | st.builds(_id, ODD_TEXT, ODD_TEXT, ODD_TEXT, ODD_TEXT)
    | TEXT
    | ODD_TEXT
)

_SETTINGS = {
    "alicloud:region": SCALARS,
    "alicloud:accountId": SCALARS,
    "alicloud:accessKey": SCALARS,
    "alicloud:secretKey": SCALARS,
    "alicloud:securityToken": SCALARS,
    # Loopback alone, where nobody listens: what is tried out here calls nobody.
    "fc:endpoint": st.just("http://127.0.0.1:1")
    | st.sampled_from(
        [
            "http://127.0.0.1:1/",
            "http://localhost:1",
            "https://localhost:1",
            "http://[::1]:1",
            "http://[::1",
            "http://127.0.0.1:99999",
            "http://127.0.0.1:x",
            "http://127.0.0.1:1\0",
            "http://127.0.0.1 :1",
            "http://127.0.0.1:1?a=b",
            "http://user:password@127.0.0.1:1",
            "https://a b.localhost:1",
            "https://\x0b.localhost:1",
            "https://xn--.localhost:1",
            "https://.localhost:1",
            "https://" + "x" * 300 + ".localhost:1",
            "https://שלום.localhost:1",
            "ftp://127.0.0.1",
            "//127.0.0.1",
            "127.0.0.1:1",
            True,
            1,
            0.5,
            math.nan,
            ["http://127.0.0.1:1"],
            {"url": "http://127.0.0.1:1"},
        ]
    ),
    "fc:internal": SCALARS | ANYTHING,
    "fc:allowOverwrite": SCALARS | ANYTHING,
}
CONFIGURATIONS: st.SearchStrategy[Bag] = st.fixed_dictionaries(
    {
        "fc:endpoint": _SETTINGS["fc:endpoint"],
        "fc:requestTimeout": st.just("0.05")
        | st.sampled_from([0.05, 0, "-1", "nan", "inf", "1e400", "x", math.nan, True])
        | st.lists(SCALARS, min_size=1, max_size=1),
    },
    optional={
        key: strategy | ANYTHING for key, strategy in _SETTINGS.items() if key != "fc:endpoint"
    },
)
"""What a stack's configuration might say: right, wrong, or of a wrong type."""
