"""What every status says of itself, and how an envelope carries it."""

import re
import shutil
import sqlite3
from contextlib import closing
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

import intake
from intake.errors import Stale
from intake.house import cells, verify
from intake.kinds import KINDS, statuses, tables
from intake.reports import door, lookup
from intake.settings import Settings
from intake.store import seals
from intake.store.db import Database
from intake.store.keys import make_keys
from tests.hands.before import FIRST, RECEIPT
from tests.hands.samples import sample

SOURCES = {
    path: path.read_text()
    for side in ("intake", "forms", "bot", "exports")
    for path in (Path(intake.__file__).parents[1] / side).rglob("*.py")
}


def holding(pattern: str) -> set[str]:
    """Give the modules in which a pattern stands."""
    return {path.name for path, source in SOURCES.items() if re.search(pattern, source)}


def test_each_is_spelled_in_one_module() -> None:
    for one in (*statuses.STATUSES.values(), statuses.CLUE):
        assert holding(f'"{one.word}"') == {"statuses.py"}
    assert sum(source.count('["status"]') for source in SOURCES.values()) <= 4


def test_the_table_of_children_has_one_owner() -> None:
    assert holding(r"\b(FROM|JOIN|INTO|UPDATE) children\b") == holding(r"\nclass Child:") == {"children.py"}


def test_a_report_has_one_of_three() -> None:
    assert list(statuses.STATUSES) == ["received", "on_leave", "withdrawn"]
    assert [one.key for one in statuses.STATUSES.values() if one.ended] == ["withdrawn"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_received_as_that(kind: str) -> None:
    opening = KINDS[kind].opening
    assert opening.key == "received"
    assert opening.retractable != bool(KINDS[kind].urgent)  # danger is not taken back by a click


@pytest.mark.parametrize(
    ("kind", "said", "word", "plain"),
    [
        ("absence", {"on_leave": "否"}, "线索", "已经收到，等待核实"),
        ("absence", {"on_leave": "是"}, "已请假", "已经记下请假"),
        ("boarding", {}, "待处理", "已经收到，等待处理"),
        ("safety", {}, "待处理", "已经收到，等待处理"),
    ],
)
def test_an_envelope_says_how_its_report_stands(
    db: Database, kind: str, said: dict[str, str], word: str, plain: str
) -> None:
    received = door.receive(db, kind, sample(kind, 1) | said, channel="api")
    report = lookup.find_report(db, received.receipt)
    assert report is not None
    assert (report.status.word, report.status.plain) == (word, plain)
    assert received.status == report.status
    assert (report.open, report.withdrawn) == (True, False)
    assert (report.on_leave, report.retractable) == (word == "已请假", kind != "safety")
    assert (report.confidential, report.restricted) == (False, False)
    with pytest.raises(FrozenInstanceError):
        report.receipt = "1"  # type: ignore[misc]


def test_what_was_taken_back_is_an_end(db: Database) -> None:
    receipt = door.receive(db, "absence", sample("absence", 1), channel="api").receipt
    before = lookup.find_report(db, receipt)
    assert before is not None
    door.withdraw(db, before, actor="web:1")
    after = lookup.find_report(db, receipt)
    assert after is not None
    assert (after.withdrawn, after.open, after.retractable, after.version) == (True, False, False, 2)
    for seen in (before, after):
        with pytest.raises(Stale):
            door.withdraw(db, seen, actor="web:1")


def test_what_this_version_does_not_know_is_left_to_staff(db: Database) -> None:
    receipt = door.receive(db, "absence", sample("absence", 1), channel="api").receipt
    with db.write():
        db.run("UPDATE reports SET status = 'of_tomorrow'")
    report = lookup.find_report(db, receipt)
    assert report is not None
    assert (report.open, report.retractable, report.status.plain) == (True, False, "正在处理")
    door.amend(db, report, {"phone": "13900001111"}, actor="staff:1", reason="电话错了")
    assert [row["status"] for row in db.all("SELECT status FROM reports")] == ["of_tomorrow"]


@pytest.mark.parametrize(
    ("before", "after"),
    [("线索", "received"), ("待处理", "received"), ("处理中", "received"), ("已解决", "received"),
     ("已请假", "on_leave"), ("已撤回", "withdrawn")],
)  # fmt: skip
def test_words_of_an_old_file_become_keys(tmp_path: Path, before: str, after: str) -> None:
    shutil.copy(FIRST, tmp_path / "baoxue.db")
    with closing(sqlite3.connect(tmp_path / "baoxue.db")) as raw:
        raw.execute("UPDATE reports SET status = ?", (before,))
        raw.commit()
    make_keys(tmp_path / "keys")
    db = Database(Settings(data=tmp_path, mode="demo"))
    tables.prepare(db)
    seals.establish(db, lambda: cells.keys_fit(db))
    report = lookup.find_report(db, RECEIPT)
    assert report is not None
    assert report.status.key == after
    assert report.child == ""
    assert verify.faults(db) == ["审计第 1 行与前后不符"]
    db.close()
