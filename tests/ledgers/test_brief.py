"""月度形势: each figure is that of the other ledgers for the month, and those who said nothing are named."""

from collections import Counter
from datetime import date

import pytest

from intake.fields import Cell
from intake.ledgers import ledger
from intake.people.scope import Scope
from intake.school import roll
from intake.store.db import Database
from tests.hands.caseworld import DAY, WALKS, World
from tests.hands.classroom import MANY, MORNING, OTHER_TOWN, SCHOOL_NAME, TOWN, at, classroom, teacher
from tests.hands.sheets import case_told, sheet_of

TODAY = MORNING.date()
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
DECEMBER = (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def world(db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a house in which every state has been reached; it is the last evening of December."""
    made = World(db, monkeypatch)
    made.room = classroom(db, "五年级", "1班", MANY)
    taught = teacher(db, made.room)
    made._staff["teacher", 1] = taught
    made.fresh()
    for state in WALKS:
        made.led(state)
    at(monkeypatch, MORNING + 3 * DAY)
    case_told(db, "absence", 1, last_seen="2026-11-25", reason=None, town="湾沟镇", village=None)
    case_told(db, "absence", 3, last_seen="2026-11-25", reason="厌学", town="石人镇", village=None)
    at(monkeypatch, MORNING.replace(hour=20) + 38 * DAY)
    return made


def number(cell: Cell) -> int:
    """Give the number that stands in a cell."""
    assert isinstance(cell, int | float)
    return int(cell)


def figures(db: Database, last: date, **wanted: Scope) -> dict[tuple[str, str], tuple[Cell, Cell, Cell]]:
    """Give this month, the month before and the remark of each line, by group and item."""
    rows = sheet_of(db, "brief", last, **wanted)
    return {
        (str(row["类别"]), str(row["项目"])): (row.get("本月"), row.get("上月"), row.get("说明"))
        for row in rows
    }


def test_it_is_one_upright_page_of_few_columns(db: Database) -> None:
    one = ledger(db, "brief")
    assert [column.label for column in one.columns()] == ["序号", "类别", "项目", "本月", "上月", "说明"]
    assert one.portrait
    assert not any(column.summed for column in one.columns())


@pytest.mark.parametrize(("first", "last"), [NOVEMBER, DECEMBER], ids=["November", "December"])
def test_each_figure_is_that_of_the_other_ledgers_for_the_month(
    world: World, first: date, last: date
) -> None:
    db = world.db
    told = {key: now for key, (now, _, _) in figures(db, last).items()}
    totals: Counter[str] = Counter()
    for row in sheet_of(db, "work-summary", last, first=first):
        totals += Counter({key: number(row[key]) for key in ("其中逾期", "新增", "办结", "撤回")})
    assert [told["个案", one] for one in ("新增", "办结", "逾期未办", "撤回")] == [
        totals["新增"], totals["办结"], totals["其中逾期"], totals["撤回"],
    ]  # fmt: skip
    new = sheet_of(db, "work-new", last, first=first)
    absences = [row for row in new if str(row["事项和状态"]).startswith("未到校")]
    assert sum(number(n) for (group, _), n in told.items() if group == "新增的镇街") == len(new)
    assert sum(number(n) for (group, _), n in told.items() if group == "未到校原因") == len(absences)
    ended = Counter(
        str(row["现状态"])
        for row in sheet_of(db, "work-changed", last, first=first)
        if row["做了什么"] != "撤销上一步"
    )
    assert (told["回校", "已到校"], told["回校", "销号"]) == (ended["已到校"], ended["已销号"])
    silent = sheet_of(db, "work-silent", last, first=first)
    assert told["未上报", "未上报班次（班×天）"] == sum(number(row["未上报天数"]) for row in silent)


def test_the_figures_of_a_month_are_right(world: World) -> None:
    """Counted by hand out of the walks: each begins on the same Monday."""
    told = figures(world.db, NOVEMBER[1])
    walked = [what for what, _ in WALKS.values()]
    suspected = sum(any(key == "three_days" for key, *_ in steps) for _, steps in WALKS.values())
    new = len(walked) - walked.count("withdrawn") - 1 + 2  # one was merged, two were told later
    assert told["个案", "新增"][0] == new
    assert told["个案", "撤回"][0] == 1
    assert told["控辍", "列入疑似辍学"] == (suspected, None, None)
    assert told["回校", "复学"][0] == 2  # 复学观察 and 已销号
    assert told["上课", "上课日（天）"] == (
        21,
        18,
        None,
    )  # 2026-10 has the seven days of the national holiday
    assert told["未到校原因", "没有说明原因"][0] == 1
    assert told["未到校原因", "厌学"][0] == 1
    assert told["未上报", "整月未上报的学校"] == (1, None, SCHOOL_NAME)
    remark = str(told["个案", "新增"][2])
    kinds = dict(part.split(" ") for part in remark.split("、"))
    assert sum(map(int, kinds.values())) == new


def test_a_month_that_nobody_knows_anything_of_is_no_0(world: World) -> None:
    """There is nothing before November: the month before is empty, but for the calendar."""
    earlier = {key: before for key, (_, before, _) in figures(world.db, NOVEMBER[1]).items()}
    assert set(earlier.values()) == {None, 18}
    then = figures(world.db, DECEMBER[1])
    now = figures(world.db, NOVEMBER[1])
    assert {key: before for key, (_, before, _) in then.items() if key in now and key[0] != "未到校原因"} == {
        key: one for key, (one, _, _) in now.items() if key in then and key[0] != "未到校原因"
    }


def test_the_month_is_that_in_which_the_days_end_and_up_to_there(world: World) -> None:
    assert figures(world.db, TODAY - DAY)["个案", "新增"][0] == 0
    day, month = figures(world.db, TODAY), sheet_of(world.db, "brief", TODAY, first=date(2026, 9, 1))
    assert day["个案", "新增"][0] == month[1]["本月"] != 0


def test_who_said_nothing_in_all_the_month_is_named(world: World) -> None:
    db = world.db
    silent = figures(db, DECEMBER[1])
    assert silent["未上报", "整月未上报的学校"][0] == 1
    at(world.patch, MORNING + 30 * DAY)
    who = world.by("teacher")
    assert not isinstance(who, str)
    roll.mark(db, world.room.id, db.today(), {}, who)
    at(world.patch, MORNING.replace(hour=20) + 38 * DAY)
    spoke = figures(db, DECEMBER[1])
    assert spoke["未上报", "整月未上报的学校"] == (0, 1, None)
    shift = "未上报", "未上报班次（班×天）"
    assert number(silent[shift][0]) - number(spoke[shift][0]) == 1
    villages = "未上报", "没有消息的村(社区)"
    every = len(ledger(db, "brief").world.places.villages())
    told = number(figures(db, NOVEMBER[1])[villages][0])
    homes = {row["village"] for row in db.all("SELECT DISTINCT village FROM cases WHERE village <> ''")}
    assert told == every - len(homes)
    assert number(spoke[villages][0]) == every  # nothing came in December, and no cadre did anything
    at(world.patch, MORNING + 20 * DAY)
    case = world.led("待核实")
    at(world.patch, MORNING + 20 * DAY)
    world.done(case, "contact", world.by("village"))
    assert number(figures(db, DECEMBER[1])[villages][0]) == every - 1


def test_a_town_has_its_own_page_and_a_school_asks_no_village(world: World) -> None:
    whole, town = figures(world.db, NOVEMBER[1]), figures(world.db, NOVEMBER[1], scope=Scope(TOWN))
    assert number(town["个案", "新增"][0]) < number(whole["个案", "新增"][0])
    assert town["未上报", "没有消息的村(社区)"][0] == len(
        [one for one in ledger(world.db, "brief").world.places.villages() if one.town == TOWN]
    ) - len({row["village"] for row in world.db.all("SELECT village FROM cases WHERE village <> '' AND restricted = 0")
             if str(row["village"]).startswith(TOWN)})  # fmt: skip
    assert figures(world.db, NOVEMBER[1], scope=Scope(OTHER_TOWN))["个案", "新增"][0] == 0
    school = figures(world.db, NOVEMBER[1], scope=Scope(TOWN, school="2206050001"))
    assert school["未上报", "没有消息的村(社区)"][0] == 0
