"""Whatever the engine sends, the plugin answers, and never with a traceback."""

from hypothesis import given
from hypothesis import strategies as st
from tests.support.fuzzing import examples
from tests.support.plugin import UNKNOWN, Bag, Plugin, PluginError
from tests.support.stack import ACCOUNT, QUEUE, REGION, TOPIC

from pulumi_fc_async_invoke.emulator.server import EmulatorServer
from pulumi_fc_async_invoke.model import ConfigValues

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
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
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-10, 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from([UNKNOWN, QUEUE, "demo", "3", "true"])
)
ANYTHING = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=2)
        | st.dictionaries(st.sampled_from(NAMES) | TEXT, children, max_size=3)
    ),
    max_leaves=6,
)
ANY_BAG = st.dictionaries(st.sampled_from(NAMES) | TEXT, ANYTHING, max_size=6)

SIDE: st.SearchStrategy[Bag] = st.fixed_dictionaries(
    {"destination": st.sampled_from([QUEUE, TOPIC])}
)
NO_SIDES: dict[str, st.SearchStrategy[Bag]] = {}
SIDES = st.fixed_dictionaries(NO_SIDES, optional={"onSuccess": SIDE, "onFailure": SIDE})
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


def with_unknowns(right: Bag, keys: list[str]) -> Bag:
    return {**right, **dict.fromkeys(keys, UNKNOWN)}


PARTLY_UNKNOWN = st.builds(
    with_unknowns,
    RIGHT,
    st.lists(st.sampled_from(NAMES[:6] + NAMES[9:12]), max_size=3),
)


@examples(300)
@given(news=ANY_BAG | PARTLY_UNKNOWN)
def test_check_answers_failures_or_inputs_that_it_would_leave_alone(
    plugin: Plugin, news: Bag
) -> None:
    checked = plugin.check(news)

    if not checked.failures:
        again = plugin.check(checked.inputs, checked.inputs)
        assert (again.inputs, again.failures) == (checked.inputs, {})


@examples(200)
@given(olds=RIGHT, news=PARTLY_UNKNOWN)
def test_diff_finds_no_change_exactly_between_equal_inputs(
    plugin: Plugin, olds: Bag, news: Bag
) -> None:
    before, after = plugin.check(olds).inputs, plugin.check(news).inputs
    id_ = (
        f"acs:fc:{REGION}:{ACCOUNT}:services/demo.{before['qualifier']}"
        f"/functions/{before['functionName']}"
    )

    difference = plugin.diff(id_, before, after)

    ignored = {"allowOverwrite": None}
    assert difference.changes == ({**before, **ignored} != {**after, **ignored})
    assert not plugin.diff(id_, before, before).changes


@examples(100)
@given(first=RIGHT, second=RIGHT, data=st.data())
def test_an_update_from_anything_to_anything_ends_as_declared(
    plugin: Plugin, shared_cloud: EmulatorServer, first: Bag, second: Bag, data: st.DataObject
) -> None:
    shared_cloud.reset()
    shared_cloud.rules(
        merge=data.draw(st.sampled_from(["deep", "shallow"])),
        null=data.draw(st.sampled_from(["clear", "ignore", "refuse"])),
        empty=data.draw(st.sampled_from(["clear", "ignore", "refuse"])),
    )
    before = plugin.check(first).inputs
    names = {key: before[key] for key in ("functionName", "qualifier", "allowOverwrite")}
    after = plugin.check({**second, **names}).inputs
    id_ = (
        f"acs:fc:{REGION}:{ACCOUNT}:services/demo.{before['qualifier']}"
        f"/functions/{before['functionName']}"
    )
    shared_cloud.seed(
        "demo",
        before["functionName"],
        ConfigValues.from_properties(before).to_properties(),
        qualifier=before["qualifier"],
    )
    outputs = plugin.refresh(id_, before).outputs

    assert plugin.diff(id_, outputs, before).changes is False
    updated = plugin.update(id_, outputs, after)

    assert plugin.diff(id_, updated, after).changes is False
    assert plugin.refresh(id_, updated).inputs == after


@examples(100)
@given(id_=TEXT | st.from_regex(r"acs:fc:[a-z-]*:[0-9]*:services/.*/functions/.*", fullmatch=True))
def test_any_id_is_read_or_refused_in_one_line(
    plugin: Plugin, shared_cloud: EmulatorServer, id_: str
) -> None:
    shared_cloud.reset()
    try:
        plugin.get(id_)
    except PluginError as error:
        line = str(error)
    else:
        line = ""

    assert "Traceback" not in line
    assert "\n" not in line
