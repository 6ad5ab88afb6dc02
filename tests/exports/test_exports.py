"""The daily workbook: what is in it, what is never in it, and that it is whole or absent."""

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from flask import Flask
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from exports.books import daily, files
from exports.books.layout import cells, sheet, styles
from exports.books.layout.pages import UNIT
from intake import fields, kinds
from intake.calendar import clock
from intake.errors import Missing
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.kinds import Report, tables
from intake.ledgers import Ledger
from intake.reports import door, lookup
from intake.store import audit
from intake.store.db import Database
from tests.hands.books import DAY, HEADER, NOON, give, ledger, ledger_sheets, table
from tests.hands.command import baoxue
from tests.hands.samples import child, sample

SHIREN = "220605105"
HEAD = ["序号", "学校名称", "学校标识码", "年级", "班级", "姓名", "性别", "出生日期", "身份证件类型", "身份证件号",
        "全国学籍号"]  # fmt: skip
TAIL = ["镇街", "村(社区)", "监护人", "与学生关系", "联系电话", "提交时间", "回执号", "目前状态"]
KEY = "行码（请勿改动）"


class LostProperty(Report):
    """A sixth kind."""

    kind = "lost_property"
    title = "失物[招领]：一个很长很长很长很长很长很长很长很长的名称"
    filled_by_staff: ClassVar[Mapping[str, fields.Answer]] = {
        "gone_to": fields.Text(60, metadata=asked("去向", privacy=Privacy.OPEN, filled_by=("bureau",)))
    }

    thing = fields.Text(60, required=True, metadata=asked("物品", privacy=Privacy.OPEN))
    worth = fields.Money(0, 9999, metadata=asked("价值", privacy=Privacy.OPEN))
    found_at = fields.Moment(metadata=asked("捡到时间", privacy=Privacy.OPEN))


@pytest.fixture
def lost_property(db: Database) -> Iterator[None]:
    kinds.KINDS["lost_property"] = LostProperty
    tables.prepare(db)
    yield
    del kinds.KINDS["lost_property"]


def a_day(db: Database, of_each: int = 12) -> None:
    for n in range(of_each):
        for kind in ("enrollment", "boarding", "subsidy", "absence", "safety"):
            give(db, kind, n)


def total(page: Worksheet) -> dict[str, Any]:
    names = [str(cell.value) for cell in page[HEADER]]
    (found,) = [row for row in page.iter_rows(values_only=True) if row[0] == "合计"]
    return dict(zip(names, found, strict=True))


def unzipped(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return "".join(archive.read(name).decode() for name in archive.namelist())


def test_every_kind_has_its_sheet_in_the_layout_of_the_bureau(db: Database, tmp_path: Path) -> None:
    a_day(db)
    path = daily.write(db, DAY, tmp_path / "out", actor="test")
    assert path.name == "江源区_日报_20261120.xlsx"
    book = load_workbook(path)
    assert book.sheetnames == ["封面", *(one.title for one in kinds.KINDS.values()), "字典"]
    for number, kind in enumerate(kinds.KINDS.values(), 1):
        page = book[kind.title]
        assert page["A1"].value == f"附件{number}"
        assert page["A2"].value == f"江源区{kind.ledger or kind.title}"
        assert "填报单位：江源区教育局" in page["A3"].value
        assert "数据截止时间：2026-11-20 24:00" in page["A3"].value
        assert f"填报日期：{DAY}" in page["A3"].value
        names = [cell.value for cell in page[HEADER]]
        assert [one for one in names if one != "民族"][: len(HEAD)] == HEAD
        assert ("民族" in names) is (kind.kind == "enrollment")
        filled = kind.filled_by_staff.values()
        staff = [one.asked.label for one in filled if one.asked.privacy is not Privacy.SENSITIVE]
        assert names[-len(TAIL) - len(staff) - 1 :] == [*TAIL, *staff, KEY]
        assert len(table(page)) == 12
        last = page.max_row
        assert page.cell(last - 1, 1).value == "合计"
        assert page.cell(last - 1, 2).value == 12
        for word in ("单位负责人(签名)", "复核人(签名)", "填表人(签名)", "联系电话"):
            assert word in str(page.cell(last, 1).value)


def test_it_prints_on_a4_landscape_one_page_wide_with_its_header_on_every_page(
    db: Database, tmp_path: Path
) -> None:
    give(db, "boarding", 1)
    page = ledger(daily.write(db, DAY, tmp_path, actor="test"), kinds.KINDS["boarding"].title)
    assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape")
    assert (page.page_setup.fitToWidth or 1, page.page_setup.fitToHeight) == (1, 0)  # 1 is the default
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$2:$4"
    assert page.oddFooter is not None
    assert page.oddFooter.center.text == "第 &P 页/共 &N 页"
    assert page.freeze_panes == "A5"
    assert str(page.auto_filter.ref).startswith("A4:")
    assert str(page.auto_filter.ref).endswith("5")  # one row, and not the 合计 row
    assert page["A5"].border.left.style == "thin"
    assert page["B5"].font.name == "仿宋"


def test_the_own_fields_stand_in_the_order_of_asking(db: Database, tmp_path: Path) -> None:
    names = [cell.value for cell in ledger(daily.write(db, DAY, tmp_path, actor="t"), "资助困难")[HEADER]]
    own = ["困难类型", "资助项目", "遇到的问题", "学期", "应发", "实发", "另有（见系统）"]
    start = names.index("困难类型")
    assert names[start : start + len(own)] == own


def test_cells_have_the_types_a_bureau_can_work_with(db: Database, tmp_path: Path) -> None:
    receipt = give(db, "boarding", 3)
    (row,) = table(ledger(daily.write(db, DAY, tmp_path, actor="t"), "寄宿与上下学需求"))
    assert row["回执号"] == receipt
    assert isinstance(row["回执号"], str)
    assert isinstance(row["身份证件号"], str)
    assert isinstance(row["联系电话"], str)
    assert row["离校距离"] == 20
    assert row["希望开始日期"] == datetime(2026, 11, 24)  # noqa: DTZ001
    assert row["提交时间"] == datetime(2026, 11, 20, 12, 0)  # noqa: DTZ001
    assert (row["目前状态"], row["序号"]) == ("待处理", 1)
    assert (row["全国学籍号"], row["处理结果"], row["床位"]) == (None, None, None)


def test_what_staff_fill_is_empty_and_shows_where(db: Database, tmp_path: Path) -> None:
    give(db, "boarding", 1)
    page = ledger(daily.write(db, DAY, tmp_path, actor="t"), "寄宿与上下学需求")
    assert page.cell(HEADER, page.max_column).value == KEY
    cell = page.cell(HEADER + 1, page.max_column - 1)
    assert cell.value is None
    assert cell.fill.fgColor.rgb == "FFFFF8E1"


def test_nothing_personal_is_in_the_file_in_clear(db: Database, tmp_path: Path) -> None:
    a_day(db, 30)
    give(db, "boarding", 40, pickup="欧阳接送人", health_note="对花生过敏得厉害")
    raw = unzipped(daily.write(db, DAY, tmp_path, actor="t"))
    people = [child(n, DAY) for n in range(30)]
    names = {one.name for one in people if len(one.name) > 2} | {one.guardian for one in people}
    secrets = {one.id_number for one in people} | {one.phone for one in people} | names
    assert not [one for one in secrets if one in raw]
    for one in ("欧阳接送人", "花生过敏", "家长来问", "大连", "低保", "校园欺凌", people[3].born.isoformat()):
        assert one not in raw
    assert "138********" in raw
    assert re.search(r">\d{4}\*{14}<", raw)


def test_the_cover_says_what_the_sheets_say(db: Database, tmp_path: Path) -> None:
    a_day(db, 23)
    give(db, "safety", 30)
    book = load_workbook(daily.write(db, DAY, tmp_path, actor="t"))
    cover = list(book["封面"].iter_rows(values_only=True))
    start = next(i for i, row in enumerate(cover) if row[0] == "镇街")
    end = next(i for i, row in enumerate(cover) if row[0] == "合计")
    towns, totals = cover[start + 1 : end], cover[end]
    assert len(towns) == 11
    assert towns[-1][0] == "全区（未注明镇街）"
    for column, title in enumerate(cover[start][1:-1], 1):
        page = book[str(title)]
        details = table(page)
        assert totals[column] == len(details) == total(page)["学校名称"]
        for town in towns[:-1]:
            assert town[column] == sum(row["镇街"] == town[0] for row in details)
    for row in (*towns, totals):
        assert row[-1] == sum(int(str(one)) for one in row[1:-1])
    assert totals[-1] == 23 * 5 + 1


def test_money_is_added_up_as_plain_numbers(db: Database, tmp_path: Path) -> None:
    for n in range(10):
        give(db, "subsidy", n)
    give(db, "subsidy", 20, amount_due="100.10", amount_paid="0.20")
    page = ledger(daily.write(db, DAY, tmp_path, actor="t"), "资助困难")
    for name in ("应发", "实发"):
        assert total(page)[name] == pytest.approx(sum(row[name] or 0 for row in table(page)))
    assert total(page)["应发"] == 3 * 625 + 100.10
    assert total(page)["资助项目"] is None


BAD = [
    '=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "{=1}", "=cmd|'/c calc'!A0",
    "<r></t></is></c><c><f>1+1</f></c></r>", "_x0041_bc", "http://evil.example", "12345678901234567890",
    "a\x00\x01\x1f\ufffe\x0bb", "半\ud800个", "  两边空格  ", "第一行\r\n第二行",
]  # fmt: skip


@pytest.mark.parametrize("said", BAD)
def test_no_text_becomes_anything_but_a_text(
    db: Database, tmp_path: Path, lost_property: None, said: str
) -> None:
    body = {**sample("boarding", 1, DAY), "thing": said, "school": f"{said[:20]}学校"}
    body = {key: body[key] for key in kinds.KINDS["lost_property"].answers() if key in body}
    door.receive(db, "lost_property", body, channel="api", at=NOON)
    path = daily.write(db, DAY, tmp_path, actor="t")
    raw = unzipped(path)
    assert "<f>" not in raw.replace("</f>", "<f>").replace("&lt;f&gt;", "")
    assert "<hyperlink" not in raw
    page = ledger_sheets(load_workbook(path))[-1]
    (row,) = table(page)
    cell = next(one for one in page[HEADER + 1] if one.value == row["物品"])
    assert cell.data_type == "s"
    form = lookup.schema(db, "lost_property")
    kept = str(form.said({"thing": said})["thing"])
    assert str(row["物品"]).replace("_x005F_", "_").rstrip() == cells.clean(kept).rstrip()


@pytest.mark.parametrize("said", BAD)
def test_cells_are_clean_even_where_the_door_was_not(tmp_path: Path, said: str) -> None:
    import xlsxwriter

    path = tmp_path / "raw.xlsx"
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        page = book.add_worksheet()
        sheet.put(page, 0, 0, said, styles.formats(book)["text"])
    raw = unzipped(path)
    assert "<f>" not in raw
    cell = load_workbook(path).worksheets[0]["A1"]
    assert cell.data_type == "s"
    assert str(cell.value).replace("_x005F_", "_") == cells.clean(said)


def test_a_cell_is_cut_where_excel_ends_it() -> None:
    assert len(cells.clean("长" * 40000)) == 32767
    assert len(cells.clean("𠮷" * 40000).encode("utf-16-le")) <= 2 * 32767
    assert cells.clean("<r>" + "长" * 40000 + "</r>").startswith("<r>长")


def test_a_long_text_makes_its_row_as_high_as_it_needs(
    db: Database, tmp_path: Path, lost_property: None
) -> None:
    body = {key: value for key, value in sample("boarding", 1, DAY).items() if key in LostProperty.answers()}
    door.receive(db, "lost_property", {**body, "thing": "长" * 52}, channel="api", at=NOON)
    page = ledger_sheets(load_workbook(daily.write(db, DAY, tmp_path, actor="t")))[-1]
    at = [cell.value for cell in page[HEADER]].index("物品") + 1
    characters = page.column_dimensions[get_column_letter(at)].width / UNIT
    height = page.row_dimensions[HEADER + 1].height
    assert height is not None
    assert height >= 52 / characters * 13


def test_a_sixth_kind_has_its_sheet_without_any_code_here(
    db: Database, tmp_path: Path, lost_property: None
) -> None:
    body = {key: value for key, value in sample("boarding", 1, DAY).items() if key in LostProperty.answers()}
    more = {"thing": "书包", "worth": 80, "found_at": "2026-11-19T08:30"}
    door.receive(db, "lost_property", {**body, **more}, channel="api", at=NOON)
    book = load_workbook(daily.write(db, DAY, tmp_path, actor="t"))
    page = ledger_sheets(book)[-1]
    assert page.title.startswith("失物招领")
    assert len(page.title) <= 31
    (row,) = table(page)
    assert (row["物品"], row["价值"]) == ("书包", 80)
    assert row["捡到时间"] == datetime(2026, 11, 19, 8, 30)  # noqa: DTZ001
    assert total(page)["价值"] == 80
    assert [cell.value for cell in page[HEADER]][-2:] == ["去向", KEY]
    assert LostProperty.title in [cell.value for cell in book["封面"][7]]


def test_a_day_is_a_local_day(db: Database, tmp_path: Path) -> None:
    midnight = datetime(2026, 11, 20, tzinfo=clock.CHINA)
    late = give(db, "absence", 0, midnight - timedelta(milliseconds=1))
    first = give(db, "absence", 0, midnight)
    last = give(db, "absence", 0, midnight + timedelta(days=1, milliseconds=-1))
    give(db, "absence", 0, midnight + timedelta(days=1))
    page = ledger(daily.write(db, DAY, tmp_path, actor="t"), "孩子未到校")
    assert [row["回执号"] for row in table(page)] == [first, last]
    before = ledger(daily.write(db, DAY - timedelta(days=1), tmp_path, actor="t"), "孩子未到校")
    assert [row["回执号"] for row in table(before)] == [late]


def test_rows_stand_in_the_order_of_receipt_over_many_pages_of_reading(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("intake.ledgers.daily.PAGE", 3)
    given = [give(db, "absence", n, NOON) for n in range(5)] + [
        door.receive(db, "absence", sample("absence", n, DAY), channel="form", at=NOON).receipt
        for n in range(5)
    ]
    rows = table(ledger(daily.write(db, DAY, tmp_path, actor="t"), "孩子未到校"))
    assert sorted(row["回执号"] for row in rows) == sorted(given)
    assert [row["提交时间"] for row in rows] == sorted(row["提交时间"] for row in rows)
    assert [row["序号"] for row in rows] == list(range(1, 11))


def test_a_day_without_reports_is_no_error(db: Database, tmp_path: Path) -> None:
    book = load_workbook(daily.write(db, DAY, tmp_path, actor="t"))
    for page in ledger_sheets(book):
        assert table(page) == []
        assert page.cell(HEADER + 1, 2).value == 0


def test_today_is_cut_off_now(db: Database, tmp_path: Path) -> None:
    door.receive(db, "absence", sample("absence", 1), channel="form")
    door.receive(db, "absence", sample("absence", 1), channel="form", at=db.now() + timedelta(minutes=5))
    page = ledger(daily.write(db, db.today(), tmp_path, actor="t"), "孩子未到校")
    now = f"{db.now().astimezone(clock.CHINA):%Y-%m-%d %H:}"
    assert f"数据截止时间：{now}" in str(page["A3"].value)
    assert len(table(page)) == 1


def test_a_town_gets_only_its_own_rows(db: Database, tmp_path: Path) -> None:
    a_day(db, 20)
    path = daily.write(db, DAY, tmp_path, actor="t", area=SHIREN)
    assert path.name == "石人镇_日报_20261120.xlsx"
    book = load_workbook(path)
    for page in ledger_sheets(book):
        assert {row["镇街"] for row in table(page)} == {"石人镇"}
        assert len(table(page)) == 2
    raw = unzipped(path)
    for other in ("湾沟镇", "大石人镇", "江源街道"):
        assert other not in raw
    assert "填报单位：石人镇" in raw


@pytest.mark.parametrize("area", ["220605999", "石人镇", "21", "220605105200", "2206051"])
def test_an_unknown_town_is_refused(db: Database, tmp_path: Path, area: str) -> None:
    with pytest.raises(Missing, match="没有代码"):
        daily.write(db, DAY, tmp_path / "out", actor="t", area=area)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("days", [1, 400, -20_000])
def test_a_day_that_has_not_come_is_refused(db: Database, tmp_path: Path, days: int) -> None:
    with pytest.raises(Missing):
        daily.write(db, db.today() + timedelta(days=days), tmp_path, actor="t")


def test_every_export_is_on_record_without_values(db: Database, tmp_path: Path) -> None:
    give(db, "absence", 8)
    daily.write(db, DAY, tmp_path, actor="staff:7", area=SHIREN)
    (row,) = db.all("SELECT actor, subject, detail FROM audit WHERE verb = 'export.made'")
    assert tuple(row) == ("staff:7", SHIREN, "daily 2026-11-20 rows=0")
    assert audit.broken(db) == []


def test_no_file_without_its_record(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(audit, "note", fail)
    with pytest.raises(OSError, match="disk full"):
        daily.write(db, DAY, tmp_path / "out", actor="t")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_crash_half_way_leaves_the_old_file_and_nothing_else(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(db, 3)
    path = daily.write(db, DAY, tmp_path / "out", actor="t")
    before = path.read_bytes()
    give(db, "subsidy", 9)
    monkeypatch.setattr(Ledger, "cells", _failing_after(10))
    with pytest.raises(ZeroDivisionError):
        daily.write(db, DAY, tmp_path / "out", actor="t")
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


def _failing_after(rows: int) -> Any:
    """Give what fails once so many rows have been written."""
    cells, left = Ledger.cells, iter(range(rows, -1, -1))
    return lambda ledger, number, line: cells(ledger, number, line) if 1 // next(left) >= 0 else None


KILLED = """
import os, sys, time
from pathlib import Path
from exports.books.files import whole
with whole(Path(sys.argv[1])) as draft:
    draft.write_bytes(b"half")
    print("writing", flush=True)
    time.sleep(60)
"""


@pytest.mark.processes
def test_what_a_killed_writer_left_is_removed_and_a_living_one_is_let_alone(tmp_path: Path) -> None:
    path = tmp_path / "江源区_日报_20261120.xlsx"
    with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"writing\n"
        with files.whole(path) as draft:
            draft.write_bytes(b"mine")
        assert path.read_bytes() == b"mine"
        assert len(list(tmp_path.iterdir())) == 2
        other.kill()
    assert len(list(tmp_path.iterdir())) == 2
    with files.whole(path) as draft:
        draft.write_bytes(b"next")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"next"


@pytest.mark.processes
def test_an_exporting_library_is_loaded_only_when_somebody_exports(app: Flask) -> None:
    code = "import sys, wsgi; sys.exit('xlsxwriter' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_command_writes_the_file_and_names_it(db: Database, tmp_path: Path) -> None:
    give(db, "absence", 0)
    words = ("export", "--date", "2026-11-20", "--out")
    done = baoxue(db.settings.data, *words, str(tmp_path / "a" / "b"), BAOXUE_MODE="demo")
    assert (done.returncode, done.stdout.strip()) == (
        0,
        str(tmp_path / "a" / "b" / "江源区_日报_20261120.xlsx"),
    )
    assert len(table(ledger(Path(done.stdout.strip()), "孩子未到校"))) == 1
    done = baoxue(db.settings.data, *words, str(tmp_path), "--town", SHIREN, BAOXUE_MODE="demo")
    assert done.stdout.strip().endswith("石人镇_日报_20261120.xlsx")
    (row, _) = db.all("SELECT actor FROM audit WHERE verb = 'export.made'")
    assert row["actor"] == "command"


@pytest.mark.parametrize(
    "more", [["--date", "2999-01-01"], ["--date", "2026-11-20", "--town", "1"], ["--date", "昨天"], []]
)
def test_the_command_says_what_is_wrong_without_a_traceback(
    db: Database, tmp_path: Path, more: list[str]
) -> None:
    done = baoxue(db.settings.data, "export", "--out", str(tmp_path / "x"), *more, BAOXUE_MODE="demo")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "。" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.processes
def test_the_whole_program_has_the_command(app: Flask, db: Database, tmp_path: Path) -> None:
    give(db, "absence", 0)
    environ = {**os.environ, "BAOXUE_DATA": str(db.settings.data), "BAOXUE_MODE": "demo"}
    code = "import wsgi; wsgi.cli()"
    done = subprocess.run(
        [sys.executable, "-c", code, "export", "--date", "2026-11-20", "--out", str(tmp_path / "out")],
        env=environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "江源区_日报_20261120.xlsx").exists()
