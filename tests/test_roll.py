"""The class roll: marked, corrected, never 0 where nothing was said; absences become one report each."""

from datetime import date, datetime, timedelta

import pytest

from intake import audit, clock, gazetteer, people, reports, roll
from intake.db import Database
from intake.roll import Refused, Told
from tests.classroom import MORNING, SCHOOL, TOWN, at, classroom, teacher

TODAY = MORNING.date()


@pytest.fixture(autouse=True)
def morning(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)


def count(db: Database, table: str) -> int:
    row = db.one(f"SELECT count(*) AS n FROM {table}")
    assert row is not None
    return int(row["n"])


def test_a_silent_class_is_not_there_rather_than_empty(db: Database) -> None:
    room, silent = classroom(db), classroom(db, name="3班")
    marked = roll.mark(db, room.id, TODAY, {}, teacher(db, room, silent))
    assert (marked.present, marked.absent, marked.changed) == (4, 0, True)
    assert roll.state(db, silent.id, TODAY) is None
    assert roll.state(db, room.id, TODAY - timedelta(days=1)) is None


def test_marking_twice_changes_nothing_twice(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room)
    first = roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person)
    before = [
        tuple(row)
        for table in ("roll", "roll_marks", "reports", "audit")
        for row in db.all(f"SELECT * FROM {table}")
    ]
    again = roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person)
    assert (first.changed, again.changed) == (True, False)
    assert again.receipts == first.receipts
    assert before == [
        tuple(row)
        for table in ("roll", "roll_marks", "reports", "audit")
        for row in db.all(f"SELECT * FROM {table}")
    ]


def test_an_absence_becomes_one_report_however_often_it_is_told(db: Database) -> None:
    room = classroom(db)
    one, other, li = teacher(db, room), teacher(db, room, login="13812340002"), room.children["李红"]
    receipts = {
        roll.mark(db, room.id, TODAY, {li: "不明"}, one).receipts[li],
        roll.mark(db, room.id, TODAY, {}, one).receipts.get(li, ""),
        roll.mark(
            db, room.id, TODAY, {li: "不明"}, other, Told(more={li: {"description": "又没来"}})
        ).receipts[li],
        roll.tell(db, room.id, TODAY, {li: "不明"}, one)[li],
    }
    (report,) = db.all("SELECT * FROM reports")
    assert receipts == {report["receipt"], ""}
    assert (report["reporter"], report["school"], report["child"]) == (one.actor, SCHOOL, li)
    (mark,) = db.all("SELECT * FROM roll_marks")
    assert (mark["child"], mark["report"]) == (li, report["receipt"])


def test_the_next_day_is_another_report(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room = classroom(db)
    person, li = teacher(db, room), room.children["李红"]
    roll.mark(db, room.id, TODAY, {li: "不明"}, person)
    at(monkeypatch, MORNING + timedelta(days=1))
    roll.mark(db, room.id, TODAY + timedelta(days=1), {li: "不明"}, person)
    told = [reports.answers(db, one)["last_seen"] for one in db.all("SELECT * FROM reports ORDER BY id")]
    assert told == ["2026-11-20", "2026-11-23"]


def test_a_report_taken_back_does_not_stand_for_a_new_one(db: Database) -> None:
    room = classroom(db)
    person, li = teacher(db, room), room.children["李红"]
    roll.mark(db, room.id, TODAY, {li: "不明"}, person)
    (report,) = db.all("SELECT * FROM reports")
    reports.withdraw(db, report, actor=person.actor)
    marked = roll.mark(db, room.id, TODAY, {li: "不明"}, person)
    assert marked.receipts[li] != report["receipt"]
    assert roll.mark(db, room.id, TODAY, {li: "不明"}, person).receipts == marked.receipts
    assert count(db, "reports") == 2


def test_a_correction_replaces_the_marks(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room)
    roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明", room.children["赵磊"]: "病假"}, person)
    corrected = roll.mark(db, room.id, TODAY, {room.children["李红"]: "事假"}, person)
    found = roll.state(db, room.id, TODAY)
    assert found is not None
    assert (found.present, found.absent, found.reasons) == (3, 1, {room.children["李红"]: "事假"})
    assert found.marked_by == person.actor
    report = reports.find(db, corrected.receipts[room.children["李红"]])
    assert report is not None
    assert report["status"] == "已请假"
    rows = db.all("SELECT subject, detail FROM audit WHERE verb = 'roll.marked' ORDER BY id")
    assert [tuple(row) for row in rows] == [(room.id, "2026-11-23 2"), (room.id, "2026-11-23 1")]
    assert audit.broken(db) == []


def test_corrections_end_in_the_evening(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room, late = classroom(db), classroom(db, name="3班")
    person, li = teacher(db, room, late), room.children["李红"]
    at(monkeypatch, MORNING.replace(hour=17, minute=59))
    roll.mark(db, room.id, TODAY, {}, person)
    at(monkeypatch, MORNING.replace(hour=18, minute=0))
    with pytest.raises(Refused, match="18:00"):
        roll.mark(db, room.id, TODAY, {li: "不明"}, person)
    assert count(db, "reports") == 0
    assert not roll.mark(db, room.id, TODAY, {}, person).changed  # nothing to correct
    assert roll.mark(db, late.id, TODAY, {}, person).changed  # the first word is taken all day


@pytest.mark.parametrize("days", [-1, 1])
def test_only_today_can_be_told(db: Database, days: int) -> None:
    room = classroom(db)
    with pytest.raises(Refused, match="当天"):
        roll.mark(db, room.id, TODAY + timedelta(days=days), {}, teacher(db, room))


def test_what_cannot_be_true_is_refused_and_nothing_is_kept(db: Database) -> None:
    room, other, empty = (
        classroom(db),
        classroom(db, name="3班", names=("孙强",)),
        classroom(db, name="4班", names=()),
    )
    person, stranger = teacher(db, room, empty), teacher(db, other, login="13812340002")
    with pytest.raises(Refused, match="不是您教的班"):
        roll.mark(db, room.id, TODAY, {}, stranger)
    with pytest.raises(Refused, match="没有这个孩子"):
        roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明", other.children["孙强"]: "不明"}, person)
    with pytest.raises(Refused, match="原因"):
        roll.mark(db, room.id, TODAY, {room.children["李红"]: "懒"}, person)
    with pytest.raises(Refused, match="名单"):
        roll.mark(db, empty.id, TODAY, {}, person)
    with db.write():
        db.run("UPDATE staff SET role = 'town' WHERE id = ?", (person.id,))
    moved = people.get(db, person.id)
    assert moved is not None
    with pytest.raises(Refused, match="不是您教的班"):
        roll.mark(db, room.id, TODAY, {}, moved)
    assert (count(db, "roll"), count(db, "roll_marks"), count(db, "reports")) == (0, 0, 0)


def test_a_login_that_is_no_phone_needs_one(db: Database) -> None:
    room = classroom(db)
    person = teacher(db, room, login="liu")
    with pytest.raises(roll.NoPhone):
        roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person)
    assert roll.state(db, room.id, TODAY) is None
    assert roll.mark(db, room.id, TODAY, {}, person).changed
    told = roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person, Told(phone="13900001111"))
    report = reports.find(db, told.receipts[room.children["李红"]])
    assert report is not None
    assert reports.answers(db, report)["phone"] == "13900001111"


def test_a_home_outside_the_district_is_no_obstacle(db: Database) -> None:
    room = classroom(db)
    with db.write():
        db.run("UPDATE children SET town = '220102001', village = '' WHERE id = ?", (room.children["李红"],))
    roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, teacher(db, room))
    assert [row["town"] for row in db.all("SELECT town FROM reports")] == [TOWN]


@pytest.mark.parametrize(
    ("day", "asked", "before"),
    [
        ("2026-11-23", True, "2026-11-20"),
        ("2026-11-24", True, "2026-11-23"),
        ("2026-11-22", False, "2026-11-20"),
    ],
)
def test_weekends_are_not_asked(day: str, asked: bool, before: str) -> None:
    assert roll.asked(date.fromisoformat(day)) is asked
    assert roll.school_day_before(date.fromisoformat(day)).isoformat() == before


def test_the_evening_is_that_of_china(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room = classroom(db)
    person = teacher(db, room)
    at(monkeypatch, datetime(2026, 11, 23, 0, 30, tzinfo=clock.CHINA))  # the day before in UTC
    roll.mark(db, room.id, TODAY, {}, person)
    assert roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person).changed
    assert gazetteer.world(db).places.name(SCHOOL) == "石人镇中心小学"
