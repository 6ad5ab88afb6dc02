"""留守 and 随迁 by facts of any source: who is on the list, which flags, on which day, what contradicts, who sees it."""

from datetime import date, timedelta
from typing import Any

import pytest

from intake.children.facts.fact import facts_of
from intake.children.facts.noting import close_fact, confirm_fact
from intake.children.left_behind import AwayFacts, ParentAway, definitions_of, parent_of
from intake.ledgers import Period
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports.whose.working import match_reports
from intake.store.db import Database
from tests.hands.books import DAY
from tests.hands.classroom import OTHER_TOWN, SCHOOL_NAME, Classroom, classroom
from tests.hands.facts import fact
from tests.hands.ledgers import rows_of, seen_by, told

RURAL = "农业户口"
TODAY = Period(DAY, DAY)


def flags(db: Database, key: str = "left-behind", period: Period = TODAY) -> list[tuple[str, str, str]]:
    return [(row["姓名"], row["教育口径"], row["民政口径"]) for row in rows_of(db, key, period=period)]


def test_three_sources_make_one_row_of_a_child_without_any_case(db: Database, room: Classroom) -> None:
    pupil = room.children["李红"]
    fact(db, pupil, "group", "xueji", group_name="留守")
    fact(db, pupil, "household", "huji", household_place="吉林省白山市江源区石人镇林子头村", household_type=RURAL,
         household_number="17", village_group="二组")  # fmt: skip
    fact(db, pupil, "father", "report", away="是", since="2026年3月", place="辽宁省大连市")
    fact(
        db, pupil, "mother", "visit", away="是", since="2026年3月", place="辽宁省大连市", phone="13912345678"
    )
    fact(
        db,
        pupil,
        "carer",
        "staff",
        name="徐桂兰",
        relation="祖母",
        phone="13812345678",
        residence="石人镇林子头村8号",
    )
    fact(db, pupil, "guardian", "roster", guardian_name="李建国", relation="父")
    fact(db, pupil, "helper", "staff", sort="结对教师", name="刘芳")
    fact(db, pupil, "boarding", "xueji", lodging="住校")
    fact(
        db,
        pupil,
        "visit",
        "visit",
        DAY - timedelta(days=9),
        day="2026-11-14",
        visitors="王主任",
        result="都好",
    )
    fact(db, pupil, "police", "staff", day="2026-06-01")
    (row,) = rows_of(db, "left-behind", period=TODAY)
    assert {name: value for name, value in row.items() if value is not None and name != "行码（请勿改动）"} == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": "2206050001", "年级": "三年级", "班级": "2班", "姓名": "李红",
        "性别": "男", "出生日期": date(2017, 3, 2), "是否寄宿": "是", "父亲姓名": "李建国", "父亲是否外出": "是",
        "父亲外出起始年月": "2026-03", "父亲务工省市": "辽宁省大连市", "母亲是否外出": "是", "母亲外出起始年月": "2026-03",
        "母亲务工省市": "辽宁省大连市", "母亲电话": "13912345678", "受委托照护人姓名": "徐桂兰", "受委托照护人关系": "祖母",
        "受委托照护人电话": "13812345678", "受委托照护人住址": "石人镇林子头村8号", "教育口径": "是", "民政口径": "是",
        "帮扶教师": "刘芳", "派出所备案日期": date(2026, 6, 1), "最近走访": date(2026, 11, 14), "镇街": "石人镇",
        "村(社区)": row["村(社区)"], "村民组": "二组", "户号": "17", "走访状态": "正常",
    }  # fmt: skip
    (police,) = rows_of(db, "police", period=TODAY)
    assert {key: police[key] for key in ("姓名", "监护人")} == {"姓名": "李红", "监护人": "李建国"}
    (masked,) = rows_of(db, "left-behind", period=TODAY, full=False)
    assert (masked["姓名"], masked["受委托照护人电话"], masked["村民组"]) == (
        "李*",
        "138********",
        "已填（见系统）",
    )


def test_facts_and_a_report_of_one_child_are_one_row(db: Database, room: Classroom) -> None:
    pupil = room.children["李红"]
    fact(db, pupil, "father", "xueji", away="是", since="2025年1月")
    case = told(db, "boarding", 1, pupil, father_away=None, mother_away="是", away_since="2026-03",
                away_place="辽宁省大连市", reason="离校远")  # fmt: skip
    (row,) = rows_of(db, "left-behind", period=TODAY)
    assert row["行码（请勿改动）"].startswith(case.number)
    assert (row["父亲外出起始年月"], row["母亲外出起始年月"], row["教育口径"]) == ("2025-01", "2026-03", "是")


def test_where_facts_contradict_the_child_stays_and_the_flags_wait_and_say_why(
    db: Database, room: Classroom
) -> None:
    pupil = room.children["李红"]
    fact(db, pupil, "father", "xueji", away="是", since="2026年1月")
    fact(db, pupil, "mother", "xueji", away="否")
    fact(db, pupil, "father", "report", DAY - timedelta(days=3), away="否")
    assert flags(db) == [
        ("李红", "待核实（父亲是否外出有两种说法）", "2016：待核实；2024：否（父亲是否外出有两种说法）")
    ]
    said = next(one for one in facts_of(db, pupil) if one.kind == "father" and one.source == "report")
    confirm_fact(db, said, "staff:teacher")
    assert flags(db) == []  # nobody is away, and somebody answers for it
    before = Period(DAY - timedelta(days=4), DAY - timedelta(days=4))
    assert flags(db, period=before)[0][1] == "是"  # what held then


def test_two_months_contradict_only_where_it_matters(db: Database, room: Classroom) -> None:
    pupil = room.children["李红"]
    fact(db, pupil, "father", "xueji", away="是", since="2026年1月")
    fact(db, pupil, "mother", "xueji", away="否")
    fact(db, pupil, "father", "report", DAY - timedelta(days=3), away="是", since="2026年2月")
    assert flags(db)[0][1] == "是"
    fact(db, pupil, "father", "report", DAY - timedelta(days=2), away="是", since="2026年10月")
    assert flags(db)[0][1] == "待核实"


def test_what_was_found_wrong_never_held_and_a_report_behind_it_is_not_read_again(
    db: Database, room: Classroom
) -> None:
    pupil = room.children["李红"]
    told(
        db,
        "boarding",
        1,
        pupil,
        father_away="是",
        mother_away=None,
        away_since=None,
        away_place=None,
        reason="离校远",
    )
    (report,) = (row["id"] for row in db.all("SELECT id FROM reports"))
    fact(db, pupil, "father", "report", date(2026, 11, 20), report=report, away="是")
    assert len(flags(db)) == 1
    (noted,) = facts_of(db, pupil)
    close_fact(db, noted, "staff:teacher")
    assert flags(db) == []


@pytest.mark.parametrize(
    ("day", "schools", "civil"),
    [("2026-05-31", "否", "2016：是；2024：否"), ("2026-06-01", "是", "2016：是；2024：否"),
     ("2026-08-31", "是", "2016：是；2024：否"), ("2026-09-01", "是", "是"), ("2033-03-01", "是", "是"),
     ("2033-03-02", "是", "否")],
)  # fmt: skip
def test_the_flags_are_of_the_day(db: Database, room: Classroom, day: str, schools: str, civil: str) -> None:
    pupil = room.children["李红"]  # born on 2017-03-02
    fact(db, pupil, "household", "huji", household_place="江源区石人镇", household_type=RURAL)
    for side in ("father", "mother"):
        fact(db, pupil, side, "staff", away="是", since="2026年3月", place="辽宁省大连市")
    on = date.fromisoformat(day)
    assert flags(db, period=Period(on, on)) == [("李红", schools, civil)]


def test_before_anything_was_said_there_is_no_row(db: Database, room: Classroom) -> None:
    fact(db, room.children["李红"], "father", "staff", date(2026, 5, 4), away="是")
    assert rows_of(db, "left-behind", period=Period(date(2026, 5, 3), date(2026, 5, 3))) == []
    assert len(rows_of(db, "left-behind", period=Period(date(2026, 5, 4), date(2026, 5, 4)))) == 1


@pytest.mark.parametrize(
    ("mother", "first", "why"),
    [({"away": "否", "unable": "是"}, "是", ()), ({"away": "否", "unable": "否"}, "否", ()),
     ({"away": "否"}, "待核实", ("不知道母亲能不能照看孩子",)), ({}, "待核实", ("不知道母亲是否外出",)),
     ({"away": "是"}, "是", ())],
)  # fmt: skip
def test_one_away_and_the_other_unable_counts_by_the_definition_of_2016(
    mother: dict[str, str], first: str, why: tuple[str, ...]
) -> None:
    facts = AwayFacts(
        ParentAway("是", "2026-01"), ParentAway(mother.get("away", ""), unable=mother.get("unable", ""))
    )
    made = definitions_of(facts, "2017-03-02", [RURAL], DAY).civil_2016
    assert (made.word, made.why) == (first, why)


def test_what_is_missing_is_said_of_each_definition() -> None:
    facts = AwayFacts(ParentAway("是"), ParentAway("是", "2026-01"))
    made = definitions_of(facts, "", ["居民户口"], DAY)
    assert made.schools == definitions_of(facts, "2017-03-02", [RURAL], DAY).schools
    assert made.schools.word == "是"
    assert made.civil_2016.why == ("不知道出生日期", "户口性质看不出是不是农村")
    assert made.civil_2024.why == (
        "不知道出生日期", "不知道父亲从哪个月起外出", "看不出母亲务工的地方在不在本区",
    )  # fmt: skip


def test_a_heavier_word_is_believed_and_a_later_lighter_one_stands_beside_it() -> None:
    heavy, light = ParentAway("否", told_at="1", weight=3), ParentAway("是", told_at="2", weight=1)
    one = parent_of([light, heavy])
    assert (one.away, [other.away for other in one.others]) == ("否", ["是"])
    assert parent_of([ParentAway("是", told_at="0", weight=1), heavy]).words == (heavy,)
    filled = parent_of(
        [ParentAway("是", told_at="1", weight=2), ParentAway("是", "2026-01", told_at="2", weight=1)]
    )
    assert (filled.since, filled.others) == ("2026-01", ())


@pytest.mark.parametrize(
    ("login", "sees"),
    [("bureau", True), ("officer", True), ("town", True), ("principal", True), ("teacher", True), ("village", True),
     ("approver", True), ("neighbour", False), ("subsidies", False), ("administrator", False), ("auditor", False)],
)  # fmt: skip
@pytest.mark.parametrize("key", ["left-behind", "police", "migrant"])
def test_rows_of_facts_are_seen_by_role_area_school_class_and_kind(
    db: Database, people: dict[str, Person], room: Classroom, key: str, login: str, sees: bool
) -> None:
    fact(db, room.children["李红"], "father", "staff", away="是")
    fact(db, room.children["李红"], "household", "xueji", household_place="辽宁省大连市沙河口区")
    assert bool(seen_by(db, people[login], key, period=TODAY)) is sees


def test_another_class_of_the_same_school_is_not_the_teachers(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    other = classroom(db, "四年级", "1班", ("钱二",))
    fact(db, other.children["钱二"], "father", "staff", away="是")
    assert seen_by(db, people["teacher"], "left-behind", period=TODAY) == []
    assert len(seen_by(db, people["principal"], "left-behind", period=TODAY)) == 1


def test_of_a_reporter_who_stays_unnamed_no_fact_tells_school_or_town(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    pupil = room.children["李红"]
    told(
        db,
        "absence",
        0,
        pupil,
        phone="13812345678",
        guardian_name="欧阳秀兰",
        relation="祖母",
        special_group=["留守"],
    )
    with db.write():
        db.run("UPDATE reports SET confidential = 1")
        db.run("UPDATE cases SET confidential = 1")
    (report,) = (row["id"] for row in db.all("SELECT id FROM reports"))
    fact(
        db,
        pupil,
        "guardian",
        "report",
        report=report,
        guardian_name="欧阳秀兰",
        relation="祖母",
        phone="13812345678",
    )
    for login in ("town", "principal", "teacher"):
        for key in ("left-behind", "police"):
            (row,) = seen_by(db, people[login], key, period=TODAY)
            assert not {"13812345678", "欧阳秀兰"} & set(map(str, row.values()))
    (row,) = seen_by(db, people["bureau"], "left-behind", period=TODAY)
    assert row["受委托照护人姓名"] == "欧阳秀兰"


def test_what_a_restricted_report_tells_is_for_the_few(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    pupil = room.children["李红"]
    told(db, "absence", 0, pupil, special_group=None)
    (report,) = (row["id"] for row in db.all("SELECT id FROM reports"))
    with db.write():
        db.run("UPDATE reports SET restricted = 1")
        db.run("UPDATE cases SET restricted = 1")
    fact(db, pupil, "father", "report", report=report, away="是")
    assert rows_of(db, "left-behind", Scope("220605"), TODAY) == []
    assert len(rows_of(db, "left-behind", period=TODAY)) == 1


def test_a_merged_child_has_no_row_and_one_that_left_school_has_one_for_a_year(
    db: Database, room: Classroom
) -> None:
    gone, left = room.children["李红"], room.children["赵磊"]
    for child in (gone, left):
        fact(db, child, "father", "staff", date(2026, 3, 1), away="是")
    with db.write():
        db.run("UPDATE children SET merged = ? WHERE id = ?", (left, gone))
        db.run("UPDATE children SET class = NULL WHERE id = ?", (left,))
    assert [row["姓名"] for row in rows_of(db, "left-behind", period=TODAY)] == ["赵磊"]
    later = Period(date(2027, 3, 2), date(2027, 3, 2))
    assert rows_of(db, "left-behind", period=later) == []


def test_migrant_is_a_household_elsewhere_and_a_home_here(db: Database, room: Classroom) -> None:
    names = list(room.children)
    near, far, both, gone = (room.children[name] for name in names)
    fact(db, near, "household", "xueji", household_place="吉林省白山市江源区石人镇")
    fact(db, far, "household", "xueji", household_place="吉林省长春市德惠市布海镇")
    fact(db, far, "residence", "roster", residence="江源区江源街道荣华村8号")
    fact(db, far, "permit", "juzhuzheng", permit_number="22060512345", until="2027-01-01")
    fact(db, far, "guardian", "xueji", guardian_name="赵刚", relation="父", phone="13812345678")
    fact(db, far, "transfer_state", "staff", transfer_state="正在转接")
    fact(
        db, far, "aid", "staff", program="营养餐", semester="2026年秋季", amount_due="500", amount_paid="500"
    )
    fact(db, both, "household", "xueji", household_place="辽宁省大连市沙河口区")
    fact(db, both, "household", "report", DAY, household_place="江源区石人镇")
    fact(db, gone, "household", "xueji", household_place="辽宁省大连市沙河口区")
    fact(db, gone, "residence", "roster", residence="辽宁省大连市沙河口区星海街1号")
    rows = {row["姓名"]: row for row in rows_of(db, "migrant", period=TODAY)}
    assert rows.keys() == {names[1], names[2]}
    assert {key: rows[names[1]][key] for key in ("户籍省市县", "现住址", "监护人电话", "居住证号", "学籍转接状态", "资助")} == {
        "户籍省市县": "吉林省长春市", "现住址": "江源区江源街道荣华村8号", "监护人电话": "13812345678",
        "居住证号": "22060512345", "学籍转接状态": "正在转接", "资助": "营养餐（2026年秋季）",
    }  # fmt: skip
    assert "沙河口区" in rows[names[2]]["户籍省市县"]


def test_a_town_gets_the_children_of_its_homes_and_schools(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    with db.write():
        db.run(
            "UPDATE children SET town = ?, village = NULL WHERE id = ?", (OTHER_TOWN, room.children["李红"])
        )
    for name in ("李红", "赵磊"):
        fact(db, room.children[name], "father", "staff", away="是")
    assert {
        row["姓名"] for row in seen_by(db, people["neighbour"], "left-behind", period=TODAY, full=True)
    } == {"李红"}
    assert {row["姓名"] for row in seen_by(db, people["town"], "left-behind", period=TODAY, full=True)} == {
        "李红",
        "赵磊",
    }
    assert {
        row["姓名"] for row in seen_by(db, people["village"], "left-behind", period=TODAY, full=True)
    } == {"赵磊"}


AWAY: dict[str, Any] = {
    "father_away": "是",
    "mother_away": "是",
    "away_since": "2026-03",
    "away_place": "辽宁省大连市",
}
HERE: dict[str, Any] = {"father_away": "否", "mother_away": "否", "away_since": None, "away_place": None}
QUIET: dict[str, Any] = {
    "father_away": None,
    "mother_away": None,
    "away_since": None,
    "away_place": None,
    "reason": "离校远",
}
HOME: dict[str, Any] = {
    "household_place": "吉林省长春市德惠市布海镇",
    "household_type": RURAL,
    "residence": "江源区石人镇大石棚村2号",
}


@pytest.mark.parametrize(
    "reports",
    [
        [("enrollment", {**AWAY, **HOME, "relation": "祖母", "guardian_name": "徐桂兰", "phone": "13812345678"})],
        [("boarding", {**QUIET, **AWAY, "relation": "父", "phone": "13912345678"}), ("boarding", {**QUIET, **HERE})],
        [("boarding", {**QUIET, **HERE}), ("boarding", {**QUIET, **AWAY})],
        [("boarding", {**QUIET, **AWAY}), ("boarding", {**QUIET, "father_away": "是"})],
        [("boarding", {**QUIET, **HERE}), ("boarding", {**QUIET, "reason": "监护人外出"})],
        [("boarding", {**QUIET, "reason": "监护人外出"}), ("boarding", {**QUIET, **HERE})],
        [("absence", {"special_group": ["留守", "随迁"], "relation": "班主任"}), ("boarding", {**QUIET, "mother_away": "是"})],
        [("boarding", {**QUIET, "father_away": "否"}), ("enrollment", {**QUIET, **HOME, "reason": None, "relation": "母"})],
        [("enrollment", {**HERE, **HOME, "basis": "居住证", "permit_number": "22060512345", "relation": "父"})],
    ],
)  # fmt: skip
@pytest.mark.parametrize("key", ["left-behind", "migrant", "police"])
def test_that_facts_were_taken_of_reports_changes_no_row(
    db: Database, room: Classroom, key: str, reports: list[tuple[str, dict[str, Any]]]
) -> None:
    same = {"id_type": "其他或无", "id_number": "ABC12345", "birth_date": None, "sex": "男"}
    for days, (kind, said) in enumerate(reports):
        told(
            db,
            kind,
            1,
            room.children["李红"],
            days=days,
            **({**said, **same} if kind == "enrollment" else said),
        )
    before = rows_of(db, key)
    assert match_reports(db) == len(reports)
    assert db.one("SELECT 1 FROM child_facts")
    after = rows_of(db, key)
    assert len(after) == len(before)
    for was, now in zip(before, after, strict=True):
        assert {key for key in was if was[key] != now[key]} <= {
            "父亲姓名",
            "母亲姓名",
        }  # of a parent who reported
