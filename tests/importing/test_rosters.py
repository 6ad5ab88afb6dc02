"""A list of each term: who is new, who moved and from where, who is gone; what it tells besides, and what was before."""

from collections.abc import Sequence

import pytest

from intake.cases import case as cases
from intake.cases.case import Case
from intake.children import register, stays
from intake.children.children import Child, children_of_class, children_of_name, number_hash
from intake.children.facts.fact import facts_of
from intake.importing import roster, staff
from intake.importing.outcome import Options, Outcome
from intake.importing.rosters import doubts
from intake.people import accounts
from intake.places import gazetteer
from intake.store.db import Database
from tests.hands import classroom, staffed
from tests.hands.casework import report
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, at, teacher
from tests.hands.lists import number, sheet

OTHER, OTHER_NAME = "2206050002", "大阳岔镇中学"
HEAD = ("姓名", "身份证号", "班级")
PLAIN, LEAVE = Options(), Options(leave=True)


@pytest.fixture(autouse=True)
def _term(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    at(monkeypatch, MORNING)
    classroom.school(db)
    classroom.school(db, OTHER, OTHER_NAME)
    with db.write():
        db.run("UPDATE schools SET stage = '一贯制'")


def take(
    db: Database, *rows: Sequence[str], head: Sequence[str] = HEAD, school: str = SCHOOL_NAME, options: Options = PLAIN
) -> Outcome:  # fmt: skip
    return roster.take(db, sheet([school], head, *rows), options)


def child(db: Database, name: str) -> Child:
    (one,) = children_of_name(db, name)
    return one


ONE, TWO, THREE = number("20170301", 1), number("20170302", 2), number("20170303", 3)
FIRST = (("王小明", ONE, "三年级2班"), ("李红", TWO, "三年级2班"), ("赵磊", THREE, "三年级2班"))


@pytest.mark.parametrize("head", ["年级班", "年级班级", "年班", "班级"])
def test_a_grade_with_its_class_in_one_column_is_known_by_each_of_its_heads(db: Database, head: str) -> None:
    done = take(db, ("王小明", ONE, "三年级2班"), head=("姓名", "身份证号", head))
    assert (done.new, done.faults) == (1, [])


def test_what_a_row_tells_is_a_fact_with_its_source_and_finds_the_child_again(db: Database) -> None:
    head = (
        *HEAD,
        "全国学籍号",
        "监护人",
        "与学生关系",
        "联系电话",
        "现住址",
        "就读方式",
        "是否留守",
        "父亲姓名",
        "父亲电话",
    )
    row = ("王小明", ONE, "三年级2班", f"G{ONE}", "徐桂兰", "奶奶", "13811112222", "石人镇大石棚村3号", "1-住校", "是",
           "王强", "13911112222")  # fmt: skip
    done = take(db, row, head=head)
    assert (done.errors, done.doubts, done.written) == ([], [], True)
    one = child(db, "王小明")
    facts = facts_of(db, one.id)
    assert {fact.source for fact in facts} == {"roster"}
    told = [(fact.kind, dict(fact.value or {})) for fact in facts]
    assert ("guardian", {"guardian_name": "徐桂兰", "relation": "祖母", "phone": "13811112222"}) in told
    assert ("guardian", {"guardian_name": "王强", "relation": "父", "phone": "13911112222"}) in told
    assert ("boarding", {"lodging": "住校"}) in told
    assert ("group", {"group_name": "留守"}) in told
    again = take(db, row, head=head)
    assert (again.new, again.changed, again.same) == (0, 0, 1)
    moved = take(db, ("王小明", "", "四年级1班", f"G{ONE}"), head=(*HEAD, "学籍号"))
    assert (moved.new, moved.changed) == (0, 1)
    assert child(db, "王小明").title == "四年级1班"
    later = take(db, (*row[:2], "四年级1班", *row[3:6], "13811113333", *row[7:]), head=head)
    assert (later.same, later.changed) == (0, 1), "a telephone that is new is a change, and is shown as one"
    phones = [
        fact.get("phone")
        for fact in facts_of(db, one.id, former=True)
        if fact.get("guardian_name") == "徐桂兰"
    ]
    assert sorted(phones) == ["13811112222", "13811113333"], "what was before is kept"


def test_what_cannot_be_read_is_named_and_does_not_hold_back_the_child(db: Database) -> None:
    done = take(db, ("王小明", ONE, "三年级2班", "打不通", "2.20605E+17"), head=(*HEAD, "联系电话", "学籍号"))
    assert (done.new, done.bad) == (1, 0)
    assert any("联系电话没有看懂" in one for one in done.doubts)
    assert any("学籍号在表格里成了数字" in one for one in done.doubts)
    assert facts_of(db, child(db, "王小明").id) == []


def test_a_new_term_tells_who_moved_up_who_changed_and_who_is_gone(db: Database) -> None:
    take(db, *FIRST)
    rows = (("王小明", ONE, "四年级2班"), ("李红", TWO, "三年级3班"))
    told = take(db, *rows, options=Options(dry_run=True))
    assert [(one.before, one.after, one.way, one.number) for one in told.moves] == [
        ("三年级2班", "三年级3班", "换班", 1),
        ("三年级2班", "四年级2班", "升级", 1),
    ]
    assert child(db, "王小明").title == "三年级2班", "a preview writes nothing"
    done = take(db, *rows)
    assert done.mark == told.mark
    path = [
        (one.class_name, one.came, one.went, bool(one.to_day))
        for one in stays.stays_of(db, child(db, "王小明").id)
    ]
    assert path == [("2班", "moved_up", "", False), ("2班", "listed", "moved_up", True)]


def test_who_is_listed_no_longer_is_to_be_explained_by_a_day_until_a_list_has_the_child(db: Database) -> None:
    take(db, *FIRST)
    take(db, FIRST[0], FIRST[1])
    gone = child(db, "赵磊")
    (asked,) = register.open_entries(db, gone.id, register.UNTOLD)
    assert (asked.school, asked.review_on, gone.title) == (SCHOOL, "2026-12-07", "三年级2班")
    take(db, FIRST[0], FIRST[1])
    assert len(register.entries_of_child(db, gone.id)) == 1, "asked once"
    take(db, ("赵磊", THREE, "三年级1班"), school=OTHER_NAME)
    sorts = sorted((one.sort, bool(one.finished_on)) for one in register.entries_of_child(db, gone.id))
    assert sorts == [("待说明", True), ("转入", False), ("转出", False)]


def test_a_child_from_another_school_is_a_transfer_in_both_registers(db: Database) -> None:
    take(db, *FIRST)
    done = take(db, ("李红", TWO, "三年级1班"), school=OTHER_NAME)
    assert [(one.before, one.after, one.way) for one in done.moves] == [
        (f"{SCHOOL_NAME}三年级2班", "三年级1班", "从别的学校转来")
    ]
    found = {one.sort: one for one in register.entries_of_child(db, child(db, "李红").id)}
    assert {(one.sort, one.school, one.from_school, one.to_school, one.open) for one in found.values()} == {
        ("转入", OTHER, SCHOOL, OTHER, True),
        ("转出", SCHOOL, SCHOOL, OTHER, True),
    }


def test_who_is_new_in_a_year_that_was_there_came_in_and_a_first_list_brings_nobody_in(db: Database) -> None:
    first = take(db, *FIRST)
    assert not any("按转入登记" in one for one in first.notes)
    assert db.all("SELECT 1 FROM register_entries") == []
    done = take(
        db, *FIRST, ("孙丽", number("20170304", 4), "三年级2班"), ("钱一", number("20200304", 6), "一年级1班")
    )
    assert [one for one in done.notes if "按转入登记" in one] == [
        "原来不在这所学校的名单里，按转入登记、等办结：1 人（三年级2班孙*）。"
    ]
    assert "新来的：2 人（三年级2班孙*、一年级1班钱*）。" in done.notes
    assert not any("新来的" in one for one in first.notes), "of a first list everybody is"
    (entry,) = register.entries_of_child(db, child(db, "孙丽").id)
    assert (entry.sort, entry.open, entry.from_school) == ("转入", True, "")


def test_two_namesakes_of_one_class_are_two_by_their_birth_dates(db: Database) -> None:
    head = ("姓名", "出生日期", "班级")
    rows = (("王小明", "2017-03-01", "三年级2班"), ("王小明", "2017-09-09", "三年级2班"))
    assert take(db, *rows, head=head).new == 2
    again = take(db, *rows, head=head)
    assert (again.new, again.same, again.errors) == (0, 2, [])
    up = take(db, *[(name, born, "四年级2班") for name, born, _ in rows[::-1]], head=head)
    assert (up.new, up.changed, up.errors) == (0, 2, [])
    assert sorted(one.birth_date for one in children_of_name(db, "王小明")) == ["2017-03-01", "2017-09-09"]


def test_a_name_that_was_written_wrongly_is_a_former_one(db: Database) -> None:
    take(db, *FIRST)
    take(db, ("王晓明", ONE, "三年级2班"), *FIRST[1:])
    one = child(db, "王晓明")
    former = [(fact.kind, fact.get("name"), fact.open) for fact in facts_of(db, one.id, former=True)]
    assert former == [("name", "王小明", False)]


def test_numbers_of_two_children_in_one_row_are_refused(db: Database) -> None:
    head = (*HEAD, "学籍号")
    take(db, (*FIRST[0], f"G{ONE}"), (*FIRST[1], f"G{TWO}"), head=head)
    done = take(db, (*FIRST[0], f"G{TWO}"), head=head)
    assert (done.bad, done.written) == (1, False)
    assert "学籍号是另一个孩子的" in done.errors[0]


def test_a_column_of_numbers_that_slipped_gives_no_child_the_name_of_another(db: Database) -> None:
    take(db, *FIRST)
    done = take(db, ("王小明", TWO, "三年级2班"), ("李红", ONE, "三年级2班"), FIRST[2])
    assert (done.bad, done.written) == (2, False)
    assert "证件号是另一个孩子的" in done.errors[0]
    assert {(child(db, name).number_hash) for name, *_ in FIRST[:2]} == {
        number_hash(db, one) for one in (ONE, TWO)
    }


def test_a_sheet_and_its_title_may_write_one_class_in_two_ways(db: Database) -> None:
    def under(tab: str, title: str) -> Outcome:
        return roster.take(
            db, sheet([f"{SCHOOL_NAME}{title}学生名单"], HEAD[:2], ("王小明", ONE), name=tab), PLAIN
        )

    assert under("三年2班", "三年级2班").errors == []
    assert (child(db, "王小明").grade, child(db, "王小明").class_name) == ("三年级", "2班")
    assert under("三年2班", "三年级（3）班").bad == 1, "which of both is meant nobody can tell"


def test_a_namesake_of_one_day_with_another_family_is_not_fetched_from_its_school(db: Database) -> None:
    head = ("姓名", "出生日期", "班级", "监护人", "监护人电话")
    row = ("王小明", "2017-03-01", "三年级2班")
    take(db, (*row, "王强", "13800000001"), head=head)
    done = take(db, (*row, "周海", "13800000002"), head=head, school=OTHER_NAME)
    assert (done.new, done.changed) == (1, 0)
    assert sorted(one.school for one in children_of_name(db, "王小明")) == [SCHOOL, OTHER]
    moved = take(db, (*row[:2], "三年级1班", "王强", "13800000009"), head=head, school=OTHER_NAME)
    assert (moved.new, moved.changed) == (0, 1), "who is of the same family has come"


def test_a_namesake_whose_number_stands_on_the_other_list_alone_stays_too(db: Database) -> None:
    plain, head = (
        ("姓名", "出生日期", "班级", "监护人", "监护人电话"),
        ("姓名", "身份证号", "班级", "监护人", "监护人电话"),
    )
    take(db, ("王小明", "2017-03-01", "三年级2班", "王强", "13800000001"), head=plain)
    done = take(db, ("王小明", ONE, "三年级2班", "周海", "13800000002"), head=head, school=OTHER_NAME)
    assert (done.new, done.changed) == (1, 0)


def test_a_principal_goes_through_no_district_with_a_list(db: Database) -> None:
    principal = staffed.everybody(db)["principal"]
    head, many = ("姓名", "出生日期", "班级"), [f"赵{sign}" for sign in classroom.SIGNS]
    rows = [(name, "2017-03-01", "三年级1班") for name in many]
    take(db, *rows, head=head, school=OTHER_NAME)
    done = take(db, *rows, head=head, options=Options(by=principal, dry_run=True))
    assert done.bad == len(many)
    assert sum(OTHER_NAME in one for one in done.errors) <= doubts.NAMED


def test_a_class_that_becomes_too_large_is_named(db: Database) -> None:
    many = [(f"赵{sign}", number("20170301", 100 + n), "三年级2班") for n, sign in enumerate(classroom.SIGNS)]
    more = [
        (f"钱{sign}", number("20170401", 200 + n), "三年级2班") for n, sign in enumerate(classroom.SIGNS[:20])
    ]
    rows = [*many, *more]
    assert not any("大班额" in one for one in take(db, *rows[:55]).notes)
    done = take(db, *rows[:56])
    assert [one for one in done.notes if "大班额" in one] == [
        f"{SCHOOL_NAME}三年级2班会有 56 人，到了大班额（56 人起）。转学不能造成新的大班额，请核对。"
    ]
    assert not any("大班额" in one for one in take(db, *rows[:57]).notes), "it was one before"


def test_the_case_follows_the_class_and_stays_with_whom_it_is_where_nobody_else_is(db: Database) -> None:
    take(db, *FIRST)
    old = teacher(db, classroom.Classroom(_room(db, "三年级2班"), {}), login="13812340001")
    case = report(db, child(db, "李红").id, child_name="李红", grade="三年级", class_name="2班")
    take(db, ("李红", TWO, "四年级2班"), ("钱二", number("20160304", 8), "四年级2班"), FIRST[0], FIRST[2])
    after = _case(db, case.number)
    assert (after.class_id, after.class_title, after.owner) == (_room(db, "四年级2班"), "四年级2班", old.id)
    head = ("姓名", "手机号码", "职务", "学校", "班级")
    listed = staff.take(db, sheet(head, ("刘建国", "13812340001", "教师", SCHOOL_NAME, "三年级2班"),
                         ("孙丽华", "13812340009", "教师", SCHOOL_NAME, "四年级2班")), PLAIN)  # fmt: skip
    assert listed.errors == []
    new = accounts.person_by_login(db, "13812340009")
    assert new
    assert _case(db, case.number).owner == new.id, "whoever teaches that class by now"
    moved = _case(db, case.number).version
    staff.take(db, sheet(head, ("孙丽华", "13812340009", "教师", SCHOOL_NAME, "四年级2班")), PLAIN)
    assert _case(db, case.number).version == moved, "again changes nothing"


def test_a_case_goes_to_whoever_teaches_the_new_class(db: Database) -> None:
    take(db, *FIRST)
    take(db, ("钱二", number("20160304", 8), "三年级1班"), school=OTHER_NAME)
    people = staffed.everybody(db)
    old = teacher(db, classroom.Classroom(_room(db, "三年级2班"), {}), login="13812340001")
    new = teacher(db, classroom.Classroom(_room(db, "三年级1班"), {}), login="13812340002", name="赵老师")
    case = report(db, child(db, "李红").id, child_name="李红", grade="三年级", class_name="2班")
    take(db, ("李红", TWO, "三年级1班"), school=OTHER_NAME)
    after = _case(db, case.number)
    assert (old.id, after.owner, after.school, after.class_title) == (case.owner, new.id, OTHER, "三年级1班")
    assert after.last_event == "moved"
    told = db.all("SELECT what FROM notices WHERE staff = ? AND case_id = ?", (new.id, case.id))
    assert [row["what"] for row in told] == ["assigned"]
    assert people["principal"].id != after.owner
    reads = db.one("SELECT until FROM case_readers WHERE case_id = ? AND staff = ?", (case.id, old.id))
    assert reads
    assert reads["until"][:10] == "2026-12-23", "30 days more"
    assert cases.may_see(db, old, after)
    assert not cases.may_work(db, old, after)


def test_children_who_finished_are_no_riddle_when_the_next_ones_sit_in_their_class(db: Database) -> None:
    nine = [("王小明", ONE, "九年级1班"), ("李红", TWO, "八年级1班")]
    take(db, *nine, school=OTHER_NAME)
    done = take(db, ("李红", TWO, "九年级1班"), school=OTHER_NAME, options=LEAVE)
    assert any("毕业年级" in one for one in done.left)
    one = child(db, "王小明")
    assert (one.class_id, register.entries_of_child(db, one.id)) == ("", [])
    assert [stay.went for stay in stays.stays_of(db, one.id)] == ["finished"]


def test_nobody_is_let_go_without_a_word_to_be_said(db: Database) -> None:
    take(db, *FIRST)
    take(db, FIRST[0], FIRST[1], options=LEAVE)
    one = child(db, "赵磊")
    assert one.class_id == ""
    assert [entry.sort for entry in register.open_entries(db, one.id, register.UNTOLD)] == ["待说明"]
    back = take(db, *FIRST)
    assert (back.new, back.changed) == (0, 1)
    assert register.open_entries(db, one.id, register.UNTOLD) == []


@pytest.mark.parametrize("grade", ["四年级2班", "三年级2班"])
def test_a_transfer_stands_in_both_registers_whichever_list_came_first(db: Database, grade: str) -> None:
    take(db, *FIRST)
    take(db, *FIRST[:2], options=LEAVE)
    gone = child(db, "赵磊")
    told = take(db, ("赵磊", THREE, grade), school=OTHER_NAME, options=Options(dry_run=True))
    assert [(one.before, one.after, one.way) for one in told.moves] == [
        (f"{SCHOOL_NAME}三年级2班", grade, "从别的学校转来")
    ]
    take(db, ("赵磊", THREE, grade), school=OTHER_NAME)
    entries = register.entries_of_child(db, gone.id)
    assert sorted((one.sort, one.school, one.from_school, one.to_school) for one in entries if one.open) == [
        ("转入", OTHER, SCHOOL, OTHER),
        ("转出", SCHOOL, SCHOOL, OTHER),
    ]
    assert [one.remark for one in entries if not one.open] == ["又在学生名单里"], "nobody owes a word on it"
    assert len(stays.stays_of(db, gone.id)) == 2


def test_who_was_said_to_have_gone_elsewhere_comes_from_there(db: Database) -> None:
    take(db, *FIRST)
    take(db, *FIRST[:2], options=LEAVE)
    gone = child(db, "赵磊")
    (untold,) = register.open_entries(db, gone.id, register.UNTOLD)
    register.finish_entry(db, untold, db.today(), "staff:x", "转到大连去了")
    take(db, ("李红红", number("20170304", 4), "三年级1班"), school=OTHER_NAME)
    take(db, ("赵磊", THREE, "三年级1班"), school=OTHER_NAME)
    entries = register.entries_of_child(db, gone.id)
    assert [(one.sort, one.from_school) for one in entries if one.open] == [("转入", "")]


def _room(db: Database, title: str) -> str:
    row = db.one("SELECT id FROM classes WHERE grade || class_name = ?", (title,))
    assert row
    return str(row["id"])


def _case(db: Database, number_: str) -> Case:
    found = cases.find_case(db, number_)
    assert found
    return found


def test_a_class_has_who_is_listed(db: Database) -> None:
    take(db, *FIRST)
    assert [one.name for one in children_of_class(db, _room(db, "三年级2班"))] == ["李红", "王小明", "赵磊"]
