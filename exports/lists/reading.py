"""A file from somebody's computer as rows of texts: .xlsx, .xls and .csv, told apart by what is in them."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from intake.errors import Refused
from intake.importing.table import ListLine, ListSheet
from intake.language.patterns import regex

BIGGEST = 20 * 1024 * 1024
PATIENCE = 60
"""Seconds after which a file is given up."""
_READER = Path(__file__).with_name("workbook.py")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_FORMULA = regex(r'="(.*)"')  # how programs keep Excel from eating the zeros of a number
_FAULTS = {
    "password": "这个文件设了密码。请去掉密码，另存一份再导入。",
    "size": "表格太大了。请删掉下面和右边的空行空列，再导入。",
}
_BROKEN = "这个文件打不开。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。"


def read(path: Path) -> list[ListSheet]:
    """Give the visible sheets of a file; rows keep the numbers a person sees. Raises Unreadable."""
    if path.stat().st_size > BIGGEST:
        raise Refused(f"文件太大了，最多 {BIGGEST // 1024 // 1024} MB。")
    data = path.read_bytes()
    if data.startswith(_WORKBOOKS):
        return _workbook(data)
    if data.lstrip()[:1] == b"<":
        raise Refused("这个文件是网页，不是表格。请用 Excel 或 WPS 打开，另存为 .xlsx 再导入。")
    return [ListSheet("", tuple(_csv(data)))]


def _workbook(data: bytes) -> list[ListSheet]:
    # In a process of its own: a broken file may take that one down, never this one.
    program = [sys.executable, "-I", str(_READER)]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=PATIENCE, check=True)  # noqa: S603
        said = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise Refused(_BROKEN) from None
    if "fault" in said:
        raise Refused(_FAULTS.get(said["fault"], _BROKEN))
    return [ListSheet(name, _lines(rows)) for name, rows in said["sheets"]]


def _lines(rows: Sequence[Sequence[str]]) -> tuple[ListLine, ...]:
    return tuple(ListLine(number, tuple(row)) for number, row in enumerate(rows, 1))


def _csv(data: bytes) -> tuple[ListLine, ...]:
    said = _decoded(data)
    head = said[:4000]
    # Excel's own export is divided by tabs, that of some systems by semicolons.
    delimiter = max(",\t;", key=head.count)
    try:
        rows = list(csv.reader(io.StringIO(said, newline=""), delimiter=delimiter))
    except csv.Error:
        raise Refused("这个文件不是表格。请存成 .xlsx 或 .csv 再导入。") from None
    return _lines([[_plain(cell.strip()) for cell in row] for row in rows])


def _plain(cell: str) -> str:
    formula = _FORMULA.fullmatch(cell)
    return (formula[1] if formula else cell).lstrip("'").strip()


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        names: Sequence[str] = ("utf-16",)
    else:
        names = ("utf-8-sig", "gb18030")  # nearly no Chinese text in GB18030 is valid UTF-8, too
    for name in names:
        try:
            said = data.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in said:
            return said
    raise Refused("这个文件的文字认不出来。请存成 .xlsx，或者 UTF-8 的 .csv，再导入。")
