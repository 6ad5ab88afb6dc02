"""What families say reaches their class; where it says otherwise than the roll it is a question, never a second report."""

from datetime import date, timedelta

import pytest

from intake.errors import Dealt, Missing, Refused
from intake.people import bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports import door, lookup
from intake.school import contradictions, family, roll
from intake.school.family import FamilyWord
from intake.store.db import Database
from tests.hands.classroom import MORNING, Classroom, at, classroom, teacher
from tests.hands.family import MOTHER, PHONE, WORDS, confirm, told
from tests.hands.page import count
from tests.hands.watching import plan

TODAY = MORNING.date()
FRIDAY = TODAY - timedelta(days=3)


pytestmark = pytest.mark.usefixtures("morning")


def taught(db: Database, room: Classroom) -> Class:
    found = bindings.one_class(db, room.id)
    assert found is not None
    return found


def words(db: Database, room: Classroom) -> list[FamilyWord]:
    return family.words_of_class(db, taught(db, room))


def asked(db: Database, room: Classroom) -> list[tuple[str, tuple[date, ...]]]:
    found = contradictions.contradictions_of_class(db, taught(db, room), words(db, room))
    return [(one.word.report.receipt, one.days) for one in found]


def test_what_is_said_of_a_child_reaches_its_class(db: Database, room: Classroom, liu: Person) -> None:
    other = classroom(db, name="3班")
    receipt = told(db, leave=True, reason="因病")
    (one,) = words(db, room)
    assert (one.report.receipt, one.child, one.leave, one.reason) == (
        receipt,
        room.children["王小明"],
        True,
        "病假",
    )
    assert (one.relation, one.phone, one.words) == ("妈妈", PHONE, WORDS)
    assert (one.link, one.certain) == ("asked", False)
    assert words(db, other) == []
    confirm(db, liu, room.children["王小明"])
    (one,) = words(db, room)
    assert one.certain
    assert one.confirmed


@pytest.mark.parametrize(
    ("leave", "more", "days"),
    [
        (True, {"last_seen": "2026-11-22"}, (TODAY, TODAY)),
        (True, {"last_seen": "2026-11-23"}, (TODAY + timedelta(days=1), TODAY + timedelta(days=1))),
        (True, {"last_seen": "2026-11-20", "leave_until": "2026-11-25"}, (TODAY, date(2026, 11, 25))),
        (True, {"last_seen": "2026-11-18"}, (date(2026, 11, 19), TODAY)),
        (False, {"last_seen": "2026-11-18"}, (date(2026, 11, 19), TODAY)),
        (False, {"last_seen": "2026-11-20"}, (TODAY, TODAY)),
    ],
)
def test_the_days_that_are_meant(
    db: Database, room: Classroom, leave: bool, more: dict[str, str], days: tuple[date, date]
) -> None:
    told(db, leave=leave, **more)
    (one,) = words(db, room)
    assert (one.first, one.last) == days
    assert one.covers(days[0])
    assert one.covers(days[1])
    assert not one.covers(days[0] - timedelta(days=1))
    assert not one.covers(days[1] + timedelta(days=1))


def test_what_fits_two_children_is_nobodys(db: Database) -> None:
    room, other = classroom(db, names=("王小明", "王小明")), classroom(db, name="3班", names=("李红",))
    classroom(db, grade="四年级", name="1班", names=("李红",))
    told(db)
    assert words(db, room) == []
    told(db, "李红", class_name="3班", grade="")
    assert words(db, other) == []  # 3班 alone would fit, but who knows which grade was meant
    told(db, "李红", class_name="")
    assert [one.name for one in words(db, other)] == ["李红"]


def test_what_is_secret_or_taken_back_or_old_is_not_told(
    db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    for column in ("confidential", "restricted"):
        receipt = told(db)
        with db.write():
            db.run(f"UPDATE reports SET {column} = 1 WHERE receipt = ?", (receipt,))
    back = lookup.find_report(db, told(db))
    assert back is not None
    door.withdraw(db, back, actor=MOTHER)
    assert words(db, room) == []
    told(db)
    assert len(words(db, room)) == 1
    at(monkeypatch, MORNING + timedelta(days=31))
    assert words(db, room) == []


def test_a_report_that_the_roll_says_too_is_no_second_one(db: Database, room: Classroom, liu: Person) -> None:
    ming = room.children["王小明"]
    receipt = told(db, leave=True, reason="因病")
    confirm(db, liu, ming)
    assert roll.mark(db, room.id, TODAY, {ming: "病假"}, liu).receipts == {ming: receipt}
    assert roll.mark(db, room.id, TODAY, {ming: "病假"}, liu).receipts == {ming: receipt}
    assert count(db) == 1
    roll.mark(db, room.id, TODAY, {}, liu)  # it came after all
    found = lookup.find_report(db, receipt)
    assert found is not None
    assert found.on_leave  # the mother's report is hers to take back


def test_somebody_unknown_does_not_stand_for_the_roll(db: Database, room: Classroom, liu: Person) -> None:
    ming = room.children["王小明"]
    receipt = told(db)
    assert roll.mark(db, room.id, TODAY, {ming: "不明"}, liu).receipts[ming] != receipt
    assert count(db) == 2


@pytest.mark.parametrize(
    ("answer", "reasons", "reports"),
    [("here", {}, 1), ("leave", {"王小明": "事假"}, 2), ("missing", {"王小明": "不明"}, 1)],
)
def test_missing_at_home_and_here_on_the_roll_is_one_question(
    db: Database, room: Classroom, liu: Person, answer: str, reasons: dict[str, str], reports: int
) -> None:
    roll.mark(db, room.id, FRIDAY, {}, liu)
    roll.mark(db, room.id, TODAY, {}, liu)
    receipt = told(db, last_seen="2026-11-19")
    assert asked(db, room) == [(receipt, (FRIDAY, TODAY))]
    contradictions.answer_contradiction(db, liu, room.id, receipt, answer)
    assert asked(db, room) == []
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert state.reasons == {room.children[name]: why for name, why in reasons.items()}
    assert count(db) == reports
    if answer == "missing":
        assert state.receipts == {room.children["王小明"]: receipt}
    (row,) = db.all("SELECT actor, detail FROM audit WHERE verb = 'roll.answered'")
    assert tuple(row) == (liu.actor, answer)
    with pytest.raises(Dealt) as dealt:
        contradictions.answer_contradiction(db, liu, room.id, receipt, "here")
    assert (dealt.value.name, dealt.value.outcome) == ("刘老师", contradictions.ANSWERS[answer])


@pytest.mark.parametrize(
    ("answer", "reasons"), [("here", {}), ("leave", {"王小明": "事假"}), ("missing", {"王小明": "不明"})]
)
def test_leave_asked_for_and_missing_on_the_roll_is_one_question(
    db: Database, room: Classroom, liu: Person, answer: str, reasons: dict[str, str]
) -> None:
    ming = room.children["王小明"]
    roll.mark(db, room.id, TODAY, {ming: "不明"}, liu)
    receipt = told(db, leave=True)
    assert asked(db, room) == [(receipt, (TODAY,))]
    contradictions.answer_contradiction(db, liu, room.id, receipt, answer)
    assert asked(db, room) == []
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert state.reasons == {room.children[name]: why for name, why in reasons.items()}
    assert count(db) == 2


def test_what_agrees_or_was_not_said_asks_nothing(db: Database, room: Classroom, liu: Person) -> None:
    told(db)
    assert asked(db, room) == []  # 未上报 contradicts nobody
    roll.mark(db, room.id, TODAY, {room.children["王小明"]: "不明"}, liu)
    assert asked(db, room) == []
    told(db, "李红", leave=True)
    assert asked(db, room) == []


def test_after_six_the_answer_is_kept_and_the_roll_stays(
    db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    roll.mark(db, room.id, TODAY, {}, liu)
    receipt = told(db)
    at(monkeypatch, MORNING.replace(hour=18))
    assert contradictions.answer_contradiction(db, liu, room.id, receipt, "missing") == "记下了。"
    assert asked(db, room) == []
    state = roll.state(db, room.id, TODAY)
    assert state is not None
    assert state.reasons == {}


def test_only_the_teacher_of_the_class_answers(db: Database, room: Classroom, liu: Person) -> None:
    other = teacher(db, classroom(db, name="3班"), login="13812340009")
    roll.mark(db, room.id, TODAY, {}, liu)
    receipt = told(db)
    with pytest.raises(Missing):
        contradictions.answer_contradiction(db, other, room.id, receipt, "here")
    with pytest.raises(Missing):
        contradictions.answer_contradiction(db, liu, room.id, "000000000000", "here")
    with pytest.raises(Refused):
        contradictions.answer_contradiction(db, liu, room.id, receipt, "maybe")
    assert len(asked(db, room)) == 1


def test_no_year_of_reports_is_read_for_a_class(db: Database) -> None:
    for which in (
        "r.school = 'x' AND r.received_at > 'y'",
        "r.child IN (SELECT id FROM children WHERE class = 'x') AND r.received_at > 'y'",
    ):
        found = plan(
            db, f"SELECT r.id FROM reports r JOIN answers_absence a ON a.report_id = r.id WHERE {which}"
        )
        assert "SCAN" not in found, found
