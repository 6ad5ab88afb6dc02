"""Writes: all or nothing, together, and on the disk before anybody is answered."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.errors import Unwritable
from intake.settings import Settings
from intake.store.db import Database
from intake.store.schema import Table
from intake.store.sqlite.engine import BATCH, LONG
from tests.hands.watching import statements


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Database]:
    db = Database(Settings(data=tmp_path))
    with db.schema() as schema:
        schema.create(Table("notes", {"id": int, "who": str}, key=("id",), required=("who",)))
    yield db
    db.close()


def many(data: Path, who: str, threads: int, each: int) -> None:
    db = Database(Settings(data=data))

    def go(name: str) -> None:
        for number in range(each):
            with db.write():
                db.run("INSERT INTO notes (who) VALUES (?)", (f"{name} {number}",))

    crew = [threading.Thread(target=go, args=(f"{who}{one}",)) for one in range(threads)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()


@pytest.mark.processes
def test_every_change_of_many_threads_and_processes_is_there_once(notes: Database, tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    crew = [context.Process(target=many, args=(tmp_path, who, BATCH + 8, 10)) for who in "ab"]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    rows = [row["who"] for row in notes.all("SELECT who FROM notes")]
    assert len(rows) == len(set(rows)) == 2 * (BATCH + 8) * 10


def test_a_change_that_fails_leaves_the_changes_committed_with_it_alone(notes: Database) -> None:
    failed: list[str] = []

    def go(number: int) -> None:
        try:
            with notes.write():
                notes.run("INSERT INTO notes (who) VALUES (?)", (f"{number}",))
                if number % 3 == 0:
                    notes.run("INSERT INTO notes (who) VALUES (NULL)")
        except sqlite3.IntegrityError:
            failed.append(str(number))

    crew = [threading.Thread(target=go, args=(number,)) for number in range(60)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    kept = {row["who"] for row in notes.all("SELECT who FROM notes")}
    assert sorted(failed) == sorted(str(number) for number in range(0, 60, 3))
    assert kept == {str(number) for number in range(60)} - set(failed)


def test_who_changes_alone_begins_at_no_savepoint_and_is_undone_whole(notes: Database) -> None:
    """Behind a savepoint each statement of a list of twenty thousand rows was slower than the one before it."""
    with statements(notes) as heard:
        with pytest.raises(sqlite3.IntegrityError), notes.write():
            notes.run("INSERT INTO notes (who) VALUES ('gone'), (NULL)")
        with notes.write():
            notes.run("INSERT INTO notes (who) VALUES ('there')")
    assert not [sql for sql in heard if "SAVEPOINT" in sql]
    assert [row["who"] for row in notes.all("SELECT who FROM notes")] == ["there"]


def test_a_full_disk_tells_everybody_whose_change_was_lost(notes: Database) -> None:
    with notes.write():
        notes.run("PRAGMA max_page_count = 20")
    told: list[str] = []

    def go(number: int) -> None:
        try:
            with notes.write():
                notes.run("INSERT INTO notes (who) VALUES (?)", (f"{number} " + "x" * 9000,))
        except Unwritable:
            told.append(str(number))

    crew = [threading.Thread(target=go, args=(number,)) for number in range(20)]
    for thread in crew:
        thread.start()
    for thread in crew:
        thread.join()
    kept = {row["who"].split()[0] for row in notes.all("SELECT who FROM notes")}
    assert told
    assert kept.isdisjoint(told)
    assert len(kept) + len(told) == 20
    with notes.write():
        notes.run("INSERT INTO notes (who) VALUES ('small')")


def test_a_write_inside_a_write_is_part_of_it(notes: Database) -> None:
    def inner_then_fault() -> None:
        with notes.write():
            with notes.write():
                notes.run("INSERT INTO notes (who) VALUES ('inner')")
            assert notes.one("SELECT 1 FROM notes")
            raise RuntimeError("undo")

    with pytest.raises(RuntimeError, match="undo"):
        inner_then_fault()
    assert notes.one("SELECT 1 FROM notes") is None


def test_a_change_outside_write_is_refused(notes: Database) -> None:
    with pytest.raises(RuntimeError):
        notes.run("INSERT INTO notes (who) VALUES ('x')")
    with pytest.raises(sqlite3.OperationalError):
        notes.all("INSERT INTO notes (who) VALUES ('x') RETURNING id")


def test_a_commit_waits_for_the_disk(
    notes: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log's sync comes after COMMIT and before the block is left; a sync that fails is told."""

    def broken(_: Path) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr("intake.store.sqlite.engine.sync", broken)
    with pytest.raises(OSError, match="disk gone"), notes.write():
        notes.run("INSERT INTO notes (who) VALUES ('x')")


def test_a_log_that_was_folded_is_begun_anew(notes: Database) -> None:
    log = notes.path.with_name(notes.path.name + "-wal")

    def fill() -> int:
        for number in range(LONG):
            with notes.write():
                notes.run("INSERT INTO notes (who) VALUES (?)", (f"{number}" * 500,))
        return log.stat().st_size

    first = fill()
    notes.checkpoint()
    assert fill() <= first * 1.5
    row = notes.one("SELECT count(*) AS n FROM notes")
    assert row is not None
    assert row["n"] == 2 * LONG
