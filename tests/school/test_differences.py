"""四查三比对 over a made-up small district whose truth is written down: every number of every sheet, whose it is, how it ends."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from intake.cases.rounds import clocks
from intake.cases.told import inbox
from intake.children import register
from intake.children.children import children_of_name
from intake.children.facts.fact import FactOrigin
from intake.children.facts.noting import note_fact
from intake.children.facts.sources import STAFF
from intake.importing import roster
from intake.importing.outcome import Options
from intake.ledgers.pupils.differing.of_differences import ANSWERED
from intake.ledgers.returning import history, undoing
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school.differences import comparing
from intake.school.differences.comparing import Compared, compare_all
from intake.school.differences.difference import HUJI, MISMATCH, POOR, SHEETS, XUEJI
from intake.school.differences.finding import FINDERS
from intake.school.differences.lists import Lists
from intake.school.differences.owing import owed_differences
from intake.school.register import merging as school_merging
from intake.store.db import Database
from intake.store.ids import new_id
from tests.hands import staffed
from tests.hands.casework import report
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, TOWN, VILLAGE, at, classroom, school
from tests.hands.ledgers import rows_of
from tests.hands.lists import number
from tests.hands.lists import sheet as written
from tests.hands.registers import HOUSEHOLDS, pupil, take
from tests.hands.registers import rows_of as register_rows
from tests.hands.returned import Paper, plan, sent_out, sentences
from tests.hands.returned import take as take_back

DAY = timedelta(days=1)
OTHER, OTHER_NAME = "2206050002", "石人镇北山小学"
FAR, FAR_NAME = "2206050003", "石人镇南岭小学"
PLACE = "石人镇林子头村"
SUMS = {
    HUJI: {"适龄失学": 2},
    XUEJI: {"疑似辍学": 3, "休学": 1, "长时间请假": 1},
    POOR: {"脱贫户辍学": 2},
    MISMATCH: {"有籍无人": 4, "有人无籍": 1, "姓名性别出生日期重复": 2, "信息不一致": 1, "身份证号不存在": 1},
}
"""By sheet and problem how many rows there must be: counted by hand from who is put where below."""


def household(name: str, born: str, order: int = 1, **cells: str) -> dict[str, str]:
    return {
        "户号": f"1{order:03d}", "户主": "王大海", "与户主关系": "子", "姓名": name, "性别": "男" if order % 2 else "女",
        "出生日期": born, "身份证号": number(born, order), "户籍地址": f"{PLACE}{order}号", "村（社区）": PLACE,
        "民族": "汉族", "是否常住": "是", **cells,
    }  # fmt: skip


def poor(name: str, born: str, order: int) -> dict[str, str]:
    return {
        "户编号": f"P{order:03d}", "户主": "王大海", "镇": "石人镇", "村": "林子头村", "组": "一组", "姓名": name,
        "身份证号": number(born, order), "脱贫年度": "2019",
    }  # fmt: skip


POOR_HEAD = ("户编号", "户主", "镇", "村", "组", "姓名", "身份证号", "脱贫年度")


def _taken(
    db: Database, listing: str, rows: Sequence[Mapping[str, str]], head: Sequence[str] | None = None
) -> None:
    outcome = take(db, listing, register_rows(rows, head) if head else register_rows(rows))
    assert outcome.written, (outcome.faults, outcome.notes)


@pytest.fixture
def people(db: Database, monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    at(monkeypatch, MORNING)
    school(db, OTHER, OTHER_NAME)
    school(db, FAR, FAR_NAME)
    return staffed.everybody(db)


@pytest.fixture
def district(db: Database, people: dict[str, Person]) -> dict[str, Person]:
    """A school with roll and 学籍, one with a roll alone, one with 学籍 alone; one village that sent its list."""
    classroom(db)
    with db.write():
        other = new_id()
        db.run(
            "INSERT INTO classes (id, school, grade, class_name, demo) VALUES (?, ?, '三年级', '1班', 0)",
            (other, OTHER),
        )
        for name, born in (("吴丙", "2017-05-05"), ("何申", "2017-05-06")):
            db.run(
                "INSERT INTO children (id, child_name, sex, birth_date, class, town, village, demo)"
                " VALUES (?, ?, '男', ?, ?, ?, ?, 0)",
                (new_id(), name, born, other, TOWN, VILLAGE),
            )
    lists_come(db)
    for name, sort in (("周乙", register.PAUSED),):
        entry = register.new_entry(db, child(db, name), sort, MORNING.date(), SCHOOL)
        with db.write():
            register.enter_entry(db, entry, "staff:x")
    said = FactOrigin(STAFF, "staff:x", MORNING.date(), confirmed_by="staff:x")
    note_fact(db, child(db, "陈庚").id, "schooling", {"schooling": "外地就读", "place": "大连市"}, said)
    leave = {"first_day": "2026-10-08", "until": "2026-12-31", "reason": "养病"}
    note_fact(db, child(db, "王小明").id, "leave", leave, said)
    return people


@pytest.fixture
def compared(db: Database, district: dict[str, Person], monkeypatch: pytest.MonkeyPatch) -> dict[str, Person]:
    """Give the same after the lists were compared, an hour later."""
    compare_all(db)
    at(monkeypatch, MORNING + timedelta(hours=1))
    return district


def lists_come(db: Database, *more: Mapping[str, str], without: Sequence[str] = ()) -> None:
    rows = [
        pupil("王小明", "20170301", 2),
        pupil("李红", "20170302", 1, 年级="四年级"),
        pupil("张雨桐", "20170303", 2, 身份证件号="220605201703030029", 学籍号=""),
        pupil("孙甲", "20170401", 1),
        pupil("周乙", "20170402", 1),
        pupil("吴丙", "20170505", 1),
        pupil("钱戊", "20170601", 1),
        pupil("钱戊", "20170601", 3),
        *more,
    ]
    _taken(db, "xueji", [one for one in rows if one["姓名"] not in without])
    _taken(db, "xueji", [pupil("郭未", "20170701", 1, 学校名称=FAR_NAME)])
    _taken(db, "huji", [
        household("王小明", "20170301", 2), household("冯己", "20160501", 1), household("陈庚", "20160502", 1),
        household("蒋壬", "20140503", 1), household("卫辛", "20220504", 1),
    ], HOUSEHOLDS)  # fmt: skip
    _taken(db, "poor", [poor("蒋壬", "20140503", 1), poor("孙甲", "20170401", 1)], POOR_HEAD)


def child(db: Database, name: str) -> Any:
    return children_of_name(db, name)[0]


def problems(db: Database, sheet: str) -> Counter[str]:
    return Counter(str(row.get("问题类型") or row.get("在籍不在校情形")) for row in rows_of(db, sheet))


def test_every_sheet_has_the_rows_that_it_must_have(db: Database, district: dict[str, Person]) -> None:
    done = compare_all(db)
    assert {sheet: dict(problems(db, sheet)) for sheet in SHEETS} == SUMS
    assert done[HUJI] == Compared(2, 0, 0)
    names = {sheet: sorted(str(row["姓名"]) for row in rows_of(db, sheet)) for sheet in SHEETS}
    assert names[HUJI] == ["冯己", "蒋壬"]
    assert names[XUEJI] == ["周乙", "孙甲", "王小明", "钱戊", "钱戊"]
    assert names[POOR] == ["孙甲", "蒋壬"]
    (nowhere,) = [row for row in rows_of(db, XUEJI) if row["姓名"] == "孙甲"]
    assert (nowhere["年级"], nowhere["班级"]) == ("三年级", "2班"), (
        "who sits nowhere is looked for where the register has it"
    )
    advice = {(row["姓名"], row["问题类型"]): row["建议处理"] for row in rows_of(db, MISMATCH)}
    assert {row["建议处理"] for row in rows_of(db, HUJI)} == {"补建学籍"}, (
        "who stands in no 学籍 has none to be updated"
    )
    assert advice["赵磊", "有人无籍"] == "补建学籍"
    assert advice["吴丙", "有籍无人"] == "转接学籍"
    assert advice["孙甲", "有籍无人"] == "更新学生状态"
    assert advice["钱戊", "姓名性别出生日期重复"] == "学籍误操作删除"
    (grades,) = [row for row in rows_of(db, MISMATCH) if row["问题类型"] == "信息不一致"]
    assert (grades["姓名"], grades["不一致的项目"]) == ("李红", "年级")
    assert (grades["名单上的"], grades["另一方的"]) == ("年级 四年级", "年级 三年级")


def test_what_no_list_covers_is_said_to_be_silent_and_is_no_difference(
    db: Database, district: dict[str, Person]
) -> None:
    compare_all(db)
    for sheet in (MISMATCH, XUEJI):
        silent = {row["学校"]: row["名单"] for row in rows_of(db, sheet, sheet=1)}
        assert silent == {OTHER_NAME: "学籍名单未上报", FAR_NAME: "学生名单未上报"}
    assert "何申" not in {row["姓名"] for row in rows_of(db, MISMATCH)}, "its 学籍 was never brought"
    assert "郭未" not in {row["姓名"] for row in rows_of(db, XUEJI)}, "its roll was never brought"
    villages = {row["村(社区)"] for row in rows_of(db, HUJI, sheet=1)}
    assert "林子头村" not in villages
    assert len(villages) > 50
    sums = {row["村(社区)"]: row for row in rows_of(db, "eligible", sheet=1)}
    assert sums["林子头村"]["户籍名单"] == "已上报"
    assert {key: sums["林子头村"][key] for key in ("适龄儿童", "在读", "外地就读", "未入学", "不明")} == {
        "适龄儿童": 10,
        "在读": 6,
        "外地就读": 1,
        "未入学": 0,
        "不明": 3,
    }  # fmt: skip - of 孙甲 the list of poor households alone says where it lives
    nothing = next(row for place, row in sums.items() if place in villages)
    assert nothing["适龄儿童"] == "未上报"


def test_a_child_that_two_villages_have_in_their_registers_is_counted_once(
    db: Database, district: dict[str, Person]
) -> None:
    for number_, place in ((number("20170302", 1), PLACE), ("", "湾沟镇和平村")):
        home = household(
            "李红", "20170302", 1, 身份证号=number_, 户籍地址=f"{place}3号", **{"村（社区）": place}
        )
        _taken(db, "huji", [home], HOUSEHOLDS)
    (row,) = [row for row in rows_of(db, "eligible") if row["姓名"] == "李红"]
    assert row["村(社区)"] == "和平村", "the one that came last"
    sums = [
        row["适龄儿童"]
        for row in rows_of(db, "eligible", sheet=1)
        if isinstance(row["适龄儿童"], int | float)
    ]
    assert sum(sums) == len(rows_of(db, "eligible"))


def test_who_is_on_a_roll_and_does_not_come_is_not_said_to_be_at_school_alone(
    db: Database, district: dict[str, Person]
) -> None:
    one = child(db, "李红")
    case = report(db, one.id, child_name="李红", last_seen="2026-11-16")
    clocks.tick(db)
    compare_all(db)
    shown = {row["姓名"]: (row["在籍不在校情形"], row["就学状态"]) for row in rows_of(db, XUEJI)}
    assert shown["李红"] == ("疑似辍学", "在读，人没有到校"), case.number
    assert shown["王小明"] == ("长时间请假", "在读，请着假")


def test_a_second_time_nothing_is_new_and_what_is_gone_stays_on_record(
    db: Database, district: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    compare_all(db)
    again = compare_all(db)
    assert [(one.new, one.gone) for one in again.values()] == [(0, 0)] * 4
    with db.write():
        db.run(
            "UPDATE children SET class = (SELECT id FROM classes WHERE school = ?) WHERE child_name = '孙甲'",
            (SCHOOL,),
        )
    done = compare_all(db)
    assert (done[XUEJI].new, done[XUEJI].gone) == (0, 1)
    row = db.one(
        "SELECT how, closed_at FROM differences WHERE child = ? AND sheet = ?", (child(db, "孙甲").id, XUEJI)
    )
    assert row
    assert row["how"] == "gone"
    at(monkeypatch, MORNING + DAY)
    with db.write():
        db.run("UPDATE children SET class = NULL WHERE child_name = '孙甲'")
    assert compare_all(db)[XUEJI].new == 1
    assert (
        len(db.all("SELECT id FROM differences WHERE child = ? AND sheet = ?", (child(db, "孙甲").id, XUEJI)))
        == 1
    )


def test_each_is_somebody_s_duty_by_a_day_told_once_and_once_when_late(
    db: Database, district: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    compare_all(db)
    owed = {one.sheet: (one.number, one.late) for one in owed_differences(db, district["principal"])}
    assert owed == {XUEJI: (4, 0), MISMATCH: (1 + 1 + 2 + 1 + 1, 0)}
    town = {one.sheet: one.number for one in owed_differences(db, district["town"])}
    assert town == {HUJI: 2}
    due = {row["due"] for row in db.all("SELECT due FROM differences WHERE due <> ''")}
    assert due == {"2026-12-07"}, "ten working days after a Monday"
    compare_all(db)
    told = [one for one in inbox.notices_of(db, district["principal"]) if one.about == "differences"]
    assert len(told) == 2, "one for each sheet, not for each child"
    at(monkeypatch, MORNING + 15 * DAY)
    comparing.keep_compared(db)
    comparing.keep_compared(db)
    late = [one for one in inbox.notices_of(db, district["principal"]) if one.what == inbox.DIFFERENCES_LATE]
    assert len(late) == 1
    assert all(one.late for one in owed_differences(db, district["principal"]))


def test_it_closes_with_a_day_and_a_proof_and_opens_again_when_that_is_taken_back(
    db: Database, compared: dict[str, Person], tmp_path: Path
) -> None:
    head = compared["principal"]
    paper = Paper.of(sent_out(db, MISMATCH, tmp_path, head))
    at_row = next(
        row for row in paper.rows() if paper.page.cell(row, paper.column("问题类型")).value == "有人无籍"
    )
    ref = str(paper.page.cell(at_row, paper.column("行码")).value).partition(".")[0]
    assert plan(db, head, paper.data).counts["same"] == len(paper.rows()), "untouched nothing changes"
    early = plan(db, head, paper.fill(ref, 办结日期="2026-11-23").data)
    assert "佐证材料或者处理结论" in sentences(early)[0]
    done = take_back(db, head, paper.fill(ref, 处理结论="学籍已经补建").data)
    row = db.one("SELECT * FROM differences WHERE how = 'done'")
    assert row
    assert row["handled_by"] == head.name
    assert {one.sheet: one.number for one in owed_differences(db, head)}[MISMATCH] == 5
    compare_all(db)
    assert db.one("SELECT 1 FROM differences WHERE id = ? AND how = 'done'", (row["id"],)), (
        "nobody is asked again"
    )
    made = history.return_of(db, done.id, head)
    changes = {one.label: one.id for one in history.changes_of(db, done.id)}
    (kept,) = undoing.undo_changes(db, head, made, [changes["处理结论"]])
    assert "佐证材料" in kept.why_not, "an end without its reason cannot be"
    undoing.undo_changes(db, head, made, [changes["办结日期"]])
    assert {one.sheet: one.number for one in owed_differences(db, head)}[MISMATCH] == 6


def test_what_came_back_is_told_in_the_words_of_its_sheet_and_a_colleague_by_the_post(
    db: Database, compared: dict[str, Person], tmp_path: Path
) -> None:
    head = compared["principal"]
    paper = Paper.of(sent_out(db, MISMATCH, tmp_path, head))
    ref = str(paper.page.cell(paper.rows()[0], paper.column("行码")).value).partition(".")[0]
    wrong = plan(db, head, paper.fill(ref, 处理人="13900001111").data)
    assert sentences(wrong) == ["T5 处理人 请写是谁，例如：王小明、王校长。不要写数字。"]
    paper.fill(ref, 处理人="王校长", 佐证材料="户口本", 办结日期="2026-11-23")
    done = take_back(db, head, paper.data)
    told = {one.label: one.became for one in history.changes_of(db, done.id)}
    assert told == {"处理人": "王校长", "佐证材料": "户口本", "办结日期": "2026-11-23"}


def test_one_duty_stands_in_two_sheets_and_is_done_in_either(
    db: Database, compared: dict[str, Person], tmp_path: Path
) -> None:
    head = compared["principal"]
    paper = Paper.of(sent_out(db, MISMATCH, tmp_path, head))
    (key,) = [
        row["id"] for row in db.all("SELECT id FROM differences WHERE child = ?", (child(db, "孙甲").id,))
    ]
    ref = f"D{key.replace('-', '').upper()}"
    take_back(db, head, paper.fill(ref, 处理结论="随父母去外地", 办结日期="2026-11-23").data)
    (row,) = [one for one in rows_of(db, XUEJI) if one["姓名"] == "孙甲"]
    assert (row["处理状态"], row["处理结论"]) == ("已办结", "随父母去外地")


@pytest.mark.parametrize(
    ("login", "names"),
    [("principal", {"周乙", "孙甲", "王小明", "钱戊"}), ("town", {"周乙", "孙甲", "王小明", "钱戊"}), ("neighbour", set()),
     ("subsidies", {"周乙", "孙甲", "王小明", "钱戊"})],
)  # fmt: skip
def test_nobody_sees_more_than_their_own(
    db: Database, compared: dict[str, Person], login: str, names: set[str], tmp_path: Path
) -> None:
    scope = accounts.scope_of(db, compared[login])
    assert {str(row["姓名"]) for row in rows_of(db, XUEJI, scope)} == names
    sent = Paper.of(sent_out(db, HUJI, tmp_path))
    ref = str(sent.page.cell(sent.rows()[0], sent.column("行码")).value).partition(".")[0]
    found = plan(db, compared[login], sent.fill(ref, 备注="看过").data)
    strangers = login in ("principal", "neighbour")
    assert (found.counts["wrong"] == 2) is strangers


def test_a_cadre_has_the_children_of_the_village_alone(db: Database, compared: dict[str, Person]) -> None:
    scope = accounts.scope_of(db, compared["village"])
    assert {str(row["姓名"]) for row in rows_of(db, HUJI, scope)} == {"冯己", "蒋壬"}
    with db.write():
        db.run("UPDATE differences SET village = '220605105201' WHERE sheet = ?", (HUJI,))
    assert rows_of(db, HUJI, scope) == []


def test_masks_hide_both_sides_at_the_same_letters(db: Database, compared: dict[str, Person]) -> None:
    for row in rows_of(db, MISMATCH, full=False):
        said = f"{row['名单上的']}{row['另一方的']}"
        assert not any(name in said for name in ("孙甲", "钱戊", "张雨桐", "吴丙"))
        assert "2017-" not in said
        assert number("20170601", 1) not in said


def test_the_columns_are_those_of_the_bureau_s_sheet(db: Database, people: dict[str, Person]) -> None:
    from tests.hands.ledgers import headings

    assert headings(db, "eligible").startswith(
        "序号 镇街 村(社区) 户主 姓名 性别 出生日期 证件号 常住/空挂 就学状态 就读学校 年级 学籍号 人籍是否相符"
        " 异常说明 核查人 核查日期"
    )
    for sheet in SHEETS:
        told = headings(db, sheet)
        assert "建议处理 佐证材料 处理结论 处理人 办结日期 备注" in told
        assert told.endswith("行码（请勿改动）")
    assert ANSWERED[0] == "advice"


def test_whatever_changes_a_roll_has_the_lists_compared_again(
    db: Database, compared: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring() -> None:
        rows = [("孙甲", number("20170304", 1), "三年级2班")]
        assert roster.take(db, written([SCHOOL_NAME], ("姓名", "身份证号", "班级"), *rows), Options()).written

    def enter() -> None:
        with db.write():
            entry = register.new_entry(db, child(db, "李红"), register.BORROWED, MORNING.date(), SCHOOL)
            register.enter_entry(db, entry, "staff:x")

    def merge() -> None:
        school_merging.merge_schools(db, OTHER, SCHOOL, None, "staff:x")

    monkeypatch.setattr(gazetteer, "FRESH", 0.0)
    for number_, (step, minutes) in enumerate(((bring, 1), (enter, 11), (merge, 1)), 2):
        moment = MORNING + timedelta(hours=number_)
        at(monkeypatch, moment)
        comparing.keep_compared(db)
        assert not comparing.is_comparison_due(db), step.__name__
        at(monkeypatch, moment + timedelta(seconds=30))
        step()
        at(monkeypatch, moment + timedelta(minutes=minutes))
        assert comparing.is_comparison_due(db), step.__name__
        comparing.keep_compared(db)
        at(monkeypatch, moment + timedelta(minutes=30))
        assert not comparing.is_comparison_due(db), "once for each"


def test_what_changes_while_lists_are_compared_is_compared_next_time(
    db: Database, compared: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = MORNING + timedelta(hours=2)
    at(monkeypatch, begun)
    slow = FINDERS[MISMATCH]

    def found_slowly(lists: Lists) -> Any:
        every = list(slow(lists))
        at(monkeypatch, begun + timedelta(seconds=5))
        assert take(db, "xueji", register_rows([pupil("郑未", "20170808", 8)])).written
        at(monkeypatch, begun + timedelta(seconds=9))
        return every

    monkeypatch.setattr(comparing, "FINDERS", {**FINDERS, MISMATCH: found_slowly})
    compare_all(db)
    assert comparing.is_comparison_due(db)
