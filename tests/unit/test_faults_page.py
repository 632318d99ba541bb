import pytest
from tests.support.faults_page import PAGE, Table, page


def test_the_page_of_faults_is_made_of_the_tables_that_the_tests_compare_with() -> None:
    assert PAGE.read_text() == page(), "docs/faults.md is not fresh: run `make faults-table`"


TABLE = Table("", "", ("you see", "state holds"), (("… refused … run it again …", "old"),))


def test_a_message_need_only_have_the_words_of_the_table() -> None:
    TABLE.check([("the call was refused. Now run it again, please", "old")])


@pytest.mark.parametrize(
    "seen",
    [
        pytest.param([("the call was refused", "old")], id="words are missing"),
        pytest.param([("refused: run it again", "new")], id="another value"),
        pytest.param([], id="a row is missing"),
        pytest.param([("refused: run it again", "old")] * 2, id="a row too many"),
    ],
)
def test_what_differs_from_the_table_fails(seen: list[tuple[str, ...]]) -> None:
    with pytest.raises(AssertionError):
        TABLE.check(seen)
