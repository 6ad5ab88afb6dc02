"""留守 and 随迁: a row for each child, the newest facts of all its reports, and flags only where these suffice."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from intake.children.left_behind import AwayFacts, ParentAway, all_of, any_of, by_schools
from intake.ledgers import Period
from intake.ledgers.casefile import PAGE
from intake.ledgers.rowkeys import read_row_key
from intake.ledgers.schooling import of_children
from intake.ledgers.wanted.sight import ledgers_seen
from intake.people import slots
from intake.people.accounts import Person
from intake.places.homes import county_of_address, outside_of_district
from intake.store.db import Database
from tests.hands.books import DAY
from tests.hands.classroom import SCHOOL, SCHOOL_NAME, VILLAGE, Classroom
from tests.hands.ledgers import TERM, act, fill, rows_of, seen_by, told
from tests.hands.samples import child as sample_child

KEY = "行码（请勿改动）"
AWAY: dict[str, Any] = {
    "father_away": "是",
    "mother_away": "是",
    "away_since": "2026-03",
    "away_place": "辽宁省大连市",
}
HERE: dict[str, Any] = {"father_away": "否", "mother_away": "否", "away_since": None, "away_place": None}


def test_every_column_of_left_behind_has_its_value(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    slots.fill(db, "village", VILLAGE, people["village"], "t")
    pupil = room.children["王小明"]
    first = told(db, "enrollment", 3, pupil, **AWAY, relation="祖母", guardian_name="徐桂兰", phone="13812345678",
                 residence="白山市江源区石人镇大石棚村2号", household_type="农业户口", boards="是", ethnic="满族",
                 town="石人镇", village=None)  # fmt: skip
    told(
        db,
        "boarding",
        1,
        pupil,
        days=1,
        father_away=None,
        relation="父",
        phone="13912345678",
        travel="住校",
        reason="监护人外出",
    )
    absent = told(db, "absence", 1, pupil, days=2, special_group=None, relation="班主任")
    act(
        db,
        absent,
        "contact",
        people["teacher"],
        day="2026-11-28",
        way="家访",
        people="刘老师",
        whom="奶奶",
        result="联系上了",
    )
    fill(db, first, people["bureau"], "left-behind", father_name="王建国", mother_name="李秀兰", helping_teacher="刘老师",
         police_filed_on="2026-11-21", remark="每周电话", village_group="二组", household_number="17")  # fmt: skip
    (row,) = rows_of(db, "left-behind")
    found = read_row_key(db, "left-behind", row.pop(KEY))
    assert found
    assert found.number == first.number
    village = row.pop("村(社区)")
    assert VILLAGE.startswith("220605105") == bool(village)
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "王小明",
        "性别": "女", "民族": "满族", "出生日期": date(2017, 3, 1), "身份证件类型": "居民身份证",
        "身份证件号": sample_child(3, DAY).id_number, "全国学籍号": None, "是否寄宿": "是",
        "父亲姓名": "王建国", "父亲是否外出": "是", "父亲外出起始年月": "2026-03", "父亲务工省市": "辽宁省大连市",
        "父亲电话": "13912345678", "母亲姓名": "李秀兰", "母亲是否外出": "是", "母亲外出起始年月": "2026-03",
        "母亲务工省市": "辽宁省大连市", "母亲电话": None, "受委托照护人姓名": "徐桂兰", "受委托照护人关系": "祖母",
        "受委托照护人电话": "13812345678", "受委托照护人住址": "白山市江源区石人镇大石棚村2号", "教育口径": "是",
        "民政口径": "是", "帮扶教师": "刘老师", "包保村干部": "village同志", "派出所备案日期": date(2026, 11, 21),
        "最近走访": date(2026, 11, 28), "备注": "每周电话", "镇街": "石人镇", "村民组": "二组", "户号": "17", "走访状态": "正常",
    }  # fmt: skip
    (masked,) = rows_of(db, "left-behind", full=False)
    assert {name: masked[name] for name in ("姓名", "父亲是否外出", "父亲外出起始年月", "父亲务工省市", "受委托照护人电话")} == {
        "姓名": "王*明", "父亲是否外出": "已填（见系统）", "父亲外出起始年月": "2026年", "父亲务工省市": "辽宁省大连市***",
        "受委托照护人电话": "138********",
    }  # fmt: skip


def test_a_child_has_one_row_however_many_cases_and_doors(db: Database, room: Classroom) -> None:
    pupil = room.children["王小明"]
    told(db, "enrollment", 3, pupil, **AWAY)
    told(db, "boarding", 1, pupil, reason="监护人外出")
    told(db, "absence", 1, pupil, special_group=["留守"])
    told(db, "boarding", 6, **AWAY)  # of no roll, known by its number
    told(db, "enrollment", 6, **AWAY)
    told(db, "boarding", 1, reason="监护人外出", child_name="赵无号")
    assert len(rows_of(db, "left-behind")) == 3


def test_the_key_stays_that_of_the_oldest_case_and_so_does_what_is_filled_in(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    first = told(db, "enrollment", 1, room.children["李红"], **AWAY)
    fill(db, first, people["bureau"], "left-behind", remark="看过")
    told(db, "boarding", 1, room.children["李红"], days=3, **AWAY)
    (row,) = rows_of(db, "left-behind")
    assert row["备注"] == "看过"
    assert row[KEY].startswith(first.number)


@pytest.mark.parametrize(
    ("earlier", "later", "there"),
    [
        (AWAY, HERE, False), (HERE, AWAY, True), (AWAY, {"father_away": "否", "mother_away": None}, True),
        ({**HERE, "reason": "监护人外出"}, {}, False), ({"reason": "监护人外出"}, HERE, False),
        (HERE, {"reason": "监护人外出"}, True), ({}, {}, False),
    ],
)  # fmt: skip
def test_the_newest_word_decides(
    db: Database, room: Classroom, earlier: dict[str, Any], later: dict[str, Any], there: bool
) -> None:
    quiet = {
        "father_away": None,
        "mother_away": None,
        "away_since": None,
        "away_place": None,
        "reason": "离校远",
    }
    pupil = room.children["李红"]
    for days, said in enumerate((earlier, later)):
        told(db, "boarding", 1, pupil, days=days, **{**quiet, **said})
    assert bool(rows_of(db, "left-behind")) is there


@pytest.mark.parametrize(
    ("groups", "there"), [(["留守"], True), (["低保"], False), (None, False), (["留守", "随迁"], True)]
)
def test_a_group_that_a_teacher_ticks_is_enough_and_its_flags_wait(
    db: Database, room: Classroom, groups: list[str] | None, there: bool
) -> None:
    told(db, "absence", 1, room.children["李红"], special_group=groups)
    rows = rows_of(db, "left-behind")
    assert [(row["教育口径"], row["民政口径"], row["走访状态"]) for row in rows] == [
        ("待核实", "待核实", "超期未走访")
    ] * there


FACTS = [
    # father, mother, since, place, household, born, day -> 学籍, 民政
    ("是", "是", "2026-03", "辽宁省大连市", "农业户口", "2017-03-01", "是", "是"),
    (
        "是",
        "否",
        "2026-03",
        "辽宁省大连市",
        "农业户口",
        "2017-03-01",
        "是",
        "2016：待核实；2024：否",
    ),
    ("是", None, "2026-03", "辽宁省大连市", "农业户口", "2017-03-01", "是", "待核实"),
    ("是", "是", "2026-10", "辽宁省大连市", "农业户口", "2017-03-01", "否", "2016：是；2024：否"),
    (
        "是",
        "是",
        None,
        "辽宁省大连市",
        "农业户口",
        "2017-03-01",
        "待核实",
        "2016：是；2024：待核实",
    ),
    ("是", "是", "2026-03", "江源区里", "农业户口", "2017-03-01", "是", "2016：是；2024：否"),
    ("是", "是", "2026-03", "大连", "农业户口", "2017-03-01", "是", "2016：是；2024：待核实"),
    (
        "是",
        "是",
        "2026-03",
        "辽宁省大连市",
        "非农业户口",
        "2017-03-01",
        "是",
        "2016：否；2024：是",
    ),
    (
        "是",
        "是",
        "2026-03",
        "辽宁省大连市",
        "居民户口",
        "2017-03-01",
        "是",
        "2016：待核实；2024：是",
    ),
    ("是", "是", "2026-03", "辽宁省大连市", "农业户口", "2010-11-20", "是", "否"),
    ("是", "是", "2026-03", "辽宁省大连市", "农业户口", "2010-11-21", "是", "是"),
    ("是", "是", "2026-03", "辽宁省大连市", "农业户口", "", "是", "待核实"),
]


@pytest.mark.parametrize(
    ("father", "mother", "since", "place", "household", "born", "schools", "civil"), FACTS
)
def test_each_definition_says_what_the_facts_suffice_for(
    db: Database, room: Classroom, father: str, mother: str | None, since: str | None, place: str, household: str,
    born: str, schools: str, civil: str,
) -> None:  # fmt: skip
    pupil = room.children["李红"]
    with db.write():
        db.run("UPDATE children SET birth_date = ?", (born or None,))
    told(db, "boarding", 1, pupil, father_away=father, mother_away=mother, away_since=since, away_place=place)
    told(db, "enrollment", 1, pupil, household_type=household, father_away=None, mother_away=None, away_since=None,
         away_place=None, id_type="其他或无", id_number="ABC12345", birth_date=None, sex="男")  # fmt: skip
    (row,) = rows_of(db, "left-behind", period=replace(TERM, last=DAY))
    assert (row["教育口径"], row["民政口径"]) == (schools, civil)


def test_the_flags_are_those_of_the_last_day_of_the_period() -> None:
    facts = AwayFacts(ParentAway("是", "2026-09"), ParentAway("否"))
    assert [by_schools(facts, date(2026, month, 1)) for month in (10, 11, 12)] == ["否", "否", "是"]


@pytest.mark.parametrize(
    ("parts", "any_", "all_"),
    [
        ((True, None), True, None),
        ((False, None), None, False),
        ((True, True), True, True),
        ((False, False), False, False),
    ],
)
def test_what_is_unknown_decides_nothing(
    parts: tuple[bool | None, ...], any_: bool | None, all_: bool | None
) -> None:
    assert (any_of(parts), all_of(parts)) == (any_, all_)


def test_what_was_withdrawn_is_not_counted_and_an_ended_case_is(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    ended = told(db, "boarding", 1, room.children["李红"], **AWAY)
    act(db, ended, "resolved", people["bureau"], result="有床")
    act(db, ended, "closed", people["bureau"])
    gone = told(db, "boarding", 1, room.children["赵磊"], **AWAY)
    with db.write():
        db.run("UPDATE cases SET state = '已撤回', open = 0 WHERE id = ?", (gone.id,))
    assert [row["姓名"] for row in rows_of(db, "left-behind")] == ["李红"]
    assert rows_of(db, "left-behind", period=Period(date(2026, 9, 1), date(2026, 11, 19))) == []


def test_who_has_left_school_is_on_the_list_for_a_year_and_who_is_in_a_class_longer(
    db: Database, room: Classroom
) -> None:
    for name in ("李红", "赵磊"):
        told(db, "boarding", 1, room.children[name], **AWAY)
    with db.write():
        db.run("UPDATE children SET class = NULL WHERE id = ?", (room.children["赵磊"],))
    year, two = Period(TERM.first, date(2027, 11, 1)), Period(TERM.first, date(2028, 11, 1))
    assert {row["姓名"] for row in rows_of(db, "left-behind", period=year)} == {"李红", "赵磊"}
    assert {row["姓名"] for row in rows_of(db, "left-behind", period=two)} == {"李红"}


@pytest.mark.parametrize("key", ["left-behind", "migrant"])
@pytest.mark.parametrize(
    ("login", "sees"),
    [("bureau", True), ("town", True), ("principal", True), ("teacher", True), ("village", True), ("neighbour", False),
     ("subsidies", False), ("administrator", False)],
)  # fmt: skip
def test_they_are_seen_by_role_area_school_class_and_kind(
    db: Database, people: dict[str, Person], room: Classroom, key: str, login: str, sees: bool
) -> None:
    told(db, "enrollment", 1, room.children["李红"], **AWAY, basis="居住证", permit_number="22060500001", town="石人镇",
         village=None, school=SCHOOL_NAME, entry="转入")  # fmt: skip
    assert bool(seen_by(db, people[login], key)) is sees


def test_an_officer_in_charge_of_none_of_its_kinds_does_not_get_it(
    db: Database, people: dict[str, Person]
) -> None:
    keys = {one.key for one in ledgers_seen(db, people["subsidies"])}
    assert keys & {"aid", "publicity", "left-behind", "migrant", "boarding", "enrollment"} == {
        "aid",
        "publicity",
    }
    everything = {one.key for one in ledgers_seen(db, people["officer"])}
    assert everything >= {
        "aid",
        "publicity",
        "left-behind",
        "migrant",
        "boarding",
        "enrollment",
        "class-size",
    }


def test_every_column_of_migrant_has_its_value(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    pupil = room.children["李红"]
    case = told(db, "enrollment", 4, pupil, basis="居住证", permit_number="22060512345", entry="转入",
                from_school="德惠市第三小学", household_place="吉林省长春市德惠市布海镇升阳村",
                residence="江源区江源街道荣华村8号",
                town="石人镇", village=None, relation="父", phone="13812345678", ethnic="汉族", id_type="其他或无",
                id_number="ABC12345", birth_date=None, sex=None)  # fmt: skip
    aid = told(db, "subsidy", 1, pupil, program="营养餐", days=1, relation="邻居/其他")
    act(db, aid, "resolved", people["bureau"], result="发了")
    told(db, "absence", 1, pupil, relation="班主任", phone="13900000000", days=3)
    fill(db, case, people["bureau"], "migrant", transfer_state="正在转接", remark="催一催")
    (row,) = rows_of(db, "migrant")
    assert row.pop(KEY).startswith(case.number)
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "李红",
        "性别": "男", "民族": "汉族", "出生日期": date(2017, 3, 2), "身份证件类型": "其他或无", "身份证件号": "ABC12345",
        "全国学籍号": None, "户籍省市县": "吉林省长春市", "现住址": "江源区江源街道荣华村8号", "镇街": "石人镇",
        "监护人电话": "13812345678", "居住证号": "22060512345", "原学校": "德惠市第三小学", "学籍转接状态": "正在转接",
        "资助": "营养餐（已解决）", "备注": "催一催",
    }  # fmt: skip


ADDRESSES = [
    ("吉林省白山市江源区石人镇大石棚村", False, "吉林省白山市江源区"), ("石人镇大石棚村", False, ""),
    ("辽宁省大连市", True, "辽宁省大连市"), ("大连", None, ""), ("吉林省通化市东昌区光明小区3号", True, "吉林省通化市东昌区"),
    ("吉林省长春市", True, "吉林省长春市"), ("长春市", True, "长春市"), ("吉林市", True, "吉林市"),
    ("吉林省临江市", True, "吉林省临江市"),
    ("吉林省白山市", None, "吉林省白山市"), ("延边州", True, "延边州"),
    ("白山市浑江区", True, "白山市浑江区"), ("白山市", None, "白山市"),
    ("内蒙古自治区通辽市奈曼旗", True, "内蒙古自治区通辽市奈曼旗"),
    ("靖宇县", True, "靖宇县"), ("阳光小区", None, ""), ("开发区", None, ""), ("我们县", None, ""), ("吉林省", None, "吉林省"),
    ("上海市浦东新区", True, "上海市"), ("江源", False, ""), ("", None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("address", "outside", "county"), ADDRESSES)
def test_an_address_is_elsewhere_only_where_it_plainly_says_so(
    db: Database, address: str, outside: bool | None, county: str
) -> None:
    assert outside_of_district(db, address) is outside
    assert county_of_address(address) == county


def test_children_are_read_by_the_page(
    db: Database, room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(of_children, "_CHILDREN", 7)
    for n in range(30):
        told(db, "boarding", n, **AWAY)
        told(db, "enrollment", n, **AWAY)
    rows = rows_of(db, "left-behind")
    numbers = {sample_child(n, DAY).id_number for n in range(30)}
    assert {row["身份证件号"] for row in rows} - {None} == numbers
    assert (
        len(rows) == 30 + 20
    )  # two of three say no number where a bed is asked for: nobody knows that it is the same
    assert [row["序号"] for row in rows] == list(range(1, len(rows) + 1))
    assert PAGE > 7
