"""Cases follow the roll: who is there again, who is missing again, what was put right, and where a family says otherwise."""

from datetime import date, datetime, timedelta

import pytest

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.school import contacts, contradictions, family, followed, roll
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, TOWN, Classroom, at, classroom
from tests.hands.family import MOTHER, told
from tests.hands.page import count

TODAY = MORNING.date()
TUESDAY = TODAY + timedelta(days=1)
WEDNESDAY = TODAY + timedelta(days=2)
DAY = timedelta(days=1)


pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def zhang(db: Database, room: Classroom) -> Person:
    made = accounts.add_person(db, name="张校长", login="13812340003", password="long enough", role="principal",
                               area=TOWN, school=SCHOOL)  # fmt: skip
    found = accounts.person_by_id(db, made)
    assert found is not None
    return found


def the_case(db: Database) -> Case:
    """Give the newest case."""
    row = db.one("SELECT * FROM cases ORDER BY id DESC LIMIT 1")
    assert row is not None
    return Case.of(row)


def keys(db: Database) -> list[str]:
    return [one.key for one in cases.events_of(db, the_case(db))]


def on(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    at(monkeypatch, datetime.combine(day, MORNING.timetz()).astimezone(clock.CHINA))


def missing(db: Database, room: Classroom, liu: Person, day: date = TODAY, reason: str = "不明") -> None:
    roll.mark(db, room.id, day, {room.children["王小明"]: reason}, liu)


def suspected(db: Database) -> Case:
    """Let the newest case be one of suspected dropout."""
    work.act(db, the_case(db), "three_days", {}, "clock", channel="worker")
    return the_case(db)


def test_who_is_there_again_has_no_case_left_and_a_correction_opens_it_again(
    db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(db, room, liu)
    number = the_case(db).number
    assert the_case(db).state == "待核实"
    on(monkeypatch, TUESDAY)
    roll.mark(db, room.id, TUESDAY, {}, liu)
    assert (the_case(db).state, the_case(db).number) == ("已到校", number)
    assert keys(db) == ["reported", "returned"]
    missing(db, room, liu, TUESDAY)
    assert (the_case(db).state, the_case(db).number, count(db)) == ("待核实", number, 1)
    assert keys(db)[:3] == ["reported", "returned", "undone"]
    roll.mark(db, room.id, TUESDAY, {}, liu)
    assert (the_case(db).state, count(db, "cases")) == ("已到校", 1)
    on(monkeypatch, WEDNESDAY)
    missing(db, room, liu, WEDNESDAY)  # Tuesday's return stays true
    assert (the_case(db).state, count(db, "cases")) == ("待核实", 2)


def test_a_slip_of_the_finger_leaves_no_case_and_what_was_begun_is_ended(
    db: Database, room: Classroom, liu: Person
) -> None:
    missing(db, room, liu)
    roll.mark(db, room.id, TODAY, {}, liu)
    assert the_case(db).state == "已撤回"
    missing(db, room, liu)
    case = the_case(db)
    assert (case.state, count(db, "cases")) == ("待核实", 2)
    work.act(
        db,
        case,
        "contact",
        {"day": "今天", "way": "电话", "whom": "奶奶", "result": "联系上了"},
        liu,
        channel="phone",
    )
    roll.mark(db, room.id, TODAY, {}, liu)
    assert the_case(db).state == "已到校"


def test_of_a_suspected_dropout_the_principal_is_only_told(
    db: Database, room: Classroom, liu: Person, zhang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(db, room, liu)
    suspected(db)
    for day in (TUESDAY, WEDNESDAY):
        on(monkeypatch, day)
        roll.mark(db, room.id, day, {}, liu)
    assert the_case(db).state == "疑似辍学"
    assert keys(db) == ["reported", "three_days", "seen"]
    duties = {
        row["duty"]: row["role"] for row in db.all("SELECT duty, role FROM duties WHERE done_at IS NULL")
    }
    assert duties["back"] == "principal"
    missing(db, room, liu, WEDNESDAY)
    assert keys(db)[-1] == "missed"
    assert db.one("SELECT 1 FROM duties WHERE duty = 'back' AND done_at IS NULL") is None


def test_under_observation_each_day_counts(
    db: Database, room: Classroom, liu: Person, zhang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(db, room, liu)
    back = {"day": "今天", "school": SCHOOL, "grade": "三年级", "class_name": "2班"}
    work.act(db, suspected(db), "back", back, zhang, channel="phone")
    on(monkeypatch, TUESDAY)
    roll.mark(db, room.id, TUESDAY, {}, liu)
    roll.mark(db, room.id, TUESDAY, {}, liu)
    assert keys(db) == ["reported", "three_days", "back", "seen"]
    missing(db, room, liu, TUESDAY)
    assert cases.standing(db, the_case(db)).missing_since == TODAY.isoformat()
    roll.mark(db, room.id, TUESDAY, {}, liu)
    assert cases.standing(db, the_case(db)).missing_since == ""
    assert the_case(db).state == "复学观察"


def test_what_a_late_roll_says_ends_no_later_case(
    db: Database, room: Classroom, liu: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(monkeypatch, TUESDAY)
    missing(db, room, liu, TUESDAY)
    roll.mark(db, room.id, TODAY, {}, liu)
    assert the_case(db).state == "待核实"
    on(monkeypatch, WEDNESDAY)
    roll.mark(db, room.id, TODAY - 3 * DAY, {}, liu)
    assert the_case(db).state == "待核实"


def test_who_is_missing_after_a_false_alarm_has_a_case_of_its_own(
    db: Database, room: Classroom, liu: Person, zhang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(db, room, liu)
    first = the_case(db)
    work.act(db, first, "false_alarm", {"reason": "在家养病，家里没说"}, zhang, channel="desk")
    on(monkeypatch, TUESDAY)
    missing(db, room, liu, TUESDAY)
    assert the_case(db).number != first.number
    assert (the_case(db).state, count(db)) == ("待核实", 2)
    missing(db, room, liu, TUESDAY)
    assert (count(db, "cases"), count(db)) == (2, 2)


def answer(db: Database, room: Classroom, liu: Person, receipt: str, word: str) -> None:
    contradictions.answer_contradiction(db, liu, room.id, receipt, word)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(("word", "state"), [("here", "已到校"), ("leave", "待核实"), ("missing", "待核实")])
def test_where_a_family_says_otherwise_the_teacher_is_asked(
    db: Database, room: Classroom, liu: Person, word: str, state: str, before: bool
) -> None:
    if before:
        receipt = told(db)
        roll.mark(db, room.id, TODAY, {}, liu)
        assert keys(db) == ["reported", "asked"]  # it is not ended by a roll that nobody looked at
        assert db.one("SELECT 1 FROM duties WHERE duty LIKE 'question:%' AND role = 'teacher'")
    else:
        roll.mark(db, room.id, TODAY, {}, liu)
        receipt = told(db)
    assert the_case(db).state == "线索"  # who says so is not known yet
    answer(db, room, liu, receipt, word)
    case = the_case(db)
    assert (case.state, case.child, count(db, "cases")) == (state, room.children["王小明"], 1)
    assert "answered" in keys(db)
    assert cases.standing(db, case).questions == {}
    assert bool(cases.standing(db, case).leaves) == (word == "leave")
    roll.mark(db, room.id, TODAY, {}, liu)
    assert "asked" not in keys(db)[2:]


def test_an_answer_at_the_case_is_an_answer(db: Database, room: Classroom, liu: Person) -> None:
    told(db)
    roll.mark(db, room.id, TODAY, {}, liu)
    (question,) = cases.standing(db, the_case(db)).questions
    work.act(db, the_case(db), "answered", {"question": question, "answer": "真没来"}, liu, channel="desk")
    taught = bindings.one_class(db, room.id)
    assert taught is not None
    assert contradictions.contradictions_of_class(db, taught, family.words_of_class(db, taught)) == []


def test_leave_asked_for_and_missing_on_the_roll_is_asked_at_the_case(
    db: Database, room: Classroom, liu: Person
) -> None:
    receipt = told(db, leave=True)
    missing(db, room, liu)
    assert keys(db) == ["reported", "asked"]
    answer(db, room, liu, receipt, "leave")
    assert cases.standing(db, the_case(db)).on_leave(TODAY.isoformat())


def test_who_is_confirmed_says_which_child_it_is(db: Database, room: Classroom, liu: Person) -> None:
    told(db)
    ming = room.children["王小明"]
    assert followed.decide_parent(db, liu, MOTHER, ming, True)
    assert (the_case(db).child, the_case(db).state) == (ming, "待核实")
    assert not followed.decide_parent(db, liu, MOTHER, ming, True)
    assert keys(db) == ["reported", "identified"]


def test_what_comes_in_after_the_roll_is_asked_by_the_worker_once(
    db: Database, room: Classroom, liu: Person
) -> None:
    classroom(db, name="3班")  # silent
    roll.mark(db, room.id, TODAY, {}, liu)
    told(db)
    told(db, "李红", leave=True)
    assert keys(db) == ["reported"]
    assert followed.ask_late_words(db) == 1
    assert keys(db) == ["reported", "asked"]
    assert followed.ask_late_words(db) == 0


@pytest.mark.parametrize(
    ("said", "way", "result"),
    [
        ("家访，孩子在奶奶家", "家访", "联系上了"),
        ("打电话没人接", "电话", "没联系上"),
        ("去他家看了，家里没人", "家访", "没联系上"),
        ("他爸微信里说明天来", "微信", "联系上了"),
        ("说明天来", "电话", "联系上了"),
    ],
)
def test_a_contact_told_in_a_sentence_is_one_of_the_case(
    db: Database, room: Classroom, liu: Person, said: str, way: str, result: str
) -> None:
    missing(db, room, liu)
    for _ in range(2):
        assert contacts.note_contact(db, room.children["王小明"], said, liu, token="once")
    event = cases.events_of(db, the_case(db))[-1]
    assert keys(db) == ["reported", "contact"]
    assert (event.facts["way"], event.facts["result"], event.words["words"]) == (way, result, said)
    assert (the_case(db).duty == "contact") == (result == "没联系上")
    assert contacts.note_contact(db, room.children["李红"], said, liu) is None


def test_a_case_that_turns_out_to_be_of_the_same_child_joins_it(
    db: Database, room: Classroom, liu: Person
) -> None:
    missing(db, room, liu)
    first = the_case(db)
    told(db)
    assert count(db, "cases") == 2
    assert followed.decide_parent(db, liu, MOTHER, room.children["王小明"], True)
    assert the_case(db).state == "已并入"
    found = cases.find_case(db, first.number)
    assert found is not None
    assert (found.state, len(cases.reports_in(db, found))) == ("待核实", 2)
    roll.mark(db, room.id, TODAY, {}, liu)  # the mother still says otherwise: it is asked, there
    assert "asked" in [one.key for one in cases.events_of(db, found)]
