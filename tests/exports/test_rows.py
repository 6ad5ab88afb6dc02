"""Rows written past XlsxWriter are what XlsxWriter writes, and hold what they were given, whoever reads them."""

import hashlib
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from exports.books.layout import cells, styles
from exports.books.layout.rows import PRIVATE, Lane, RowWriter
from intake.fields import Cell
from intake.language.cells import unguarded

OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
FIRST = 1
ROWS: list[list[Cell]] = [
    ["王小明", 1.0, date(2026, 11, 20), datetime(2026, 11, 20, 8, 30), None],  # noqa: DTZ001
    ["", 0, date(1900, 2, 28), datetime(1999, 12, 31, 23, 59, 59), "两边 "],  # noqa: DTZ001
    ["a&b<c>\"d'", -12.5, date(9999, 12, 31), datetime(2026, 3, 1), "第一行\n第二行"],  # noqa: DTZ001
    ["_x0041_", 123456789012345.0, date(1900, 3, 1), datetime(2026, 11, 20, 12), "𠮷野家"],  # noqa: DTZ001
    ["=1+1", 0.1, None, None, "http://example.com"],
]
"""Each type of cell, and what is written in another way than it is said."""


def lanes(book: Any) -> list[Lane]:
    looks = styles.formats(book)
    numbers = {shape: looks[shape]._get_xf_index() for shape in styles.SHAPES}
    return [Lane(9.0, {**numbers, "blank": numbers["text"]}, numbers) for _ in ROWS[0]]


def ours(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        page = book.add_worksheet()
        looks = lanes(book)[: len(rows[0])]
        page.write_string(0, 0, "头")
        writer = RowWriter(page, FIRST, looks, hashlib.sha256())
        for row in rows:
            writer.write(row)
        page.write_string(writer.end(), 0, "尾")


def theirs(path: Path, rows: Sequence[Sequence[Cell]]) -> None:
    with xlsxwriter.Workbook(str(path), OPTIONS) as book:
        page = book.add_worksheet()
        looks = styles.formats(book)
        for shape in styles.SHAPES:
            looks[shape]._get_xf_index()
        page.write_string(0, 0, "头")
        for at, row in enumerate(rows, FIRST):
            page.set_row(at, 30)
            for column, value in enumerate(row):
                if value is None or value == "":
                    page.write_blank(at, column, None, looks["text"])
                elif isinstance(value, datetime):
                    page.write_datetime(at, column, value, looks["moment"])
                elif isinstance(value, date):
                    page.write_datetime(at, column, value, looks["date"])
                elif isinstance(value, str):
                    page.write_string(at, column, cells.clean(value), looks["text"])
                else:
                    page.write_number(at, column, value, looks["number"])
        page.write_string(FIRST + len(rows), 0, "尾")


def sheet_of(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return re.sub(r' ht="[\d.]+"', "", archive.read("xl/worksheets/sheet1.xml").decode())


def test_a_sheet_is_what_xlsxwriter_makes_of_the_same_cells(tmp_path: Path) -> None:
    ours(tmp_path / "ours.xlsx", ROWS)
    theirs(tmp_path / "theirs.xlsx", ROWS)
    assert sheet_of(tmp_path / "ours.xlsx") == sheet_of(tmp_path / "theirs.xlsx")


def test_what_is_used_of_xlsxwriter_beside_its_interface_is_there(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "any.xlsx"), OPTIONS) as book:
        page = book.add_worksheet()
        assert [name for name in PRIVATE if not hasattr(page, name)] == []
    assert xlsxwriter.__version__ == "3.3.1"


def test_both_readers_find_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    ours(path, ROWS)
    page = load_workbook(path).worksheets[0]
    found = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert (page.max_row, len(found)) == (len(ROWS) + 2, len(ROWS) + 2)
    for at, row in enumerate(ROWS, FIRST):
        for column, value in enumerate(row):
            cell = page.cell(at + 1, column + 1)
            if isinstance(value, str) and value:
                assert cell.data_type == "s"
                assert unguarded(str(cell.value).replace("_x005F_", "_")) == value
                assert unguarded(str(found[at][column]).replace("_x005F_", "_")) == value
            elif isinstance(value, date):
                whole = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
                assert cell.value == whole
                assert str(found[at][column])[:10] == value.isoformat()[:10]
            else:
                assert (cell.value or None) == (value or None)
                assert (found[at][column] or None) == (value or None)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(1899, 12, 31), "1899-12-31"), (datetime(1800, 1, 1, 8), "1800-01-01 08:00:00"),  # noqa: DTZ001
        (float("nan"), "nan"), (float("inf"), "inf"), (220605201703011010.0, "2.20605201703011e+17"),
    ],
)  # fmt: skip
def test_what_excel_would_damage_is_a_text(tmp_path: Path, value: Cell, text: str) -> None:
    ours(tmp_path / "book.xlsx", [[value]])
    cell = load_workbook(tmp_path / "book.xlsx").worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value)[:10] == text[:10]


def test_equal_values_of_two_types_keep_their_types(tmp_path: Path) -> None:
    midnight = datetime(2026, 11, 20)  # noqa: DTZ001
    ours(tmp_path / "book.xlsx", [[one] for one in (1, 1.0, "1", True, date(2026, 11, 20), midnight, "")])
    page = load_workbook(tmp_path / "book.xlsx").worksheets[0]
    types = [
        (cell.data_type, cell.number_format) for (cell,) in page.iter_rows(min_row=2, max_row=7, max_col=1)
    ]
    assert types == [
        ("n", "General"), ("n", "General"), ("s", "@"), ("n", "General"), ("d", "yyyy-mm-dd"), ("d", "yyyy-mm-dd hh:mm"),
    ]  # fmt: skip


def test_a_column_of_names_does_not_fill_the_memory(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "book.xlsx"), OPTIONS) as book:
        page, looks = book.add_worksheet(), lanes(book)[:1]
        writer = RowWriter(page, 0, looks, hashlib.sha256())
        for n in range(2000):
            writer.write([f"孩子{n}"])
        writer.end()
        assert len(looks[0].kept) < 1000
        assert len(page.row_info) == 0
        assert len(page.table) == 0
    assert load_workbook(tmp_path / "book.xlsx").worksheets[0].max_row == 2000


HOSTILE = st.text(
    st.sampled_from("=+-@|%＝'\"<>&;{}[]()!_x0041\t\r\n \u00a0\ufeff\u200b\x00\x1f\ufffe\ud800字,"),
    max_size=12,
)


@pytest.mark.fuzz
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(st.lists(HOSTILE | st.text(max_size=30), min_size=1, max_size=30))
@example(["</t></is></c><c><f>1+1</f></c>", "]]>", "<![CDATA[", "&#61;1", "<r>x</r>", "_x003D_1"])
def test_no_text_leaves_its_cell(tmp_path: Path, said: list[str]) -> None:
    path = tmp_path / "book.xlsx"
    ours(path, [[one] for one in said])
    raw = sheet_of(path)
    assert (
        re.findall(r"<(?!/)(\w+)", raw[raw.index("<sheetData>") : raw.index("</sheetData>")]).count("f") == 0
    )
    page = load_workbook(path).worksheets[0]
    found = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python(skip_empty_area=False)
    for at, one in enumerate(said, FIRST):
        cell, want = page.cell(at + 1, 1), cells.cell_text(one)
        assert cell.data_type in ("s", "n") if not want else cell.data_type == "s"
        if "_x" not in want:
            assert (cell.value or "") == want
            assert found[at][0] == want
        assert unguarded(want) == cells.holdable(one)
