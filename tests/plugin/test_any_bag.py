"""Whatever the engine sends, the plugin answers: failures of check by their path, or one line.

`make fuzz` for many more inputs.
"""

import itertools
import string
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.bags import (
    ANY_BAG,
    BAGS,
    CATEGORIES,
    CONFIGURATIONS,
    IDS,
    PARTLY_UNKNOWN,
    RIGHT,
    SIDE_SPOILT,
    SPOILT,
)
from tests.support.configs import stored
from tests.support.fuzzing import examples
from tests.support.plugin import PROVIDER, UNKNOWN, Bag, Checked, Plugin, PluginError
from tests.support.records import record
from tests.support.values import ACCOUNT, REGION

from pulumi_fc_async_invoke.emulator.rules import Rules, all_rules
from pulumi_fc_async_invoke.emulator.server import EmulatorServer

T = TypeVar("T")
NUMBERS = itertools.count(3)


class Answers:
    """Asks, looks at what every answer must be, and counts."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str]] = Counter()
        self._slowest = 0.0

    def check(self, plugin: Plugin, news: Bag, olds: Bag | None = None) -> Checked:
        """Check answers inputs, or failures that a user can read."""
        checked = self._timed(lambda: plugin.check(news, olds))
        for path, reason in checked.failures.items():
            assert is_one_line(path), path
            assert is_one_line(reason), reason
        self._counts["check", "failures" if checked.failures else "inputs"] += 1
        return checked

    def ask(self, call: str, ask: Callable[[], T], *, checked: bool = True) -> T | None:
        """Every other call does its work or fails in one line, with `None` here.

        Create and update of inputs that check has refused may fail as a bug would: the engine never
        asks for it.
        """
        answer: T | None = None
        told = ""
        try:
            answer = self._timed(ask)
        except PluginError as error:
            told = str(error)
        assert not checked or is_one_line(told or "done"), told
        self._counts[call, "one line" if told else "done"] += 1
        return answer

    def record(self) -> None:
        """Write down what was counted."""
        for (call, answer), inputs in self._counts.items():
            record(call=call, answer=answer, inputs=inputs, slowest_ms=round(1000 * self._slowest))

    def _timed(self, ask: Callable[[], T]) -> T:
        started = time.monotonic()
        try:
            return ask()
        finally:
            self._slowest = max(self._slowest, time.monotonic() - started)


def is_one_line(text: str) -> bool:
    """Nothing that moves the cursor, and no stack of calls."""
    return text.isprintable() and bool(text) and "Traceback" not in text


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    counted = Answers()
    yield counted
    counted.record()


def id_of(inputs: Bag) -> str:
    return (
        f"acs:fc:{REGION}:{ACCOUNT}:services/demo.{inputs['qualifier']}"
        f"/functions/{inputs['functionName']}"
    )


@examples(300)
@given(news=ANY_BAG | SPOILT | SIDE_SPOILT | PARTLY_UNKNOWN)
def test_check_answers_failures_or_inputs_that_it_would_leave_alone(
    plugin: Plugin, answers: Answers, news: Bag
) -> None:
    checked = answers.check(plugin, news)

    if not checked.failures:
        again = plugin.check(checked.inputs, checked.inputs)
        assert (again.inputs, again.failures) == (checked.inputs, {})


@examples(200)
@given(olds=RIGHT, news=PARTLY_UNKNOWN)
def test_diff_finds_no_change_exactly_between_equal_inputs(
    plugin: Plugin, answers: Answers, olds: Bag, news: Bag
) -> None:
    before, after = plugin.check(olds).inputs, plugin.check(news).inputs
    id_ = id_of(before)

    difference = answers.ask("diff", lambda: plugin.diff(id_, before, after))

    ignored = {"allowOverwrite": None}
    assert difference is not None
    assert difference.changes == ({**before, **ignored} != {**after, **ignored})
    assert not plugin.diff(id_, before, before).changes


@examples(100)
@given(first=RIGHT, second=RIGHT, rules=st.sampled_from(list(all_rules())))
def test_an_update_from_anything_to_anything_ends_as_declared(
    plugin: Plugin,
    answers: Answers,
    fc_emulator_server: EmulatorServer,
    *,
    first: Bag,
    second: Bag,
    rules: Rules,
) -> None:
    fc_emulator_server.reset()
    fc_emulator_server.use_rules(rules)
    before = plugin.check(first).inputs
    names = {key: before[key] for key in ("functionName", "qualifier", "allowOverwrite")}
    after = plugin.check({**second, **names}).inputs
    id_ = id_of(before)
    fc_emulator_server.seed(
        "demo",
        before["functionName"],
        stored(before).to_properties(),
        qualifier=before["qualifier"],
    )
    outputs = plugin.refresh(id_, before).outputs

    assert plugin.diff(id_, outputs, before).changes is False
    updated = answers.ask("update", lambda: plugin.update(id_, outputs, after))

    assert updated is not None
    assert plugin.diff(id_, updated, after).changes is False
    assert plugin.refresh(id_, updated).inputs == after


@examples(100)
@given(id_=IDS | st.from_regex(r"acs:fc:[a-z-]*:[0-9]*:services/.*/functions/.*", fullmatch=True))
def test_any_id_is_got_or_refused_in_one_line(
    plugin: Plugin, answers: Answers, fc_emulator_server: EmulatorServer, id_: str
) -> None:
    fc_emulator_server.reset()
    fc_emulator_server.seed("demo", "fuzz-1")
    answers.ask("get", lambda: plugin.get(id_))


@examples(75)
@given(inputs=RIGHT | BAGS)
def test_create_creates_or_refuses_in_one_line(
    plugin: Plugin, answers: Answers, fc_emulator_server: EmulatorServer, inputs: Bag
) -> None:
    fc_emulator_server.reset()
    if inputs.get("functionName") in ("fuzz-1", "fuzz-2"):
        # The engine creates each resource once in a run, so a second one is refused.
        inputs = {**inputs, "functionName": f"fuzz-{next(NUMBERS)}"}
    checked = answers.check(plugin, inputs)
    # Nothing is unknown any more when the engine creates something.
    right = not checked.failures and UNKNOWN not in repr(checked.inputs)
    created = answers.ask("create", lambda: plugin.create(checked.inputs), checked=right)
    assert created or not right
    assert len(fc_emulator_server.configs()) == (created is not None)


@examples(50)
@given(id_=IDS, olds=RIGHT | BAGS, news=RIGHT | PARTLY_UNKNOWN | BAGS)
def test_diff_compares_anything_or_says_in_one_line_why_not(
    plugin: Plugin, answers: Answers, id_: str, olds: Bag, news: Bag
) -> None:
    answers.ask("diff", lambda: plugin.diff(id_, olds, news))


@examples(75)
@given(id_=IDS, olds=RIGHT | BAGS, news=RIGHT | BAGS)
def test_update_updates_or_refuses_in_one_line(
    plugin: Plugin,
    answers: Answers,
    fc_emulator_server: EmulatorServer,
    *,
    id_: str,
    olds: Bag,
    news: Bag,
) -> None:
    fc_emulator_server.reset()
    answers.ask("update", lambda: plugin.update(id_, olds, news), checked=False)


@examples(50)
@given(id_=IDS, outputs=RIGHT | BAGS)
def test_refresh_reads_or_refuses_in_one_line(
    plugin: Plugin, answers: Answers, fc_emulator_server: EmulatorServer, id_: str, outputs: Bag
) -> None:
    fc_emulator_server.reset()
    fc_emulator_server.seed("demo", "fuzz-1")
    answers.ask("refresh", lambda: plugin.refresh(id_, outputs))


@examples(50)
@given(id_=IDS, outputs=RIGHT | BAGS)
def test_delete_deletes_or_refuses_in_one_line(
    destroying: Plugin, answers: Answers, fc_emulator_server: EmulatorServer, id_: str, outputs: Bag
) -> None:
    fc_emulator_server.reset()
    fc_emulator_server.seed("demo", "fuzz-1")
    answers.ask("delete", lambda: destroying.delete(id_, outputs))


NAME_KEYS: tuple[str, ...] = ("serviceName", "functionName", "qualifier")
IN_NAMES = set(string.ascii_letters + string.digits + "_-")


@cache
def refused_characters() -> dict[str, list[str]]:
    """Category → the first and the last character of it that no name may have."""
    found: dict[str, list[str]] = {}
    for character in map(chr, range(sys.maxunicode + 1)):
        if character not in IN_NAMES:
            found.setdefault(unicodedata.category(character), [character])[1:] = [character]
    return found


@pytest.mark.parametrize("category", CATEGORIES)
def test_a_character_of_any_category_is_refused_in_each_name_in_one_line(
    plugin: Plugin, answers: Answers, category: str
) -> None:
    for character in refused_characters()[category]:
        names = dict.fromkeys(NAME_KEYS, f"a{character}b")
        failures = answers.check(plugin, names).failures
        assert set(failures) == set(names)
        for reason in failures.values():
            assert "must be 1 to 128 letters, digits, hyphens and underscores" in reason


def test_every_character_that_a_name_may_have_is_accepted_in_each_name(
    plugin: Plugin, answers: Answers
) -> None:
    name = "".join(sorted(IN_NAMES))
    names = dict.fromkeys(NAME_KEYS, name)
    checked = answers.check(plugin, names)
    assert checked.failures == {}
    assert names.items() <= checked.inputs.items()


@pytest.mark.parametrize("key", ["functionName", "xyz"])
def test_half_a_character_is_refused_in_one_line_and_the_plugin_goes_on(
    plugin: Plugin, answers: Answers, key: str
) -> None:
    said = plugin.check_surrogate({"serviceName": "demo", "functionName": "xyz", key: "xyz"}, "xyz")
    assert is_one_line(said)
    assert answers.check(plugin, {"serviceName": "demo", "functionName": "xyz"}).failures == {}


@examples(20)
@given(configuration=CONFIGURATIONS, inputs=RIGHT)
def test_any_configuration_works_or_is_refused_in_one_line(
    configured_anew: Callable[[Bag], Plugin], answers: Answers, configuration: Bag, inputs: Bag
) -> None:
    plugin = configured_anew(configuration)
    id_ = id_of({"qualifier": "LATEST", **inputs})
    answers.ask("configure", lambda: plugin.check(inputs))
    answers.ask("configure", lambda: plugin.get(id_))


@pytest.fixture(scope="module")
def configured_anew(make_plugin: Callable[[], Plugin]) -> Iterator[Callable[[Bag], Plugin]]:
    """A plugin that is given one configuration after the other."""
    count = 0
    with make_plugin() as started:

        def configure(configuration: Bag) -> Plugin:
            nonlocal count
            count += 1
            started.configure(configuration, PROVIDER + " " * count)
            return started

        yield configure
