"""The clocks of cases tell each role once, on the day that is due, however often and by however many they are wound."""

from datetime import date, datetime, timedelta

import pytest

from intake.calendar import clock, schooldays
from intake.calendar.deadlines import Deadlines
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds import clocks
from intake.cases.told import inbox
from intake.house import verify
from intake.messages import outbox, windows
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, Classroom, at, classroom, teacher
from tests.hands.samples import sample

DAY = timedelta(days=1)


@pytest.fixture
def staff(db: Database) -> dict[str, Person]:
    return staffed.everybody(db)


def missing(db: Database, room: Classroom, child: str = "王小明", last_seen: str = "2026-11-20") -> Case:
    said = {**sample("absence", 1), "last_seen": last_seen, "on_leave": "否"}
    done = door.receive(db, "absence", said, channel="teacher", child=room.children[child])
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case


def again(db: Database, case: Case) -> Case:
    found = cases.case_by_id(db, case.id)
    assert found
    return found


def told(done: clocks.Ticked) -> list[tuple[str, str]]:
    return [(one.step, one.role) for one in done.told]


def moment(day: int, hour: int = 10) -> datetime:
    """Give a moment so many days after the Monday of the classroom."""
    return MORNING.replace(hour=hour) + day * DAY


def test_a_child_whose_last_day_nobody_knows_is_not_looked_for_later(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    """The clocks count from the day on which it was found missing, and anew from the day at school once that is known."""
    at(monkeypatch, MORNING)
    room = classroom(db)
    teacher(db, room)
    said = {**sample("absence", 1), "last_seen": "不知道", "on_leave": "否"}
    done = door.receive(db, "absence", said, channel="proxy", child=room.children["王小明"])
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    assert case.last_seen == ""
    for day in range(3):
        at(monkeypatch, moment(day))
        clocks.tick(db)
    assert again(db, case).state == "疑似辍学"
    assert [*verify.faults(db)] == []


def test_the_clock_walks_an_absence_up_to_the_bureau(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    taught = teacher(db, room)
    case = missing(db, room)
    assert clocks.tick(db).due == 0
    seen: dict[int, list[tuple[str, str]]] = {}
    for day in range(30):
        at(monkeypatch, moment(day))
        seen[day] = told(clocks.tick(db))
        assert clocks.tick(db).due == 0
    assert {day: steps for day, steps in seen.items() if steps} == {
        1: [("overdue:contact", "owner")],
        2: [("three_days", "principal"), ("three_days", "town")],
        7: [("overdue:persuade:1", "owner")],
        8: [("lead", "town")],
        18: [("written", "principal")],
        25: [("decide", "approver")],
    }
    case = again(db, case)
    assert (case.state, case.owner) == ("疑似辍学", staff["town"].id)
    keys = [(one.key, one.actor) for one in cases.events_of(db, case)]
    assert ("three_days", "clock") in keys
    assert ("assigned", "clock") in keys
    owes = {row["duty"] for row in db.all("SELECT duty FROM duties WHERE done_at IS NULL")}
    assert owes == {"persuade:1", "written"}
    (line,) = inbox.notices_of(db, staff["approver"])
    assert (line.number, line.text) == (case.number, "请教育局认定")
    assert [one.what for one in inbox.notices_of(db, taught)] == ["overdue:persuade:1", "overdue:contact"]
    assert not cases.standing(db, case).impossible


def test_a_case_found_late_tells_each_role_of_the_highest_step_alone(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    case = missing(db, classroom(db), last_seen="2026-10-20")
    done = clocks.tick(db)
    assert sorted(told(done)) == [("decide", "approver"), ("lead", "town"), ("written", "principal")]
    rows = db.all("SELECT step, role FROM case_steps WHERE told = 0 ORDER BY step, role")
    assert [tuple(row) for row in rows] == [("1.0:three_days", "principal"), ("1.0:three_days", "town")]
    assert again(db, case).state == "疑似辍学"
    assert inbox.unread_count(db, staff["principal"]) == 1
    assert inbox.mark_read(db, staff["principal"]) == 1
    assert inbox.unread_count(db, staff["principal"]) == 0
    assert clocks.tick(db).due == 0


def test_who_is_not_there_is_skipped_upwards(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, MORNING)
    officer = staffed.one(db, "officer")
    missing(db, classroom(db), last_seen="2026-11-16")
    assert sorted(told(clocks.tick(db))) == [("three_days", "principal"), ("three_days", "town")]
    assert len(inbox.notices_of(db, officer)) == 1  # once, though it stands for both


def test_leave_holds_the_clock_and_then_the_teacher_is_asked(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    taught = teacher(db, room)
    case = missing(db, room)
    work.act(db, case, "leave", {"until": "2026-11-26"}, taught, channel="phone")
    seen = {}
    for day in range(9):
        at(monkeypatch, moment(day))
        seen[day] = told(clocks.tick(db))
    # On leave from Monday to Thursday: asked on Friday, absent on Friday, Monday, Tuesday.
    assert {day: steps for day, steps in seen.items() if steps} == {
        4: [("leave_over", "teacher")],
        7: [("overdue:contact", "owner")],
        8: [("three_days", "principal"), ("three_days", "town")],
    }


def test_a_child_out_again_under_observation_goes_back_by_the_clock(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    case = missing(db, classroom(db), last_seen="2026-11-16")
    clocks.tick(db)
    back = {"day": "2026-11-23", "school": "2206050001", "grade": "三年级", "class_name": "2班"}
    work.act(db, again(db, case), "back", back, staff["principal"], channel="desk")
    at(monkeypatch, moment(1))
    work.act(db, again(db, case), "missed", {}, "roll", channel="roll", facts={"day": "2026-11-24"})
    seen = []
    for day in (1, 2, 3):
        at(monkeypatch, moment(day))
        seen.append(told(clocks.tick(db)))
    assert seen == [[], [], [("out_again", "principal"), ("out_again", "town")]]
    case = again(db, case)
    assert (case.state, case.last_seen) == ("劝返中", "2026-11-23")
    rows = db.all("SELECT told FROM case_steps WHERE step = '1.0:out_again'")
    assert [row["told"] for row in rows] == [1, 1]


def test_a_matter_that_is_reported_anew_counts_anew(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    case = missing(db, room, last_seen="2026-11-16")
    assert ("three_days", "principal") in told(clocks.tick(db))
    away = {"to": "已转学", "day": "2026-11-20", "evidence": "在读证明"}
    work.act(db, again(db, case), "elsewhere", away, staff["principal"], channel="desk")
    assert clocks.tick(db).due == 0
    work.act(db, again(db, case), "approve", {}, staff["approver"], channel="desk")
    at(monkeypatch, moment(14))
    assert missing(db, room, last_seen="2026-12-01").id == case.id
    assert again(db, case).state == "线索"
    assert ("three_days", "principal") in told(clocks.tick(db))
    steps = {row["step"] for row in db.all("SELECT step FROM case_steps")}
    assert {"1.0:three_days", "2.0:three_days"} <= steps


def test_at_night_only_danger_is_told(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    missing(db, classroom(db))
    at(monkeypatch, moment(2, 3))
    happened = {**sample("safety", 2), "happened_at": "2026-11-25 02:30"}
    door.receive(db, "safety", happened, channel="wechat", reporter="wechat:a")
    night = clocks.tick(db, at_night=False)
    assert told(night) == [("overdue:contact", "owner"), ("alarm:1:0", "safety")]
    at(monkeypatch, moment(2, 9))
    assert ("three_days", "principal") in told(clocks.tick(db, at_night=False))


# 国办发明电〔2025〕7号, 关于2026年部分节假日安排的通知: first and last day off, and weekends that are worked.
OFF = (
    ("2026-01-01", "2026-01-03"), ("2026-02-15", "2026-02-23"), ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"), ("2026-06-19", "2026-06-21"), ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
)  # fmt: skip
WORKED = ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")


def is_free(day: date) -> bool:
    text = day.isoformat()
    return any(first <= text <= last for first, last in OFF) or (day.weekday() >= 5 and text not in WORKED)


def test_days_are_counted_by_the_state_councils_list_of_2026() -> None:
    day = date(2026, 1, 1)
    while day.year == 2026:
        assert schooldays.is_school_day("", day) is not is_free(day), day
        third, left = day, 3
        while left:
            third += DAY
            left -= not is_free(third)
        if third.year == 2026:
            assert Deadlines("", day).school_days_after(day, 3) == third
        day += DAY


@pytest.mark.parametrize(
    ("last_seen", "third"),
    [
        ("2026-09-17", "2026-09-21"),  # Friday, Sunday that is worked, Monday
        ("2026-09-30", "2026-10-10"),  # 国庆; a Saturday that is worked
        ("2026-04-30", "2026-05-08"),
        ("2027-01-14", "2027-03-02"),  # the winter holidays lie between two terms
    ],
)
def test_three_days_are_school_days(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person], last_seen: str, third: str
) -> None:
    object.__setattr__(
        db.settings, "terms", "2026-02-24/2026-07-10；2026-09-01/2027-01-15；2027-03-01/2027-07-10"
    )
    last, day = date.fromisoformat(last_seen), date.fromisoformat(third)
    at(monkeypatch, datetime.combine(last, MORNING.timetz()) + DAY)
    case = missing(db, classroom(db), last_seen=last_seen)
    at(monkeypatch, datetime.combine(day - DAY, MORNING.timetz()))
    clocks.tick(db)
    assert again(db, case).state == "待核实"
    at(monkeypatch, datetime.combine(day, MORNING.timetz()))
    clocks.tick(db)
    assert again(db, case).state == "疑似辍学"
    assert clock.local(cases.events_of(db, again(db, case))[-1].at).date() == day


def test_the_bureau_sets_other_terms(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    object.__setattr__(db.settings, "clock_terms", "suspect=2 contact=3")
    at(monkeypatch, MORNING)
    case = missing(db, classroom(db))
    assert case.due == "2026-11-26"
    at(monkeypatch, moment(1))
    assert ("three_days", "town") in told(clocks.tick(db))


def test_whose_a_new_matter_is_hears_of_it_and_of_an_absence_the_roll_tells(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    taught = teacher(db, room)
    missing(db, room)
    door.receive(db, "boarding", sample("boarding", 1), channel="form", child=room.children["李红"])
    done = clocks.tick(db)
    assert [(one.case[-1], one.step, one.role) for one in done.told] == [("2", "new", "owner")]
    assert [one.text for one in inbox.notices_of(db, staff["principal"])] == ["新来了一件事，请看看怎么办"]
    assert inbox.unread_count(db, taught) == 0
    assert clocks.tick(db).due == 0


def bind(db: Database, person: Person, reporter: str, *, wrote: bool) -> None:
    with db.write():
        db.run("INSERT INTO bound (reporter, staff, at) VALUES (?, ?, '')", (reporter, person.id))
        if wrote:
            windows.opened(db, reporter, acted=False)


def test_by_wechat_goes_one_word_without_content_where_it_can_be_sent(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    bind(db, staff["principal"], "wechat:principal", wrote=True)
    bind(db, staff["town"], "wechat:town", wrote=False)
    room = classroom(db)
    for child in ("王小明", "李红", "赵磊"):
        missing(db, room, child, last_seen="2026-11-16")
    clocks.tick(db)
    assert inbox.unread_count(db, staff["principal"]) == 3
    rows = db.all("SELECT id, reporter, state FROM outbox")
    assert [(row["reporter"], row["state"]) for row in rows] == [("wechat:principal", "waiting")]
    assert outbox.read_message(db, rows[0]["id"], "test") == inbox.PUSHED
    assert outbox.undelivered(db) == []  # and nobody is asked to telephone a colleague


def test_what_is_set_to_another_day_is_told_again_when_that_has_passed(
    db: Database, monkeypatch: pytest.MonkeyPatch, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    case = missing(db, classroom(db), last_seen="2026-11-16")
    clocks.tick(db)
    lost = {"day": "2026-11-23", "police": "石人派出所"}
    work.act(db, again(db, case), "lost", lost, staff["principal"], channel="desk")
    seen = []
    looked = {"day": "2027-05-25", "way": "电话", "whom": "奶奶", "result": "没联系上"}
    for day in range(0, 400, 10):
        at(monkeypatch, moment(day))
        seen += told(clocks.tick(db))
        if day == 190:
            looked["day"] = moment(day).date().isoformat()
            work.act(db, again(db, case), "reviewed", looked, staff["principal"], channel="desk")
    assert [step for step, _ in seen] == [
        "overdue:review",
        "overdue:review",
    ]  # of its day on the very day alone


def test_what_has_ended_with_a_letter_not_served_troubles_no_round(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, staff: dict[str, Person]
) -> None:
    at(monkeypatch, MORNING)
    room = classroom(db)
    taught = teacher(db, room)
    case = missing(db, room)
    work.act(db, case, "letter", {"document": "派出所登记单"}, staff["officer"], channel="desk")
    work.act(db, again(db, case), "returned", {"day": "2026-11-23"}, taught, channel="desk")
    for day in range(9):
        at(monkeypatch, moment(day))
        assert clocks.tick(db).told == []
    assert not caplog.records
    assert verify.faults(db) == []
