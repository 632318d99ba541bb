from tests.support.faults_page import BLOCKS, PAGE, blocks_of, page


def test_the_page_of_faults_has_the_blocks_that_the_tests_write_and_nothing_else() -> None:
    text = PAGE.read_text()
    blocks = blocks_of(text)
    assert list(blocks) == list(BLOCKS)
    assert all(blocks.values())
    assert page(blocks) == text
