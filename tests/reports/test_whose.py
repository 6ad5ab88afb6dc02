"""A report finds its child: certain inside the door, likely by a person, and every step of it taken back exactly."""

import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from intake.cases.merging import offers_of
from intake.children import children
from intake.children.facts import noting
from intake.children.facts.fact import FactOrigin, facts_of
from intake.children.links import links_of_class
from intake.errors import Dealt, Denied, Missing, Stale
from intake.house import verify
from intake.kinds.envelope import Envelope
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.reports.senders import clients
from intake.reports.whose import linking, matches, working
from intake.store.db import Database
from tests.hands.classroom import MORNING, OTHER_TOWN, Classroom, at, teacher
from tests.hands.samples import citizen_id, sample
from tests.hands.whose import CLASS, MING, WHO, again, case_of, dump, told

LISTED = FactOrigin("roster", "command", date(2026, 9, 1), "list")


@pytest.fixture
def officer(staff: Mapping[str, Person]) -> Person:
    return staff["officer"]


def test_name_and_birth_are_certain_inside_the_door(db: Database, room: Classroom) -> None:
    report = told(db, {"child_name": MING, "birth_date": "2017-03-01"})
    assert report.child == room.children[MING]
    assert case_of(db, report).class_id == room.id
    assert case_of(db, report).child == room.children[MING]


def test_name_and_a_telephone_of_the_family_are_certain_and_a_teachers_is_none(
    db: Database, room: Classroom
) -> None:
    noting.note_fact(
        db, room.children[MING], "guardian", {"guardian_name": "王强", "phone": "13800000001"}, LISTED
    )
    said = {"child_name": MING, "phone": "13800000001", "relation": "奶奶"}
    assert told(db, said).child == room.children[MING]
    assert told(db, {**said, "relation": "班主任"}).child == ""
    assert told(db, {**said, "birth_date": "2016-01-01"}).child == "", "another day of birth contradicts"
    assert told(db, said, confidential=True).child == "", "a telephone would tell who reported"


def test_a_sister_with_the_same_telephone_is_another_child(db: Database, room: Classroom) -> None:
    noting.note_fact(
        db, room.children[MING], "guardian", {"guardian_name": "王强", "phone": "13800000001"}, LISTED
    )
    report = told(db, {"child_name": "王小月", "phone": "13800000001", "relation": "奶奶"})
    working.match_reports(db)
    assert again(db, report).child == ""


def test_what_is_likely_waits_for_a_person_and_is_undone_exactly(
    db: Database, room: Classroom, officer: Person
) -> None:
    head = teacher(db, room)
    noting.note_fact(db, room.children[MING], "residence", {"residence": "石人镇林子头村1组"},
                     replace(LISTED, day=date(2026, 1, 1), source="report"))  # fmt: skip
    report = told(db, {"child_name": "王小名", **CLASS})
    working.match_reports(db)
    assert again(db, report).child == ""
    before = dump(db)
    (match,) = matches.open_matches(db, officer)
    assert (match.child.id, match.report) == (room.children[MING], again(db, report))
    assert {"same_sound", "same_class"} <= set(match.reasons)
    assert "同班" in match.words
    matches.confirm_match(db, match, officer, seen=match.version)
    assert again(db, report).child == room.children[MING]
    case = case_of(db, report)
    assert (case.child, case.child_name, case.owner) == (room.children[MING], MING, head.id)
    assert [one.report for one in facts_of(db, room.children[MING]) if one.report], (
        "what it tells is in the file"
    )
    assert links_of_class(db, room.id) == {(WHO, room.children[MING]): "asked"}
    assert verify.faults(db) == []
    (done,) = matches.decided_matches(db, officer)
    matches.undo_match(db, done, officer)
    assert dump(db) == before
    assert verify.faults(db) == []
    assert [one.id for one in matches.open_matches(db, officer)] == [match.id]


def test_of_two_who_decide_the_second_is_told_who_was_first(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    officer, other, answers = staff["officer"], staff["bureau"], list[object]()
    told(db, {"child_name": "王小名", **CLASS})
    working.match_reports(db)
    (match,) = matches.open_matches(db, officer)

    def decide(who: Person, do: Any) -> None:
        try:
            do(db, match, who, seen=match.version)
            answers.append(who.id)
        except (Dealt, Stale) as late:
            answers.append(type(late))

    both = [threading.Thread(target=decide, args=(officer, matches.confirm_match)),
            threading.Thread(target=decide, args=(other, matches.refuse_match))]  # fmt: skip
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert len({officer.id, other.id} & set(answers)) == 1
    assert Dealt in answers
    with pytest.raises(Stale):
        matches.undo_match(db, match, officer, seen=match.version)


def test_who_may_not_see_both_sides_sees_no_match(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    told(db, {"child_name": "王小名", **CLASS})
    working.match_reports(db)
    (match,) = matches.open_matches(db, staff["principal"])
    seen = {login: len(matches.open_matches(db, one)) for login, one in staff.items()}
    assert seen == {
        **dict.fromkeys(staff, 0),
        **dict.fromkeys(("officer", "approver", "bureau", "town", "principal"), 1),
    }
    for stranger in (staff["neighbour"], staff["subsidies"], staff["village"], staff["auditor"]):
        with pytest.raises(Missing):
            matches.match_of(db, match.id, stranger)
    with pytest.raises(Denied):
        matches.confirm_match(db, match, staff["approver"])


def test_a_restricted_report_is_matched_for_few_eyes_alone(
    db: Database, room: Classroom, staff: Mapping[str, Person]
) -> None:
    said = {**sample("safety", 3, MORNING.date()), "child_name": "王小名", "what": "受侵害", **CLASS}
    for key in ("id_number", "birth_date", "village", "sex"):
        said.pop(key, None)
    door.receive(db, "safety", said, channel="wechat", reporter=WHO)
    working.match_reports(db)
    assert matches.open_matches(db, staff["principal"]) == []
    assert len(matches.open_matches(db, staff["officer"])) == 1


def test_a_child_of_no_list_gets_a_file_and_loses_it_again(
    db: Database, room: Classroom, officer: Person
) -> None:
    report = told(db, {"child_name": "王小名", **CLASS})
    working.match_reports(db)
    before = dump(db)
    (match,) = matches.open_matches(db, officer)
    child = matches.enter_new_child(db, match, officer)
    assert (again(db, report).child, child.name, child.class_id) == (child.id, "王小名", "")
    assert matches.open_matches(db, officer) == []
    working.match_reports(db)
    assert again(db, report).child == child.id
    (done,) = matches.decided_matches(db, officer)
    matches.undo_match(db, done, officer)
    assert dump(db) == before
    assert children.find_child(db, child.id) is None
    assert verify.faults(db) == []


def test_a_correction_brings_a_report_to_another_child(db: Database, room: Classroom) -> None:
    report = told(
        db, {"child_name": MING, "birth_date": "2017-03-01", "guardian_name": "王强", "relation": "父亲"}
    )
    working.match_reports(db)
    assert {one.report for one in facts_of(db, room.children[MING])} == {report.id}
    door.amend(
        db, again(db, report), {"child_name": "李红", "birth_date": "2017-03-02"}, actor=WHO, reason="写错了"
    )
    working.match_reports(db)
    assert again(db, report).child == room.children["李红"]
    assert facts_of(db, room.children[MING]) == []
    assert {one.report for one in facts_of(db, room.children["李红"])} == {report.id}


def test_a_withdrawn_report_stays_linked_and_tells_nothing(db: Database, room: Classroom) -> None:
    report = told(
        db, {"child_name": MING, "birth_date": "2017-03-01", "guardian_name": "王强", "relation": "父亲"}
    )
    working.match_reports(db)
    assert facts_of(db, room.children[MING])
    door.withdraw(db, again(db, report), actor=WHO)
    working.match_reports(db)
    assert again(db, report).child == room.children[MING]
    assert facts_of(db, room.children[MING]) == []


def test_a_link_that_somebody_has_refused_is_not_made_again(
    db: Database, room: Classroom, officer: Person
) -> None:
    first = told(db, {"child_name": MING, "birth_date": "2017-03-01"}, reporter="wechat:first")
    report = told(db, {"child_name": MING, "birth_date": "2017-03-01"})
    working.match_reports(db)
    assert case_of(db, report).id == case_of(db, first).id, "it had joined the case of the child"
    linking.unlink_report(db, again(db, report), officer.actor, refuse=True)
    working.match_reports(db)
    assert again(db, report).child == ""
    assert case_of(db, report).id != case_of(db, first).id
    assert (case_of(db, report).child, case_of(db, first).child) == ("", room.children[MING])
    door.amend(db, again(db, report), {"phone": "13900000001"}, actor=WHO, reason="补充")
    working.match_reports(db)
    assert again(db, report).child == ""
    assert verify.faults(db) == []


def test_two_cases_of_one_child_are_offered_to_each_other(
    db: Database, room: Classroom, officer: Person
) -> None:
    first = told(db, {"child_name": MING, "birth_date": "2017-03-01"}, reporter="wechat:first")
    report = told(db, {"child_name": "王小名", **CLASS})
    working.match_reports(db)
    (match,) = matches.open_matches(db, officer)
    matches.confirm_match(db, match, officer)
    assert [one.reason for one in offers_of(db, case_of(db, report), officer)] == ["同一个孩子"]
    assert case_of(db, report).id != case_of(db, first).id, "nothing is merged by force"


def test_two_workers_and_a_line_that_comes_anew(db: Database, room: Classroom) -> None:
    for name in ("王小名", "李宏", "张雨同", "赵雷"):
        told(db, {"child_name": name, **CLASS}, reporter=f"wechat:{name}")
    both = [threading.Thread(target=working.match_reports, args=(db,)) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert db.all("SELECT * FROM child_queue") == []
    rows = db.all("SELECT report, child, count(*) AS n FROM child_matches GROUP BY report, child")
    assert len(rows) >= 4
    assert {row["n"] for row in rows} == {1}


def test_a_line_that_cannot_be_worked_on_stops_no_other(
    db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = told(db, {"child_name": "王小名", **CLASS})
    bad = told(db, {"child_name": "李宏", **CLASS}, reporter="wechat:b")
    real = lookup.answers_of

    def answers_of(db: Database, report: Envelope) -> Any:
        if report.id == bad.id:
            raise ZeroDivisionError
        return real(db, report)

    monkeypatch.setattr(lookup, "answers_of", answers_of)
    working.match_reports(db)
    assert [row["report"] for row in db.all("SELECT report FROM child_queue")] == [bad.id]
    assert [row["report"] for row in db.all("SELECT DISTINCT report FROM child_matches")] == [good.id]
    monkeypatch.undo()
    working.match_reports(db)
    assert db.all("SELECT * FROM child_queue") == []


def test_a_system_of_one_school_is_linked_to_no_child_of_another(db: Database, room: Classroom) -> None:
    client, _ = clients.add_client(db, "别的镇", area=OTHER_TOWN)
    number = citizen_id(date(2017, 3, 1), "女")
    with db.write():
        db.run(
            "UPDATE children SET id_number_hash = ? WHERE id = ?",
            (children.number_hash(db, number), room.children[MING]),
        )
    report = told(db, {"child_name": MING, "id_number": number, "town": "松树镇"}, channel="api",
                  reporter=f"client:{client.id}", client=client)  # fmt: skip
    working.match_reports(db)
    assert again(db, report).child == ""


@pytest.mark.parametrize("where", ["_enter", "_ask_family"])
def test_what_is_cut_off_in_the_middle_has_not_begun(
    db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    report = told(
        db, {"child_name": MING, "birth_date": "2017-03-01", "guardian_name": "王强", "relation": "父亲"}
    )
    late = told(db, {"child_name": "李红"}, reporter="wechat:b")
    with db.write():
        db.run("UPDATE reports SET child = NULL WHERE id = ?", (report.id,))
    before, waits = dump(db), [tuple(row) for row in db.all("SELECT * FROM child_queue ORDER BY report")]

    def fall(*_: object) -> Any:
        raise MemoryError

    monkeypatch.setattr(linking, where, fall)
    working.match_reports(db)
    assert dump(db) == before
    assert [tuple(row) for row in db.all("SELECT * FROM child_queue ORDER BY report")] == [
        one for one in waits if one[0] != late.id
    ]
    monkeypatch.undo()
    at(monkeypatch, MORNING)
    working.match_reports(db)
    assert again(db, report).child == room.children[MING]
    assert db.all("SELECT * FROM child_queue") == []
