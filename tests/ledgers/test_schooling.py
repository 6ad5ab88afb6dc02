"""资助, 寄宿, 新生入学, 公示: the bureau's columns, each with the right value, of the cases that count, for whoever may see."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from intake.kinds import KINDS
from intake.ledgers import LEDGERS, Period
from intake.ledgers.library import HOUSE_COLUMNS, STAFF_COLUMNS
from intake.ledgers.subjects import SubjectLedger
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Cell, Database, Row
from tests.hands.books import DAY
from tests.hands.classroom import MORNING, SCHOOL, SCHOOL_NAME, SIGNS, Classroom, at, classroom
from tests.hands.ledgers import DISTRICT, act, fill, headings, ledger_of, lines_of, rows_of, seen_by, told
from tests.hands.samples import child as sample_child

A = "序号 学校名称 学校标识码 年级 班级 姓名 性别 民族 出生日期 身份证件类型 身份证件号 全国学籍号"
KEY = "行码（请勿改动）"
SAID: dict[str, dict[str, Any]] = {
    "enrollment": {"basis": "居住证", "permit_number": "22060500001", "father_away": "是"},
    "boarding": {"reason": "监护人外出"},
    "subsidy": {},
}
EVER = Period(date(2026, 9, 1), date(2999, 12, 31))
HEADINGS = {
    "aid": f"{A} 户口性质 就读方式 困难类型 依据/证号 学期 资助项目 遇到的问题 应发 实发 发放日期 处理结果 经办人 备注 {KEY}",
    "boarding": f"{A} 需求 原因 离校距离 目前上学方式 希望开始日期 接送人 监护人 联系电话 处理结果 床位 备注 {KEY}",
    "enrollment": "序号 姓名 性别 民族 出生日期 证件类型 证件号 户籍地址 现住址 镇街 入学类型 入学依据 监护人 关系 电话 是否寄宿 "
    f"是否随迁 父母外出情况 分派学校 报到状态 备注 {KEY}",
    "left-behind": f"{A} 是否寄宿 父亲姓名 父亲是否外出 父亲外出起始年月 父亲务工省市 父亲电话 母亲姓名 "
    "母亲是否外出 母亲外出起始年月 母亲务工省市 母亲电话 受委托照护人姓名 受委托照护人关系 受委托照护人电话 受委托照护人住址 "
    f"教育口径 民政口径 帮扶教师 包保村干部 派出所备案日期 最近走访 备注 镇街 村(社区) 村民组 户号 走访状态 {KEY}",
    "migrant": f"{A} 户籍省市县 现住址 镇街 监护人电话 居住证号 原学校 学籍转接状态 资助 备注 {KEY}",
    "publicity": "序号 学校名称 姓名 年级 班级",
    "class-size": "序号 学校 学段 年级 班级 学籍人数 实际人数 差异 班额档 是否标准班 是否大班额",
}  # fmt: skip


@pytest.mark.parametrize("key", HEADINGS)
def test_the_columns_are_the_bureaus_words_in_its_order(db: Database, key: str) -> None:
    assert headings(db, key) == HEADINGS[key]


def test_a_key_of_what_staff_fill_in_is_one_column_everywhere(db: Database) -> None:
    of_cases = [key for key, one in LEDGERS.items() if not issubclass(one, SubjectLedger)]
    every = [column for key in of_cases for column in ledger_of(db, key).columns()]
    done = {"deed", "deed_on", "deed_words"}  # these do something on the case
    assert {one.key for one in every if one.filled_by} - done <= STAFF_COLUMNS.keys()
    for key, one in STAFF_COLUMNS.items():
        assert {column.label for column in every if column.key == key and column.filled_by} <= {
            one.asked.heading
        }
        assert {kind.filled_by_staff[key] for kind in KINDS.values() if key in kind.filled_by_staff} <= {one}
        assert key not in HOUSE_COLUMNS
        assert not [kind for kind in KINDS.values() if key in kind.answers()]


def test_every_column_of_aid_has_its_value(db: Database, people: dict[str, Person], room: Classroom) -> None:
    pupil = room.children["王小明"]
    told(db, "enrollment", 3, pupil, household_type="农业户口", ethnic="朝鲜族")
    case = told(db, "subsidy", 1, pupil, days=1)
    fill(db, case, people["principal"], "aid", lodging="住校", evidence="低保 12 号", paid_on="2026-11-25",
         result="补发了", handled_by="李红", remark="已核对")  # fmt: skip
    (row,) = rows_of(db, "aid")
    key = row.pop(KEY)
    assert key.startswith(f"{case.number}.{case.version + 1}.")
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "王小明",
        "性别": "女", "民族": "朝鲜族", "出生日期": date(2017, 3, 1), "身份证件类型": "居民身份证",
        "身份证件号": sample_child(3, DAY).id_number, "全国学籍号": None, "户口性质": "农业户口", "就读方式": "住校",
        "困难类型": "脱贫户、残疾", "依据/证号": "低保 12 号", "学期": "2026年秋季", "资助项目": "营养餐",
        "遇到的问题": "金额不符", "应发": 625, "实发": 312.5, "发放日期": date(2026, 11, 25), "处理结果": "补发了",
        "经办人": "李红", "备注": "已核对",
    }  # fmt: skip
    (masked,) = rows_of(db, "aid", full=False)
    hidden = {
        name: masked[name] for name in ("姓名", "出生日期", "身份证件号", "困难类型", "依据/证号", "处理结果")
    }
    assert hidden == {
        "姓名": "王*明", "出生日期": "2017年", "身份证件号": "2206" + "*" * 14, "困难类型": "已填（见系统）",
        "依据/证号": "已填（见系统）", "处理结果": "补发了",
    }  # fmt: skip


def test_aid_counts_each_case_once_and_adds_up(db: Database, people: dict[str, Person]) -> None:
    told_of = [told(db, "subsidy", n) for n in range(12)]
    act(db, told_of[0], "resolved", people["bureau"], result="发了")
    act(db, told_of[0], "closed", people["bureau"])
    with db.write():
        db.run("UPDATE cases SET ended_at = ? WHERE id = ?", ("2026-11-28T00:00:00.000Z", told_of[0].id))
        db.run("UPDATE cases SET state = '已撤回', open = 0 WHERE id = ?", (told_of[1].id,))
        db.run("UPDATE cases SET state = '已并入', open = 0 WHERE id = ?", (told_of[2].id,))
    rows = rows_of(db, "aid")
    (sums,) = db.all(
        "SELECT count(*) AS n, sum(amount_due) AS due FROM answers_subsidy a JOIN case_reports k ON k.report = a.report_id"
        " JOIN cases c ON c.id = k.case_id WHERE c.state NOT IN ('已撤回', '已并入')"
    )
    assert len(rows) == sums["n"] == 10
    assert sum(row["应发"] or 0 for row in rows) == sums["due"]
    assert told_of[0].number in {row[KEY].partition(".")[0] for row in rows}
    later = Period(date(2026, 12, 1), date(2026, 12, 31))
    assert len(rows_of(db, "aid", period=later)) == 9  # what ended before is not in it
    assert rows_of(db, "aid", period=Period(date(2026, 9, 1), date(2026, 11, 19))) == []


@pytest.mark.parametrize(
    ("login", "sees"),
    [("bureau", True), ("officer", True), ("subsidies", True), ("town", True), ("principal", True), ("teacher", True),
     ("village", True), ("approver", True), ("neighbour", False), ("administrator", False), ("auditor", False)],
)  # fmt: skip
def test_aid_is_seen_by_role_area_school_class_and_kind(
    db: Database, people: dict[str, Person], room: Classroom, login: str, sees: bool
) -> None:
    told(db, "subsidy", 0, room.children["王小明"], town="石人镇", village=None, school=SCHOOL_NAME)
    told(db, "boarding", 0, room.children["李红"], town="石人镇", village=None, school=SCHOOL_NAME)
    assert bool(seen_by(db, people[login], "aid")) is sees
    assert bool(seen_by(db, people[login], "boarding")) is (sees and login != "subsidies")


@pytest.mark.parametrize("key", ["aid", "boarding", "enrollment", "left-behind", "migrant", "publicity"])
def test_of_a_restricted_case_only_who_may_see_it_has_a_row(
    db: Database, people: dict[str, Person], room: Classroom, key: str
) -> None:
    pupil = room.children["王小明"]
    case = told(db, "subsidy", 0, pupil, school=SCHOOL_NAME)
    told(db, "boarding", 0, pupil, school=SCHOOL_NAME, reason="监护人外出")
    told(db, "enrollment", 1, pupil, school=SCHOOL_NAME, basis="居住证", permit_number="22060500001")
    act(db, case, "resolved", people["bureau"], result="发了")
    period = EVER
    assert len(rows_of(db, key, period=period)) == 1
    with db.write():
        db.run("UPDATE cases SET restricted = 1")
    assert rows_of(db, key, Scope("220605"), period) == []
    assert len(rows_of(db, key, DISTRICT, period)) == (key != "publicity")


@pytest.mark.parametrize("login", ["town", "principal", "teacher", "village"])
def test_of_a_confidential_reporter_no_ledger_tells_town_or_school(
    db: Database, people: dict[str, Person], room: Classroom, login: str
) -> None:
    pupil = room.children["王小明"]
    told(
        db,
        "subsidy",
        0,
        pupil,
        phone="13812345678",
        guardian_name="欧阳秀兰",
        relation="祖母",
        school=SCHOOL_NAME,
    )
    told(db, "absence", 0, pupil, phone="13812345678", guardian_name="欧阳秀兰", relation="祖母", school=SCHOOL_NAME,
         special_group=["留守", "随迁"])  # fmt: skip
    with db.write():
        db.run("UPDATE reports SET confidential = 1")
        db.run("UPDATE cases SET confidential = 1")
    for key in ("aid", "left-behind", "migrant"):
        (row,) = seen_by(db, people[login], key)
        assert not {"13812345678", "欧阳秀兰", "祖母"} & set(map(str, row.values()))
    (row,) = seen_by(db, people["bureau"], "left-behind")
    assert (row["受委托照护人姓名"], row["受委托照护人关系"]) == ("欧阳秀兰", "祖母")
    assert row["受委托照护人电话"] == "13812345678"


def test_every_column_of_boarding_has_its_value(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    case = told(db, "boarding", 2, room.children["李红"], pickup="爷爷", phone="13812345678", guardian_name="李建国",
                distance_km=12, school=SCHOOL_NAME)  # fmt: skip
    fill(db, case, people["principal"], "boarding", result="安排了", bed="2 号楼 201", remark="带被褥")
    (row,) = rows_of(db, "boarding")
    assert row.pop(KEY).startswith(case.number)
    assert row == {
        "序号": 1, "学校名称": SCHOOL_NAME, "学校标识码": SCHOOL, "年级": "三年级", "班级": "2班", "姓名": "李红",
        "性别": "男", "民族": None, "出生日期": date(2017, 3, 2), "身份证件类型": None, "身份证件号": None,
        "全国学籍号": None, "需求": "寄宿、午餐", "原因": "监护人外出", "离校距离": 12, "目前上学方式": "步行",
        "希望开始日期": date(2026, 11, 23), "接送人": "爷爷", "监护人": "李建国", "联系电话": "13812345678",
        "处理结果": "安排了", "床位": "2 号楼 201", "备注": "带被褥",
    }  # fmt: skip


def test_the_beds_that_are_wanted_are_counted_by_school_and_each_child_once(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    for name in ("王小明", "李红"):
        told(db, "boarding", 1, room.children[name], school=SCHOOL_NAME, needs=["寄宿"])
    told(db, "boarding", 1, room.children["张雨桐"], school=SCHOOL_NAME, needs=["校车"])
    for n in range(20):
        told(db, "boarding", n)
    told(db, "boarding", 40, school=None, needs=["寄宿"])
    rows = rows_of(db, "boarding")
    beds = Counter(row["学校名称"] or "（没写学校）" for row in rows if "寄宿" in row["需求"])
    summed = rows_of(db, "boarding", sheet=1)
    assert {row["学校名称"]: row["需求人数"] for row in summed} == beds
    assert beds[SCHOOL_NAME] == 2
    assert {(row["床位数"], row["缺口"]) for row in summed} == {("未填报", "未填报")}
    first = told(db, "boarding", 1, room.children["王小明"], school=SCHOOL_NAME, needs=["寄宿"])
    for key in ("resolved", "closed"):
        act(db, first, key, people["bureau"], **({"result": "有床"} if key == "resolved" else {}))
    told(db, "boarding", 1, room.children["王小明"], school=SCHOOL_NAME, needs=["寄宿"], days=9)
    assert (
        next(row["需求人数"] for row in rows_of(db, "boarding", sheet=1) if row["学校名称"] == SCHOOL_NAME)
        == 2
    )


def test_every_column_of_enrollment_has_its_value(db: Database, people: dict[str, Person]) -> None:
    case = told(db, "enrollment", 0, household_place="辽宁省大连市沙河口区星海街1号", mother_away="是", father_away="否",
                phone="13812345678", boards="是", relation="母", basis="房产")  # fmt: skip
    fill(
        db, case, people["bureau"], "enrollment", assigned_school=SCHOOL, arrival="已报到", remark="带齐材料"
    )
    (row,) = rows_of(db, "enrollment")
    pupil = sample_child(0, DAY)
    assert row.pop(KEY).startswith(case.number)
    assert row == {
        "序号": 1, "姓名": pupil.name, "性别": "男", "民族": "汉族", "出生日期": pupil.born, "证件类型": "居民身份证",
        "证件号": pupil.id_number, "户籍地址": "辽宁省大连市沙河口区星海街1号",
        "现住址": f"白山市江源区{pupil.town}{pupil.village}1号", "镇街": "石人镇", "入学类型": "小学一年级新生",
        "入学依据": "房产", "监护人": pupil.guardian, "关系": "母", "电话": "13812345678", "是否寄宿": "是",
        "是否随迁": "是", "父母外出情况": "母外出", "分派学校": SCHOOL_NAME, "报到状态": "已报到", "备注": "带齐材料",
    }  # fmt: skip
    (masked,) = rows_of(db, "enrollment", full=False)
    assert masked["父母外出情况"] == "已填（见系统）"
    assert masked["户籍地址"] == "辽宁省大连市沙河口区***"
    assert masked["电话"] == "138********"


@pytest.mark.parametrize(
    ("basis", "household", "said"),
    [("居住证", "吉林省白山市江源区石人镇", "是"), ("户籍", "吉林省白山市江源区石人镇大石棚村", "否"),
     ("房产", "山东省青岛市", "是"), ("房产", "靖宇县花园口镇", "是"), ("户籍", "石人镇大石棚村", "否"),
     ("其他", "白山市", "待核实"), ("投靠亲属", "幸福小区3号楼", "待核实")],
)  # fmt: skip
def test_whether_a_child_comes_along_is_said_where_the_facts_suffice(
    db: Database, basis: str, household: str, said: str
) -> None:
    told(
        db,
        "enrollment",
        0,
        basis=basis,
        household_place=household,
        permit_number="22060500001" if basis == "居住证" else None,
    )
    assert rows_of(db, "enrollment")[0]["是否随迁"] == said
    assert len(rows_of(db, "migrant")) == (said == "是")


def test_publicity_has_the_four_columns_of_whose_aid_was_settled_in_the_period(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    names = list(room.children)
    told_of = {
        name: told(db, "subsidy", n, room.children[name], school=SCHOOL_NAME) for n, name in enumerate(names)
    }
    settled, reopened, refused, _ = told_of.values()
    act(db, settled, "resolved", people["bureau"], result="发了")
    act(db, settled, "closed", people["bureau"])
    act(db, reopened, "resolved", people["bureau"], result="发了")
    act(db, reopened, "reopened", people["bureau"], reason="还没到账")
    act(db, refused, "unresolved", people["bureau"], reason="不符合条件")
    act(db, told(db, "boarding", 3, room.children[names[3]]), "resolved", people["bureau"], result="有床")
    today = Period(db.today(), db.today())
    assert rows_of(db, "publicity", period=today) == [
        {"序号": 1, "学校名称": SCHOOL_NAME, "姓名": names[0], "年级": "三年级", "班级": "2班"}
    ]
    assert [row["姓名"] for row in rows_of(db, "publicity", period=today, full=False)] == ["王*明"]
    assert rows_of(db, "publicity", period=Period(date(2026, 9, 1), date(2026, 9, 30))) == []
    (line,) = lines_of(db, "publicity", period=today)
    assert line.values.keys() == {"school", "child_name", "grade", "class_name"}


def test_what_was_reported_anew_or_settled_anew_counts_where_it_was_settled_last(
    db: Database, people: dict[str, Person], room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupil, settled = room.children["王小明"], MORNING + timedelta(days=1)
    at(monkeypatch, settled)
    case = told(db, "subsidy", 0, pupil, school=SCHOOL_NAME)
    act(db, case, "resolved", people["bureau"], result="发了")
    that_day, week = Period(settled.date(), settled.date()), timedelta(days=7)
    assert len(rows_of(db, "publicity", period=that_day)) == 1
    at(monkeypatch, settled + week)
    told(db, "subsidy", 0, pupil, 12, school=SCHOOL_NAME)  # SENT + 12 days: after the answer
    assert rows_of(db, "publicity", period=that_day) == []
    act(db, case, "resolved", people["bureau"], result="补上了")
    assert rows_of(db, "publicity", period=that_day) == []
    later = Period((settled + week).date(), (settled + week).date())
    assert len(rows_of(db, "publicity", period=later)) == 1


def test_a_child_with_two_settled_cases_hangs_out_once(
    db: Database, people: dict[str, Person], room: Classroom
) -> None:
    pupil = room.children["王小明"]
    for _ in range(2):
        case = told(db, "subsidy", 0, pupil, school=SCHOOL_NAME)
        act(db, case, "resolved", people["bureau"], result="发了")
        act(db, case, "closed", people["bureau"])
    assert len(rows_of(db, "aid", period=EVER)) == 2
    assert len(rows_of(db, "publicity", period=EVER)) == 1


@pytest.mark.parametrize("key", ["aid", "boarding", "enrollment", "left-behind", "migrant", "class-size"])
def test_reading_asks_by_the_page_and_not_by_the_row(
    db: Database, people: dict[str, Person], monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    asked: list[str] = []
    every, one = Database.all, Database.one

    def counting(self: Database, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        asked.append(sql)
        return every(self, sql, args)

    def counting_one(self: Database, sql: str, args: Sequence[Cell] = ()) -> Row | None:
        asked.append(sql)
        return one(self, sql, args)

    counter: list[int] = []

    def asked_for(classes: int) -> tuple[int, int]:
        while len(counter) < classes:
            made = len(counter)
            room = classroom(db, "三年级", f"{made}班", (f"王{SIGNS[made]}", f"李{SIGNS[made]}"))
            for n, child in enumerate(room.children.values(), 3 * made):
                for kind, more in SAID.items():
                    told(db, kind, 3 * n + 1, child, **more)
            counter.append(made)
        rows_of(db, key)  # what is kept in the process is there
        asked.clear()
        monkeypatch.setattr(Database, "all", counting)
        monkeypatch.setattr(Database, "one", counting_one)
        found = len(rows_of(db, key))
        monkeypatch.setattr(Database, "all", every)
        monkeypatch.setattr(Database, "one", one)
        return found, len(asked)

    few, many = asked_for(2), asked_for(12)
    assert many[0] > few[0]
    assert many[1] <= few[1]
