"""Old files are brought up to date, and lose nothing on the way."""

import shutil
from pathlib import Path

from intake.house import verify
from intake.kinds import tables
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store.db import Database
from intake.store.keys import make_keys
from intake.store.migrations import STEPS
from tests.hands.before import FIRST, RECEIPT
from tests.hands.samples import sample


def test_a_file_of_the_first_migration_is_upgraded_and_keeps_its_rows(tmp_path: Path) -> None:
    shutil.copy(FIRST, tmp_path / "baoxue.db")
    make_keys(tmp_path / "keys")
    db = Database(Settings(data=tmp_path, mode="demo"))
    with db.schema() as schema:
        assert schema.applied() == ["m001_reports"]
    tables.prepare(db)
    with db.schema() as schema:
        assert schema.applied() == [step.name for step in STEPS]
    old = lookup.find_report(db, RECEIPT)
    assert old is not None
    assert lookup.answers_of(db, old) == {"child_name": "张小明", "town": "220605105"}
    new = door.receive(db, "absence", sample("absence", 1), channel="api")
    assert lookup.find_report(db, new.receipt) is not None
    # Its audit row was sealed with a key that went with the old installation; nothing else is amiss.
    assert verify.faults(db) == ["审计第 1 行与前后不符"]
    db.close()


def test_preparing_twice_changes_nothing(db: Database) -> None:
    before = [tuple(row) for row in db.all("SELECT type, name, sql FROM sqlite_master ORDER BY name")]
    tables.prepare(db)
    assert before == [tuple(row) for row in db.all("SELECT type, name, sql FROM sqlite_master ORDER BY name")]
