"""What tests ask of SQLite itself: the statements that a piece of work sends, and how each is answered."""

from collections.abc import Iterator
from contextlib import contextmanager

from intake.store.db import Database
from intake.store.sqlite.engine import Sqlite


@contextmanager
def statements(db: Database) -> Iterator[list[str]]:
    """Give the list into which this thread's statements go, read and written, with their values."""
    assert isinstance(db.engine, Sqlite)
    heard: list[str] = []
    ends = (db.engine._reader(), db.engine._writer)
    for one in ends:
        one.set_trace_callback(heard.append)
    try:
        yield heard
    finally:
        for one in ends:
            one.set_trace_callback(None)


def plan(db: Database, sql: str) -> str:
    """Give how SQLite would find the rows of a statement."""
    return "; ".join(row["detail"] for row in db.all(f"EXPLAIN QUERY PLAN {sql}"))
