"""Rows of children that have no case come back: what is filled in is a fact with its source, and can be taken back."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from intake.cases.filling import filled_cells
from intake.children.facts.fact import ChildFact, facts_of
from intake.ledgers.returning import history, undoing
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.books import DAY
from tests.hands.classroom import MORNING, Classroom, at, classroom
from tests.hands.facts import fact
from tests.hands.ledgers import act, fill, rows_of, told
from tests.hands.returned import Paper, plan, sent_out, sentences, take

HOUSE = "吉林省白山市江源区石人镇林子头村"

pytestmark = pytest.mark.usefixtures("morning")


@pytest.fixture
def room(db: Database, people: dict[str, Person]) -> Classroom:
    made = classroom(db)
    for child in made.children.values():
        fact(db, child, "father", "xueji", away="是", since="2026年3月", place="辽宁省大连市")
        fact(db, child, "household", "huji", household_place=HOUSE, household_type="农业户口")
    return made


def facts(db: Database, child: str, kind: str) -> list[ChildFact]:
    return [one for one in facts_of(db, child) if one.kind == kind]


def key_of(child: str) -> str:
    """Give how the key of a child's row begins."""
    return f"C{child.replace('-', '').upper()}"


def test_untouched_nothing_changes_for_whoever_sends_it(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    fact(db, room.children["李红"], "helper", "staff", sort="结对教师", name="刘芳")
    fact(db, room.children["李红"], "police", "staff", day="2026-06-01")
    told(db, "boarding", 1, room.children["赵磊"], reason="监护人外出")
    fact(db, room.children["赵磊"], "helper", "staff", sort="结对教师", name="刘芳")
    for login in ("bureau", "town", "principal"):
        paper = Paper.of(sent_out(db, "left-behind", tmp_path, people[login]))
        found = plan(db, people[login], paper.data)
        assert (found.counts["same"], found.counts["changed"], sentences(found)) == (4, 0, [])
        assert [row.ignored for row in found.rows] == [[]] * 4


def test_what_is_filled_in_is_a_fact_and_the_rest_of_it_stays(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil, by = room.children["李红"], people["principal"]
    paper = Paper.of(sent_out(db, "left-behind", tmp_path, by))
    paper.fill(
        key_of(pupil),
        父亲姓名="李建国",
        帮扶教师="刘芳",
        派出所备案日期="2026.11.21",
        户号="17",
        村民组="二组",
        备注="每周电话",
    )
    done = take(db, by, paper.data)
    (household,) = [one for one in facts(db, pupil, "household") if one.source == "returned"]
    assert (household.value, household.confirmed_by) == (
        {"household_place": HOUSE, "household_type": "农业户口", "household_number": "17", "village_group": "二组"},
        by.actor,
    )  # fmt: skip
    assert [one.value for one in facts(db, pupil, "guardian")] == [
        {"guardian_name": "李建国", "relation": "父"}
    ]
    assert facts(db, pupil, "father")[0].source == "xueji"  # who is away is not what was filled in
    (row,) = [one for one in rows_of(db, "left-behind") if one["姓名"] == "李红"]
    wanted = {"父亲姓名": "李建国", "帮扶教师": "刘芳", "派出所备案日期": date(2026, 11, 21), "户号": "17", "村民组": "二组",
              "备注": "每周电话", "父亲外出起始年月": "2026-03"}  # fmt: skip
    assert {key: row[key] for key in wanted} == wanted
    assert plan(db, by, paper.data).counts["same"] == 4  # the same file again
    record = history.return_of(db, done.id, by)
    undone = undoing.undo_changes(db, by, record, [one.id for one in history.changes_of(db, done.id)])
    assert [one.why_not for one in undone] == [""] * 6
    (after,) = [one for one in rows_of(db, "left-behind") if one["姓名"] == "李红"]
    assert {after[key] for key in ("父亲姓名", "帮扶教师", "派出所备案日期", "户号", "村民组", "备注")} == {
        None
    }
    assert facts(db, pupil, "household")[0].source == "huji"


def test_somebody_of_another_school_cannot_change_a_row(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    paper = Paper.of(sent_out(db, "left-behind", tmp_path, people["bureau"]))
    paper.fill(key_of(room.children["李红"]), 户号="17")
    assert plan(db, people["neighbour"], paper.data).counts["wrong"] == 4
    assert plan(db, people["village"], paper.data).counts["changed"] == 0


def test_what_changed_meanwhile_is_stale(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil, by = room.children["李红"], people["principal"]
    paper = Paper.of(sent_out(db, "left-behind", tmp_path, by))
    fact(db, pupil, "helper", "staff", DAY, sort="结对教师", name="王芳")
    paper.fill(key_of(pupil), 帮扶教师="刘芳")
    assert plan(db, by, paper.data).counts["stale"] == 1


def test_a_case_that_came_since_leaves_the_key_of_the_child_valid(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil, by = room.children["李红"], people["principal"]
    paper = Paper.of(sent_out(db, "left-behind", tmp_path, by))
    case = told(db, "boarding", 1, pupil, reason="监护人外出")
    paper.fill(key_of(pupil), 帮扶教师="刘芳")
    take(db, by, paper.data)
    (row,) = [one for one in rows_of(db, "left-behind") if one["姓名"] == "李红"]
    assert row["帮扶教师"] == "刘芳"
    assert row["行码（请勿改动）"].startswith(case.number)


def test_what_is_filled_in_beside_a_case_is_a_fact_of_its_child_and_a_later_fact_comes_first(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil, by = room.children["李红"], people["principal"]
    case = told(db, "boarding", 1, pupil, reason="监护人外出")
    paper = Paper.of(sent_out(db, "left-behind", tmp_path, by))
    take(db, by, paper.fill(case.number, 帮扶教师="刘芳", 备注="一").data)
    (helper,) = facts(db, pupil, "helper")
    assert (helper.get("name"), helper.source) == ("刘芳", "returned")
    assert facts(db, pupil, "remark") == []  # that is the case's
    at(monkeypatch, MORNING + timedelta(days=1))
    fact(db, pupil, "helper", "staff", MORNING.date() + timedelta(days=1), sort="结对教师", name="王芳")
    again = Paper.of(sent_out(db, "left-behind", tmp_path, by))
    assert again.get(case.number, "帮扶教师") == "王芳"
    assert plan(db, by, again.data).counts["same"] == 4
    take(db, by, again.fill(case.number, 帮扶教师="清空").data)
    assert facts(db, pupil, "helper") == []
    assert "helping_teacher" not in filled_cells(db, [case.id])[case.id]


def test_what_was_filled_in_before_there_were_facts_stays_in_its_row(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil = room.children["李红"]
    case = told(db, "boarding", 1, pupil, reason="监护人外出")
    fill(db, case, people["bureau"], "left-behind", helping_teacher="刘芳", household_number="17")
    with db.write():
        db.run("DELETE FROM child_facts WHERE kind IN ('helper', 'household')")
    (row,) = [one for one in rows_of(db, "left-behind") if one["姓名"] == "李红"]
    assert (row["帮扶教师"], row["户号"]) == ("刘芳", "17")
    act(db, case, "resolved", people["bureau"], result="有床")


def test_the_migrant_sheet_comes_back_as_well(
    db: Database, people: dict[str, Person], room: Classroom, tmp_path: Path
) -> None:
    pupil, by = room.children["李红"], people["principal"]
    fact(db, pupil, "household", "staff", household_place="辽宁省大连市沙河口区")
    paper = Paper.of(sent_out(db, "migrant", tmp_path, by))
    take(db, by, paper.fill(key_of(pupil), 学籍转接状态="已转接").data)
    assert facts(db, pupil, "transfer_state")[0].value == {"transfer_state": "已转接"}
