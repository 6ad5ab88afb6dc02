"""Files from other people's computers: read cell by cell as they are seen, or refused at once, saying what they are."""

import io
import resource
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.worksheet.worksheet import Worksheet

from exports.lists import ooxml, reading, shown, sorts, workbook
from intake.errors import Refused
from intake.importing.table import DAMAGED, ERROR, FORMULA, MONTH, ListSheet

pytestmark = pytest.mark.processes
HEAD = ["姓名", "身份证号", "出生日期", "班级"]
XLS = Path(__file__).parents[1] / "data" / "roster.xls"


def saved(make: Callable[[Worksheet], None] | None = None, rows: list[list[Any]] | None = None) -> bytes:
    """Give a workbook of one sheet as openpyxl writes it."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    for row in rows or [HEAD, ["王小明", "220605201703010017", date(2017, 3, 1), "三年级2班"]]:
        page.append(row)
    if make:
        make(page)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, parts: Mapping[str, Callable[[bytes], bytes]], **more: bytes) -> bytes:
    """Change parts of a workbook as another program would have written them, and add some."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            change = parts.get(name)
            new.writestr(name, change(old.read(name)) if change else old.read(name))
        for name, said in more.items():
            new.writestr(name, said)
    return out.getvalue()


SHEET, TEXTS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


def shared() -> bytes:
    """Give a workbook whose texts stand in a part of their own, as Excel writes it."""
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet().write_row(0, 0, HEAD)
    return book.getvalue()


def broken(data: bytes) -> bytes:
    """Change a byte in the middle of a sheet."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        info = opened.getinfo(SHEET)
    at = info.header_offset + 30 + len(SHEET) + info.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]


def one(data: bytes) -> ListSheet:
    (found,) = reading.read(data)
    return found


# -- what is seen


def test_every_cell_is_as_openpyxl_and_calamine_say() -> None:
    rows: list[list[Any]] = [HEAD]
    rows += [
        [f"王{n}", f"22060520170301{n:04d}", date(2017, 3, 1 + n % 28), n * 1.5 if n % 3 else n]
        for n in range(300)
    ]
    rows += [[True, None, datetime(2017, 3, 1, 8, 5), 0.1 + 0.2], ["'0001", " x ", "=1+1 是", -7]]  # noqa: DTZ001
    data = saved(rows=rows)
    read = one(data)
    theirs = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    )
    page = openpyxl.load_workbook(io.BytesIO(data)).active
    assert isinstance(page, Worksheet)
    for line, row, cells in zip(read.lines, theirs, page.iter_rows(values_only=True), strict=True):
        assert line.cells == tuple(shown.text(cell) for cell in row)
        plain = ["" if cell is None or str(cell).startswith("=") else shown.text(cell) for cell in cells]
        assert [mine for mine, cell in zip(line.cells, plain, strict=True) if cell] == [
            one for one in plain if one
        ]
    assert read.lines[-1].cells[0] == "0001"


def test_what_is_hidden_says_so_and_is_there() -> None:
    def hide(page: Worksheet) -> None:
        page.append(["李红"])
        page.append(["赵磊"])
        page.row_dimensions[3].hidden = True
        page.row_dimensions[4].height = 0.001
        page.column_dimensions["B"].hidden = True
        assert page.parent is not None
        page.parent.create_sheet("旧").append(HEAD)
        page.parent["旧"].sheet_state = "hidden"
        page.parent.create_sheet("很旧").sheet_state = "veryHidden"

    data = changed(saved(hide), {SHEET: lambda xml: xml.replace(b'ht="0.001"', b'ht="0"')})
    first, old, very = reading.read(data)
    assert [line.hidden for line in first.lines] == [False, False, True, True]
    assert first.lines[1].cells[1] == "220605201703010017"
    assert [sheet.hidden for sheet in (first, old, very)] == [False, True, True]
    assert old.lines[0].cells[0] == "姓名"


def test_a_row_that_a_filter_hides_says_so() -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        page = made.add_worksheet()
        page.autofilter("A1:B3")
        page.filter_column("B", "x == 在读")
        for number, row in enumerate((("姓名", "状态"), ("王小明", "在读"), ("李红", "转走"))):
            page.write_row(number, 0, row)
        page.set_row(2, options={"hidden": True})
    assert [line.hidden for line in one(book.getvalue()).lines] == [False, False, True]


@pytest.mark.parametrize(
    ("value", "format_", "said", "mark"),
    [
        (date(2017, 9, 1), 'yyyy"年"m"月"', "2017-09-01", MONTH), (date(2017, 9, 1), "yyyy-mm", "2017-09-01", MONTH),
        (date(2017, 9, 1), "mmm-yy", "2017-09-01", MONTH), (date(2017, 9, 1), "[$-804]yyyy年m月;@", "2017-09-01", MONTH),
        (date(2017, 9, 1), "yyyy\\-mm\\-dd", "2017-09-01", ""), (date(2017, 9, 1), 'm"月"d"日"', "2017-09-01", ""),
        (datetime(2017, 9, 1, 8, 30), "yyyy/m/d h:mm", "2017-09-01 08:30", ""),  # noqa: DTZ001
        (42979, "General", "42979", ""), (42979, '0"条"', "42979", ""), (0.5, "0.00E+00", "0.5", ""),
        (42979, "@", "42979", ""), (2206050001, "0", "2206050001", ""), (220605201703010017, "0", "2.20605E+17", DAMAGED),
        (1e15, "General", "1.00000E+15", DAMAGED), (999999999999999, "General", "999999999999999", ""),
        ("=1/0", "General", "", FORMULA), ('=TEXT(1,"@")', "General", "", FORMULA),
    ],
)  # fmt: skip
def test_a_cell_reads_as_its_format_shows_it(value: Any, format_: str, said: str, mark: str) -> None:
    def put(page: Worksheet) -> None:
        page["A3"] = value
        page["A3"].number_format = format_

    line = one(saved(put)).lines[2]
    assert (line.cells[0], dict(line.marks)) == (said, {0: mark} if mark else {})


@pytest.mark.parametrize(("number", "mark"), [(57, MONTH), (27, MONTH), (17, MONTH), (31, ""), (14, "")])
def test_formats_that_stand_in_no_file_are_known(number: int, mark: str) -> None:
    data = saved(lambda page: setattr(page["C2"], "number_format", "yyyy\\.mm"))

    def numbered(said: bytes) -> bytes:
        begin = said.index(b"<numFmts")
        said = said[:begin] + said[said.index(b"</numFmts>") + 10 :]
        return said.replace(b'numFmtId="165"', f'numFmtId="{number}"'.encode())

    line = one(changed(data, {"xl/styles.xml": numbered})).lines[1]
    assert (line.cells[2], dict(line.marks)) == ("2017-03-01", {2: mark} if mark else {})


@pytest.mark.parametrize(
    ("cell", "said", "mark"),
    [
        ('<c r="A3" t="str"><f>IF(B3="","",B3)</f><v></v></c>', "", ""),  # computed, and empty
        ('<c r="A3"><f>B3</f></c>', "", FORMULA), ('<c r="A3"><f>B3</f><v/></c>', "", FORMULA),
        ('<c r="A3" t="str"><f>B3</f></c>', "", FORMULA), ('<c r="A3" t="str"><f>B3</f><v>王</v></c>', "王", ""),
        ('<c r="A3"><f>1+1</f><v>2</v></c>', "2", ""), ('<c r="A3" t="e"><f>B3</f><v>#REF!</v></c>', "#REF!", ERROR),
        ('<c r="A3" t="b"><v>1</v></c>', "是", ""), ('<c r="A3" t="d"><v>2017-09-01T00:00:00</v></c>', "2017-09-01", ""),
        ('<c r="A3" t="inlineStr"><is><r><t>王</t></r><r><t>小明</t></r><rPh sb="0" eb="1"><t>wang</t></rPh></is></c>',
         "王小明", ""),
        ('<c t="inlineStr"><is><t>王小明</t></is></c>', "王小明", ""),
    ],
)  # fmt: skip
def test_absent_and_unreadable_are_told_apart(cell: str, said: str, mark: str) -> None:
    def put(xml: bytes) -> bytes:
        return xml.replace(
            b"</sheetData>", f'<row r="3">{cell}<c r="B3"><v>7</v></c></row></sheetData>'.encode()
        )

    line = one(changed(saved(), {SHEET: put})).lines[2]
    assert (line.cells[:2], line.marks.get(0, "")) == ((said, "7"), mark)


def test_days_that_count_from_1904_are_the_same_days() -> None:
    data = saved()
    then = changed(
        data, {"xl/workbook.xml": lambda xml: xml.replace(b"<workbookPr", b'<workbookPr date1904="1"', 1)}
    )
    line = one(then)
    assert (line.from_1904, line.lines[1].cells[2]) == (True, "2021-03-02")  # four years and a day later
    assert one(data).from_1904 is False


@pytest.mark.parametrize("dimension", [b'<dimension ref="A1"/>', b'<dimension ref="A1:XFD1048576"/>', b""])
def test_what_a_sheet_says_of_its_size_is_not_believed(dimension: bytes) -> None:
    def lie(xml: bytes) -> bytes:
        begin = xml.index(b"<dimension")
        return xml[:begin] + dimension + xml[xml.index(b"/>", begin) + 2 :]

    rows: list[list[Any]] = [HEAD, *([f"王{n}", "", "", ""] for n in range(100))]
    assert len(one(changed(saved(rows=rows), {SHEET: lie})).lines) == 101


def test_xml_as_few_programs_write_it_is_read_too() -> None:
    """Prefixed names, cells and rows without an address, parts with other slashes and letters."""

    def prefixed(xml: bytes) -> bytes:
        for name in (b"worksheet", b"sheetData", b"row", b"c", b"v", b"is", b"t"):
            xml = xml.replace(b"<" + name + b" ", b"<x:" + name + b" ").replace(
                b"<" + name + b">", b"<x:" + name + b">"
            )
            xml = xml.replace(b"</" + name + b">", b"</x:" + name + b">")
        return xml.replace(b"xmlns=", b"xmlns:x=")

    def nameless(xml: bytes) -> bytes:
        for ref in (
            b' r="A1"',
            b' r="B1"',
            b' r="C1"',
            b' r="D1"',
            b' r="1"',
            b' r="2"',
            b' r="A2"',
            b' r="B2"',
        ):
            xml = xml.replace(ref, b"")
        return xml

    for change in (prefixed, nameless):
        assert one(changed(saved(), {SHEET: change})).lines == one(saved()).lines
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name.replace("worksheets/", "Worksheets\\")), old.read(name))
    assert one(out.getvalue()).lines == one(saved()).lines


@pytest.mark.parametrize(("address", "far"), [("XFD1048576", "XFD1048576"), ("IW2", "IW2"), ("IV2", "")])
def test_a_cell_far_away_takes_no_memory_and_is_named(address: str, far: str) -> None:
    read = one(saved(lambda page: setattr(page[address], "value", "注")))
    assert (read.far, read.lines[1].cells[0]) == (far, "王小明")
    assert one(saved(lambda page: setattr(page[address], "value", " "))).far == ""


def test_a_sheet_that_is_used_to_its_last_row_is_read() -> None:
    def last(page: Worksheet) -> None:
        page["A1048576"] = "共 1 人"

    assert [line.number for line in one(saved(last)).lines] == [1, 2, 1048576]


def test_a_merged_area_as_large_as_the_sheet_is_read_at_once() -> None:
    def merge(xml: bytes) -> bytes:
        areas = b'<mergeCell ref="D2:XFD1048576"/>' + b'<mergeCell ref="B2:B1048576"/>'
        return xml.replace(b"</sheetData>", b'</sheetData><mergeCells count="2">' + areas + b"</mergeCells>")

    began = time.monotonic()
    line = one(changed(saved(), {SHEET: merge})).lines[1]
    assert (line.cells[3], line.cells[255], time.monotonic() - began < 30) == ("三年级2班", "三年级2班", True)


def test_an_old_workbook_says_what_is_hidden_and_how_its_days_count() -> None:
    """Of hidden.xls a row and a sheet are hidden, its days count from 1904; a column shows months, one has errors."""
    first, old = reading.read(XLS.with_name("hidden.xls"))
    assert [(line.number, line.hidden) for line in first.lines] == [
        (1, False), (2, False), (3, True), (4, False), (5, False)
    ]  # fmt: skip
    assert (first.hidden, old.hidden, first.from_1904) == (False, True, True)
    assert first.lines[1].cells == ("王小明", "2017-03-01", "2017-03-01", "")
    assert [dict(line.marks) for line in first.lines] == [{}, *[{2: MONTH, 3: ERROR}] * 3, {}]
    assert first.lines[4].cells == ("孙浩", "42795", "", "2")


# -- text


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize(
    ("divider", "remark"), [("\t", "唱歌,跳舞,画画,下棋"), (",", "唱歌；跳舞"), (";", "a,b,c,d,e")]
)
def test_what_divides_a_text_is_found_whatever_remarks_hold(divider: str, remark: str, encoding: str) -> None:
    rows = [
        ["姓名", "备注", "班级"],
        ["王小明", remark, "三年级1班"],
        ["李红", "", "三年级1班"],
        ["赵磊", f"{remark}x", "2班"],
    ]
    said = "\r\n".join(divider.join(row) for row in rows)
    assert [list(line.cells) for line in one(said.encode(encoding)).lines] == rows


def test_tabs_behind_the_numbers_of_a_comma_file_divide_nothing() -> None:
    said = "姓名,证件号,电话\n王小明,220605201703010017\t,13812340001\t\n李红,\t,13812340002\t\n"
    assert [line.cells for line in one(said.encode()).lines][1] == (
        "王小明",
        "220605201703010017",
        "13812340001",
    )


@pytest.mark.parametrize(
    "said",
    [
        '姓名,班级\n"王小明,三年级1班\n李红,三年级1班\n',
        '姓名,班级,备注\n王小明,1班,"好\n李红,1班,"乖"\n赵磊,1班,\n',
        '姓名,班级\n"王小明,三年级1班\n' + "李红,三年级1班\n" * 20_000,
    ],
)
def test_a_quotation_mark_that_is_not_closed_is_told_by_its_row(said: str) -> None:
    """All rows below it were one cell, taken for a title: no child came in, and nobody was told."""
    with pytest.raises(Refused, match="第 2 行起有一个双引号没有成对"):
        reading.read(said.encode("gb18030"))


def test_marks_that_are_closed_or_stand_within_a_cell_are_read() -> None:
    said = '姓名,备注\n王小明,"好,\n乖"\n李红,身高4"5\n赵磊,="007"\n"孙""浩""",\n'
    assert [line.cells for line in one(said.encode()).lines][1:] == [
        ("王小明", "好,\n乖"), ("李红", '身高4"5'), ("赵磊", "007"), ('孙"浩"', ""),
    ]  # fmt: skip


@pytest.mark.parametrize("number", ["0", "-1"])
def test_a_row_that_is_nowhere_is_a_damaged_file(number: str) -> None:
    """Its child was lost without a word."""
    data = saved(rows=[HEAD, ["王小明"], ["李红"]])
    with pytest.raises(Refused, match="坏了"):
        reading.read(
            changed(data, {SHEET: lambda xml: xml.replace(b'<row r="3"', f'<row r="{number}"'.encode())})
        )


@pytest.mark.parametrize(
    ("written", "said"),
    [("a_x000D_b", "ab"), ("a_x000A_b", "a\nb"), ("_x005F_x000D_", "_x000D_"), ("_x4E00_年级", "一年级"),
     ("_xD83D_", ""), ("_x0000_一", "一"), ("_x12_", "_x12_")],
)  # fmt: skip
def test_signs_written_as_the_format_escapes_them_are_those_signs(written: str, said: str) -> None:
    cells = {TEXTS: lambda xml: xml.replace("姓名".encode(), written.encode())}
    assert one(changed(shared(), cells)).lines[0].cells[0] == said
    inline = {SHEET: lambda xml: xml.replace("姓名".encode(), written.encode())}
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"constant_memory": True}) as made:
        made.add_worksheet().write_row(0, 0, HEAD)
    assert one(changed(book.getvalue(), inline)).lines[0].cells[0] == said


# -- what is refused, and how soon


def bomb(size: int, told: int | None = None) -> bytes:
    """Give a workbook whose sheet unpacks to so many bytes, and says that it is of another size."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = b"".join([*(packer.compress(b" " * (1 << 20)) for _ in range(size >> 20)), packer.flush()])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) if name != SHEET else b"x" * len(packed))
        at = new.getinfo(SHEET).header_offset + 30 + len(SHEET)
    data = bytearray(out.getvalue())
    data[at : at + len(packed)] = packed
    for sign, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        begin = data.index(SHEET.encode()) - 30 if sign == b"PK\x03\x04" else data.rindex(SHEET.encode()) - 46
        assert data[begin : begin + 4] == sign
        struct.pack_into("<H", data, begin + offset, 8)
        struct.pack_into("<I", data, begin + offset + 6 + 8, told or size)
    return bytes(data)


def with_entities(xml: bytes) -> bytes:
    many = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
    head = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">' + many + b"]>"
    return head + xml[xml.index(b"<worksheet") if b"<worksheet" in xml else 0 :].replace(
        b"<sheetData>", b"<sheetData>&a9;"
    )


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, said in parts.items():
            made.writestr(name, said)
    return out.getvalue()


def compound(*streams: str) -> bytes:
    """Give an old Office file with streams of some names, as far as anybody looks."""
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "zip bomb": (lambda: bomb(300 << 20), "太大"),
    "zip bomb that lies": (lambda: bomb(300 << 20, told=5000), "打不开"),
    "xml bomb": (lambda: changed(saved(), {SHEET: with_entities}), "不该有"),
    "xml bomb in the texts": (lambda: changed(shared(), {TEXTS: with_entities}), "不该有"),
    "entity from outside": (
        lambda: changed(saved(), {SHEET: lambda xml: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + xml}),
        "不该有",
    ),
    "a million parts": (lambda: packed(**{f"xl/{n}": b"" for n in range(20_000)}), "太大"),
    "200 MB": (lambda: b"PK\x03\x04" + bytes(200 << 20), "最多 20 MB"),
    "macros": (lambda: changed(saved(), {}, **{"xl/vbaProject.bin": b"x"}), "带宏"),
    "macros of old": (lambda: compound("Workbook", "_VBA_PROJECT_CUR", "_VBA_PROJECT"), "带宏"),
    "password": (lambda: compound("EncryptionInfo", "EncryptedPackage"), "密码"),
    "Word": (lambda: packed(**{"[Content_Types].xml": b"", "word/document.xml": b""}), "Word"),
    "Word of old": (lambda: compound("WordDocument"), "Word"),
    "LibreOffice": (lambda: packed(**{"mimetype": b"", "content.xml": b""}), "另存为 .xlsx"),
    "binary Excel": (lambda: packed(**{"[Content_Types].xml": b"", "xl/workbook.bin": b""}), "另存为 .xlsx"),
    "slides": (lambda: packed(**{"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "演示文稿"),
    "archive": (lambda: packed(**{"名单.xlsx": saved()}), "压缩包"),
    "rar": (lambda: b"Rar!\x1a\x07\x01\x00" + bytes(100), "压缩包"),
    "PDF": (lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "PDF"),
    "JPEG": (lambda: b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
    "HEIC": (lambda: b"\0\0\0\x18ftypheix\0\0\0\0", "图片"),
    "page": (lambda: b"\xef\xbb\xbf  <!DOCTYPE html><table><tr><td>1", "网页"),
    "XML sheet": (lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "网页"),
    "program": (lambda: b"MZ\x90\0\x03" + bytes(100), "程序"),
    "nothing": (lambda: b"", "空的"),
    "half of it": (lambda: saved()[:-600], "打不开"),
    "its beginning": (lambda: saved()[:900], "打不开"),
    "a byte changed": (lambda: broken(saved()), "打不开"),
    "no sheets": (lambda: changed(saved(), {"xl/workbook.xml": lambda _: b"<workbook/>"}), "打不开"),
    "no XML": (lambda: changed(saved(), {SHEET: lambda _: b"\xff\xfe<<<>>>"}), "打不开"),
    "a text that is not there": (
        lambda: changed(shared(), {SHEET: lambda xml: xml.replace(b"<v>0</v>", b"<v>999</v>")}), "打不开",
    ),
    "half of an .xls": (lambda: XLS.read_bytes()[:4200], "打不开"),
}  # fmt: skip


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_and_wrong_files_are_refused_at_once(what: str) -> None:
    make, said = HOSTILE[what]
    data = make()
    began = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    with pytest.raises(Refused, match=said) as no:
        reading.read(data)
    took = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - began
    assert took < 10  # a hang, or a bomb that was unpacked; the aim of a second is measured, not tested
    assert "请" in str(no.value) or "空的" in str(no.value)


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(Refused, match="最多 20 MB"):
        reading.read(path)


def test_a_reader_that_needs_too_much_memory_is_stopped() -> None:
    """The densest file that passes the gate: millions of cells that hold nothing, and then too many that do."""
    empty = b'<row r="1">' + b'<c r="A1" s="1"/>' * 9_000_000 + b"</row>"
    data = changed(saved(), {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + empty)})
    began = time.process_time()
    with pytest.raises(Refused, match="请删掉下面和右边的空行空列"):
        reading.read(data)
    assert time.process_time() - began < 10
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss <= workbook.MEMORY // 1024


def pointing() -> bytes:
    """Give a workbook in which one long text stands once, and in every cell."""
    cells = b'<c t="s"><v>0</v></c>' * 200
    rows = b"".join(b'<row r="%d">%b</row>' % (number, cells) for number in range(2, 5000))
    texts = b"<si><t>%b</t></si>" % (b"x" * 30_000)
    return changed(
        shared(),
        {
            SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + rows),
            TEXTS: lambda xml: xml[: xml.index(b"<si>")] + texts + xml[xml.index(b"<si>") :],
        },
    )


def merged() -> bytes:
    """Give a workbook in which one long text stands once, in a merged area."""
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>%b</t></is></c></row>' % (at, at, said)
        for at, said in [(9, b"x" * 30_000), *((at, b"y") for at in range(10, 5000))]
    )
    area = b'</sheetData><mergeCells><mergeCell ref="A9:IV5000"/></mergeCells>'
    return changed(
        saved(),
        {
            SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData>" + rows).replace(
                b"</sheetData>", area
            )
        },
    )


@pytest.mark.parametrize("make", [pointing, merged])
def test_a_small_file_that_says_a_long_text_everywhere_is_refused(make: Callable[[], bytes]) -> None:
    """What a reader apart gives back stands in the memory of who asked for it: a web process."""
    data = make()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert len(data) < 1_000_000
    with pytest.raises(Refused, match="太大"):
        reading.read(data)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.parametrize(
    "text", [b"a\n" * 9_000_000, b"ab,cd\n" * 3_000_000, b"ab\t" * 6_000_000, b"\n" * 19_000_000]
)
def test_a_text_of_too_many_rows_is_given_up_soon(text: bytes) -> None:
    """A text is read where it is asked for: in a web process."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(Refused, match="表格"):
        reading.read(text)
    assert time.process_time() - began < 30
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000


def test_no_sheet_is_left_out_in_silence() -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for number in range(ooxml.SHEETS + 1):
            made.add_worksheet(f"{number}班").write_row(0, 0, HEAD)
    with pytest.raises(Refused, match="表太多"):
        reading.read(out.getvalue())


def test_a_far_cell_without_an_address_is_named() -> None:
    cells = b"".join(b'<c t="inlineStr"><is><t>%d</t></is></c>' % at for at in range(300))
    data = changed(
        saved(), {SHEET: lambda xml: xml.replace(b"<sheetData>", b"<sheetData><row>" + cells + b"</row>")}
    )
    assert one(data).far == "第 1 行第 257 列"


def test_the_size_of_all_that_is_refused_is_known_before_it_is_unpacked() -> None:
    assert sorts.UNPACKED <= 200 * 1024 * 1024
    program = """
import sys
from exports.lists import sorts
from intake.errors import Refused
data = sys.stdin.buffer.read()
try:
    sorts.sort_of(data)
except Refused:
    print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], input=bomb(300 << 20), capture_output=True, check=True
    )
    assert int(done.stdout) < 600_000  # kB, of this program alone: getrusage counts what its parent had, too


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-5", "@SUM(A1)", "|calc", "%0a", "\ufeff=cmd|' /C calc'!A0", "\t=1"]
)
def test_a_text_that_looks_like_a_formula_is_a_text(text: str) -> None:
    book = io.BytesIO()
    with xlsxwriter.Workbook(book) as made:
        made.add_worksheet().write_string(0, 0, text)
    line = one(book.getvalue()).lines[0]
    assert (line.cells[0], dict(line.marks)) == (shown.plain(text), {})
