import pytest
from tests.support.faults_page import BLOCKS, PAGE, blocks_of, normal, page

PUT = "PUT async-invoke-config of demo.LATEST/hello (cn-shanghai, account 1)"
DOUBT = ". It may or may not have taken effect"
NO_EFFECT = ". A read since then shows no effect of it: run `pulumi up` again"
NOTHING_SENT = ". It was not sent, so it has changed nothing"
STILL_THERE = ". A read since then shows that the config is still there: run it again"
REFUSED = f"{PUT} failed: HTTP 429, ResourceExhausted: no. Tried N times in S seconds"
FAILED = f"{PUT} failed: HTTP 500, InternalServerError: no. Tried N times in S seconds"
BROKE = f"{PUT} had no answer: localhost dropped the connection. Tried N times in S seconds"

UNREACHED = f"{PUT} had no answer: localhost refused the connection. Tried N times in S seconds"


def cut_off(why: str) -> str:
    return f". The last try had no answer: {PUT} had no answer: {why}"


SENT = cut_off("127.0.0.1:4711 did not answer in time")
NOT_SENT = cut_off("127.0.0.1:4711 did not accept a connection in time")


def test_the_page_of_faults_has_the_blocks_that_the_tests_write_and_nothing_else() -> None:
    text = PAGE.read_text()
    blocks = blocks_of(text)
    assert list(blocks) == list(BLOCKS)
    assert all(blocks.values())
    assert page(blocks) == text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        pytest.param(REFUSED, REFUSED, id="nothing was cut off"),
        pytest.param(f"{REFUSED}{SENT}{DOUBT}", REFUSED, id="refused, then cut off"),
        pytest.param(f"{REFUSED}{SENT}{DOUBT}{NO_EFFECT}", REFUSED, id="and read after that"),
        pytest.param(f"{REFUSED}{SENT}{DOUBT}{STILL_THERE}", REFUSED, id="the same of a delete"),
        pytest.param(f"{REFUSED}{NOT_SENT}", REFUSED, id="refused, then not even sent"),
        pytest.param(f"{FAILED}{SENT}{DOUBT}", f"{FAILED}{DOUBT}", id="failed, then cut off"),
        pytest.param(
            f"{FAILED}{SENT}{DOUBT}{NO_EFFECT}",
            f"{FAILED}{DOUBT}{NO_EFFECT}",
            id="failed, then cut off, and read after that",
        ),
        pytest.param(f"{BROKE}{NOT_SENT}{DOUBT}", f"{BROKE}{DOUBT}", id="broke, then not sent"),
        pytest.param(
            f"{UNREACHED}{NOT_SENT}{NOTHING_SENT}; putting back failed too: {UNREACHED}{NOT_SENT}",
            f"{UNREACHED}{NOTHING_SENT}; putting back failed too: {UNREACHED}",
            id="not even sent, twice in one message",
        ),
    ],
)
def test_a_try_that_the_deadline_may_cut_off_is_left_out_of_a_message(
    said: str, shown: str
) -> None:
    assert normal(said, may_be_cut_off=True) == shown


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"{REFUSED}{DOUBT}", id="no try of it may have taken effect"),
        pytest.param(f"{REFUSED}{DOUBT}{NO_EFFECT}", id="a read after it"),
    ],
)
def test_a_doubt_about_what_was_refused_stays_in_the_message(said: str) -> None:
    assert normal(said, may_be_cut_off=True) == said


def test_a_doubt_without_a_try_that_was_sent_stays_in_the_message() -> None:
    said = normal(f"{REFUSED}{NOT_SENT}{DOUBT}", may_be_cut_off=True)
    assert said == f"{REFUSED}{DOUBT}"


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"{REFUSED}{cut_off('the dog ate it')}{DOUBT}", id="an unknown reason"),
        pytest.param(f"{REFUSED}{SENT}", id="a try that was sent, and no doubt"),
    ],
)
def test_a_message_about_a_try_that_was_cut_off_is_one_of_those_that_are_known(said: str) -> None:
    with pytest.raises(AssertionError):
        normal(said, may_be_cut_off=True)


def test_what_is_said_of_a_try_that_was_cut_off_stays_where_none_is_expected() -> None:
    said = f"{REFUSED}{SENT}{DOUBT}"
    assert normal(said) == said.replace("127.0.0.1:4711", "localhost")
