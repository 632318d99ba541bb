"""`docs/faults.md`: what is to happen when something goes wrong.

The tests of faults compare what they see with the tables here; the page is made of the same tables,
by `make faults-table`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"

Row = tuple[str, ...]

STEPS = ("create", "update", "delete")
ANYTHING = "…"
"""In a cell: whatever stands there. A cell with it need only be a part of what is seen."""
OR = " / "
"""In a cell: one or the other, by how far the last attempt comes before the deadline."""
SUCCESS = "success"
NEXT = "the next `pulumi up`"
NOTHING_TO_DO = "has nothing to do"
UNKNOWN = "may or may not have taken effect"


@dataclass(frozen=True)
class Table:
    """What the tests of one kind of fault are to see."""

    heading: str
    words: str
    """What is to be said before it."""
    header: Sequence[str]
    rows: Sequence[Row]

    def check(self, seen: Iterable[Row], steps: Sequence[str] | None = None) -> None:
        """Compare with what a test has seen, row by row.

        Args:
            seen: the rows that it has seen.
            steps: the steps that it has taken, of a table with steps; all by default.
        """
        seen = list(seen)
        rows = [row for row in self.rows if steps is None or row[1] in steps]
        wrong = [
            f"seen: {row}\nin the table: {wanted}"
            for row, wanted in zip(seen, rows, strict=False)
            if not _is_as(row, wanted)
        ]
        assert not wrong, "\n".join(wrong)
        assert len(seen) == len(rows), seen


def _is_as(row: Row, wanted: Row) -> bool:
    return len(row) == len(wanted) and all(map(_is_cell_as, row, wanted))


def _is_cell_as(cell: str, wanted: str) -> bool:
    if ANYTHING not in wanted:
        return cell == wanted
    ways = (map(re.escape, map(str.strip, way.split(ANYTHING))) for way in wanted.split(OR))
    return any(re.search(".*".join(parts), cell, re.DOTALL) for parts in ways)


def _succeeds(fault: str, *steps: str) -> Iterator[Row]:
    for step in steps or STEPS:
        there = "nothing" if step == "delete" else "new"
        yield fault, step, SUCCESS, there, there, NOTHING_TO_DO


def _changes_nothing(fault: str, words: str, *steps: str) -> Iterator[Row]:
    """It fails, and nothing has changed."""
    for step in steps or STEPS:
        there = "nothing" if step == "create" else "old"
        yield fault, step, f"… {words} …", there, there, f"{step}s it"


def _fails_with_effect(fault: str, words: str) -> Iterator[Row]:
    """It fails, although it has taken effect, which state does not know."""
    said = f"… {words} …"
    yield fault, "create", said, "new", "nothing", "adopts it"
    yield fault, "update", said, "new", "old", "updates it"
    yield fault, "delete", said, "nothing", "old", "deletes it"


_STEP_HEADER = ("fault", "in", "you see", "the service holds", "state holds", NEXT)
_CRASH_HEADER = ("in", "the service holds", "state holds", NEXT)

_COMMAND = """\
`kill -9` of `pulumi` and of everything that it started, as when the machine goes down. The lock of
the stack stays: `pulumi cancel` takes it away. What the run had begun stays in state as pending;
creates stay so until `pulumi refresh --clear-pending-creates`, and each `pulumi up` warns of them.

The same program needs no refresh after that; one that has been changed may: see the next part.

With state in a folder, a kill in the moment in which it is written may leave it so that each
command says "failed to load checkpoint: EOF". [Errors](errors.md#pulumi-itself) has the remedy.

It is the same after `kill -9` of the provider's processes (you see `error reading from server`),
but nothing is locked or pending; and after Ctrl-C twice, where nothing is locked."""

_GOES_ON = """\
`kill -9` of `pulumi-language-python` (you see `error reading from server`) or of the Python process
that runs the program (`program exited with non-zero exit code`), or Ctrl-C, once. What is under way
comes to its end; nothing else is begun."""

_CHANGED_BACK = """\
`kill -9` as above, once the writes have taken effect. Then the program is what it was before them,
and `pulumi cancel`, `pulumi up` and `pulumi up --refresh` are run. State does not know of the
writes, so a refresh is needed to find them. A config that state does not know of is not found by
that either: it stays until it is declared again (`pulumi up` adopts it) or deleted by hand."""

_ORPHAN = """\
`kill -9` of `pulumi` alone: its plugin ends the calls that are under way, and then, some seconds
later, itself. Here the program is edited meanwhile, `pulumi cancel` and `pulumi up` are run at
once, and the writes of the killed run take effect after that. State and program agree then, so
that `pulumi up` finds nothing to do; a refresh finds what is off.

So after the command line was killed, wait until its plugin has gone: `pgrep -f pulumi.dynamic`
finds nothing then. If something was run before that, run `pulumi up --refresh` once it has."""

_IN_BOTH = "new, with the old destination too"
_KILLED = "what the killed run declared"

NETWORK = Table(
    "The network",
    "The fault hits the write (PUT or DELETE). `fc:requestTimeout` is 5 seconds, or long.",
    _STEP_HEADER,
    (
        *_succeeds("the connection drops before the write, once"),
        *_succeeds("the connection drops after the write, once"),
        *_changes_nothing(
            "the connection drops before every write", f"dropped the connection … {UNKNOWN}"
        ),
        *_succeeds("the connection drops after every write"),
        *_succeeds("half a response comes"),
        *_succeeds("half a response comes, once"),
        *_succeeds("the response comes after the deadline"),
        *_changes_nothing(
            "the request and its response are held up until after the deadline",
            f"in time … {UNKNOWN}",
        ),
        *_fails_with_effect(
            "the response comes after the deadline, and the read after it is stale",
            f"in time … {UNKNOWN}",
        ),
    ),
)

_UNREACHABLE = {
    "nobody listens": "refused the connection",
    "the connection is reset in the TLS handshake": "reset the connection",
    "the certificate is not trusted": "is not trusted … SSL_CERT_FILE",
    "the DNS knows no such host": "check the region and fc:endpoint",
    "the proxy refuses": "the proxy refused to connect to fc.example (HTTP 403) … HTTPS_PROXY",
}
WAY = Table(
    "The way to the service",
    "The fault hits every call of the step.",
    _STEP_HEADER,
    (
        *(row for each in _UNREACHABLE.items() for row in _changes_nothing(*each)),
        *_succeeds("none: the service has an IPv6 address alone"),
    ),
)

WAY_ENDS = Table(
    "The way to the service ends between two calls of one operation",
    "Nobody listens any more after one response. `fc:requestTimeout` is 2 seconds.",
    _STEP_HEADER[1:],
    (
        (
            "create, after the GET",
            "… refused the connection … has changed nothing …",
            "nothing",
            "nothing",
            "creates it",
        ),
        (
            "removal of a destination, after the DELETE",
            "… putting back … failed too … the service now holds no config; before, it held …",
            "nothing",
            "old",
            "updates it",
        ),
        ("delete, after the DELETE", SUCCESS, "nothing", "nothing", NOTHING_TO_DO),
    ),
)

OUTAGE = Table(
    "An outage in the middle of an `up` of 100 resources",
    "The service goes away while calls are under way, and comes back after some seconds (30 in\n"
    "`make outage`). `fc:requestTimeout` is 60 seconds.",
    (
        "you see",
        "the service holds of each",
        "state holds",
        "PUTs of one config after the outage, at most",
        NEXT,
    ),
    ((SUCCESS, "new", "new", "1", NOTHING_TO_DO),),
)

_ASKED_TO_WAIT = f" …{OR}… or the service asked to wait"
SERVICE = Table(
    "The service",
    "The fault hits the write (PUT or DELETE), or every second call: a read, too. "
    "`fc:requestTimeout` is\n5 seconds, or long.",
    _STEP_HEADER,
    (
        *_succeeds("every second call is throttled (429), from the first one on"),
        *_succeeds("three times 500"),
        *_succeeds("three times 503"),
        *_succeeds("three times 409"),
        *_changes_nothing("429 for good", f"HTTP 429, ResourceExhausted{_ASKED_TO_WAIT}"),
        *_changes_nothing("500 for good", f"HTTP 500, InternalServerError … {UNKNOWN}"),
        *_succeeds("500 for good, and each write takes effect"),
        *_changes_nothing("503 for good", f"HTTP 503, ResourceThrottled{_ASKED_TO_WAIT}"),
        *_changes_nothing("409 for good", "HTTP 409, ConcurrentUpdateError"),
        *_changes_nothing(
            "409 twice, and then no response until after the deadline",
            f"HTTP 409, ConcurrentUpdateError … in time … {UNKNOWN}",
        ),
        *_changes_nothing("403", "HTTP 403, AccessDenied … Check the credentials"),
        *_changes_nothing(
            "an HTML page with status 200, without effect", f"not the service's … {UNKNOWN}"
        ),
    ),
)

_AHEAD, _BEHIND = (f"the service's clock is an hour {way}" for way in ("ahead", "behind"))
_ANOTHER_FUNCTION = "every response is the config of another function"
_ANOTHER_QUALIFIER = "every response is the config of another qualifier"
RESPONSES = Table(
    "A service with a clock, reads or responses that are off",
    "",
    _STEP_HEADER,
    (
        *_changes_nothing(_AHEAD, "HTTP 403 … clock is … seconds behind the service's"),
        *_changes_nothing(_BEHIND, "HTTP 403 … clock is … seconds ahead of the service's"),
        *_succeeds("a PUT responds with other values than it stores", "create", "update"),
        *_succeeds("the same, and two reads after any write are stale"),
        (
            *("every read after the delete is stale", "delete"),
            "… it is still there, or there again, although the service says …",
            *("nothing", "nothing", NOTHING_TO_DO),
        ),
        *_changes_nothing(
            "a PUT stores nothing and responds with the old config",
            "maxAsyncRetryAttempts is 1 on the service, 2 declared",
            "update",
        ),
        *_changes_nothing(
            _ANOTHER_FUNCTION, "the config of another function, 'another'", "create", "update"
        ),
        *_changes_nothing(_ANOTHER_QUALIFIER, "a different config exists already", "create"),
        *_changes_nothing(
            _ANOTHER_QUALIFIER, "maxAsyncRetryAttempts is 3 on the service, 2 declared", "update"
        ),
    ),
)

LIES = Table(
    "A service that confirms writes and does not store them",
    "Only a read shows that. The service works again before the next `pulumi up`.",
    (
        *("in", "you see", "the service holds", "state holds", NEXT),
        *("`pulumi refresh` finds", "the `pulumi up` after that"),
    ),
    (
        ("create", SUCCESS, "nothing", "new", NOTHING_TO_DO, "that it is gone", "creates it"),
        (
            *("update", SUCCESS, "old", "new", NOTHING_TO_DO),
            *("another maxAsyncRetryAttempts", "updates it"),
        ),
    ),
)

REFUSED = Table(
    "Credentials that are refused half-way",
    "",
    ("a resource", "you see", "the service holds", "state holds", NEXT),
    (
        ("before", SUCCESS, "new", "new", NOTHING_TO_DO),
        (
            "at the first call that is refused",
            "… HTTP 403, AccessDenied … Check the credentials …",
            *("nothing", "nothing", "creates it"),
        ),
        ("after", "nothing: it is not tried", "nothing", "nothing", "creates it"),
    ),
)

_THEIRS = "… destinationConfig.onFailure.destination … outside of this program … being removed …"
BETWEEN = Table(
    "A config that someone changes between the look and the write",
    "",
    ("in", "you see", "the service holds", "state holds", NEXT),
    (
        (
            "create",
            "… someone else wrote this config at the same time …",
            "their destination, our numbers",
            "nothing",
            "… a different config exists already …<br>with `allow_overwrite`: overwrites it",
        ),
        ("create with `allow_overwrite`", _THEIRS, "new", "new", NOTHING_TO_DO),
        ("update", _THEIRS, "new", "new", NOTHING_TO_DO),
    ),
)

_ONE, _TWO = (f"`maxAsyncRetryAttempts` {number}" for number in (1, 2))
TOGETHER = Table(
    "Two stacks with the same config",
    "",
    (
        *("what happens", "you see", "the service holds then", "state holds then"),
        "the next `pulumi up --refresh`",
    ),
    (
        (
            "a second stack declares other values",
            "… a different config exists already and was left as it is …",
            *(_ONE, "nothing", "says the same"),
        ),
        ("a second stack declares the same values", SUCCESS, _ONE, _ONE, NOTHING_TO_DO),
        ("… and is destroyed; the first goes on", SUCCESS, "nothing", _ONE, "creates it"),
        (
            "two stacks create it at the same time, and the first writes last",
            "success (the first), success (the second)",
            *(_ONE, f"{_ONE} (the first), {_TWO} (the second)", "of the second: updates it"),
        ),
    ),
)

ACCOUNT = Table(
    "Two stacks on one account that throttles both",
    "Two `pulumi up` at the same time, each of five configs of its own. At first every call is "
    "throttled\n(429), until each stack has met that; then every second one, of whichever stack.",
    ("stack", "you see", "the service holds of each", "state holds", NEXT),
    (
        ("first", SUCCESS, "new", "new", NOTHING_TO_DO),
        ("second", SUCCESS, "new", "new", NOTHING_TO_DO),
    ),
)


def _call(
    name: str, before: tuple[str, str, str] | None, after: tuple[str, str, str] | None
) -> Iterator[Row]:
    """A call that is held before or after it takes effect: what is there then, and what is next."""
    for when, ends in (("before", before), ("after", after)):
        if ends:
            yield (f"{name}, {when} it takes effect", *ends)


_REMOVED = ("nothing", "old", "creates the new one")
CUT_OFF = Table(
    "The command line is killed",
    _COMMAND,
    _CRASH_HEADER,
    (
        *_call("create: GET", ("nothing", "nothing", "creates it"), None),
        *_call(
            "create: PUT", ("nothing", "nothing", "creates it"), ("new", "nothing", "adopts it")
        ),
        *_call("update: PUT", ("old", "old", "updates it"), ("new", "old", "updates it")),
        *_call(
            "replacement, create: PUT",
            ("old", "old", "replaces it"),
            ("old and new", "old", "replaces it"),
        ),
        *_call("removal: first PUT", ("old", "old", "updates it"), (_IN_BOTH, "old", "updates it")),
        *_call("removal: second PUT", None, (_IN_BOTH, "old", "updates it")),
        *_call(
            "removal: DELETE", (_IN_BOTH, "old", "updates it"), ("nothing", "old", "updates it")
        ),
        *_call("removal: last PUT", ("nothing", "old", "updates it"), ("new", "old", "updates it")),
        *_call(
            "removal, undone: PUT of the old one",
            ("nothing", "old", "updates it"),
            ("old", "old", "updates it"),
        ),
        *_call(
            "replacement, delete-first, delete: DELETE",
            ("old", "old", "replaces it"),
            ("nothing", "old", "replaces it"),
        ),
        *_call(
            "replacement, delete-first, delete: the GET after it",
            ("nothing", "old", "replaces it"),
            None,
        ),
        *_call("replacement, delete-first, create: GET", _REMOVED, None),
        *_call(
            "replacement, delete-first, create: PUT",
            _REMOVED,
            ("new", "old", "creates the new one"),
        ),
        *_call("delete: DELETE", ("old", "old", "deletes it"), ("nothing", "old", "deletes it")),
        *_call("delete: the GET that confirms it", ("nothing", "old", "deletes it"), None),
        *_call(
            "replacement, delete: DELETE",
            ("old and new", "old and new", "deletes the old one"),
            ("new", "old and new", "deletes the old one"),
        ),
    ),
)
_DONE = ("new", "new", NOTHING_TO_DO)
_REPLACED = ("old and new", "old and new", "deletes the old one")
_UNDONE = ("old", "old", "updates it")
_DELETED = ("nothing", "nothing", NOTHING_TO_DO)
COMPLETED = Table(
    "The program or the language host is killed, or Ctrl-C",
    _GOES_ON,
    _CRASH_HEADER,
    (
        *_call("create: GET", _DONE, None),
        *_call("create: PUT", _DONE, _DONE),
        *_call("update: PUT", _DONE, _DONE),
        *_call("replacement, create: PUT", _REPLACED, _REPLACED),
        *_call("removal: first PUT", _DONE, _DONE),
        *_call("removal: second PUT", None, _DONE),
        *_call("removal: DELETE", _DONE, _DONE),
        *_call("removal: last PUT", _DONE, _DONE),
        *_call("removal, undone: PUT of the old one", _UNDONE, _UNDONE),
        *_call("replacement, delete-first, delete: DELETE", _REMOVED, _REMOVED),
        *_call("replacement, delete-first, delete: the GET after it", _REMOVED, None),
        *_call("replacement, delete-first, create: GET", _DONE, None),
        *_call("replacement, delete-first, create: PUT", _DONE, _DONE),
        *_call("delete: DELETE", _DELETED, _DELETED),
        *_call("delete: the GET that confirms it", _DELETED, None),
        *_call("replacement, delete: DELETE", _DONE, _DONE),
    ),
)

CHANGED_BACK = Table(
    "The command line is killed, and the program is changed back",
    _CHANGED_BACK,
    (
        *("killed in", "the service holds", "state holds", "state has pending", NEXT),
        *("`pulumi up --refresh` after it", "the service holds then"),
    ),
    (
        ("create", "new", "nothing", "creating", NOTHING_TO_DO, NOTHING_TO_DO, "new"),
        ("update", "new", "old", "updating", NOTHING_TO_DO, "updates it", "old"),
        ("delete", "nothing", "old", "deleting", NOTHING_TO_DO, "creates it", "old"),
    ),
)

ORPHAN = Table(
    "The command line alone is killed, and its plugin goes on",
    _ORPHAN,
    (
        *("under way in the plugin", "state holds", "the service holds", NEXT),
        *("`pulumi up --refresh` after it", "the service holds then"),
    ),
    (
        ("create: PUT", "new", _KILLED, NOTHING_TO_DO, "updates it", "new"),
        ("update: PUT", "new", _KILLED, NOTHING_TO_DO, "updates it", "new"),
        (
            "removal of a destination: DELETE, and the PUT after it",
            *("new", _KILLED, NOTHING_TO_DO, "updates it", "new"),
        ),
        (
            "create: PUT, where the program is not edited",
            *("new", "new", NOTHING_TO_DO, NOTHING_TO_DO, "new"),
        ),
        ("delete: DELETE", "new", "nothing", NOTHING_TO_DO, "creates it", "new"),
    ),
)

_TABLES = (
    *(NETWORK, WAY, WAY_ENDS, OUTAGE, SERVICE, RESPONSES, LIES, REFUSED, BETWEEN, TOGETHER),
    *(ACCOUNT, CUT_OFF, CHANGED_BACK, ORPHAN, COMPLETED),
)
_TITLE = """\
# Failure behaviour

A test that runs the real command line and engine against the emulator checks each row: what you
see, what the service and the stack's state hold then, and what the next `pulumi up` does once the
trouble is over. *Old* is what the program declared before, *new* what it declares now. *You see*
has the words of a message that matter, with … for the rest.

`make faults-table` makes this page from the tables that these tests compare with.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_TITLE, *map(_block, _TABLES)])


def _block(table: Table) -> str:
    lines = [table.header, ["---"] * len(table.header), *table.rows]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    words = f"{table.words}\n\n" if table.words else ""
    return f"## {table.heading}\n\n{words}{text}"


if __name__ == "__main__":
    PAGE.write_text(page())
