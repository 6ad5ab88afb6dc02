"""An absence is followed from its first report to 已销号, and refused at each rule of the table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.errors import Denied, Invalid, Refused
from intake.house import cells
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands.classroom import MORNING, SCHOOL, TOWN, VILLAGE, at, classroom, teacher
from tests.hands.samples import sample

DAY = timedelta(days=1)


def person(role: str, name: str = "某") -> Person:
    return Person(f"{role}-{name}", name, f"{role}-{name}", role, "220605", SCHOOL)


@pytest.fixture
def walk(db: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Case]:
    """Give a step of a case: at a moment, by a role, with words; the case afterwards."""
    here = {"case": ""}

    def step(key: str, role: str | Person, days: int = 0, **raw: Any) -> Case:
        at(monkeypatch, MORNING + days * DAY)
        by = role if isinstance(role, Person) else person(role) if role not in ("clock", "roll") else role
        found = cases.find_case(db, here["case"])
        assert found
        work.act(db, found, key, raw, by, channel="desk", seen=found.version)
        again = cases.find_case(db, here["case"])
        assert again
        return again

    def begin(number: str) -> None:
        here["case"] = number

    step.begin = begin  # type: ignore[attr-defined]
    return step


def missing_child(db: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Case, Person]:
    at(monkeypatch, MORNING)
    room = classroom(db)
    taught = teacher(db, room)
    done = door.receive(db, "absence", {**sample("absence", 1), "last_seen": "2026-11-20", "on_leave": "否"},
                        channel="teacher", child=room.children["王小明"])  # fmt: skip
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case, taught


CONTACT = {"day": "2026-11-23", "way": "电话", "whom": "奶奶", "result": "联系上了", "words": "说明天去"}
PERSUADED = {"day": "2026-11-26", "way": "家访", "people": "李老师", "whom": "奶奶", "words": "劝了", "result": "没有答应",
             "next_on": "2026-12-01"}  # fmt: skip
BACK = {"day": "2026-12-01", "school": SCHOOL, "grade": "三年级", "class_name": "2班"}


def test_an_absence_is_followed_to_its_end(
    db: Database, monkeypatch: pytest.MonkeyPatch, walk: Callable[..., Case]
) -> None:
    case, taught = missing_child(db, monkeypatch)
    walk.begin(case.number)  # type: ignore[attr-defined]
    assert (case.number, case.state, case.owner, case.due, case.duty) == (
        "220605-2026-000001", "待核实", taught.id, "2026-11-23", "contact",
    )  # fmt: skip
    case = walk("contact", taught, **CONTACT)
    assert (case.state, case.due, case.duty) == ("核实中", "2026-11-24", "visit")
    case = walk("three_days", "clock", 2)
    assert (case.state, case.duty) == ("疑似辍学", "persuade:1")
    case = walk("persuasion", taught, 3, **PERSUADED)
    assert (case.state, case.due, case.duty) == ("劝返中", "2026-12-01", "persuade:2")
    with pytest.raises(Refused, match="第 5 个上课日"):
        walk("confirmed", "approver", 4)
    with pytest.raises(Denied):
        walk("back", taught, 8, **BACK)
    case = walk("back", "principal", 8, **BACK)
    assert (case.state, case.duty, case.due) == ("复学观察", "observe:7", "2026-12-08")
    with pytest.raises(Refused, match="还不到第 7 天"):
        walk("observed", taught, 9, which="7", day="2026-12-02")
    with pytest.raises(Refused, match="观察还没满 30 天"):
        walk("submit", "principal", 10, basis="到校", evidence="考勤表")
    for which, day in (("7", 15), ("15", 23), ("30", 38)):
        moment = (MORNING + day * DAY).date().isoformat()
        case = walk("observed", taught, day, which=which, day=moment)
    with pytest.raises(Invalid) as wrong:
        walk("submit", "principal", 39, basis="到校")
    assert list(wrong.value.errors) == ["evidence"]
    case = walk("submit", person("bureau", "甲"), 39, basis="到校", evidence="考勤表")
    assert (case.state, case.duty) == ("复学观察", "approve")
    with pytest.raises(Refused, match="不能是同一个人"):
        walk("approve", person("bureau", "甲"), 39)
    case = walk("approve", "approver", 39)
    assert (case.state, case.open, case.due) == ("已销号", 0, "9")
    refused = db.all("SELECT 1 FROM audit WHERE verb = 'case.refused'")
    assert len(refused) == 5  # that there was no evidence is on record, too
    assert not cases.standing(db, case).impossible


def test_a_state_and_what_is_owed_follow_from_the_events(
    db: Database, monkeypatch: pytest.MonkeyPatch, walk: Callable[..., Case]
) -> None:
    case, taught = missing_child(db, monkeypatch)
    walk.begin(case.number)  # type: ignore[attr-defined]
    seen = case.version
    walk("contact", taught, **CONTACT)
    with pytest.raises(work.Moved) as moved:
        work.act(db, case, "returned", {"day": "2026-11-23"}, taught, channel="desk", seen=seen)
    assert moved.value.event.words["words"] == "说明天去"
    work.act(db, case, "note", {"words": "一句"}, taught, channel="desk", seen=seen)
    once = work.act(db, case, "contact", CONTACT, taught, channel="desk", token="t")
    again = work.act(db, case, "contact", CONTACT, taught, channel="desk", token="t")
    assert once.id == again.id
    case = walk("returned", taught, day="2026-11-23")
    assert (case.state, case.open) == ("已到校", 0)
    event = cases.events_of(db, case)[-1]
    work.undo(db, case, event.id, taught, channel="desk", seen=case.version)
    after = cases.find_case(db, case.number)
    assert after
    assert (after.state, after.open, after.duty) == ("核实中", 1, "visit")
    owed = [row["duty"] for row in db.all("SELECT duty FROM duties WHERE done_at IS NULL")]
    assert owed == ["visit"]


def test_reports_of_one_child_are_one_case(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    case, _ = missing_child(db, monkeypatch)
    child = db.one("SELECT child FROM cases")
    assert child
    said = {**sample("absence", 7), "last_seen": "2026-11-20", "on_leave": "否"}
    door.receive(db, "absence", said, channel="wechat", reporter="wechat:a", child=child["child"])
    assert db.one("SELECT count(*) AS n FROM cases")["n"] == 1  # type: ignore[index]
    assert len(cases.reports_in(db, case)) == 2
    door.receive(
        db, "boarding", sample("boarding", 7), channel="wechat", reporter="wechat:a", child=child["child"]
    )
    assert [row["state"] for row in db.all("SELECT state FROM cases ORDER BY number")] == ["待核实", "待处理"]


def test_a_child_on_leave_is_no_case(db: Database) -> None:
    door.receive(db, "absence", {**sample("absence", 1), "on_leave": "是"}, channel="api")
    assert db.one("SELECT 1 FROM cases") is None


def test_what_is_taken_back_before_anybody_acted_takes_its_case_along(db: Database) -> None:
    done = door.receive(
        db, "absence", {**sample("absence", 1), "on_leave": "否"}, channel="api", reporter="web:a"
    )
    report = lookup.find_report(db, done.receipt)
    assert report
    door.withdraw(db, report, actor="web:a")
    case = cases.case_of_report(db, report.id)
    assert case
    assert (case.state, case.open, case.due) == ("已撤回", 0, "9")


def test_a_case_that_turns_out_to_be_for_few_eyes_is_taken_from_who_had_it(db: Database) -> None:
    room = classroom(db)
    head = teacher(db, room)
    officer = accounts.add_person(
        db, name="安全员", login="safe", password="long enough", role="bureau", area="220605"
    )
    said = {**sample("safety", 3), "what": "突发疾病或受伤", "description": "摔了"}
    done = door.receive(db, "safety", said, channel="api", child=room.children["王小明"])
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    work.act(db, case, "assigned", {"owner": head.id}, "door", channel="desk")
    principal = accounts.add_person(
        db, name="校长", login="head", password="long enough", role="principal", area=TOWN, school=SCHOOL
    )
    leads = accounts.person_by_id(db, principal)
    assert leads
    assert cases.may_see(db, head, case)
    assert cases.may_see(db, leads, case)
    door.amend(db, report, {"description": "老师踢他"}, actor="web:a", reason="")
    case = cases.case_of_report(db, report.id)
    assert case
    assert (case.restricted, case.owner) == (1, officer)
    assert not cases.may_see(db, head, case)
    assert not cases.may_see(db, leads, case)


def test_what_was_done_stays_as_it_was_and_its_words_go_with_a_new_key(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, taught = missing_child(db, monkeypatch)
    work.act(db, case, "contact", CONTACT, taught, channel="desk")
    for change in ("UPDATE case_events SET facts = '{}'", "DELETE FROM case_events"):
        with pytest.raises(db.engine.Conflict), db.write():
            db.run(change)
    before = db.all("SELECT words FROM case_events WHERE words <> ''")
    assert cells.relock(db) >= 1
    assert db.all("SELECT words FROM case_events WHERE words <> ''") != before
    assert cases.events_of(db, case)[-1].words["words"] == "说明天去"


def test_a_child_that_is_identified_is_found_by_its_name_and_seen_by_its_village(db: Database) -> None:
    room = classroom(db)
    said = {**sample("absence", 1), "on_leave": "否", "village": None}
    done = door.receive(db, "absence", said, channel="api")
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    officer = accounts.add_person(
        db, name="业务员", login="officer", password="long enough", role="officer", area="220605"
    )
    by = accounts.person_by_id(db, officer)
    assert by
    work.act(
        db, case, "identified", {"child": room.children["王小明"]}, by, channel="desk", seen=case.version
    )
    row = db.one("SELECT child_name, initials, village FROM cases")
    assert row
    assert tuple(row) == ("王小明", "wxm", VILLAGE)
