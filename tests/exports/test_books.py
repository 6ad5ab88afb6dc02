"""What every workbook has: cover, 字典, layout for paper, marked faults, a stamp, and the same bytes for the same data."""

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from exports.books import book, daily, occasion
from exports.books.book import Exported
from exports.books.layout import pages, sheet, table
from exports.books.layout.cells import lines
from exports.books.layout.rows import LINE
from exports.books.layout.table import Layout
from intake import fields, ledgers
from intake.calendar import clock
from intake.fields.asked import asked
from intake.fields.privacy import Privacy
from intake.language.cells import unguarded
from intake.ledgers import Ledger, Line, View
from intake.ledgers.ledger import Column
from intake.ledgers.wanted import extents
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.store.db import Database
from tests.hands.books import DAY, HEADER, NOON, give, ledger_sheets, widths_of
from tests.hands.classroom import school
from tests.hands.watching import plan, statements

STAFF = ("officer", "town")


class Trial(Ledger):
    """A ledger with a column of each sort."""

    key = "trial"
    title = "试验台账"

    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN))
    child_name = fields.Name(metadata=asked("姓名", privacy=Privacy.PERSONAL))
    count = fields.Number(0, 99, metadata=asked("次数", privacy=Privacy.OPEN))
    paid = fields.Money(0, 9999, metadata=asked("实发", privacy=Privacy.OPEN))
    how = fields.Choice(
        ("电话联系上了", "家访见到了"), metadata=asked("结果", privacy=Privacy.OPEN, filled_by=STAFF)
    )
    ethnic = fields.Choice("ethnic", metadata=asked("民族", privacy=Privacy.OPEN, filled_by=STAFF))
    done_on = fields.Day(metadata=asked("办理日期", privacy=Privacy.OPEN, filled_by=STAFF))
    beds = fields.Number(0, 99, metadata=asked("床位", privacy=Privacy.OPEN, filled_by=STAFF))
    remark = fields.Text(200, metadata=asked("备注", privacy=Privacy.PERSONAL, filled_by=STAFF))
    row_key = fields.Text(60, metadata=asked("行码（请勿改动）", privacy=Privacy.OPEN, width=7.0))

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield what the tests put there."""
        yield from ()


def line(n: int, **more: Any) -> Line:
    values = {"school": "S001", "child_name": "王小明", "count": n, "paid": 1.5, "row_key": f"k{n}"}
    faults = more.pop("faults", {})
    return Line(f"r{n}", "220605105", {**values, **more}, faults=faults)


def written(
    db: Database, folder: Path, count: int = 3, layout: Layout | None = None, lines: list[Line] | None = None
) -> Exported:
    one = Trial(gazetteer.world(db))
    this = replace(occasion.occasion_of(db, DAY), key=one.key, name=one.title, title=one.title)
    rows = lines if lines is not None else [line(n) for n in range(1, count + 1)]
    return book.write(db, this, [one], folder, actor="t", layout=layout, lines={"trial": iter(rows)})


def opened(done: Exported) -> Workbook:
    return load_workbook(done.path)


def column(page: Worksheet, label: str) -> int:
    return [str(cell.value) for cell in page[HEADER]].index(label) + 1


def test_the_lists_of_drop_downs_stand_in_the_dictionary_under_names(db: Database, tmp_path: Path) -> None:
    found = opened(written(db, tmp_path))
    one, page, words = Trial(gazetteer.world(db)), ledger_sheets(found)[0], found["字典"]
    assert words.title == "字典"
    assert found.defined_names.keys() == {"list_how", "list_ethnic"}
    for key in ("how", "ethnic"):
        where = str(found.defined_names[f"list_{key}"].attr_text)
        name, area = where.split("!")
        assert name == "字典"
        assert [str(cell.value) for (cell,) in words[area.replace("$", "")]] == list(one.field(key).options())
    rules = {str(rule.sqref): rule for rule in page.data_validations.dataValidation}
    first, last = HEADER + 1, HEADER + 3
    letters = {
        label: get_column_letter(column(page, label)) for label in ("结果", "民族", "办理日期", "床位")
    }
    areas = {label: f"{letter}{first}:{letter}{last}" for label, letter in letters.items()}
    assert rules.keys() == set(areas.values())
    assert (rules[areas["结果"]].type, rules[areas["结果"]].formula1) == ("list", "list_how")
    assert (rules[areas["民族"]].type, rules[areas["民族"]].formula1) == ("list", "list_ethnic")
    assert (rules[areas["办理日期"]].type, rules[areas["床位"]].type) == ("date", "decimal")
    assert {rule.errorStyle for rule in rules.values()} == {"warning"}  # 清空 must be possible everywhere
    assert all("清空" in rule.error for rule in rules.values())


def test_two_ledgers_with_other_words_under_one_key_have_lists_of_their_own(
    db: Database, tmp_path: Path
) -> None:
    class Second(Trial):
        key, title = "second", "第二本"
        how = fields.Choice(("是", "否"), metadata=asked("结果", privacy=Privacy.OPEN, filled_by=STAFF))

    both: list[Ledger] = [Trial(gazetteer.world(db)), Second(gazetteer.world(db))]
    made = book.write(db, occasion.occasion_of(db, DAY), both, tmp_path, actor="t",
                      lines={"trial": [line(1)], "second": [line(1)]})  # fmt: skip
    found = opened(made)
    assert found.defined_names.keys() == {"list_how", "list_how_2", "list_ethnic"}
    sources = [
        {rule.formula1 for rule in page.data_validations.dataValidation if rule.type == "list"}
        for page in ledger_sheets(found)
    ]
    assert sources == [{"list_how", "list_ethnic"}, {"list_how_2", "list_ethnic"}]


def test_the_dictionary_tells_of_every_column(db: Database, tmp_path: Path) -> None:
    page = opened(written(db, tmp_path))["字典"]
    told = {row[1]: row for row in page.iter_rows(values_only=True) if row[0] == "试验台账"}
    assert list(told) == [one.label for one in Trial(gazetteer.world(db)).columns() if one.key != "row_key"]
    assert told["结果"] == ("试验台账", "结果", "业务员、镇街", "工作人员", "公开", "从下拉表里选")
    assert told["备注"][2:] == ("业务员、镇街", "工作人员", "个人信息，遮盖", "填文字")
    assert told["姓名"][2:] == ("系统，不用填", "报告人", "个人信息，遮盖", "不用填")


def test_the_cover_says_how_to_fill_in_and_by_what_the_file_is_known_again(
    db: Database, tmp_path: Path
) -> None:
    done = written(db, tmp_path)
    found = opened(done)
    told = [str(cell.value) for row in found["封面"] for cell in row if cell.value is not None]
    whole = "\n".join(told)
    for word in ("填表说明", "▲", "空着就是不改", "清空", "—", "行码", "排序", "/desk/returns"):
        assert word in whole
    assert told[told.index("导出编号") + 1] == done.export_id
    properties = {one.name: one.value for one in cast(Any, found).custom_doc_props.props}
    assert properties == {"baoxue-export": done.export_id, "baoxue-ledger": "trial"}
    assert done.rows == {"试验台账": 3}
    assert done.size == done.path.stat().st_size


def test_columns_to_fill_in_are_known_without_colour_and_keep_their_names(
    db: Database, tmp_path: Path
) -> None:
    page = ledger_sheets(opened(written(db, tmp_path)))[0]
    for label in ("结果", "办理日期", "备注"):
        head = page.cell(HEADER, column(page, label))
        assert (head.value, head.number_format) == (label, '"▲"@')
        assert head.fill.fgColor.rgb == "FFFFECB3"
    head = page.cell(HEADER, column(page, "姓名"))
    assert (head.number_format, head.fill.fgColor.rgb) == ("General", "FFE7E6E6")
    assert page.cell(HEADER + 1, column(page, "姓名")).fill.fill_type is None
    assert "▲为填报列" in str(page["A3"].value)
    formats = {
        label: page.cell(HEADER + 1, column(page, label)).number_format
        for label in ("办理日期", "床位", "备注")
    }
    assert formats == {"办理日期": "yyyy-mm-dd", "床位": "General", "备注": "@"}
    key = page.cell(HEADER + 1, column(page, "行码（请勿改动）"))
    assert (key.value, key.number_format, key.font.size) == ("k1", "@", 8)


def test_no_sheet_is_protected(db: Database, tmp_path: Path) -> None:
    for page in opened(written(db, tmp_path)).worksheets:
        assert not page.protection.sheet


def test_a_row_at_fault_says_first_what_is_wrong_and_keeps_what_was_filled_in(
    db: Database, tmp_path: Path
) -> None:
    wrong = line(2, done_on="过几天", beds="很多", how="电话联系上了", remark="=cmd|x",
                 faults={"done_on": "没有看懂日期。", "beds": "请写数字。", "": "这一行在您下载后有人改过。"})  # fmt: skip
    page = ledger_sheets(opened(written(db, tmp_path, layout=Layout(faults=True), lines=[line(1), wrong])))[0]
    sound, marked = page[HEADER + 1], page[HEADER + 2]
    assert page.cell(HEADER, 1).value == "错误说明"
    assert sound[0].value is None
    assert marked[0].value == "办理日期：没有看懂日期。\n床位：请写数字。\n这一行在您下载后有人改过。"
    for label, said, reason in (("办理日期", "过几天", "没有看懂日期。"), ("床位", "很多", "请写数字。")):
        cell = marked[column(page, label) - 1]
        assert cell.value == said
        assert cell.fill.fgColor.rgb == "FFF8CBAD"
        assert (cell.border.left.style, cell.font.bold) == ("medium", True)
        assert cell.comment is not None
        assert cell.comment.text == reason
        assert sound[column(page, label) - 1].comment is None
    assert marked[column(page, "结果") - 1].value == "电话联系上了"
    letter = get_column_letter(column(page, "结果"))
    assert f"{letter}{HEADER + 1}:{letter}{HEADER + 2}" in {
        str(one.sqref) for one in page.data_validations.dataValidation
    }


def test_without_the_option_no_fault_is_shown(db: Database, tmp_path: Path) -> None:
    page = ledger_sheets(opened(written(db, tmp_path, lines=[line(1, faults={"beds": "请写数字。"})])))[0]
    assert "错误说明" not in [cell.value for cell in page[HEADER]]
    assert all(cell.comment is None for cell in page[HEADER + 1])


def test_a_stamp_stands_on_every_sheet_and_every_page(db: Database, tmp_path: Path) -> None:
    stamp = "王芳&李红 2026-11-20 09:30 下载"
    found = opened(written(db, tmp_path, layout=Layout(stamp=stamp)))
    for page in found.worksheets:
        printed = stamp.replace("&", "&&")
        assert page.oddHeader is not None
        assert page.oddFooter is not None
        assert (page.oddHeader.right.text, page.oddFooter.right.text) == (printed, printed)
    assert stamp in str(ledger_sheets(found)[0]["A3"].value)
    assert stamp in [cell.value for row in found["封面"] for cell in row]


def test_where_the_rows_of_a_sheet_end_a_further_one_begins(db: Database, tmp_path: Path) -> None:
    done = written(db, tmp_path, 10, Layout(limit=HEADER + 4 + table.BELOW))
    assert done.rows == {"试验台账": 4, "试验台账2": 4, "试验台账3": 2}
    first, second, third = ledger_sheets(opened(done))
    assert [page.title for page in (first, second, third)] == ["试验台账", "试验台账2", "试验台账3"]
    for page in (first, second, third):
        assert page.max_row <= HEADER + 4 + table.BELOW
        assert [cell.value for cell in page[HEADER]] == [cell.value for cell in first[HEADER]]
        assert page.print_title_rows == "$2:$4"
    rows = [
        [cell.value for cell in row]
        for page in (first, second, third)
        for row in page.iter_rows(min_row=HEADER + 1)
    ]
    assert [row[0] for row in rows] == [
        1,
        2,
        3,
        4,
        "小计",
        5,
        6,
        7,
        8,
        "小计",
        9,
        10,
        "小计",
        "合计",
        rows[-1][0],
    ]
    paid = [cell.value for cell in first[HEADER]].index("实发")
    sums = [(row[0], row[1], row[paid]) for row in rows if row[0] in ("小计", "合计")]
    assert sums == [("小计", 4, 6), ("小计", 4, 6), ("小计", 2, 3), ("合计", 10, 15)]
    assert third["A2"].value == "江源区试验台账（续2）"
    cover = list(opened(done)["封面"].iter_rows(values_only=True))
    assert ("石人镇", 10, 10) in [row[:3] for row in cover]


def test_a_sheet_that_is_full_to_the_last_row_is_the_only_one(db: Database, tmp_path: Path) -> None:
    assert written(db, tmp_path, 4, Layout(limit=HEADER + 4 + table.BELOW)).rows == {"试验台账": 4}
    assert written(db, tmp_path, 0, Layout(limit=HEADER + 4 + table.BELOW)).rows == {"试验台账": 0}
    page = ledger_sheets(opened(written(db, tmp_path, 4, Layout(limit=HEADER + 4 + table.BELOW))))[0]
    assert [cell.value for (cell,) in page.iter_rows(min_row=HEADER + 5, max_row=HEADER + 5, max_col=1)] == [
        "合计"
    ]


@pytest.mark.parametrize("key", ["daily", "work", "suspected", "brief"])
def test_what_the_database_holds_is_what_two_readers_find(db: Database, tmp_path: Path, key: str) -> None:
    for n in range(12):
        for kind in ("enrollment", "boarding", "subsidy", "absence", "safety"):
            give(db, kind, n)
    this = occasion.occasion_of(db, DAY)
    every = ledgers.ledgers_of_kinds(db) if key == "daily" else ledgers.ledgers_of_book(db, key)
    made = book.write(db, this, every, tmp_path, actor="t")
    pages, other = ledger_sheets(opened(made)), CalamineWorkbook.from_path(made.path)
    assert len(pages) == len(every)
    for page, one in zip(pages, every, strict=True):
        found = other.get_sheet_by_name(page.title).to_python(skip_empty_area=False)
        lines = list(one.rows(db, View(Scope(this.area), this.period)))
        assert made.rows[page.title] == len(lines)
        for number, row in enumerate(lines, 1):
            for at, value in enumerate(one.cells(number, row)):
                told = page.cell(HEADER + number, at + 1).value
                assert _plain(told) == _plain(value) == _plain(found[HEADER + number - 1][at]), one.columns()[
                    at
                ].label


def _plain(value: object) -> object:
    """Give what a cell says, whatever type its reader gives to a day, a whole number and nothing."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001
    return unguarded(value) if isinstance(value, str) and value else value or (0 if value == 0 else None)


def test_the_same_data_make_the_same_file_whenever_it_is_made(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(4):
        for kind in ("absence", "subsidy"):
            give(db, kind, n)
    first = daily.write(db, DAY, tmp_path / "a", actor="one").read_bytes()
    now = db.now()
    monkeypatch.setattr(Database, "now", lambda _: now + timedelta(days=3, minutes=7))
    assert daily.write(db, DAY, tmp_path / "b", actor="two").read_bytes() == first
    give(db, "absence", 9)
    assert daily.write(db, DAY, tmp_path / "c", actor="two").read_bytes() != first


def test_a_day_that_goes_on_is_cut_off_at_the_last_change(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = datetime(2026, 11, 20, 15, 0, tzinfo=clock.CHINA)
    monkeypatch.setattr(Database, "now", lambda _: moment)
    monkeypatch.setattr(Database, "today", lambda _: DAY)
    give(db, "absence", 0)
    first = book.write_ledger(db, "work", DAY, tmp_path / "a", actor="t").read_bytes()
    moment += timedelta(minutes=50)
    path = book.write_ledger(db, "work", DAY, tmp_path / "b", actor="t")
    assert path.read_bytes() == first
    assert "数据截止时间：2026-11-20 12:00    填报日期：2026-11-20" in str(
        ledger_sheets(load_workbook(path))[0]["A3"].value
    )
    give(db, "absence", 1, NOON + timedelta(hours=3, minutes=20))
    changed = book.write_ledger(db, "work", DAY, tmp_path / "c", actor="t")
    assert changed.read_bytes() != first
    assert "数据截止时间：2026-11-20 15:20" in str(ledger_sheets(load_workbook(changed))[0]["A3"].value)


def test_no_time_of_writing_is_in_the_file(db: Database, tmp_path: Path) -> None:
    with zipfile.ZipFile(written(db, tmp_path).path) as archive:
        assert {one.date_time[:3] for one in archive.infolist()} == {(1980, 1, 31)}
        assert {one.external_attr for one in archive.infolist()} == {0o100600 << 16}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-11-21T00:00:00Z") == 2


def test_the_id_of_an_export_is_of_scope_days_and_rows_alone(db: Database, tmp_path: Path) -> None:
    one, this = Trial(gazetteer.world(db)), occasion.occasion_of(db, DAY)

    def made(place: Any = this, view: View | None = None, **more: Any) -> str:
        more.setdefault("lines", {"trial": [line(1)]})
        return book.write(db, place, [one], tmp_path, actor="t", view=view, **more).export_id

    first = made()
    assert made(replace(this, cut_off=this.cut_off - timedelta(hours=2), name="别的")) == first
    assert made(layout=Layout(stamp="王芳")) == first
    others = [
        made(lines={"trial": [line(2)]}),
        made(lines={"trial": [line(1), line(1)]}),
        made(view=View(Scope("220605105"), this.period)),
        made(view=View(Scope(this.area, school="S001"), this.period)),
        made(view=View(Scope(this.area), ledgers.Period(DAY - timedelta(days=1), DAY))),
    ]
    assert len({first, *others}) == 6


def test_days_from_to_stand_in_name_and_cover(db: Database, tmp_path: Path) -> None:
    this = occasion.occasion_of(db, DAY)
    some = replace(this, period=ledgers.Period(date(2026, 11, 1), DAY))
    assert some.file == "江源区_日报_20261101-20261120.xlsx"
    assert (some.days, this.days) == ("2026年11月1日至2026年11月20日", "2026年11月20日")
    made = book.write(db, some, [Trial(gazetteer.world(db))], tmp_path, actor="t")
    assert some.days in [cell.value for cell in opened(made)["封面"]["B"]]


def test_a_school_has_its_name_on_its_workbook(db: Database, tmp_path: Path) -> None:
    school(db, "S9", "江源区育英学校", "220605001")
    scope = Scope(db.settings.district_code)
    extent = extents.extent_of(db, scope, school="S9")
    period = extents.period_of(db, day=DAY)
    done = book.write_extent(
        db,
        ledgers.ledgers_of_book(db, "work"),
        extent,
        View(extent.within(scope), period),
        tmp_path,
        actor="t",
    )
    assert done.path.name == "江源区育英学校_工作单_20261120.xlsx"
    assert "填报单位：江源区育英学校" in str(ledger_sheets(opened(done))[0]["A3"].value)


def test_the_work_list_is_read_without_glasses(db: Database) -> None:
    one = ledgers.ledger(db, "work")
    columns = one.columns()
    assert len(columns) <= 12
    assert pages.scale(sheet.widths_of_columns(columns)) >= 0.9  # of 10 points


def test_the_key_of_a_row_stands_in_the_last_column_and_is_not_printed(db: Database, tmp_path: Path) -> None:
    this, one = occasion.occasion_of(db, DAY), ledgers.ledger(db, "suspected")
    page = ledger_sheets(opened(book.write(db, this, [one], tmp_path, actor="t", lines={one.key: []})))[0]
    assert [cell.value for cell in page[HEADER]][-1] == "行码（请勿改动）"
    last = get_column_letter(page.max_column - 1)
    assert str(page.print_area).endswith(f"$A$1:${last}$6")
    assert f"A2:{last}2" in {
        str(at) for at in page.merged_cells.ranges
    }  # the title stands over what is printed


def test_a_village_reads_its_children_on_one_page_and_has_room_to_write(db: Database, tmp_path: Path) -> None:
    this, one = occasion.occasion_of(db, DAY), ledgers.ledger(db, "eligible")
    page = ledger_sheets(opened(book.write(db, this, [one], tmp_path, actor="t", lines={one.key: []})))[0]
    hidden = {str(page[f"{name}{HEADER}"].value) for name, at in page.column_dimensions.items() if at.hidden}
    assert hidden == {"证件号", "学籍号"}  # nothing of them is to be read in an ordinary export
    columns = one.columns()
    off = pages.off_paper(one, columns)
    assert pages.scale(sheet.widths_of_columns(columns, off=off), off=off) >= 0.9  # of 10 points
    assert widths_of(page)["异常说明"] / pages.UNIT > 8
    stamped = book.write(
        db, this, [one], tmp_path / "long", actor="t", lines={one.key: []}, layout=Layout(stamp="王" * 30)
    )
    page = ledger_sheets(opened(stamped))[0]
    seen = sum(width for at, width in enumerate(sheet.widths_of_columns(columns, off=off)) if at not in off)
    assert (page.row_dimensions[3].height or 0) >= lines(str(page["A3"].value), seen) * LINE, (
        "what stands above the rows is as wide as what is seen of them"
    )
    clear = book.write(
        db, this, [one], tmp_path / "full", actor="t", lines={one.key: []}, layout=Layout(clear=True)
    )
    assert not any(at.hidden for at in ledger_sheets(opened(clear))[0].column_dimensions.values())


def test_paper_that_is_left_goes_to_what_is_filled_in() -> None:
    def made(key: str, width: float, *who: str, shape: str = "text") -> Column:
        return Column(key, key, width, Privacy.OPEN, "", who, summed=False, shape=shape)

    columns = [made("a", 10), made("b", 5, "town"), made("c", 5, "town", shape="date"), made("d", 8, "town")]
    widths = sheet.widths_of_columns(columns)
    assert widths[0] == 10
    assert widths[2] == 5.8  # a day fits
    assert min(widths[1], widths[3]) > 8
    assert pages.scale(widths) == 1
    assert sheet.widths_of_columns([made("a", 10), made("b", 90, "town")]) == [10, 90]
    assert pages.scale([100]) < 0.9
    assert pages.scale([60], portrait=True) < pages.scale([60]) == 1


def test_a_page_stands_upright_where_its_ledger_says_so(db: Database, tmp_path: Path) -> None:
    class Upright(Trial):
        key, title, portrait = "trial", "试验台账", True

    this = occasion.occasion_of(db, DAY)
    made = book.write(
        db, this, [Upright(gazetteer.world(db))], tmp_path, actor="t", lines={"trial": [line(1)]}
    )
    assert ledger_sheets(opened(made))[0].page_setup.orientation == "portrait"


def test_a_small_upright_page_is_one_and_a_long_one_goes_on(db: Database, tmp_path: Path) -> None:
    class Upright(Trial):
        key, title, portrait = "trial", "试验台账", True

    this = occasion.occasion_of(db, DAY)
    for count, high in ((30, 1), (200, 0)):
        lines = {"trial": [line(n) for n in range(count)]}
        made = book.write(db, this, [Upright(gazetteer.world(db))], tmp_path, actor="t", lines=lines)
        assert ledger_sheets(opened(made))[0].page_setup.fitToHeight in (
            high,
            None if high else 0,
        )  # 1 is the default


def test_a_moment_in_a_narrow_column_is_shown_without_its_year_and_keeps_it(
    db: Database, tmp_path: Path
) -> None:
    class Due(Trial):
        due_on = fields.Day(metadata=asked("期限", privacy=Privacy.OPEN))

    lines = {"trial": [line(1, due_on="2026-11-20T12:30"), line(2, due_on="2026-11-21")]}
    made = book.write(
        db, occasion.occasion_of(db, DAY), [Due(gazetteer.world(db))], tmp_path, actor="t", lines=lines
    )
    page = ledger_sheets(opened(made))[0]
    first, second = (page.cell(HEADER + n, column(page, "期限")) for n in (1, 2))
    assert (first.value, first.number_format) == (datetime(2026, 11, 20, 12, 30), "mm-dd hh:mm")  # noqa: DTZ001
    assert (second.value, second.number_format) == (datetime(2026, 11, 21), "yyyy-mm-dd")  # noqa: DTZ001
    assert first.alignment.shrink_to_fit
    assert not first.alignment.wrap_text


def test_no_line_beside_a_ledger_looks_like_its_header(db: Database, tmp_path: Path) -> None:
    found = opened(written(db, tmp_path))
    for page in (found["封面"], found["字典"]):
        assert not [cell.value for row in page for cell in row if str(cell.value).startswith("行码")]


@pytest.mark.parametrize(
    ("title", "name"),
    [("a[b]:*?/\\c", "abc"), ("'引号'", "引号"), ("History", "报告"), ("", "报告"), ("=1+1", "=1+1"), ("<b>|\"", "b"),
     ("长" * 60, "长" * 28), ("..", "报告"), ("\ud800\x00半", "半")],
)  # fmt: skip
def test_names_are_such_as_excel_and_folders_take(title: str, name: str) -> None:
    assert table.plain_name(title) == name
    taken = {"报告"}
    assert len({table.sheet_name(title, taken) for _ in range(12)}) == 12


def test_the_reports_of_a_day_are_found_by_their_time(db: Database) -> None:
    give(db, "absence", 0)
    one = ledgers.ledgers_of_kinds(db)[0]
    with statements(db) as heard:
        list(one.rows(db, View(Scope("220605"), ledgers.Period(DAY, DAY))))
    (asked_,) = [sql for sql in heard if "report_receipt" in sql][:1]
    assert "USING INDEX idx_reports_received_at (received_at>" in plan(db, asked_)


def test_a_full_view_opens_what_an_ordinary_one_only_checks(db: Database) -> None:
    give(db, "absence", 0, description="爷爷说孩子在大连")
    (one,) = [one for one in ledgers.ledgers_of_kinds(db) if one.key == "absence"]
    period = ledgers.Period(DAY, DAY)
    (masked,) = one.rows(db, View(Scope("220605"), period))
    (full,) = one.rows(db, View(Scope("220605"), period, full=True))
    assert masked.values["description"] == fields.FILLED
    assert full.values["description"] == "爷爷说孩子在大连"


GROWN = """
import resource, sys, tempfile
from pathlib import Path
import wsgi
from exports.books import book, occasion
from intake import ledgers
from intake.ledgers import Line
from intake.store.keys import make_keys
from tests.hands.books import DAY
with tempfile.TemporaryDirectory() as folder:
    make_keys(Path(folder) / "keys")
    db = wsgi.create_app({"DATA": folder, "MODE": "demo"}).extensions["baoxue.db"]
    this, one = occasion.occasion_of(db, DAY), ledgers.ledgers_of_kinds(db)[3]
    def write(count):
        lines = (Line(str(n), "220605105", {"child_name": f"王小{n}", "receipt": str(n), "last_seen": "2026-11-20",
                 "description": f"说明{n}" * 9, "amount_due": n / 7}) for n in range(count))
        book.write(db, this, [one], Path(folder), actor="t", lines={one.key: lines})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    few = write(200)
    print((write(int(sys.argv[1])) - few) // 1024)
"""


@pytest.mark.processes
def test_many_rows_take_no_more_memory(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", GROWN, "30000"], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 20


def test_what_changes_in_another_town_does_not_change_this_ones_workbook(
    db: Database, tmp_path: Path
) -> None:
    give(db, "absence", 0, town="石人镇", village="")
    first = book.write_ledger(db, "work", DAY, tmp_path / "a", actor="t", area="220605105").read_bytes()
    give(db, "absence", 1, NOON + timedelta(hours=2), town="湾沟镇", village="", school="")
    again = book.write_ledger(db, "work", DAY, tmp_path / "b", actor="t", area="220605105").read_bytes()
    assert again == first


@pytest.mark.parametrize(
    ("key", "called"), [("suspected", "控辍保学台账"), ("enrollment", "入学登记"), ("aid", "资助台账")]
)
def test_a_file_is_called_as_the_bureau_calls_it(db: Database, tmp_path: Path, key: str, called: str) -> None:
    assert book.write_ledger(db, key, DAY, tmp_path, actor="t").name == f"江源区_{called}_20261120.xlsx"


def test_columns_in_which_nothing_stands_leave_the_paper_to_the_others(db: Database, tmp_path: Path) -> None:
    give(db, "subsidy", 0)
    wide = widths_of(
        ledger_sheets(load_workbook(book.write_ledger(db, "aid", DAY, tmp_path / "a", actor="t")))[0]
    )
    assert wide["全国学籍号"] < 5 < min(wide["备注"], wide["学校名称"], wide["行码（请勿改动）"])
    work = book.write_ledger(db, "work", DAY, tmp_path / "b", actor="t")
    assert min(widths_of(ledger_sheets(load_workbook(work))[0]).values()) > 4  # it fits as it is
