from tools.count_lines import lines_of_code

SOURCE = '''"""Module.

More."""

# why
x = (
    1
)  # one


def f():
    """Doc."""
    return """a
b"""
'''


def test_docstrings_comments_and_blank_lines_are_not_counted() -> None:
    assert lines_of_code(SOURCE) == 6
