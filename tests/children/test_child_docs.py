"""The page on children says what the code says."""

from tests.hands.documents import DOCS, program


def test_its_tables_are_those_of_the_code() -> None:
    page = (DOCS / "children.md").read_text("utf-8")
    assert program("child_tables").written(page) == page, "run docs/child_tables.py"
