"""The class roll: marked, corrected, never 0 where nothing was said; an absence becomes one report, however long."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from intake.calendar import clock
from intake.errors import Refused
from intake.kinds.envelope import Envelope
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.reports import door, lookup
from intake.school import roll
from intake.school.roll import Told
from intake.store import audit
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, TOWN, Classroom, at, classroom, teacher

TODAY = MORNING.date()


pytestmark = pytest.mark.usefixtures("morning")


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
        roll.mark(
            db, room.id, TODAY, {li: "不明"}, other, Told(more={li: {"description": "又没来"}})
        ).receipts[li],
        roll.tell(db, room.id, TODAY, {li: "不明"}, one)[li],
    }
    (report,) = db.all("SELECT * FROM reports")
    assert receipts == {report["receipt"]}
    assert (report["reporter"], report["school"], report["child"]) == (one.actor, SCHOOL, li)
    (mark,) = db.all("SELECT * FROM roll_marks")
    assert (mark["child"], mark["report"]) == (li, report["receipt"])


def word(db: Database, receipt: str) -> str:
    """Give the status of a report as staff read it."""
    report = lookup.find_report(db, receipt)
    assert report is not None
    return report.status.word


def test_a_report_taken_back_does_not_stand_for_a_new_one(db: Database) -> None:
    room = classroom(db)
    person, li = teacher(db, room), room.children["李红"]
    roll.mark(db, room.id, TODAY, {li: "不明"}, person)
    (report,) = db.all("SELECT * FROM reports")
    door.withdraw(db, Envelope.of(report), actor=person.actor)
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
    report = lookup.find_report(db, corrected.receipts[room.children["李红"]])
    assert report is not None
    assert report.status.word == "已请假"
    rows = db.all("SELECT subject, detail FROM audit WHERE verb = 'roll.marked' ORDER BY id")
    assert [tuple(row) for row in rows] == [(room.id, "2026-11-23 2"), (room.id, "2026-11-23 1")]
    assert audit.broken(db) == []


def test_a_child_who_was_tapped_by_mistake_has_no_report(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = classroom(db)
    person, hong, lei = teacher(db, room), room.children["李红"], room.children["赵磊"]
    first = roll.mark(db, room.id, TODAY, {hong: "不明", lei: "不明"}, person)
    again = roll.mark(db, room.id, TODAY, {lei: "不明"}, person)
    assert again.receipts == {lei: first.receipts[lei]}
    assert [word(db, first.receipts[child]) for child in (hong, lei)] == ["已撤回", "线索"]
    late = roll.mark(db, room.id, TODAY, {hong: "不明", lei: "不明"}, person)
    assert late.receipts[hong] != first.receipts[hong]
    # Of yesterday it is still true.
    morning_of(monkeypatch, "2026-11-24")
    roll.mark(db, room.id, date(2026, 11, 24), {lei: "不明"}, person)
    roll.mark(db, room.id, date(2026, 11, 24), {}, person)
    assert word(db, first.receipts[lei]) == "线索"
    # And what somebody has taken up is theirs.
    with db.write():
        db.run("UPDATE reports SET status = 'taken_up' WHERE receipt = ?", (late.receipts[hong],))
    morning_of(monkeypatch, "2026-11-23")
    roll.mark(db, room.id, TODAY, {lei: "不明"}, person)
    assert word(db, late.receipts[hong]) == "处理中"


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


def told(db: Database, room: Classroom, day: str, absent: dict[str, str], by: Person) -> dict[str, str]:
    """Take the roll of a day; give the receipts by name."""
    ids = {room.children[name]: reason for name, reason in absent.items()}
    marked = roll.mark(db, room.id, date.fromisoformat(day), ids, by)
    return {name: marked.receipts[room.children[name]] for name in absent}


def each_morning(
    db: Database, monkeypatch: pytest.MonkeyPatch, days: dict[str, dict[str, str]]
) -> tuple[Classroom, Person, list[dict[str, str]]]:
    """Take the rolls of several days, each in its morning; give the receipts by name, day for day."""
    room = classroom(db)
    person, found = teacher(db, room), []
    for day, absent in days.items():
        morning_of(monkeypatch, day)
        found.append(told(db, room, day, absent, person))
    return room, person, found


def morning_of(monkeypatch: pytest.MonkeyPatch, day: str, hour: int = 8) -> None:
    at(monkeypatch, datetime.combine(date.fromisoformat(day), time(hour, 5), clock.CHINA))


def answers(db: Database, receipt: str) -> dict[str, Any]:
    report = lookup.find_report(db, receipt)
    assert report is not None
    return lookup.answers_of(db, report)


def test_the_next_day_goes_on_counting(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room, person, found = each_morning(
        db,
        monkeypatch,
        {"2026-11-26": {"李红": "不明"}, "2026-11-27": {"李红": "不明"}, "2026-11-30": {"李红": "不明"}},
    )
    assert count(db, "reports") == 1
    assert found[0] == found[1] == found[2]
    assert answers(db, found[0]["李红"])["last_seen"] == "2026-11-25"
    assert {row["report"] for row in db.all("SELECT report FROM roll_marks")} == set(found[0].values())
    assert told(db, room, "2026-11-30", {"李红": "不明"}, person) == found[0]
    assert count(db, "versions") == 0


def test_days_off_and_a_silent_class_do_not_end_an_absence(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"2026-09-30": {"李红": "不明"}, "2026-10-10": {"李红": "不明"}, "2026-10-16": {"李红": "不明"}}
    assert len({one["李红"] for one in each_morning(db, monkeypatch, days)[2]}) == 1


def test_after_six_silent_days_it_begins_anew(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {"2026-11-02": {"李红": "不明"}, "2026-11-10": {"李红": "不明"}}
    _, _, (first, then) = each_morning(db, monkeypatch, days)
    assert first != then
    assert answers(db, then["李红"])["last_seen"] == "2026-11-09"


def test_a_day_at_school_ends_an_absence(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {"2026-11-23": {"李红": "不明"}, "2026-11-24": {"赵磊": "不明"}, "2026-11-25": {"李红": "不明"}}
    _, _, (first, _, then) = each_morning(db, monkeypatch, days)
    assert first["李红"] != then["李红"]
    assert answers(db, then["李红"])["last_seen"] == "2026-11-24"


def test_what_follows_leave_is_a_report_of_its_own(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    days = {
        "2026-11-23": {"李红": "病假"},
        "2026-11-24": {"李红": "病假"},
        "2026-11-25": {"李红": "不明"},
        "2026-11-26": {"李红": "不明"},
    }
    _, _, found = each_morning(db, monkeypatch, days)
    ill, still, gone, on = (one["李红"] for one in found)
    assert len({ill, still, gone}) == 3
    assert gone == on
    assert {answers(db, one)["last_seen"] for one in (ill, still, gone)} == {"2026-11-20"}
    assert [answers(db, one)["on_leave"] for one in (ill, still, gone)] == ["是", "是", "否"]


def test_a_report_taken_back_or_explained_is_not_gone_on_with(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, person, (first,) = each_morning(db, monkeypatch, {"2026-11-23": {"李红": "不明", "赵磊": "不明"}})
    taken, explained = lookup.find_report(db, first["李红"]), lookup.find_report(db, first["赵磊"])
    assert taken is not None
    assert explained is not None
    door.withdraw(db, taken, actor=person.actor)
    door.amend(db, explained, {"on_leave": "是"}, actor=person.actor, reason="更正")
    morning_of(monkeypatch, "2026-11-24")
    then = told(db, room, "2026-11-24", {"李红": "不明", "赵磊": "不明"}, person)
    assert not set(then.values()) & set(first.values())
    assert {answers(db, one)["last_seen"] for one in then.values()} == {"2026-11-20"}


def test_leave_told_on_the_second_day_leaves_the_first_as_it_was(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = {"2026-11-23": {"李红": "不明"}, "2026-11-24": {"李红": "不明"}}
    room, person, (first, _) = each_morning(db, monkeypatch, days)
    leave = told(db, room, "2026-11-24", {"李红": "事假"}, person)
    assert leave != first
    assert [answers(db, one["李红"])["on_leave"] for one in (first, leave)] == ["否", "是"]
    assert told(db, room, "2026-11-24", {"李红": "不明"}, person) == first  # it was no leave after all
    mistaken = lookup.find_report(db, leave["李红"])
    assert mistaken is not None
    assert mistaken.withdrawn
    again = told(db, room, "2026-11-24", {"李红": "病假"}, person)["李红"]
    assert again not in (first["李红"], leave["李红"])
    assert told(db, room, "2026-11-24", {"李红": "病假"}, person)["李红"] == again


def test_what_is_told_more_on_the_second_day_is_kept_once(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, person, (first,) = each_morning(db, monkeypatch, {"2026-11-23": {"李红": "不明"}})
    morning_of(monkeypatch, "2026-11-24")
    more = {"description": "家里电话打不通", "reason": "外出务工", "last_seen": "2026-11-23"}
    for _ in range(2):
        found = roll.mark(db, room.id, TODAY + timedelta(days=1), {room.children["李红"]: "不明"}, person,
                          Told(more={room.children["李红"]: more}))  # fmt: skip
    assert found.receipts == {room.children["李红"]: first["李红"]}
    kept = answers(db, first["李红"])
    assert (kept["description"], kept["reason"], kept["last_seen"]) == (
        "家里电话打不通",
        "外出务工",
        "2026-11-20",
    )
    assert count(db, "versions") == 1


def test_a_first_word_may_come_late_and_says_when_it_came(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, person, (monday,) = each_morning(db, monkeypatch, {"2026-11-23": {"李红": "不明"}})
    late = told(db, room, "2026-11-20", {"李红": "不明", "赵磊": "病假"}, person)
    assert late["李红"] == monday["李红"]  # Friday's roll had waited on the phone
    assert answers(db, monday["李红"])["last_seen"] == "2026-11-19"
    state = roll.state(db, room.id, date(2026, 11, 20))
    assert state is not None
    assert state.marked_at.startswith("2026-11-23")
    assert told(db, room, "2026-11-20", {"李红": "不明", "赵磊": "病假"}, person) == late
    with pytest.raises(Refused, match="11月20日的点名已经报过了"):
        told(db, room, "2026-11-20", {}, person)
    assert told(db, room, "2026-11-18", {}, person) == {}
    assert len(db.all("SELECT * FROM audit WHERE verb = 'roll.marked'")) == 3


def test_a_late_word_sent_again_does_not_bring_back_what_was_withdrawn(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, person, (first,) = each_morning(db, monkeypatch, {"2026-11-23": {"李红": "不明"}})
    report = lookup.find_report(db, first["李红"])
    assert report is not None
    door.withdraw(db, report, actor=person.actor)
    morning_of(monkeypatch, "2026-11-24")
    assert told(db, room, "2026-11-23", {"李红": "不明"}, person) == first
    assert count(db, "reports") == 1


@pytest.mark.parametrize(
    ("day", "why"),
    [("2026-11-24", "还没到"), ("2026-11-22", "不上课"), ("2026-11-21", "不上课"), ("2026-11-17", "最近 3 个"),
     ("2025-11-24", "最近 3 个"),
     ("0001-01-01", "最近 3 个")],
)  # fmt: skip
def test_days_of_which_nothing_can_be_told(db: Database, day: str, why: str) -> None:
    room = classroom(db)
    with pytest.raises(Refused, match=why):
        told(db, room, day, {}, teacher(db, room))
    assert count(db, "roll") == 0


def test_three_school_days_back_is_before_the_holiday(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room = classroom(db)
    person = teacher(db, room)
    morning_of(monkeypatch, "2026-10-10")  # a worked Saturday, the third day after 国庆
    for day in ("2026-10-10", "2026-10-09", "2026-10-08", "2026-09-30"):
        told(db, room, day, {}, person)
    for day in ("2026-10-01", "2026-09-29"):
        with pytest.raises(Refused):
            told(db, room, day, {}, person)
    assert count(db, "roll") == 4


def test_today_is_taken_on_a_day_off_too(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, (found,) = each_morning(db, monkeypatch, {"2026-10-02": {"李红": "不明"}})
    assert answers(db, found["李红"])["last_seen"] == "2026-09-30"


def test_lately_tells_missing_from_silent(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room, _, _ = each_morning(db, monkeypatch, {"2026-11-23": {"李红": "病假"}, "2026-11-25": {}})
    li = room.children["李红"]
    assert roll.lately(db, room.id, li, TODAY) == {TODAY: "病假", TODAY + timedelta(days=2): ""}
    assert roll.lately(db, room.id, li, TODAY + timedelta(days=1)) == {TODAY + timedelta(days=2): ""}


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
    moved = accounts.person_by_id(db, person.id)
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
    report = lookup.find_report(db, told.receipts[room.children["李红"]])
    assert report is not None
    assert lookup.answers_of(db, report)["phone"] == "13900001111"


def test_a_home_outside_the_district_is_no_obstacle(db: Database) -> None:
    room = classroom(db)
    with db.write():
        db.run("UPDATE children SET town = '220102001', village = '' WHERE id = ?", (room.children["李红"],))
    roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, teacher(db, room))
    assert [row["town"] for row in db.all("SELECT town FROM reports")] == [TOWN]


def test_the_evening_is_that_of_china(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    room = classroom(db)
    person = teacher(db, room)
    at(monkeypatch, datetime(2026, 11, 23, 0, 30, tzinfo=clock.CHINA))  # the day before in UTC
    roll.mark(db, room.id, TODAY, {}, person)
    assert roll.mark(db, room.id, TODAY, {room.children["李红"]: "不明"}, person).changed
    assert gazetteer.world(db).places.name(SCHOOL) == "石人镇中心小学"
