"""Lists of schools, children and staff as offices make them: read, checked by row, taken whole or not at all."""

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from exports.lists import reading
from intake.children.children import children_of_class
from intake.errors import Refused
from intake.importing import roster, schools, staff
from intake.importing.outcome import Options, Outcome
from intake.importing.table import ListSheet
from intake.people import accounts, bindings
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database
from tests.hands import classroom
from tests.hands.classroom import SCHOOL, SCHOOL_NAME, TOWN
from tests.hands.command import baoxue, table
from tests.hands.lists import STAFF, Cells, number, sheet, workbook

XLS = Path(__file__).parents[1] / "data" / "roster.xls"
PLAIN, SKIP = Options(), Options(skip_bad=True)


def take(db: Database, sheets: list[ListSheet], options: Options = PLAIN) -> Outcome:
    return roster.take(db, sheets, options)


@pytest.fixture(autouse=True)
def _asks_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gazetteer, "FRESH", 0.0)


HEAD = ("姓名", "身份证号", "学校", "班级")


# -- files


@pytest.mark.processes
def test_a_workbook_reads_as_a_person_sees_it(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        [
            ["名单", None, None],
            [2206050001, 13812340001.0, 3.2],
            [220605201703010017, date(2017, 3, 1), datetime(2017, 3, 1, 8, 5)],  # noqa: DTZ001 - a cell has no zone
            [None, True, " 二班 "],
        ],
        merged=("A1:C1", "A3:A4"),
    )
    (read,) = reading.read(path)
    assert [line.cells for line in read.lines] == [
        ("名单", "名单", "名单"),
        ("2206050001", "13812340001", "3.2"),
        ("2.20605E+17", "2017-03-01", "2017-03-01 08:05"),
        ("2.20605E+17", "是", "二班"),
    ]
    assert [line.number for line in read.lines] == [1, 2, 3, 4]


@pytest.mark.processes
def test_a_merged_area_outside_of_what_is_filled_in_is_no_fault(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", [["姓名"], ["王小明"]], merged=("A2:C2", "D9:F20"))
    assert [line.cells[0] for line in reading.read(path)[0].lines][:2] == ["姓名", "王小明"]


@pytest.mark.processes
def test_an_old_workbook_is_read_too() -> None:
    (read,) = reading.read(XLS)
    assert read.name == "三年级2班"
    assert read.lines[2].cells == ("王小明", "男", "2017-03-01", "石人镇中心小学", "")
    assert read.lines[3].cells[3:] == ("石人镇中心小学", "2.20605E+17")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_every_encoding_of_chinese_offices(tmp_path: Path, encoding: str) -> None:
    divider = "\t" if encoding == "utf-16" else ","
    path = tmp_path / "a.csv"
    path.write_text(
        f'姓名{divider}证件号\r\n王小明{divider}="220605201703010017"\r\n\r\n李红{divider}\'1\r\n', encoding
    )
    (read,) = reading.read(path)
    assert [(line.number, line.cells) for line in read.lines if line.cells] == [
        (1, ("姓名", "证件号")),
        (2, ("王小明", "220605201703010017")),
        (4, ("李红", "1")),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 broken",
        b"\xd0\xcf\x11\xe0 broken",
        b"<html><table>",
        b"\xff\xfe\x00",
        b"\x00\x01\x02",
        XLS.read_bytes()[:4200],  # the library panics
        b"a\0b\n",
    ],
)
@pytest.mark.processes
def test_what_is_no_table_is_one_chinese_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(Refused, match="文件"):
        reading.read(path)


# -- headers


def test_columns_are_known_by_many_words_in_any_order_under_titles(db: Database) -> None:
    classroom.school(db)
    done = take(
        db,
        sheet(
            ["附件2", "", "", ""],
            ["2025年秋季学生花名册", "", "", ""],
            [" 班 级 ", "证件号码（18位）", "备注", "*学生姓名", "就读学校"],
            ["三（2）班", number("20170301"), "走读", "王小明", SCHOOL_NAME],
            ["合计", "", "", "1 人"],
            ["填表人：刘老师", "", "", ""],
        ),
    )
    assert (done.new, done.errors, done.written) == (1, [], True)
    assert "没有用到的列：备注。" in done.notes
    row = db.one("SELECT * FROM children")
    assert row is not None
    assert (row["child_name"], row["sex"], row["birth_date"], row["town"]) == (
        "王小明",
        "男",
        "2017-03-01",
        TOWN,
    )
    assert db.keys.unlock(row["id_number"], "children.id_number", row["id"]) == number("20170301")


def test_without_a_header_the_words_are_told(db: Database) -> None:
    with pytest.raises(Refused, match=r"没有找到表头.*姓名.*身份证号"):
        take(db, sheet(["王小明", "三年级2班"]))


@pytest.mark.processes
def test_a_sheet_for_each_class_needs_no_column_for_it(db: Database, tmp_path: Path) -> None:
    classroom.school(db)
    made = openpyxl.Workbook()
    assert made.active is not None
    made.active.append(["说明：每班一张表"])
    for title, child in (("三年级1班", "王小明"), ("三(2)班", "李红")):
        page = made.create_sheet(title)
        page.append([f"{SCHOOL_NAME}学生名单"])
        page.append(["序号", "姓名"])
        page.append([1, child])
    made.save(tmp_path / "a.xlsx")
    assert take(db, reading.read(tmp_path / "a.xlsx")).new == 2
    assert [one.title for one in bindings.classes_of(db, SCHOOL)] == ["三年级1班", "三年级2班"]


def test_a_list_of_one_school_may_be_told_which(db: Database) -> None:
    classroom.school(db)
    rows = sheet(["姓名", "班级"], ["王小明", "三年级2班"])
    assert "请写学校" in take(db, rows).errors[0]
    assert roster.take(db, rows, PLAIN, bindings.school_meant(db, SCHOOL)).new == 1


# -- rosters


@pytest.mark.parametrize(
    ("grade", "name"),
    [("三年级", "2"), ("3", "2班"), ("三", "二班"), ("", "三年级2班"), ("", "三（2）班"), ("", "3.2"), ("", "三2"),
     ("", "302"), ("三年级", "三年级2班"), ("2024级", "2班"), ("", "2024级(2)班"), ("三年级2班", ""),
     ("2024", "2"), ("24级", "2班"), ("", "24级2班")],
)  # fmt: skip
def test_a_class_is_read_however_it_is_written(
    db: Database, monkeypatch: pytest.MonkeyPatch, grade: str, name: str
) -> None:
    classroom.at(monkeypatch, classroom.MORNING)  # 2026, in autumn
    classroom.school(db)
    done = take(db, sheet(["姓名", "学校", "年级", "班级"], ["王小明", SCHOOL, grade, name]))
    assert done.errors == []
    assert [one.title for one in bindings.classes_of(db, SCHOOL)] == ["三年级2班"]


@pytest.mark.parametrize(
    "born", ["2017-03-01", "2017.3.1", "20170301", "2017年3月1日", "42795", "2017/03/01"]
)
def test_a_birth_date_is_read_however_it_is_written(db: Database, born: str) -> None:
    classroom.school(db)
    take(db, sheet([*HEAD, "出生日期"], ["王小明", "", SCHOOL_NAME, "三年级2班", born]))
    row = db.one("SELECT birth_date FROM children")
    assert row is not None
    assert row["birth_date"] == "2017-03-01"


@pytest.mark.parametrize("grade", ["2099届", "2099", "99级"])
def test_a_year_that_is_none_of_entering_is_refused(db: Database, grade: str) -> None:
    classroom.school(db)
    done = take(db, sheet(["姓名", "学校", "年级", "班级"], ["王小明", SCHOOL, grade, "2班"]))
    assert "没有看懂，请写成“三年级”" in done.errors[0]


@pytest.mark.parametrize(
    ("said", "right"), [("2017.1", True), ("2017.10", True), ("2017.01", False), ("2017.2", False)]
)
def test_a_month_that_lost_its_nought_is_that_of_the_number(db: Database, said: str, right: bool) -> None:
    """Who types 2017.10 below 出生年月 has 2017.1 in the cell: the child of October was refused."""
    classroom.school(db)
    row = ["王小明", number("20171015"), SCHOOL_NAME, "三年级2班", said]
    done = take(db, sheet([*HEAD, "出生年月"], row))
    assert [one.sentence for one in done.faults] == ([] if right else ["出生日期和身份证号对不上。"])


def test_every_fault_is_told_by_its_row_and_nothing_is_taken(db: Database) -> None:
    classroom.school(db)
    good = number("20170301")
    done = take(
        db,
        sheet(
            [*HEAD, "性别", "出生日期"],
            ["王小明", good, SCHOOL_NAME, "三年级2班", "男", ""],
            ["", number("20170302"), SCHOOL_NAME, "三年级2班", "", ""],
            ["李红", "2.20605E+17", SCHOOL_NAME, "三年级2班", "", ""],
            ["赵磊", good[:-1] + ("1" if good[-1] != "1" else "2"), SCHOOL_NAME, "三年级2班", "", ""],
            ["孙浩", "", "没有的学校", "三年级2班", "不明白", "去年"],
            ["周婷", "", SCHOOL_NAME, "八年级1班", "", ""],
            ["吴刚", good, SCHOOL_NAME, "三年级2班", "", ""],
            ["郑爽", number("20170305"), SCHOOL_NAME, "三年级2班", "女", "2017-03-06"],
        ),
    )
    where = [line.split("：")[0] for line in done.errors]
    assert where == [
        "第 3 行",
        "第 4 行",
        "第 5 行",
        *["第 6 行"] * 3,
        "第 7 行",
        "第 8 行",
        *["第 9 行"] * 2,
    ]
    said = "\n".join(done.errors)
    for part in (
        "请写姓名",
        "后几位已经丢了",
        "有一位写错了",
        "没有这所学校",
        "性别请写男或女",
        "出生日期没有看懂",
        "小学，没有八年级",
        "和第 2 行是同一个身份证号",
        "性别和身份证号对不上",
        "出生日期和身份证号对不上",
    ):
        assert part in said
    assert good not in said
    assert (done.written, done.bad) == (False, 7)
    assert db.one("SELECT 1 FROM children") is None
    assert db.one("SELECT 1 FROM classes") is None


def test_bad_rows_may_be_left_out(db: Database) -> None:
    classroom.school(db)
    rows = sheet(HEAD, ["王小明", "", SCHOOL_NAME, "三年级2班"], ["", "", SCHOOL_NAME, "三年级2班"])
    done = take(db, rows, SKIP)
    assert (done.written, done.new, done.bad) == (True, 1, 1)


def test_a_trial_writes_nothing(db: Database) -> None:
    classroom.school(db)
    done = take(db, sheet(HEAD, ["王小明", "", SCHOOL_NAME, "三年级2班"]), Options(dry_run=True))
    assert (done.new, done.written) == (1, False)
    assert db.one("SELECT 1 FROM children") is None


def test_again_changes_nothing_and_a_better_list_fills_in(db: Database) -> None:
    classroom.school(db)
    poor = sheet(HEAD, ["王小明", "", SCHOOL_NAME, "三年级2班"], ["李红", "", SCHOOL_NAME, "三年级2班"])
    assert take(db, poor).new == 2
    before = len(db.all("SELECT id FROM audit"))
    assert (take(db, poor).same, len(db.all("SELECT id FROM audit"))) == (2, before)
    rich = sheet(
        [*HEAD, "村"],
        ["王小明", number("20170301"), SCHOOL_NAME, "三年级2班", "石人镇大石棚村"],
        ["李红", "", SCHOOL_NAME, "三年级2班", ""],
    )
    done = take(db, rich)
    assert (done.new, done.changed, done.same) == (0, 1, 1)
    assert take(db, poor).same == 2  # what a list does not say stays
    row = db.one("SELECT * FROM children WHERE child_name = '王小明'")
    assert row is not None
    assert (row["id_number_hash"], row["birth_date"]) == (
        db.keys.digest("IdNumber", number("20170301")),
        "2017-03-01",
    )
    assert row["village"].startswith(TOWN)
    assert audit.broken(db) == []


def test_a_new_year_moves_children_and_keeps_who_they_are(db: Database) -> None:
    room = classroom.classroom(db, names=("王小明", "李红"))
    done = take(
        db,
        sheet([*HEAD, "出生日期"], ["王小明", "", SCHOOL_NAME, "四年级2班", "2017-03-01"]),
    )
    assert (done.new, done.changed) == (0, 1)
    (now,) = [one for one in bindings.classes_of(db, SCHOOL) if one.grade == "四年级"]
    assert [one.id for one in children_of_class(db, now.id)] == [room.children["王小明"]]
    assert [one.name for one in children_of_class(db, room.id)] == ["李红"]


def test_a_child_who_came_from_another_school_is_known_by_its_number(db: Database) -> None:
    classroom.school(db)
    classroom.school(db, "2206050002", "湾沟镇中心小学", "220605102")
    take(db, sheet(HEAD, ["王小明", number("20170301"), SCHOOL_NAME, "三年级2班"]))
    done = take(db, sheet(HEAD, ["王小明", number("20170301"), "湾沟镇中心小学", "三年级1班"]))
    assert (done.new, done.changed) == (0, 1)
    assert "从别的学校转来：1 人。" in done.notes
    assert len(db.all("SELECT 1 FROM children")) == 1


def test_two_of_a_name_are_never_mixed_up(db: Database) -> None:
    classroom.school(db)
    rows = [["王小明", number("20170301", order), SCHOOL_NAME, "三年级2班"] for order in (1, 3)]
    assert take(db, sheet(HEAD, *rows)).new == 2
    done = take(db, sheet(HEAD, ["王小明", "", SCHOOL_NAME, "三年级2班"]))
    assert "分不清" in done.errors[0]
    assert take(db, sheet(HEAD, *rows)).same == 2
    twice = take(db, sheet(HEAD, *[["李红", "", SCHOOL_NAME, "三年级2班"]] * 2))
    assert "和第 2 行像是同一个孩子" in twice.errors[0]


def test_who_is_no_longer_listed_is_told_and_leaves_only_if_asked(db: Database) -> None:
    room = classroom.classroom(db)
    other = classroom.classroom(db, name="3班", names=("孙浩",))
    rows = [[name, "", SCHOOL_NAME, "三年级2班"] for name in ("王小明", "李红", "张雨桐")]
    done = take(db, sheet(HEAD, *rows))
    assert any("名单里没有了：1 人" in note and "赵*" in note for note in done.notes)
    assert len(children_of_class(db, room.id)) == 4
    bad = take(db, sheet(HEAD, *rows, ["", "", SCHOOL_NAME, "三年级2班"]), Options(skip_bad=True, leave=True))
    assert any("不把任何孩子移出" in note for note in bad.notes)
    assert len(children_of_class(db, room.id)) == 4
    take(db, sheet(HEAD, *rows), Options(leave=True))
    assert len(children_of_class(db, room.id)) == 3
    assert len(children_of_class(db, other.id)) == 1  # the list does not cover it
    row = db.one("SELECT class FROM children WHERE id = ?", (room.children["赵磊"],))
    assert row is not None
    assert row["class"] is None
    back = take(db, sheet([*HEAD, "出生日期"], ["赵磊", "", SCHOOL_NAME, "三年级2班", "2017-03-04"]))
    assert (back.new, back.changed) == (0, 1)


def test_a_home_elsewhere_is_no_fault(db: Database) -> None:
    classroom.school(db)
    done = take(
        db, sheet([*HEAD, "乡镇", "村"], ["王小明", "", SCHOOL_NAME, "三年级2班", "浑江区七道江镇", "某某村"])
    )
    assert done.new == 1
    assert len(done.doubts) == 2
    row = db.one("SELECT town, village FROM children")
    assert row is not None
    assert tuple(row) == (TOWN, None)


# -- schools

SCHOOLS = ("学校名称", "学校标识码", "乡镇", "学段", "别名")


def test_schools_are_entered_changed_and_known_at_once(db: Database) -> None:
    first = schools.take(
        db,
        sheet(
            SCHOOLS,
            ["石人镇中心小学", "2206050001", "石人", "小学", "石人中心校、石小"],
            ["湾沟镇中学", "", "", "", ""],
            ["松树镇九年一贯制学校", "", "松树镇", "", ""],
        ),
        Options(),
    )
    assert (first.new, first.errors) == (3, [])
    places = gazetteer.world(db).places
    assert [one.code for one in (places.school("石小").place, places.school("2206050001").place) if one] == [
        SCHOOL
    ] * 2
    rows = {row["name"]: row for row in db.all("SELECT * FROM schools")}
    assert {row["stage"] for row in rows.values()} == {"小学", "初中", "一贯制"}
    assert rows["湾沟镇中学"]["town"] == "220605102"
    assert rows["湾沟镇中学"]["code"] == schools.derived("湾沟镇中学")
    again = schools.take(
        db, sheet(SCHOOLS, ["石人镇中心小学校", "2206050001", "石人镇", "小学", ""]), Options()
    )
    assert (again.new, again.changed) == (0, 1)
    found = gazetteer.world(db).places.school("石人镇中心小学").place
    assert found is not None
    assert (found.code, found.name) == (SCHOOL, "石人镇中心小学校")  # the old name still leads there


@pytest.mark.parametrize("word", ["所在镇", "所属街道", "镇（街道）"])
def test_the_town_of_a_school_stands_below_many_words(db: Database, word: str) -> None:
    done = schools.take(db, sheet(["学校名称", word], ["新建小学", "石人镇"]), PLAIN)
    assert (done.errors, done.new) == ([], 1)


def test_a_school_that_gets_its_official_code_stays_one(db: Database) -> None:
    schools.take(db, sheet(SCHOOLS, ["湾沟镇中学", "", "湾沟镇", "初中", ""]), Options())
    rows = sheet(SCHOOLS, ["湾沟镇中学", "3122000123", "湾沟镇", "初中", ""])
    assert schools.take(db, rows, Options()).changed == 1
    assert schools.take(db, rows, Options()).same == 1
    found = gazetteer.world(db).places.school("3122000123").place
    assert found is not None
    assert found.code == schools.derived("湾沟镇中学")


def test_bad_schools_are_told(db: Database) -> None:
    done = schools.take(
        db,
        sheet(
            SCHOOLS,
            ["某某小学", "22060", "", "小学", ""],
            ["石人镇青少年宫", "", "石人镇", "校外", ""],
            ["石人镇第一小学", "", "石人镇", "", ""],
            ["石人镇第一小学", "", "石人镇", "", ""],
        ),
        Options(),
    )
    said = "\n".join(done.errors)
    for part in ("第 2 行：学校标识码是 10 位数字", "第 2 行：请写学校在哪个镇街", "第 3 行：学段请写",
                 "第 5 行：和第 4 行是同一所学校"):  # fmt: skip
        assert part in said
    assert db.one("SELECT 1 FROM schools") is None


# -- staff


def test_staff_get_accounts_and_classes(db: Database) -> None:
    classroom.classroom(db)
    classroom.classroom(db, name="1班", names=())
    done = staff.take(
        db,
        sheet(
            STAFF,
            ["刘春梅", "138 1234 0001", "班主任", SCHOOL_NAME, "三年级1班、2班"],
            ["欧阳建国", "13812340002", "副校长", SCHOOL_NAME, ""],
            ["李建华", "13812340003", "教育局", "", ""],
            ["马爱民", "13812340004", "镇干部", "石人镇", ""],
        ),
        Options(),
    )
    assert (done.new, done.errors) == (4, [])
    found = [accounts.person_by_login(db, f"1381234000{n}") for n in (1, 2, 3, 4)]
    assert [(one.role, one.area) for one in found if one] == [
        ("teacher", TOWN), ("principal", TOWN), ("bureau", "220605"), ("town", TOWN)
    ]  # fmt: skip
    assert found[0] is not None
    assert [one.title for one in bindings.classes_taught(db, found[0].id)] == ["三年级1班", "三年级2班"]
    assert accounts.sign_in(db, "13812340001", "") is None


def test_a_row_for_each_class_is_one_person(db: Database) -> None:
    classroom.classroom(db)
    classroom.classroom(db, name="1班", names=())
    rows = [["刘春梅", "13812340001", "", SCHOOL_NAME, one] for one in ("三年级1班", "三年级2班")]
    assert staff.take(db, sheet(STAFF, *rows), Options()).new == 1
    assert staff.take(db, sheet(STAFF, *rows), Options()).same == 1
    fewer = staff.take(db, sheet(STAFF, rows[0]), Options())
    assert "三年级2班" in fewer.doubts[0]
    person = accounts.person_by_login(db, "13812340001")
    assert person is not None
    assert len(bindings.classes_taught(db, person.id)) == 2
    assert staff.take(db, sheet(STAFF, rows[0]), Options(leave=True)).changed == 1
    assert [one.title for one in bindings.classes_taught(db, person.id)] == ["三年级1班"]


def test_bad_staff_are_told_and_nobody_is_added(db: Database) -> None:
    classroom.classroom(db)
    done = staff.take(
        db,
        sheet(
            STAFF,
            ["刘春梅", "13812340001", "班主任", SCHOOL_NAME, "三年级2班"],
            ["孙丽", "0439-3721234", "老师", SCHOOL_NAME, ""],
            ["周红", "13812340003", "厨师", SCHOOL_NAME, ""],
            ["吴梅", "13812340004", "老师", SCHOOL_NAME, "五年级9班"],
            ["郑霞", "13812340001", "老师", SCHOOL_NAME, ""],
            ["王芳", "13812340006", "镇街", "", ""],
        ),
        Options(),
    )
    said = done.errors
    assert [line.split("：")[0] for line in said] == [f"第 {n} 行" for n in (3, 4, 5, 6, 7)]
    for part, line in zip(
        ("11 位手机号", "角色请写", "没有五年级9班。有：三年级2班", "和第 2 行是同一个手机号", "哪个镇街"),
        said,
        strict=True,
    ):
        assert part in line
    assert db.one("SELECT 1 FROM staff") is None


# -- the commands


@pytest.mark.processes
def test_last_years_roster_comes_in_by_the_command(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    listed = workbook(
        tmp_path / "schools.xlsx", [["全区学校一览"], ["校名", "学校标识码"], [SCHOOL_NAME, 2206050001]]
    )
    done = baoxue(data, "import", "schools", str(listed), BAOXUE_MODE="demo")
    assert (done.returncode, "新增 1" in done.stdout) == (0, True), done.stderr
    head = ["序号", "学生姓名*", "性 别", "身份证件号码", "班级", "村/社区"]
    rows: list[Cells] = [[f"{SCHOOL_NAME}2025年秋季学生花名册"], ["填报日期：2025年9月1日"], head]
    rows += [
        [1, "王小明", "男", number("20170301"), "三年级2班", "大石棚子村"],
        [2, "李红", "女", number("20170302", 2)],
    ]
    path = workbook(
        tmp_path / "roster.xlsx",
        [*rows, [3, "赵磊", "男", 220605201703030017, "三.2"]],
        merged=("A1:F1", "E4:E5"),
    )
    done = baoxue(data, "import", "roster", str(path), BAOXUE_MODE="demo")
    assert done.returncode == 2
    assert "第 6 行：身份证号在表格里成了数字" in done.stderr
    assert "什么都没有导入" in done.stderr
    assert table(data, "SELECT 1 FROM children") == []
    done = baoxue(data, "import", "roster", str(path), "--skip-bad", BAOXUE_MODE="demo")
    assert done.returncode == 0, done.stderr
    assert "新增 2，更新 0，没有变化 0，跳过 1" in done.stdout
    assert "没有用到的列：序号" in done.stdout
    assert table(data, "SELECT child_name, village FROM children ORDER BY 1") == [
        ("李红", None), ("王小明", table(data, "SELECT village FROM children WHERE village <> ''")[0][0])
    ]  # fmt: skip
    assert table(data, "SELECT grade, class_name, demo FROM classes") == [("三年级", "2班", 1)]
    assert baoxue(data, "verify", BAOXUE_MODE="demo").returncode == 0


@pytest.mark.processes
def test_a_file_that_is_no_list_is_a_line_and_exit_2(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04")
    done = baoxue(data, "import", "roster", str(path), BAOXUE_MODE="demo")
    assert (done.returncode, "打不开" in done.stderr, "Traceback" in done.stderr) == (2, True, False)
    path.write_text("a,b\n1,2\n")
    done = baoxue(data, "import", "schools", str(path), BAOXUE_MODE="demo")
    assert (done.returncode, "没有找到表头" in done.stderr) == (2, True)


@pytest.mark.processes
def test_a_register_comes_in_by_its_command_and_again_changes_nothing(tmp_path: Path) -> None:
    data = tmp_path / "var"
    assert baoxue(data, "init", BAOXUE_MODE="demo").returncode == 0
    head = ["姓名", "性别", "出生日期", "身份证号", "户号", "户主", "与户主关系", "村（社区）", "户籍地址"]
    row = [
        "王小明",
        "男",
        "20170301",
        number("20170301"),
        "0101",
        "王大海",
        "子",
        "大石棚子村",
        "石人镇大石棚子村1号",
    ]
    path = workbook(tmp_path / "huji.xlsx", [head, row])
    for told in (
        "试运行，没有写入。户籍名单：新增 1",
        "户籍名单：新增 1",
        "户籍名单：新增 0，更新 0，没有变化 1",
    ):
        dry = ["--dry-run"] if told.startswith("试") else []
        done = baoxue(data, "import", "huji", str(path), *dry, BAOXUE_MODE="demo", BAOXUE_TODAY="2026-11-23")
        assert (done.returncode, told in done.stdout) == (0, True), (done.stdout, done.stderr)
        assert len(table(data, "SELECT 1 FROM listed")) == (0 if dry else 1)
    done = baoxue(data, "import", "poor", str(tmp_path / "none.xlsx"), BAOXUE_MODE="demo")
    assert done.returncode == 2
