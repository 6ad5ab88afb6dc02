"""学籍异动 as a list: each row is an entry by the rules of the page, in the order of its days, once however often it comes."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from intake.children import register
from intake.children.children import Child, children_of_name
from intake.house import verify
from intake.importing import roster
from intake.importing.outcome import Options, Outcome
from intake.importing.rosters import entries
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school.schooling import schoolings_of
from intake.store.db import Database
from tests.hands import staffed
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, at, classroom, school
from tests.hands.command import baoxue, table
from tests.hands.lists import number, sheet, workbook

OTHER, OTHER_NAME = "2206050002", "大阳岔镇中心小学"
HEAD = (
    "异动类型",
    "学生姓名",
    "身份证号",
    "异动时间",
    "原学校",
    "现学校",
    "年级",
    "班级",
    "异动原因",
    "复核日期",
    "办结日期",
)
NUMBERS = {name: number(f"2017030{at_}", at_) for at_, name in enumerate(("王小明", "李红", "赵磊"), 1)}


@pytest.fixture(autouse=True)
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    school(db)
    school(db, OTHER, OTHER_NAME)
    made = staffed.everybody(db)
    for where, names in ((SCHOOL_NAME, ("王小明", "李红")), (OTHER_NAME, ("赵磊",))):
        rows = [(name, NUMBERS[name], "三年级1班") for name in names]
        done = roster.take(db, sheet([where], ("姓名", "身份证号", "班级"), *rows), Options())
        assert done.written, done.faults
    return made


def row(sort: str, name: str, day: str, came: str = "", went: str = "", **more: str) -> tuple[str, ...]:
    """Give a row of a list as another system writes it: where the child came from, where it went."""
    return (sort, name, more.get("number", NUMBERS.get(name, "")), day, came, went, more.get("grade", ""),
            more.get("title", ""), more.get("why", ""), more.get("until", ""), more.get("done", ""))  # fmt: skip


def take(db: Database, *rows: tuple[str, ...], by: Person | None = None) -> Outcome:
    return entries.take(db, sheet(HEAD, *rows), Options(by=by))


def child(db: Database, name: str) -> Child:
    (one,) = children_of_name(db, name)
    return one


def entered(db: Database, name: str) -> list[tuple[str, str, str, str]]:
    found = register.entries_of_child(db, child(db, name).id)
    return sorted((one.day, one.sort, one.school, one.finished_on) for one in found)


AWAY = row(
    "转出", "李红", "2026.11.2", SCHOOL_NAME, "通化市第一小学", grade="三年级", title="1班", why="搬家"
)
BACK = row("复学", "王小明", "2026-11-20", "", SCHOOL_NAME, grade="三年级", title="1班")
PAUSE = row("休学", "王小明", "2026-10-09", why="手术", until="2027-03-01")


def test_rows_are_entries_in_the_order_of_their_days_and_again_is_nothing_new(db: Database) -> None:
    done = take(db, BACK, AWAY, PAUSE)
    assert (done.new, done.bad, done.written) == (3, 0, True), done.faults
    assert entered(db, "王小明") == [
        ("2026-10-09", "休学", SCHOOL, "2026-11-20"), ("2026-11-20", "复学", SCHOOL, "2026-11-20"),
    ]  # fmt: skip
    assert child(db, "王小明").title == "三年级1班"
    assert verify.faults(db) == [], "the roll came after these days, and no stay ends before it began"
    assert schoolings_of(db, [child(db, "李红")])[child(db, "李红").id].state == "外地就读"
    again = take(db, BACK, AWAY, PAUSE)
    assert (again.new, again.changed, again.same) == (0, 0, 3)
    closed = take(db, (*AWAY[:-1], "2026-11-10"))
    assert (closed.new, closed.changed) == (0, 1)
    assert entered(db, "李红") == [("2026-11-02", "转出", SCHOOL, "2026-11-10")]


@pytest.mark.parametrize("done", ["", "2026-11-10"])
def test_both_schools_lists_of_one_transfer_are_one_transfer(db: Database, done: str) -> None:
    there = row("转入", "李红", "2026-11-05", SCHOOL_NAME, OTHER_NAME, grade="三年级", title="1班", done=done)
    gone = row("转出", "李红", "2026-11-03", SCHOOL_NAME, OTHER_NAME, why="搬家")
    assert take(db, there).new == 1
    assert take(db, gone).same == 1
    assert [one[1] for one in entered(db, "李红")] == ["转入", "转出"]
    assert child(db, "李红").school == OTHER


@pytest.mark.parametrize(
    ("bad", "label"),
    [
        (row("退学", "李红", "2026-11-02"), "类别"),
        (row("转出", "李红", "2026-11-02", SCHOOL_NAME, "通化市第一小学"), "原因"),
        (row("转出", "李红", "2027-11-02", SCHOOL_NAME, "通化市第一小学", why="搬家"), "日期"),
        (row("转出", "李红", "2026-11-02", OTHER_NAME, "通化市第一小学", why="搬家"), "转出校"),
        (row("转出", "李红", "昨天", "", "通化市第一小学", why="搬家"), "日期"),
        (row("转出", "李红", "11.2", "", "通化市第一小学", why="搬家"), "日期"),
        (row("休学", "李红", "2026-11-02", why="手术", until="4.1"), "复核日期"),
        (row("转出", "李红", "2026-11-02", "", "通化市第一小学", why="搬家", done="周五"), "办结日期"),
        (row("转出", "钱多多", "2026-11-02", "", "通化市第一小学", why="搬家"), "姓名"),
        (row("转出", "李红", "2026-11-02", "", "通化市第一小学", why="搬家", done="2026-11-01"), "办结日期"),
        (row("转出", "李红", "2026-11-02", "", "通化市", why="搬家", number="2.20605E+17"), "身份证件号"),
        (row("休学", "李红", "2026-11-02", why="手术"), "复核日期"),
        (row("转入", "李红", "2026-11-02", SCHOOL_NAME, OTHER_NAME, grade="三年级", title="9班"), "班级"),
    ],
)
def test_a_row_that_cannot_be_taken_says_where_and_nothing_is_taken(
    db: Database, bad: tuple[str, ...], label: str
) -> None:
    done = take(db, PAUSE, bad)
    assert [one.label for one in done.faults] == [label]
    assert not done.written
    assert entered(db, "王小明") == []
    assert child(db, "王小明").title == "三年级1班"


def test_the_day_on_which_the_papers_of_a_pause_were_done_does_not_end_it(db: Database) -> None:
    """The child was in no class, paused no more, and counted as one of whom nobody knows where it is."""
    done = take(db, (*PAUSE[:-1], "2026-10-12"))
    assert (done.new, [one.partition("：")[2] for one in done.doubts]) == (
        1,
        [entries.NOT_ENDED.format("休学")],
    )
    paused = child(db, "王小明")
    assert schoolings_of(db, [paused])[paused.id].state == "休学"


def test_a_transfer_that_a_roll_entered_later_than_it_was_finished_is_finished(db: Database) -> None:
    moved = ("李红", NUMBERS["李红"], "三年级1班")
    assert roster.take(db, sheet([OTHER_NAME], ("姓名", "身份证号", "班级"), moved), Options()).changed == 1
    day = MORNING.date().isoformat()
    there = row(
        "转入", "李红", "2026-11-05", SCHOOL_NAME, OTHER_NAME, grade="三年级", title="1班", done="2026-11-10"
    )
    done = take(db, there)
    assert (done.changed, done.faults) == (1, [])
    assert entered(db, "李红") == [(day, "转入", OTHER, day), (day, "转出", SCHOOL, day)]


@pytest.mark.parametrize(
    "late",
    [
        row("休学", "王小明", "2026-10-12", why="手术", until="2027-03-01"),
        row("转入", "李红", "2026-09-01", "通化市第一小学", SCHOOL_NAME, grade="三年级", title="1班"),
    ],
)
def test_a_row_of_before_does_not_move_a_child_that_has_moved_since(
    db: Database, late: tuple[str, ...]
) -> None:
    """A day of 休学 that was put right took a child that was back out of its class; 转入 of autumn brought back who had left."""
    assert take(db, PAUSE, BACK, AWAY).written
    before = [child(db, name).title for name in NUMBERS]
    done = take(db, late)
    assert [one.label for one in done.faults] == ["日期"]
    assert [child(db, name).title for name in NUMBERS] == before == ["三年级1班", "", "三年级1班"]


def test_a_class_that_becomes_too_large_is_entered_where_the_list_says_all_the_same(db: Database) -> None:
    classroom(db, name="5班", names=[f"赵{n:02d}" for n in range(55)])
    came = row("转入", "赵磊", "2026-11-05", OTHER_NAME, SCHOOL_NAME, grade="三年级", title="5班")
    head = (*HEAD, "超过班额也要登记")
    refused = entries.take(db, sheet(head, (*came, "")), Options())
    assert [one.label for one in refused.faults] == ["超过班额也要登记"]
    assert entries.take(db, sheet(head, (*came, "仍然登记")), Options()).new == 1
    assert child(db, "赵磊").title == "三年级5班"


def test_a_look_before_writes_nothing(db: Database) -> None:
    told = entries.take(db, sheet(HEAD, PAUSE, AWAY), Options(dry_run=True))
    assert (told.new, told.written) == (2, False)
    assert (entered(db, "王小明"), child(db, "李红").title) == ([], "三年级1班")


def test_a_principal_enters_no_other_schools_child(db: Database, people: dict[str, Person]) -> None:
    other = row("转出", "赵磊", "2026-11-02", OTHER_NAME, "通化市第一小学", why="搬家")
    done = take(db, AWAY, other, by=people["principal"])
    assert [(one.label, one.sentence) for one in done.faults] == [("姓名", entries.UNKNOWN)]
    finished = (*AWAY[:-1], "2026-11-10")
    assert take(db, finished, by=people["principal"]).new == 1
    assert take(db, finished, by=people["principal"]).same == 1, "its list goes on with who has left for good"


@pytest.mark.processes
def test_the_command_takes_it(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    lists: dict[str, list[Sequence[object]]] = {
        "schools": [["校名", "学校标识码", "镇街"], [SCHOOL_NAME, SCHOOL, "石人镇"]],
        "roster": [["姓名", "身份证号", "学校", "班级"], ["李红", NUMBERS["李红"], SCHOOL_NAME, "三年级1班"]],
        "transfers": [HEAD, AWAY],
    }
    for key, rows in lists.items():
        path = workbook(tmp_path / f"{key}.xlsx", rows)
        done = baoxue(data, "import", key, str(path), BAOXUE_MODE="demo", BAOXUE_TODAY="2026-11-23")
        assert done.returncode == 0, done.stderr
    assert table(data, "SELECT sort, day FROM register_entries") == [("转出", "2026-11-02")]
