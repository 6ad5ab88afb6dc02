"""The registers of absence and danger: every column has the right value, of a case that was led through real steps."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from intake.cases import work
from intake.cases.case import Case
from intake.cases.rounds.clocks import tick
from intake.children import children
from intake.fields import Cell
from intake.ledgers import ledger
from intake.people import slots
from intake.people.accounts import Person
from intake.store.db import Database
from tests.hands.caseworld import DAY, PLACE, World
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, at
from tests.hands.samples import citizen_id
from tests.hands.sheets import case_told, labels_of, sheet_of

CHILD = "序号 学校名称 学校标识码 年级 班级 姓名 性别 民族 出生日期 身份证件类型 身份证件号 全国学籍号"
COLUMNS = {
    "suspected": f"{CHILD} 户籍地址 现住址 监护人 与学生关系 联系电话 最后到校日期 连续未到校天数 发现方式 发现日期 "
    "特殊群体类别 首次联系日期 首次联系结果 首次家访日期 核实结论 核实日期 责任教师 包校领导 镇街包保人 目前状态 备注 "
    "行码（请勿改动）",
    "dropout": f"{CHILD} 辍学日期 原因 去向 困难类型 残疾类别 劝返次数 最近劝返日期 劝返人 措施 结果 文书及日期 书面报告日期 "
    "安置方式 复学日期 复学学校班级 30日稳定性 销号日期 销号依据 审核人 备注 行码（请勿改动）",
    "dropout-persuasions": "序号 个案编号 学校名称 年级 班级 姓名 次数 日期 方式 参加人 谈话对象 摘要 结果 下次计划",
    "police": "序号 姓名 住址 监护人 电话",
}
"""The words of the bureau's forms, in their order; 序号 begins and the key of the row ends."""
TODAY = MORNING.date()
NEAR: dict[str, Any] = PLACE


def after(days: int) -> date:
    """Give a day so many after the report."""
    return TODAY + timedelta(days=days)


@pytest.fixture
def world(db: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(db, monkeypatch)


def do(world: World, case: Case, key: str, who: str, days: int, **said: Any) -> Case:
    """Let somebody do something so many days after the report."""
    at(world.patch, MORNING + days * DAY)
    return world.done(case, key, world.by(who), **said)


def absent(world: World, **said: Any) -> Case:
    """Report 王小明 of the roll, whom nobody has seen since Friday; the report brings identity and address, too."""
    told = {
        "last_seen": "2026-11-20", "reason": "厌学", "whereabouts": "在大连", "special_group": ["低保", "留守"],
        "guardian_name": "徐桂兰", "relation": "祖母", "phone": "13811112222", "id_number": None, "birth_date": None,
        "sex": None, "contacted": None, "contact_result": None,
    }  # fmt: skip
    return case_told(world.db, "absence", 0, child=world.room.children["王小明"], **{**told, **said})


def fill(world: World, case: Case, words: Mapping[str, Any]) -> None:
    work.act(world.db, case, "filled", {}, world.by("town"), channel="return", words=words)


def named(world: World, who: str, slot: str, place: str) -> None:
    person = world.by(who)
    assert isinstance(person, Person)
    slots.fill(world.db, slot, place, person, "test")


@pytest.mark.parametrize("key", COLUMNS)
def test_the_columns_are_those_of_the_bureaus_forms(db: Database, key: str) -> None:
    assert labels_of(db, key) == COLUMNS[key]


def test_a_child_missing_for_three_days_is_one_row_that_is_filled_in(world: World) -> None:
    db, case = world.db, absent(world)
    named(world, "town", "town_of_school", SCHOOL)
    do(world, case, "contact", "teacher", 0, way="电话", result="没联系上", people=None)
    do(world, case, "contact", "teacher", 1, way="家访", result="联系上了")
    at(world.patch, MORNING + 1 * DAY)
    assert sheet_of(db, "suspected", after(1)) == []
    at(world.patch, MORNING + 2 * DAY)
    told = tick(db)
    assert [one.step for one in told.told if one.role in ("principal", "town")] != []
    assert tick(db).told == []
    fill(world, case, {"conclusion": "属实", "concluded_on": "2026-11-25", "remark": "奶奶照看"})
    (row,) = sheet_of(db, "suspected", after(2), full=True)
    key = row.pop("行码（请勿改动）")
    assert str(key).startswith(f"{case.number}.")
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "王小明", "性别": "女",
        "出生日期": date(2017, 3, 1), "监护人": "徐桂兰", "与学生关系": "祖母", "联系电话": "13811112222",
        "最后到校日期": date(2026, 11, 20), "连续未到校天数": 3, "发现方式": "教师", "发现日期": TODAY,
        "特殊群体类别": "留守、低保", "首次联系日期": TODAY, "首次联系结果": "没联系上", "首次家访日期": after(1),
        "核实结论": "属实", "核实日期": after(2), "责任教师": "teacher1、teacher2", "包校领导": "principal1、principal2",
        "镇街包保人": "town1", "目前状态": "疑似辍学", "备注": "奶奶照看",
    }  # fmt: skip


def test_what_an_enrolment_said_of_the_child_stands_in_its_row(world: World) -> None:
    case_told(world.db, "enrollment", 1, child=world.room.children["王小明"], ethnic="朝鲜族",
              id_number=citizen_id(date(2017, 3, 1), "女"), sex="女", birth_date="2017-03-01", household_place="石人镇林子头村",
              residence="江源区石人镇林子头村8号")  # fmt: skip
    absent(world)
    at(world.patch, MORNING + 2 * DAY)
    tick(world.db)
    (row,) = sheet_of(world.db, "suspected", after(2), full=True)
    wanted = {
        "民族": "朝鲜族", "身份证件类型": "居民身份证", "身份证件号": citizen_id(date(2017, 3, 1), "女"),
        "户籍地址": "石人镇林子头村", "现住址": "江源区石人镇林子头村8号",
    }  # fmt: skip
    assert {key: row.get(key) for key in wanted} == wanted


@pytest.mark.parametrize(
    ("number", "document"), [(citizen_id(date(2017, 3, 1), "女"), "居民身份证"), ("H12345678", None)]
)
def test_the_number_of_the_roll_says_what_document_it_is_of(
    world: World, number: str, document: str | None
) -> None:
    child = children.find_child(world.db, world.room.children["王小明"])
    assert child
    children.change_child(world.db, child, number, actor="t")
    absent(world)
    at(world.patch, MORNING + 2 * DAY)
    tick(world.db)
    (row,) = sheet_of(world.db, "suspected", after(2), full=True)
    assert (row.get("身份证件类型"), row["身份证件号"]) == (document, number)


def test_who_is_named_for_a_class_or_school_stands_before_who_works_there(world: World) -> None:
    world.led("疑似辍学")
    principal = world.by("principal", 2)
    assert isinstance(principal, Person)
    slots.fill(world.db, "principal_of_school", SCHOOL, principal, "test")
    slots.fill(world.db, "teacher_of_class", world.room.id, principal, "test")
    (row,) = sheet_of(world.db, "suspected", after(3))
    assert (row["责任教师"], row["包校领导"], "镇街包保人" in row) == ("principal2", "principal2", False)


def test_an_ordinary_sheet_is_masked(world: World) -> None:
    absent(world, id_number=citizen_id(date(2017, 3, 1), "女"))
    at(world.patch, MORNING + 2 * DAY)
    tick(world.db)
    (row,) = sheet_of(world.db, "suspected", after(2))
    shown = [row[one] for one in ("姓名", "出生日期", "身份证件号", "监护人", "联系电话", "特殊群体类别")]
    assert shown == ["王*明", "2017年", "2206**************", "徐*兰", "138********", "已填（见系统）"]


STAYS = ("疑似辍学", "劝返中", "失联", "复学观察", "已销号", "已转学", "休学")
GOES = ("线索", "待核实", "核实中", "已到校", "误报或请假")


@pytest.mark.parametrize("state", [*STAYS, *GOES])
def test_whoever_is_or_was_suspected_is_in_it(world: World, state: str) -> None:
    world.led(state)
    rows = sheet_of(world.db, "suspected", TODAY)
    assert [row["目前状态"] for row in rows] == ([state] if state in STAYS else [])


def test_an_ended_one_is_in_it_on_the_days_on_which_it_was_open(world: World) -> None:
    world.led("已转学")  # ends on the third day
    listed = {days: len(sheet_of(world.db, "suspected", after(days))) for days in (-1, 0, 3, 4)}
    assert listed == {-1: 0, 0: 1, 3: 1, 4: 0}


def test_a_child_that_is_back_is_not_absent(world: World) -> None:
    world.led("复学观察")
    (row,) = sheet_of(world.db, "suspected", after(33))
    assert "连续未到校天数" not in row


def confirmed(world: World) -> Case:
    """Lead a case through two 劝返 and a written report to a confirmed dropout."""
    case = absent(world)
    do(world, case, "contact", "teacher", 0)
    do(world, case, "three_days", "clock", 2)
    do(world, case, "persuasion", "village", 4, people="王主任、李老师", whom="奶奶", words="奶奶说管不了",
       measure=["电话", "家访"], result="没有答应", next_on="2026-12-01")  # fmt: skip
    do(world, case, "persuasion", "town", 8, people="赵镇长", whom="父亲", words="答应年前回来", measure=["资助"],
       result="答应回校", back_by="2026-12-07", way="电话")  # fmt: skip
    do(world, case, "letter", "principal", 15, document="书面报告")
    return do(world, case, "confirmed", "approver", 16)


def test_a_dropout_that_came_back_and_was_closed_has_every_column(world: World) -> None:
    db, case = world.db, confirmed(world)
    do(world, case, "letter", "officer", 17, document="劝返情况记录")
    do(world, case, "back", "principal", 18)
    for which in ("7", "15", "30"):
        do(world, case, "observed", "teacher", 18 + int(which), which=which)
    do(world, case, "submit", "principal", 49, basis="三次都在校", evidence="考勤表")
    do(world, case, "approve", "approver", 50)
    fill(world, case, {"disability_kind": "听力", "remark": "已稳定"})
    (row,) = sheet_of(db, "dropout", after(50), full=True)
    assert str(row.pop("行码（请勿改动）")).startswith(case.number)
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "王小明", "性别": "女",
        "出生日期": date(2017, 3, 1), "辍学日期": TODAY, "原因": "厌学", "去向": "在大连", "困难类型": "低保", "残疾类别": "听力",
        "劝返次数": 2, "最近劝返日期": after(8), "劝返人": "赵镇长", "措施": "资助", "结果": "答应回校",
        "文书及日期": f"书面报告 220605-2026-0001（{after(15)}）；劝返情况记录 220605-2026-0001（{after(17)}）",
        "书面报告日期": after(15), "安置方式": "复学", "复学日期": after(18), "复学学校班级": f"{SCHOOL_NAME} 三年级2班",
        "30日稳定性": "稳定", "销号日期": after(50), "销号依据": "三次都在校；考勤表", "审核人": "approver1", "备注": "已稳定",
    }  # fmt: skip


def test_each_persuasion_is_a_row_and_their_number_is_that_of_the_ledger(world: World) -> None:
    confirmed(world)
    rows = sheet_of(world.db, "dropout-persuasions", after(16), full=True)
    told = [{key: row[key] for key in list(row)[6:]} for row in rows]
    assert told == [
        {"次数": 1, "日期": after(4), "方式": "家访", "参加人": "王主任、李老师", "谈话对象": "奶奶", "摘要": "奶奶说管不了",
         "结果": "没有答应", "下次计划": "2026-12-01 再谈"},
        {"次数": 2, "日期": after(8), "方式": "电话", "参加人": "赵镇长", "谈话对象": "父亲", "摘要": "答应年前回来",
         "结果": "答应回校", "下次计划": "2026-12-07 回校"},
    ]  # fmt: skip
    (row,) = sheet_of(world.db, "dropout", after(16))
    assert row["劝返次数"] == len(rows)
    masked = sheet_of(world.db, "dropout-persuasions", after(16))[0]
    assert [masked[one] for one in ("姓名", "参加人", "谈话对象", "摘要")] == ["王*明"] + [
        "已填（见系统）"
    ] * 3


def test_only_what_is_confirmed_is_a_dropout(world: World) -> None:
    world.led("劝返中")
    assert sheet_of(world.db, "dropout", after(3)) == []


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("back", "principal", 18, {})], ("复学", "观察中")),
        ([("back", "principal", 18, {}), ("observed", "teacher", 25, {"which": "7"})], ("复学", "观察中，第 7 天在校")),
        ([("back", "principal", 18, {}), ("out_again", "principal", 20, {})], (None, "不稳定，又没来")),
        ([("elsewhere", "town", 18, {"to": "特教学校"}), ("approve", "approver", 19, {})], ("特教学校", None)),
    ],
    ids=["back", "observed once", "out again", "elsewhere"],
)  # fmt: skip
def test_where_a_dropout_learns_now_and_whether_it_lasts(
    world: World, steps: list[tuple[str, str, int, dict[str, str]]], told: tuple[Cell, Cell]
) -> None:
    case = confirmed(world)
    for key, who, days, more in steps:
        do(world, case, key, who, days, **more)
    (row,) = sheet_of(world.db, "dropout", after(19), full=True)
    assert (row.get("安置方式"), row.get("30日稳定性")) == told
    if told[0] == "特教学校":
        assert (row["销号日期"], row["销号依据"], row["审核人"]) == (after(19), "在读证明", "approver1")


def test_an_end_before_the_child_was_missing_anew_is_none(world: World) -> None:
    case = confirmed(world)
    do(world, case, "elsewhere", "town", 18, to="特教学校")
    do(world, case, "approve", "approver", 19)
    at(world.patch, MORNING + 30 * DAY)
    again = absent(world, last_seen="2026-12-22")
    assert again.id == case.id
    (row,) = sheet_of(world.db, "dropout", after(30), full=True)
    assert {"安置方式", "销号日期", "销号依据", "审核人"}.isdisjoint(row)
    (suspected,) = sheet_of(world.db, "suspected", after(30), full=True)
    assert (suspected["发现日期"], suspected["目前状态"]) == (after(30), "线索")
    assert "首次联系日期" not in suspected
    do(world, case, "returned", "teacher", 30)
    (row,) = sheet_of(world.db, "dropout", after(30), full=True)
    assert {"安置方式", "销号日期", "销号依据", "审核人"}.isdisjoint(row)
    assert (row["劝返次数"], row["辍学日期"]) == (2, TODAY)


def test_danger_stands_with_what_was_told_and_to_whom(world: World) -> None:
    case = case_told(
        world.db, "safety", 1, **NEAR, happened_at="2026-11-22T17:30", place="石人镇林子头村桥边"
    )
    do(world, case, "accepted", "officer", 0)
    do(world, case, "informed", "officer", 0, duty="告知监护人", done="做了")
    do(world, case, "informed", "officer", 1, duty="学校欺凌调查", done="不需要做")
    fill(world, case, {"result": "已调解", "handled_by": "李红"})
    (row,) = sheet_of(world.db, "safety", after(1), full=True)
    assert str(row.pop("行码（请勿改动）")).startswith(case.number)
    assert row["告知和报告"] == f"告知监护人：做了 {TODAY}；学校欺凌调查：不需要做 {after(1)}"
    wanted = {
        "情形": "校园欺凌", "地点": "石人镇林子头村桥边", "收到日期": TODAY, "责任人": "officer1", "目前状态": "待处理",
        "处理结果": "已调解", "经办人": "李红", "镇街": "石人镇", "村(社区)": "林子头村",
    }  # fmt: skip
    assert {one: row.get(one) for one in wanted} == wanted
    (masked,) = sheet_of(world.db, "safety", after(1))
    assert [masked[one] for one in ("情形", "地点", "说明")] == [
        "已填（见系统）",
        "石人镇林子头村***",
        "已填（见系统）",
    ]


def test_danger_that_is_over_stays_in_the_register_for_the_days_on_which_it_was_open(world: World) -> None:
    case = case_told(world.db, "safety", 1, **NEAR)
    do(world, case, "accepted", "officer", 0)
    for duty in ("告知监护人", "告知外出父母", "学校欺凌调查"):
        do(world, case, "informed", "officer", 0, duty=duty, done="做了")
    do(world, case, "resolved", "officer", 1, words="两家都谈过，孩子已安全到校")
    do(world, case, "closed", "officer", 1)
    assert not world.again(case).open
    (row,) = sheet_of(world.db, "safety", after(5), first=TODAY, full=True)
    assert (row["目前状态"], row["办结日期"]) == ("关闭", after(1))
    assert len(sheet_of(world.db, "safety", TODAY)) == 1
    assert sheet_of(world.db, "safety", after(5)) == []


def test_danger_that_a_matter_turned_out_to_be_is_in_the_register(world: World) -> None:
    case = world.reported("matter")
    world.done(case, "turned", world.officer, to_kind="安全", what="走失失联")
    (row,) = sheet_of(world.db, "safety", TODAY, full=True)
    assert (row["情形"], row["学校名称"]) == ("走失失联", SCHOOL_NAME)


def test_the_police_get_each_left_behind_child_once_and_four_columns(world: World) -> None:
    db = world.db
    home: dict[str, Any] = {"town": "石人镇", "village": "林子头村"}
    child = world.room.children["李红"]
    case_told(
        db, "boarding", 1, child=child, father_away="是", guardian_name="徐桂兰", phone="13811112222", **home
    )
    absent(world)  # a report that calls 王小明 left behind
    case_told(
        db,
        "absence",
        2,
        child=child,
        special_group=["留守"],
        phone="13811112222",
        guardian_name="徐桂兰",
        **home,
    )
    case_told(db, "enrollment", 3, mother_away="是", residence="江源区石人镇林子头村8号", child_name="赵一", phone="13900001111",
              guardian_name="赵秀兰", **home)  # fmt: skip
    case_told(db, "enrollment", 4, father_away="否", mother_away="否", child_name="钱二", **home)
    case_told(db, "absence", 5, special_group=["低保"], child_name="孙三", **home)
    rows = sheet_of(db, "police", TODAY, full=True)
    assert sorted((row["姓名"], row["住址"], row["监护人"], row["电话"]) for row in rows) == sorted([
        ("李红", "石人镇林子头村", "徐桂兰", "13811112222"),
        ("王小明", "石人镇林子头村", "徐桂兰", "13811112222"),
        ("赵一", "江源区石人镇林子头村8号", "赵秀兰", "13900001111"),
    ])  # fmt: skip
    assert len(rows) == len(sheet_of(db, "left-behind", TODAY))
    masked = {row["姓名"]: row for row in sheet_of(db, "police", TODAY, owner=world.officer.id)}
    assert masked["赵*"]["住址"] == "江源区石人镇林子头村***"
    assert masked["赵*"]["电话"] == "139********"


def test_a_new_row_is_a_child_that_somebody_found(db: Database) -> None:
    assert (ledger(db, "suspected").begins, ledger(db, "dropout").begins) == ("absence", "")
    assert set(ledger(db, "suspected").fillable("town")) == {"conclusion", "concluded_on", "remark"}
    assert ledger(db, "suspected").fillable("teacher") == {}
