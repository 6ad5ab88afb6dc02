"""`verify` derives every case from its events anew, and names those that are kept otherwise."""

from datetime import timedelta

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.rounds import clocks
from intake.cases.writing import enter_event
from intake.house import verify
from intake.reports import door
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, at, classroom
from tests.hands.samples import sample

NUMBER = "220605-2026-000001"


@pytest.fixture(autouse=True)
def _walked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a case go some way, by people and by the clock, and others lie beside it."""
    at(monkeypatch, MORNING)
    people = staffed.everybody(db)
    room = classroom(db)
    said = {**sample("absence", 1), "last_seen": "2026-11-20", "on_leave": "否"}
    door.receive(db, "absence", said, channel="teacher", child=room.children["王小明"])
    for kind in ("boarding", "subsidy", "enrollment"):
        door.receive(db, kind, sample(kind, 5), channel="api")
    door.receive(
        db,
        "safety",
        {**sample("safety", 3), "happened_at": "2026-11-23 07:30"},
        channel="wechat",
        reporter="wechat:a",
    )
    for days in range(12):
        at(monkeypatch, MORNING + timedelta(days=days))
        clocks.tick(db)
    case = cases.find_case(db, NUMBER)
    assert case
    back = {"day": "2026-12-04", "school": "2206050001", "grade": "三年级", "class_name": "2班"}
    work.act(db, case, "back", back, people["principal"], channel="desk")


def test_what_was_walked_is_sound(db: Database) -> None:
    assert verify.faults(db) == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("UPDATE cases SET state = '已销号' WHERE number = ?", "的状态与经过不符"),
        ("UPDATE cases SET open = 0 WHERE number = ?", "的办结与经过不符"),
        ("UPDATE cases SET owner = '' WHERE number = ?", "的责任人与经过不符"),
        ("UPDATE cases SET due = '9' WHERE number = ?", "的期限与经过不符"),
        ("UPDATE cases SET version = version + 1 WHERE number = ?", "的经过条数与经过不符"),
        (
            "DELETE FROM duties WHERE case_id = (SELECT id FROM cases WHERE number = ?)",
            "该办的事（observe:7）与经过不符",
        ),
    ],
)
def test_what_is_kept_otherwise_is_named_by_number(db: Database, sql: str, fault: str) -> None:
    with db.write():
        db.run(sql, (NUMBER,))
    found = verify.faults(db)
    assert any(fault in one for one in found)
    assert all(NUMBER in one for one in found)


def test_an_impossible_step_is_named(db: Database) -> None:
    case = cases.find_case(db, NUMBER)
    assert case
    with db.write():
        enter_event(
            db, case.id, "approve", ("复学观察", "已销号"), actor="staff:x", channel="script", facts={}
        )
        db.run("UPDATE cases SET state = '已销号', open = 0, version = version + 1 WHERE id = ?", (case.id,))
    found = verify.faults(db)
    assert any("（approve）不可能发生" in one for one in found)
    assert any("状态与经过不符" in one for one in found)
