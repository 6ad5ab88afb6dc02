"""The sheets of the work list: what came, moved, is late, said nothing, was taken back; and sums that are their rows."""

from collections import Counter
from datetime import date, timedelta

import pytest

from intake import ledgers
from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import merging, work
from intake.cases.case import Case
from intake.cases.rounds.clocks import tick
from intake.cases.rulebook import states
from intake.ledgers import Period, View
from intake.ledgers.wanted import choosing
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.school import roll
from intake.store.db import Database
from intake.store.ids import new_id
from intake.talks.matters import open_by_hand
from tests.hands.caseworld import DAY, TOLD, WALKS, World
from tests.hands.classroom import MANY, MORNING, SCHOOL_NAME, TOWN, at, classroom, teacher
from tests.hands.sheets import BUREAU, case_told, labels_of, lines_of, sheet_of

TODAY = MORNING.date()
SHEETS = ("work-new", "work-changed", "work-overdue", "work-silent", "work-summary", "work-withdrawn")
COLUMNS = {
    "work": "序号 学校班级 姓名 联系电话 事项和状态 上一步 要做什么、谁做 期限 办理结果 办理日期 办理说明 行码（请勿改动）",
    "work-new": "序号 个案编号 学校班级 姓名 事项和状态 收到日期 上一步 要做什么、谁做 期限",
    "work-changed": "序号 个案编号 学校班级 姓名 类别 原状态 现状态 做了什么 谁做的 时间",
    "work-overdue": "序号 个案编号 学校班级 姓名 事项和状态 要做什么、谁做 期限 逾期天数 上一步",
    "work-silent": "序号 镇街 学校名称 班级 班主任 未上报日期 未上报天数 最近一次上报",
    "work-summary": "序号 镇街 类别 未办结 其中逾期 新增 办结 撤回",
    "work-withdrawn": "序号 个案编号 学校班级 姓名 事项和状态 收到日期 撤回日期",
}


def after(days: int) -> date:
    """Give a day so many after the report."""
    return TODAY + timedelta(days=days)


@pytest.fixture
def world(db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(db, monkeypatch)


def later(world: World, days: int, hour: int = 10) -> None:
    """Let it be so many days after the report."""
    at(world.patch, MORNING.replace(hour=hour) + days * DAY)


def person(world: World, role: str) -> Person:
    found = world.by(role)
    assert isinstance(found, Person)
    return found


@pytest.mark.parametrize("key", COLUMNS)
def test_the_columns_of_each_sheet(db: Database, key: str) -> None:
    assert labels_of(db, key) == COLUMNS[key]


def test_the_workbook_has_its_sheets_and_only_the_first_comes_back(db: Database) -> None:
    book = ledgers.ledgers_of_book(db, "work")
    assert [(one.key, one.tab) for one in book[1:]] == list(
        zip(SHEETS, ("新增", "变更", "逾期", "未上报", "汇总", "撤回"), strict=True)
    )
    assert [bool(one.fillable("bureau")) for one in book] == [True] + [False] * 6
    assert ["row_key" in one.fields for one in book] == [True] + [False] * 6
    assert len(book[0].columns()) == 12


def test_danger_that_nobody_has_taken_comes_first_then_what_is_due(world: World) -> None:
    late = world.reported()
    world.reported("boarding")
    danger, taken = world.reported("safety"), world.reported("safety")
    world.done(taken, "handled", world.officer)
    later(world, 3)
    keys = [str(row["行码（请勿改动）"]).partition(".")[0] for row in sheet_of(world.db, "work", after(3))]
    assert keys[0] == danger.number
    assert set(keys) == {one.number for one in (late, danger, taken)} | {keys[-1]}
    dues = [str(row["期限"]) for row in sheet_of(world.db, "work", after(3))[1:]]
    assert dues == sorted(dues)


def test_a_case_is_in_the_list_until_it_ends_and_stays_in_that_of_the_days_before(world: World) -> None:
    case = world.reported()
    later(world, 1)
    world.done(case, "returned", world.by("teacher"))
    assert sheet_of(world.db, "work", after(1)) == []
    later(world, 2)
    listed = [len(sheet_of(world.db, "work", after(days))) for days in (-1, 0, 1, 2)]
    assert listed == [0, 1, 1, 0]
    (row,) = sheet_of(world.db, "work", TODAY)
    assert row["事项和状态"] == "未到校\n已到校"  # as it is now
    assert "要做什么、谁做" not in row


def test_whoever_has_a_case_has_it_in_every_sheet_wherever_it_is(world: World) -> None:
    db, case = world.db, world.reported()
    elsewhere = Scope("220605109")
    lead = accounts.person_by_id(
        db, accounts.add_person(db, name="周", login="zhou", password=None, role="officer", area="220605")
    )
    assert lead
    world.done(case, "assigned", world.by("town"), owner=lead.id)
    later(world, 3)
    for key, number in {
        "work": 1,
        "work-new": 0,
        "work-changed": 0,
        "work-overdue": 1,
        "work-summary": 1,
    }.items():
        assert len(lines_of(db, key, after(3), scope=elsewhere, owner=lead.id)) == number, key
        assert lines_of(db, key, after(3), scope=elsewhere) == [], key
    assert len(lines_of(db, "work-new", TODAY, scope=elsewhere, owner=lead.id)) == 1
    assert len(lines_of(db, "work-changed", TODAY, scope=elsewhere, owner=lead.id)) == 2
    assert lines_of(db, "work", after(3), scope=Scope(TOWN))[0].clear == frozenset()
    (mine,) = sheet_of(db, "work", after(3), scope=elsewhere, owner=lead.id)
    assert (mine["姓名"], mine["联系电话"]) == ("王小明", "15901242486")


def test_a_matter_that_staff_wrote_down_has_its_telephone(world: World) -> None:
    told = {**TOLD, "phone": "13955556666", "teller": "家长"}
    case = open_by_hand(world.db, world.officer, told, key=new_id())
    assert case.owner
    (row,) = sheet_of(world.db, "work", TODAY, owner=case.owner)
    assert (row["联系电话"], row["事项和状态"]) == ("13955556666", "诉求：校车食堂\n待处理")
    (masked,) = sheet_of(world.db, "work", TODAY)
    assert masked["联系电话"] == "139********"


def test_a_change_is_a_step_with_its_states_and_by_whom(world: World) -> None:
    case = world.reported()
    later(world, 1)
    world.done(case, "contact", world.by("teacher"), way="家访", result="没联系上")
    tick(world.db)
    rows = sheet_of(world.db, "work-changed", after(1))
    assert world.db.one("SELECT 1 FROM case_events WHERE event = 'told'")
    known = {
        "个案编号": case.number,
        "学校班级": f"{SCHOOL_NAME}\n三年级2班",
        "姓名": "王*明",
        "类别": "未到校",
    }
    assert rows == [
        {"序号": 1, **known, "现状态": "待核实", "做了什么": "收到报告", "谁做的": "报告",
         "时间": clock.local(case.opened_at).replace(second=0, microsecond=0, tzinfo=None)},
        {"序号": 2, **known, "原状态": "待核实", "现状态": "核实中", "做了什么": "家访：没联系上", "谁做的": "teacher1（老师）",
         "时间": MORNING.replace(hour=10, tzinfo=None) + DAY},
    ]  # fmt: skip
    whole = sheet_of(world.db, "work-changed", after(1), first=after(1))
    assert whole == rows


def test_changes_of_one_day_begin_with_the_school_day_before_and_those_of_several_with_the_first(
    world: World,
) -> None:
    """MORNING is a Monday: who reads the list on it wants to know of Friday."""
    db = world.db
    world.reported()
    at(world.patch, MORNING + 4 * DAY)  # Friday
    case = world.reported()
    at(world.patch, MORNING + 7 * DAY)
    assert [row["个案编号"] for row in sheet_of(db, "work-changed", after(7))] == [case.number]
    assert sheet_of(db, "work-changed", after(8), first=after(5)) == []
    assert len(sheet_of(db, "work-changed", after(8), first=TODAY)) == 2


def test_what_was_taken_back_is_told_with_what_it_undid(world: World) -> None:
    case = world.reported()
    world.done(case, "returned", world.by("teacher"))
    case = world.again(case)
    work.undo(world.db, case, cases.events_of(world.db, case)[-1].id, world.by("teacher"), channel="desk")
    told = [(row["做了什么"], row["现状态"]) for row in sheet_of(world.db, "work-changed", TODAY)]
    assert told == [("收到报告", "待核实"), ("孩子到校（已撤销）", "已到校"), ("撤销上一步", "待核实")]


def test_what_is_late_stands_with_its_days(world: World) -> None:
    case = world.reported()  # due the same day
    boarding = world.reported("boarding")  # due in five working days
    later(world, 3)
    (row,) = sheet_of(world.db, "work-overdue", after(3))
    assert (row["个案编号"], row["期限"], row["逾期天数"]) == (case.number, TODAY, 3)
    later(world, 14)
    days = {row["个案编号"]: row["逾期天数"] for row in sheet_of(world.db, "work-overdue", after(14))}
    assert days == {case.number: 10, boarding.number: 7}  # school days of an absence, else days
    assert sheet_of(world.db, "work-overdue", TODAY) != []  # at the end of that day it was late
    assert sheet_of(world.db, "work-overdue", after(-1)) == []


def test_danger_is_late_at_its_minute(world: World) -> None:
    world.reported("safety")
    at(world.patch, MORNING + timedelta(minutes=29))
    assert sheet_of(world.db, "work-overdue", TODAY) == []
    at(world.patch, MORNING + timedelta(minutes=31))
    (row,) = sheet_of(world.db, "work-overdue", TODAY)
    assert row["逾期天数"] == 0


def test_a_page_on_the_screen_has_the_sums_of_the_sheet(world: World) -> None:
    world.reported("boarding")
    world.reported("safety")
    one = ledgers.ledger(world.db, "work-summary")
    view = View(BUREAU, Period(TODAY, TODAY))
    page = choosing.page_of_ledger(world.db, one, view, choosing.RowChoice())
    sums = {column.key: number for column, number in zip(one.columns(), page.sums, strict=True)}
    assert (page.total, sums["new"], sums["open"], sums["ended"]) == (2, 2, 2, 0)


def test_a_withdrawn_case_stands_apart(world: World) -> None:
    case = world.reported("withdrawn")
    (row,) = sheet_of(world.db, "work-withdrawn", TODAY)
    assert (row["个案编号"], row["收到日期"], row["撤回日期"]) == (case.number, TODAY, TODAY)
    assert sheet_of(world.db, "work", TODAY) == sheet_of(world.db, "work-new", TODAY) == []
    (total,) = sheet_of(world.db, "work-summary", TODAY)
    assert {key: total[key] for key in ("未办结", "新增", "办结", "撤回")} == {
        "未办结": 0, "新增": 0, "办结": 0, "撤回": 1,
    }  # fmt: skip


def test_two_cases_that_are_one_count_once(world: World) -> None:
    one, other = world.reported("boarding"), world.reported("boarding")
    merging.merge(world.db, other, one, world.officer, channel="desk")
    assert [row["个案编号"] for row in sheet_of(world.db, "work-new", TODAY)] == [one.number]
    (total,) = sheet_of(world.db, "work-summary", TODAY)
    assert (total["未办结"], total["新增"], total["办结"]) == (1, 1, 0)


def led_everywhere(world: World) -> list[Case]:
    """Lead a case of a child of its own to each state there is."""
    world.room = classroom(world.db, "五年级", "1班", MANY)
    for number in (1, 2):
        taught = world.by("teacher", number)
        assert isinstance(taught, Person)
        bindings.teach(world.db, taught.id, world.room.id)
    world.fresh()
    return [world.led(state) for state in WALKS]


@pytest.mark.parametrize("days", [0, 3, 34, 60])
def test_the_totals_are_the_rows_of_the_sheets_and_those_of_the_cases(world: World, days: int) -> None:
    """Every state there is, counted by hand out of the table of cases."""
    db = world.db
    led_everywhere(world)
    later(world, 60)
    case_told(db, "boarding", 7, at=clock.here() - 2 * DAY)
    every = [one for row in db.all("SELECT id FROM cases") if (one := cases.case_by_id(db, row["id"]))]
    day = after(days)
    first, end = clock.bounds(day)
    gone = {states.WITHDRAWN, states.MERGED}
    real = [one for one in every if one.state not in gone]
    there = [one for one in real if one.opened_at < end and (one.open or one.ended_at >= first)]
    wanted = {
        "未办结": [one for one in there if one.open or days < 60],
        "其中逾期": [
            one
            for one in there
            if one.open and one.due[:10] <= f"{day}" and (days < 60 or one.due < f"{day}")
        ],
        "新增": [one for one in real if first <= one.opened_at < end],
        "办结": [one for one in real if not one.open and first <= one.ended_at < end],
        "撤回": [
            one for one in every if one.state == "已撤回" and one.opened_at < end and one.ended_at >= first
        ],
    }
    totals: Counter[str] = Counter()
    for row in sheet_of(db, "work-summary", day):
        for label in wanted:
            value = row[label]
            assert isinstance(value, int)
            totals[label] += value
    assert totals == {label: len(found) for label, found in wanted.items()}
    keys = {"未办结": "work", "其中逾期": "work-overdue", "新增": "work-new", "撤回": "work-withdrawn"}
    assert {label: len(lines_of(db, key, day)) for label, key in keys.items()} == {
        label: totals[label] for label in keys
    }


def test_a_summary_tells_towns_in_their_order_and_what_has_none_last(world: World) -> None:
    db = world.db
    world.reported("boarding")
    world.reported("safety")
    case_told(db, "boarding", 1, town="湾沟镇", village=None)
    lost = world.reported("boarding")
    with db.write():
        db.run("UPDATE cases SET town = ? WHERE id = ?", ("220605", lost.id))
    rows = [(row["镇街"], row["类别"], row["新增"]) for row in sheet_of(db, "work-summary", TODAY)]
    names = [*(one.name for one in ledgers.ledger(db, "work").world.places.towns()), "未注明镇街"]
    at_list = [names.index(str(town)) for town, _, _ in rows]
    assert at_list == sorted(at_list)
    assert rows[-1] == ("未注明镇街", "寄宿", 1)
    assert ("石人镇", "安全", 1) in rows


def test_a_class_that_said_nothing_is_listed_and_one_that_spoke_is_not(world: World) -> None:
    """Of this day as soon as it is nine, or a class has spoken; before, of the school day before."""
    db = world.db
    other = classroom(db, "四年级", "1班", ("赵一", "钱二"))
    teaches = teacher(db, other, login="13812340009", name="陈老师")
    early = sheet_of(db, "work-silent", TODAY)
    assert {row["未上报日期"] for row in early} == {date(2026, 11, 20)}
    assert [row["班级"] for row in early] == ["三年级2班", "四年级1班"]
    roll.mark(db, other.id, TODAY, {}, teaches)
    (row,) = sheet_of(db, "work-silent", TODAY)
    assert row == {
        "序号": 1, "镇街": "石人镇", "学校名称": SCHOOL_NAME, "班级": "三年级2班", "班主任": "teacher1、teacher2",
        "未上报日期": TODAY, "未上报天数": 1,
    }  # fmt: skip
    later(world, 1)
    rows = {row["班级"]: row for row in sheet_of(db, "work-silent", after(1), first=after(-3))}
    assert rows["四年级1班"]["最近一次上报"] == TODAY
    assert {name: row["未上报天数"] for name, row in rows.items()} == {"三年级2班": 3, "四年级1班": 2}
    assert sheet_of(db, "work-silent", after(5)) == []  # a Saturday
    assert sheet_of(db, "work-silent", TODAY, scope=Scope("220605109")) == []


def test_a_sheet_of_a_scope_has_its_rows_alone(world: World) -> None:
    """Each role that works on cases, against what it sees of them one by one."""
    db = world.db
    led_everywhere(world)
    at(world.patch, MORNING)
    case_told(db, "boarding", 1, town="湾沟镇", village=None)
    every = [one for row in db.all("SELECT id FROM cases") if (one := cases.case_by_id(db, row["id"]))]
    for role in ("officer", "approver", "town", "principal", "teacher", "village", "bureau"):
        who = person(world, role)
        scope = accounts.scope_of(db, who)
        shown = {row["个案编号"] for row in sheet_of(db, "work-new", TODAY, scope=scope, owner=who.id)}
        seen = {
            one.number
            for one in every
            if cases.may_work(db, who, one) and one.state not in ("已撤回", "已并入")
        }
        assert shown == seen, role
