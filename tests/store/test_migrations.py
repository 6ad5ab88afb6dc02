"""Old files are brought up to date, and lose nothing on the way."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest

from intake.house import setup, verify
from intake.kinds import tables
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store.db import Database
from intake.store.keys import make_keys
from intake.store.migrations import STEPS
from intake.store.schema import Schema, Table
from tests.hands.before import FIRST, RECEIPT
from tests.hands.samples import sample


def test_a_file_of_the_first_migration_is_upgraded_and_keeps_its_rows(tmp_path: Path) -> None:
    shutil.copy(FIRST, tmp_path / "baoxue.db")
    make_keys(tmp_path / "keys")
    db = Database(Settings(data=tmp_path, mode="demo"))
    with db.schema() as schema:
        assert schema.applied() == ["m001_reports"]
    setup.prepare_house(db)
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


def test_the_step_of_the_how_to_carries_over_what_is_there(db: Database) -> None:
    page = (Path(__file__).parents[2] / "docs/how-to-add-a-migration.md").read_text("utf-8")
    (module,) = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    space: dict[str, Any] = {"__name__": "m000_told"}
    exec(module, space)
    apply, visits = cast(Callable[[Schema], None], space["apply"]), cast(Table, space["VISITS"])
    for number, kind in enumerate(("safety", "absence")):
        door.receive(db, kind, sample(kind, number), channel="api")
    with db.schema() as schema:
        apply(schema)
    told = db.all("SELECT kind, urgent FROM reports ORDER BY kind")
    assert [tuple(row) for row in told] == [("absence", 0), ("safety", 1)]
    for child in (None, "nobody"):  # required, and a child of the roll
        with pytest.raises(db.engine.Error), db.write():
            db.run(
                f"INSERT INTO {visits.name} (id, child, day, words) VALUES ('1', ?, '2026-11-23', '去过')",
                (child,),
            )
    assert db.all("SELECT id, child, day, words FROM visits") == []
