"""学籍异动登记册 as a ledger: its rows are entries of the registers of a scope; 办结日期 and 备注 come back."""

from pathlib import Path

import pytest

from intake import ledgers
from intake.children import register
from intake.children.children import find_child
from intake.children.register import RegisterEntry
from intake.ledgers import View
from intake.ledgers.returning import history, undoing
from intake.ledgers.subjects import ENTRY, subject_ref
from intake.ledgers.wanted.extents import extent_of, period_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school.register import entering
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, OTHER_TOWN, Classroom, at, classroom, school
from tests.hands.returned import Paper, plan, sent_out, sentences, take

OTHER, OTHER_NAME = "2206050002", "大阳岔镇中心小学"


@pytest.fixture
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    school(db, OTHER, OTHER_NAME, OTHER_TOWN)
    return staffed.everybody(db)


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    return classroom(db)


def entered(
    db: Database, people: dict[str, Person], room: Classroom, name: str, sort: str, **said: str
) -> RegisterEntry:
    child = find_child(db, room.children[name])
    assert child
    return entering.enter(db, child, sort, said, people["principal"])


@pytest.fixture
def entries(db: Database, people: dict[str, Person], room: Classroom) -> list[RegisterEntry]:
    day = MORNING.date().isoformat()
    moved = {"day": day, "to_school": OTHER_NAME, "reason": "搬家", "paper": "在读证明"}
    paused = {"day": day, "reason": "手术", "paper": "教育局 12 号", "review_on": "2027-06-01"}
    return [
        entered(db, people, room, "王小明", "转出", **moved),
        entered(db, people, room, "李红", "休学", **paused),
        entered(db, people, room, "赵磊", "休学", **{**paused, "day": "2026-11-20"}),
    ]


def rows(db: Database, by: Person, key: str = "transfers") -> list[dict[str, object]]:
    scope = accounts.scope_of(db, by)
    view = View(extent_of(db, scope).within(scope), period_of(db, day=db.today()))
    return [dict(one.values) for one in ledgers.ledger(db, key).rows(db, view)]


def test_each_school_has_its_own_register_and_the_district_both(
    db: Database, people: dict[str, Person], entries: list[RegisterEntry]
) -> None:
    told = {login: sorted(str(one["sort"]) for one in rows(db, people[login])) for login in
            ("bureau", "town", "neighbour", "principal")}  # fmt: skip
    assert told == {
        "bureau": ["休学", "转入", "转出"], "town": ["休学", "转出"], "neighbour": ["转入"], "principal": ["休学", "转出"],
    }  # fmt: skip
    one = next(one for one in rows(db, people["principal"]) if one["sort"] == "转出")
    assert (one["child_name"], one["grade"], one["class_name"], one["reason"]) == (
        "王小明",
        "三年级",
        "2班",
        "搬家",
    )
    assert (one["to_school"], one["finished_on"]) == (OTHER, None)


def test_it_tells_of_the_days_that_are_asked_for_and_not_of_what_was_taken_back(
    db: Database, people: dict[str, Person], entries: list[RegisterEntry]
) -> None:
    entering.undo(db, entries[0], people["principal"])
    assert [one["sort"] for one in rows(db, people["bureau"])] == ["休学"]


def test_it_goes_out_comes_back_and_is_taken_back(
    db: Database, people: dict[str, Person], entries: list[RegisterEntry], tmp_path: Path
) -> None:
    principal, ref = people["principal"], subject_ref(ENTRY, entries[0].id)
    sent = Paper.of(sent_out(db, "transfers", tmp_path, principal))
    assert plan(db, principal, sent.data).counts["same"] == 4, "two of the day, and the two that go on"
    sent.fill(ref, 办结日期="2026-11-23", 备注="材料齐了")
    assert plan(db, principal, sent.data).counts["changed"] == 1
    assert register.entry_by_id(db, entries[0].id).open  # type: ignore[union-attr]
    done = take(db, principal, sent.data)
    now = register.entry_by_id(db, entries[0].id)
    assert now
    assert (now.finished_on, now.remark) == ("2026-11-23", "材料齐了")
    assert plan(db, principal, sent.data).counts["changed"] == 0, "the same file again"
    made = history.return_of(db, done.id, principal)
    undoing.undo_changes(db, principal, made, [one.id for one in history.changes_of(db, done.id)])
    again = register.entry_by_id(db, entries[0].id)
    assert again
    assert (again.finished_on, again.remark) == ("", "")


def test_a_day_before_the_entry_is_refused_and_another_schools_row_is_not_there(
    db: Database, people: dict[str, Person], entries: list[RegisterEntry], tmp_path: Path
) -> None:
    ref = subject_ref(ENTRY, entries[0].id)
    sent = Paper.of(sent_out(db, "transfers", tmp_path, people["principal"]))
    sent.fill(ref, 办结日期="2026-11-01")
    found = plan(db, people["principal"], sent.data)
    assert found.counts["wrong"] == 1
    assert any("早于登记的日期" in one for one in sentences(found))
    assert plan(db, people["neighbour"], sent.data).counts["changed"] == 0


def test_who_is_not_explained_stands_on_a_sheet_of_its_own(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    child = find_child(db, room.children["王小明"])
    assert child
    with db.write():
        register.enter_entry(
            db, register.new_entry(db, child, register.UNTOLD, db.today(), review_on="2026-12-07"), "t"
        )
    assert rows(db, people["principal"]) == []
    (one,) = rows(db, people["principal"], "unexplained")
    assert (one["child_name"], one["review_on"], one["school"]) == ("王小明", "2026-12-07", child.school)
