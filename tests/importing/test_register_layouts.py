"""Registers in whatever layout an office writes them out: two lines of header, codes with words, GBK text called .xls."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from exports.lists import reading
from intake.children.facts.fact import facts_of
from intake.children.listed import listed_rows
from intake.importing.outcome import Options
from intake.importing.registers.heads import without_refused
from intake.importing.registers.taking import take_register
from intake.importing.registers.words import words_of
from intake.store.db import Database
from tests.hands import registers
from tests.hands.classroom import TOWN
from tests.hands.command import baoxue, table
from tests.hands.lists import number, workbook
from tests.hands.registers import DRY, MIDDLE, MIDDLE_NAME, cells_of, take

FAMILY = ("成员1姓名", "成员1与学生关系", "成员1联系方式", "成员1工作单位", "成员1职务")
SECRET = ("某某煤矿公司", "副矿长")
"""What nobody may keep of a father."""


@pytest.fixture(autouse=True)
def _schools(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    registers.schools(db, monkeypatch)


# -- layouts

BORN = "20121105"
OWN = number(BORN, 3)
"""A boy of the middle school, in every layout."""


def _text(rows: Sequence[Sequence[str]], delimiter: str = ",", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode(encoding)


def _book(
    tmp_path: Path, rows: Sequence[Sequence[object]], merged: Sequence[str] = (), title: str = "Sheet1"
) -> bytes:
    return workbook(tmp_path / "a.xlsx", rows, title, merged).read_bytes()


def _national(tmp_path: Path) -> bytes:
    """The national system: sixty columns, codes with words, the family in numbered columns."""
    head = ("学校标识码", "姓名", "性别", "出生日期", "出生地行政区划代码", "民族", "身份证件类型", "身份证件号", "特长",
            "学籍号", "年级", "班级", "入学年月", "就读方式", "现住址", "血型", *FAMILY)  # fmt: skip
    row = (MIDDLE, "王小明", "1-男", BORN, "220605", "01-汉族", "1-居民身份证", OWN, "象棋", f"G{OWN}", "八年级", "8班",
           "202509", "2-住校", "石人镇大石棚子村3组", "O", "王建国", "51-父亲", "13912340001", *SECRET)  # fmt: skip
    return _book(tmp_path, [head, row])


def _grouped(tmp_path: Path) -> bytes:
    """Two lines of header: the family's columns below one cell that says whose they are."""
    upper = ("学生基本信息", None, None, None, None, None, None, None, "家庭成员1", None, None, None, None)
    lower = ("学校名称", "姓名", "性别", "民族", "身份证件号", "学籍号", "行政班", "就读方式", "姓名", "关系", "联系电话",
             "工作单位", "职务")  # fmt: skip
    row = (
        MIDDLE_NAME,
        "王小明",
        "男",
        "汉族",
        OWN,
        f"G{OWN}",
        "八年级8班",
        "住校",
        "王建国",
        "父亲",
        "13912340001",
        *SECRET,
    )
    return _book(tmp_path, [("某校学生信息", *[None] * 12), upper, lower, row], ("A1:M1", "A2:H2", "I2:M2"))


def _grouped_text(tmp_path: Path) -> bytes:
    """The same out of a program that merges nothing: the child's headers above, those of the family below."""
    return _text([
        ("学校名称", "姓名", "性别", "民族", "身份证件号", "学籍号", "年级", "班级", "就读方式", "监护人信息", "", "", "", ""),
        ("", "", "", "", "", "", "", "", "", "姓名", "与学生关系", "联系方式", "工作单位", "职务"),
        (MIDDLE_NAME, "王小明", "男", "汉族", OWN, f"G{OWN}", "八年级", "八班", "住校", "王建国", "父亲", "13912340001", *SECRET),
    ])  # fmt: skip


def _apostrophes(tmp_path: Path) -> bytes:
    """Text with tabs in GBK that calls itself .xls, an apostrophe before every long number."""
    head = (
        "学校标识码",
        "学生姓名",
        "性别",
        "民族",
        "证件号码",
        "全国学籍号",
        "班级",
        "就读方式",
        "父亲姓名",
        "父亲电话",
        "父亲工作单位",
    )
    row = (f"'{MIDDLE}", "王小明", "1-男", "01-汉族", f"'{OWN}", f"'G{OWN}", "八年级8班", "2-住校", "王建国", "'13912340001",
           SECRET[0])  # fmt: skip
    return _text([head, row], "\t", "gbk")


def _cohort(tmp_path: Path) -> bytes:
    """Classes by the year of entering, the family simply once more to the right of the child."""
    head = (
        "班级",
        "姓名",
        "性别",
        "民族",
        "身份证号",
        "学籍号",
        "就读方式",
        "学校",
        "姓名",
        "关系",
        "联系电话",
        "职务",
    )
    row = (
        "2025级8班",
        "王小明",
        "男",
        "汉",
        OWN,
        f"G{OWN}",
        "寄宿生",
        MIDDLE_NAME,
        "王建国",
        "父",
        "13912340001",
        SECRET[1],
    )
    return _book(tmp_path, [head, row])


def _entered(tmp_path: Path) -> bytes:
    """A class by its number alone, and when the child came."""
    head = (
        "入学年月",
        "班别",
        "姓名",
        "性别",
        "民族",
        "身份证件号",
        "学籍号",
        "就读方式",
        "学校名称",
        "监护人",
        "监护人关系",
        "监护人电话",
    )
    row = (
        "2025年9月",
        "8班",
        "王小明",
        "男",
        "汉族",
        OWN,
        f"G{OWN}",
        "住校",
        MIDDLE_NAME,
        "王建国",
        "父亲",
        "139 1234 0001",
    )
    return _book(tmp_path, [head, row])


def _codes(tmp_path: Path) -> bytes:
    """Codes without words."""
    head = (
        "学校标识码",
        "姓名",
        "性别",
        "民族",
        "身份证件类型",
        "身份证件号",
        "学籍号",
        "班级",
        "就读方式",
        *FAMILY[:3],
    )
    row = (MIDDLE, "王小明", "1", "1", "1", OWN, f"G{OWN}", "八年级8班", "2", "王建国", "51", "13912340001")
    return _text([head, row], ";")


def _by_sheets(tmp_path: Path) -> bytes:
    """A sheet for each class, school and class in the titles alone."""
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = "八年级8班"
    head = (
        "序号",
        "姓名",
        "性别",
        "民族",
        "身份证号码",
        "学籍号",
        "是否住宿",
        "家长姓名",
        "与学生关系",
        "家长联系电话",
    )
    row = (1, "王小明", "男", "汉族", OWN, f"G{OWN}", "是", "王建国", "父亲", "13912340001")
    for line in ((f"{MIDDLE_NAME}学生花名册",), head, row, ("合计", "1 人")):
        page.append(line)
    made.save(tmp_path / "sheets.xlsx")
    return (tmp_path / "sheets.xlsx").read_bytes()


def _formulas(tmp_path: Path) -> bytes:
    """Numbers as programs write them that fear for their zeros."""
    head = (
        "学校名称",
        "姓名*",
        "性别（必填）",
        "民族",
        "身份证件号（18位）",
        "学籍号",
        "年级",
        "班级",
        "就读方式",
        *FAMILY[:3],
    )
    row = (
        MIDDLE_NAME,
        " 王小明 ",
        "男",
        "汉族",
        f'="{OWN}"',
        f'="G{OWN}"',
        "初二",
        "8",
        "住校",
        "王建国",
        "父亲",
        '="13912340001"',
    )
    return _text([head, row])


def _dates(tmp_path: Path) -> bytes:
    """Dates as dates, full-width letters and digits, a name with a blank."""
    head = (
        "学校名称",
        "姓　名",
        "性别",
        "民族",
        "出生日期",
        "身份证件号",
        "学籍号",
        "班级",
        "就读方式",
        "母亲姓名",
        "母亲电话",
        *FAMILY[:3],
    )
    wide = str.maketrans("0123456789G", "０１２３４５６７８９Ｇ")
    row = (MIDDLE_NAME, "王 小明", "男", "汉族", date(2012, 11, 5), OWN.translate(wide), f"G{OWN}".translate(wide),
           "八年级八班", "住校", "", "", "王建国", "父亲", 13912340001)  # fmt: skip
    return _book(tmp_path, [head, row])


def _serials(tmp_path: Path) -> bytes:
    """A day that lost its format, the number of identity in the 学籍号 alone."""
    head = (
        "学校名称",
        "姓名",
        "性别",
        "民族",
        "出生日期",
        "学籍号",
        "班级",
        "就读方式",
        "监护人姓名",
        "监护人与学生关系",
        "监护人电话",
    )
    row = (
        MIDDLE_NAME,
        "王小明",
        "男",
        "汉族",
        "41218",
        f"G{OWN}",
        "8年级8班",
        "住校",
        "王建国",
        "父亲",
        "13912340001",
    )
    return _text([head, row])


def _semester(tmp_path: Path) -> bytes:
    """A header of two lines of which the upper one has what stands alone, merged downwards."""
    upper = (
        "学校名称",
        "姓名",
        "性别",
        "民族",
        "证件",
        None,
        "班级",
        "就读方式",
        "家庭成员或监护人1",
        None,
        None,
        None,
    )
    lower = (
        None,
        None,
        None,
        None,
        "身份证件号",
        "学籍号",
        None,
        None,
        "姓名",
        "关系",
        "联系电话",
        "工作单位",
    )
    row = (
        MIDDLE_NAME,
        "王小明",
        "男",
        "汉族",
        OWN,
        f"G{OWN}",
        "八(8)班",
        "住校",
        "王建国",
        "父亲",
        "13912340001",
        SECRET[0],
    )
    merged = ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:G2", "H1:H2", "I1:L1")
    return _book(tmp_path, [upper, lower, row], merged)


LAYOUTS = (_national, _grouped, _grouped_text, _apostrophes, _cohort, _entered, _codes, _by_sheets, _formulas, _dates,
           _serials, _semester)  # fmt: skip


@pytest.mark.processes
@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda made: made.__name__)
def test_every_layout_says_the_same(db: Database, tmp_path: Path, layout: Callable[[Path], bytes]) -> None:
    done = take(db, "xueji", layout(tmp_path))
    assert (done.errors, done.new, done.written) == ([], 1, True), done.errors
    cells = cells_of(db, "xueji")["王小明"]
    assert {
        "id_number": OWN, "pupil_number": f"G{OWN}", "sex": "男", "birth_date": "2012-11-05", "ethnic": "汉族",
        "grade": "八年级", "class_name": "8班", "lodging": "住校", "guardian1_name": "王建国", "guardian1_relation": "父",
        "guardian1_phone": "13912340001",
    }.items() <= {"ethnic": "汉族", **cells}.items()  # fmt: skip
    (row,) = listed_rows(db, "xueji")
    assert (row.school, row.town) == (MIDDLE, TOWN)
    facts = {one.kind: one.value for one in facts_of(db, row.child)}
    assert facts["guardian"] == {"guardian_name": "王建国", "relation": "父", "phone": "13912340001"}
    assert facts["boarding"] == {"lodging": "住校"}
    raw = (
        "".join(str(cell) for one in db.all("SELECT * FROM listed") for cell in one) + str(cells) + str(done)
    )
    assert not any(secret in raw for secret in (*SECRET, "象棋"))


@pytest.mark.processes
def test_a_workbook_of_before_2007(db: Database) -> None:
    data = (Path(__file__).parents[1] / "data" / "roster.xls").read_bytes()
    done = take(db, "xueji", data, Options(skip_bad=True))
    assert "王小明" in cells_of(db, "xueji")
    assert any("已被表格软件改坏" in fault.sentence and fault.line == 4 for fault in done.faults)


# -- what is never collected


@pytest.mark.processes
def test_what_parents_do_is_dropped_at_the_door_and_said(db: Database, tmp_path: Path) -> None:
    sheets = reading.read(_national(tmp_path))
    done = take_register(db, "xueji", sheets, DRY)
    (said,) = (one for one in done.notes if one.startswith("没有收"))
    assert {"父母的工作单位", "父母的职务", "血型", "特长"} <= set(
        said.split("：")[1].rstrip("。").split("、")
    )
    kept = without_refused(sheets, words_of(db.settings, "xueji"))
    cells = [cell for line in kept[0].lines for cell in line.cells]
    assert "王建国" in cells
    assert not {*SECRET, "象棋", "O"} & set(cells)
    assert [line.number for line in kept[0].lines] == [line.number for line in sheets[0].lines]


# -- the command


@pytest.mark.processes
def test_the_command(db: Database, tmp_path: Path) -> None:
    path = tmp_path / "学籍.xls"
    path.write_bytes(_apostrophes(tmp_path))
    tried = baoxue(db.settings.data, "import", "xueji", str(path), "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert "试运行" in tried.stdout
    done = baoxue(db.settings.data, "import", "xueji", str(path), "--as-of", "2026-09-10")
    assert "新增 1" in done.stdout
    assert SECRET[0] not in done.stdout + done.stderr
    assert table(db.settings.data, "SELECT DISTINCT said_on FROM child_facts") == [("2026-09-10",)]
    assert table(db.settings.data, "SELECT count(*) FROM audit WHERE verb = 'xueji.imported'") == [(1,)]
    verified = baoxue(db.settings.data, "verify")
    assert verified.returncode == 0, verified.stdout
