"""撤并: all of a school goes over to another in one step, is looked at before, and comes back for a week."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from intake.cases import case as cases
from intake.children.children import children_of_class, find_child
from intake.children.stays import stays_of
from intake.errors import Refused, Stale
from intake.house.verify import faults
from intake.importing import roster
from intake.importing.outcome import Options
from intake.people import accounts, bindings, slots
from intake.places import gazetteer
from intake.school.register import merging
from intake.school.register.merge_plan import plan_merge
from intake.store.db import Database
from tests.hands.casework import Casework, casework, report
from tests.hands.classroom import MORNING, OTHER_TOWN, SCHOOL, SCHOOL_NAME, TOWN, at, school
from tests.hands.command import baoxue, table
from tests.hands.lists import number, sheet, workbook
from tests.hands.page import Page

KEPT, KEPT_NAME = "2206050009", "大阳岔镇中心小学"
BY = "staff:x"


@pytest.fixture
def work(app: Flask, db: Database, monkeypatch: pytest.MonkeyPatch) -> Casework:
    at(monkeypatch, MORNING)
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    school(db, KEPT, KEPT_NAME, OTHER_TOWN)
    with db.write():
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES ('theirs', ?, '三年级', '2班', 0)",
            (KEPT,),
        )
    made = casework(app, db)
    slots.fill(db, "principal_of_school", SCHOOL, made.people["principal"], BY)
    return made


def everything(db: Database) -> dict[str, list[tuple[object, ...]]]:
    """Give what a merge touches, for what it must bring back."""
    asked = {
        "classes": "SELECT id, school, grade, class_name FROM classes ORDER BY id",
        "children": "SELECT id, class, town FROM children ORDER BY id",
        "staff": "SELECT id, school, area FROM staff ORDER BY id",
        "slots": "SELECT slot, place, staff FROM slots ORDER BY slot, place, staff",
        "teaches": "SELECT staff, class FROM teaches ORDER BY staff, class",
        "cases": "SELECT id, school, school_town, class, class_title, owner, state FROM cases ORDER BY id",
        "reports": "SELECT id, school, school_town FROM reports ORDER BY id",
        "schools": "SELECT code, merged FROM schools ORDER BY code",
    }
    return {name: [tuple(row) for row in db.all(sql)] for name, sql in asked.items()}


def test_all_of_it_goes_over_and_comes_back(db: Database, work: Casework) -> None:
    before = everything(db)
    plan = plan_merge(db, SCHOOL, KEPT)
    (one,) = plan.classes
    assert (plan.children, one.taken, one.grade + one.name, plan.cases) == (
        4,
        True,
        "三年级1班",
        [work.number],
    )
    assert everything(db) == before, "a look writes nothing"

    made = merging.merge_schools(db, SCHOOL, KEPT, {one.id: "3班"}, BY, plan_merge(db, SCHOOL, KEPT).mark)
    assert [(k.school, k.title) for k in bindings.classes_of(db, KEPT)] == [
        (KEPT, "三年级2班"),
        (KEPT, "三年级3班"),
    ]
    case = work.case
    assert (case.school, case.school_town, case.class_title, case.open) == (KEPT, OTHER_TOWN, "三年级3班", 1)
    principal = accounts.person_by_id(db, work.people["principal"].id)
    assert principal
    assert (principal.school, principal.area) == (KEPT, OTHER_TOWN)
    assert cases.may_work(db, principal, case)
    assert [one.id for one in slots.slot_holders(db, "principal_of_school", KEPT)] == [principal.id]
    path = [(stay.school, stay.came, stay.went) for stay in stays_of(db, case.child)]
    assert path == [(KEPT, "merged", ""), (SCHOOL, "listed", "merged")]
    places = gazetteer.world(db).places
    found = [places.school(said).place for said in (SCHOOL_NAME, SCHOOL)]
    assert [one.code for one in found if one] == [KEPT, KEPT]
    assert places.name(SCHOOL) == SCHOOL_NAME, "what was, keeps its name"
    assert faults(db) == []

    merging.undo_merge(db, made, BY)
    after = everything(db)
    assert {key: rows for key, rows in after.items() if rows != before[key]} == {}
    assert [(stay.school, stay.went) for stay in stays_of(db, case.child)] == [(SCHOOL, "")]
    assert gazetteer.world(db).places.name(SCHOOL) == SCHOOL_NAME
    assert faults(db) == []
    with pytest.raises(Refused, match="已经撤销"):
        merging.undo_merge(db, made, BY)


def test_a_later_list_finds_the_school_by_its_old_name(db: Database, work: Casework) -> None:
    merging.merge_schools(db, SCHOOL, KEPT, None, BY)
    done = roster.take(db, sheet(["姓名", "身份证号", "学校", "班级"], ["孙丽", number("20170304", 4), SCHOOL_NAME, "三年级1班"]),
                       Options(dry_run=True))  # fmt: skip
    assert (done.errors, done.new, [one for one in done.notes if "新增班级" in one]) == ([], 1, [])


def test_who_has_left_since_stays_where_they_are(db: Database, work: Casework) -> None:
    made = merging.merge_schools(db, SCHOOL, KEPT, None, BY)
    child = work.room.children["李红"]
    with db.write():
        db.run("UPDATE children SET class = 'theirs' WHERE id = ?", (child,))
    merging.undo_merge(db, made, BY)
    one = find_child(db, child)
    assert one
    assert (one.class_id, one.school) == ("theirs", KEPT)
    assert len(children_of_class(db, work.room.id)) == 3


def test_after_a_week_and_after_another_merge_it_stays(
    db: Database, work: Casework, monkeypatch: pytest.MonkeyPatch
) -> None:
    third = "2206050010"
    school(db, third, "湾沟镇第三小学")
    made = merging.merge_schools(db, SCHOOL, KEPT, None, BY)
    later = merging.merge_schools(db, KEPT, third, None, BY)
    assert gazetteer.world(db).places.get(SCHOOL).code == third  # type: ignore[union-attr]
    with pytest.raises(Refused, match="先撤销后面那一次"):
        merging.undo_merge(db, made, BY)
    merging.undo_merge(db, later, BY)
    at(monkeypatch, MORNING + timedelta(days=8))
    with pytest.raises(Refused, match="过了 7 天"):
        merging.undo_merge(db, made, BY)


@pytest.mark.parametrize(("gone", "kept"), [(SCHOOL, SCHOOL), (SCHOOL, "none"), (SCHOOL, TOWN)])
def test_what_is_no_other_school_is_refused(db: Database, work: Casework, gone: str, kept: str) -> None:
    with pytest.raises(Refused):
        merging.merge_schools(db, gone, kept, None, BY)


def test_a_name_that_is_taken_is_refused_at_its_class_and_a_change_since_is_stale(
    db: Database, work: Casework
) -> None:
    plan = plan_merge(db, SCHOOL, KEPT)
    with pytest.raises(Refused) as no:
        merging.merge_schools(db, SCHOOL, KEPT, {work.room.id: "2班"}, BY)
    assert no.value.field == f"class-{work.room.id}"
    report(db, work.room.children["李红"], child_name="李红")
    with pytest.raises(Stale):
        merging.merge_schools(db, SCHOOL, KEPT, None, BY, plan.mark)


def test_every_table_that_names_a_school_goes_over_or_says_why_not(db: Database) -> None:
    with db.schema() as schema:
        named = {table for table in schema.tables() if "school" in schema.columns(table)}
    named = {one for one in named if not one.startswith("answers_")}  # what was said stays as it was said
    assert named <= set(merging._PLAIN) | merging.STAYS_BEHIND, "a table of a later day is to be thought of"


def test_the_page_looks_then_does_then_takes_back(db: Database, work: Casework) -> None:
    client = work.browser("bureau")
    start = Page(client.get("/desk/schools/merge"))
    assert SCHOOL_NAME in start.words
    page = Page(client.get(f"/desk/schools/merge?from={SCHOOL}&into={KEPT}"))
    assert "三年级2班" in page.words
    same = client.get(f"/desk/schools/merge?from={SCHOOL}&into={SCHOOL}")
    assert same.status_code == 422
    form = {key: page.fields[key] for key in ("csrf_token", "seen")} | {"from": SCHOOL, "into": KEPT}
    taken = client.post("/desk/schools/merge", data=form | {f"class-{work.room.id}": "2班"})
    assert (taken.status_code, "已经有三年级2班了" in taken.text) == (422, True)
    assert client.post("/desk/schools/merge", data=form | {"seen": "old"}).status_code == 409
    assert client.post("/desk/schools/merge", data=form).status_code == 303
    (done,) = merging.school_merges(db)
    assert work.case.school == KEPT
    back = client.post(f"/desk/schools/merge/{done.id}/undo", data={"csrf_token": page.fields["csrf_token"]})
    assert (back.status_code, work.case.school) == (303, SCHOOL)
    again = client.post(f"/desk/schools/merge/{done.id}/undo", data={"csrf_token": page.fields["csrf_token"]})
    assert again.status_code == 422


@pytest.mark.parametrize(("stage", "told"), [("初中", True), ("小学", False), ("一贯制", False)])
def test_a_school_without_the_grades_that_come_to_it_is_warned_of(
    db: Database, work: Casework, stage: str, told: bool
) -> None:
    with db.write():
        db.run("UPDATE schools SET stage = ? WHERE code = ?", (stage, KEPT))
    page = Page(work.browser("bureau").get(f"/desk/schools/merge?from={SCHOOL}&into={KEPT}"))
    assert (f"{KEPT_NAME}是{stage}，没有三年级" in page.words) is told
    merging.merge_schools(db, SCHOOL, KEPT, None, BY)
    row = (("姓名", "身份证号", "班级"), ("赵新", number("20170309", 9), "三年级1班"))
    refused = roster.take(db, sheet([KEPT_NAME], *row), Options(dry_run=True)).bad
    assert bool(refused) is told, "what it warns of is what happens"


@pytest.mark.processes
def test_the_command_tells_first_and_does_it_when_asked(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    schools = [["校名", "学校标识码", "镇街"], [SCHOOL_NAME, SCHOOL, "石人镇"], [KEPT_NAME, KEPT, "大阳岔镇"]]
    path = workbook(tmp_path / "schools.xlsx", schools)
    assert baoxue(data, "import", "schools", str(path), BAOXUE_MODE="demo").returncode == 0
    names = [["姓名", "身份证号", "学校", "班级"], ["王小明", number("20170301"), SCHOOL_NAME, "三年级2班"]]
    path = workbook(tmp_path / "roster.xlsx", names)
    assert baoxue(data, "import", "roster", str(path), BAOXUE_MODE="demo").returncode == 0
    told = baoxue(data, "merge-schools", SCHOOL_NAME, KEPT, BAOXUE_MODE="demo")
    assert (told.returncode, "什么都没有改" in told.stdout, "孩子 1" in told.stdout) == (0, True, True), (
        told.stderr
    )
    assert table(data, "SELECT school FROM classes") == [(SCHOOL,)]
    done = baoxue(data, "merge-schools", SCHOOL_NAME, KEPT, "--apply", BAOXUE_MODE="demo")
    assert (done.returncode, table(data, "SELECT school FROM classes")) == (0, [(KEPT,)]), done.stderr
    assert baoxue(data, "merge-schools", KEPT, SCHOOL, BAOXUE_MODE="demo").returncode == 2, (
        "they are one by now"
    )
    assert baoxue(data, "verify", BAOXUE_MODE="demo").returncode == 0
