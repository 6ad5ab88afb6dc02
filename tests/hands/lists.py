"""Lists as offices make them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
from stdnum.iso7064 import mod_11_2

from intake.importing.table import ListLine, ListSheet

Cells = Sequence[object]


def sheet(*rows: Sequence[str], name: str = "") -> list[ListSheet]:
    """Give rows as a file's reader does."""
    return [ListSheet(name, tuple(ListLine(number, tuple(row)) for number, row in enumerate(rows, 1)))]


def workbook(path: Path, rows: Iterable[Cells], title: str = "Sheet1", merged: Sequence[str] = ()) -> Path:
    made = openpyxl.Workbook()
    page = made.active
    assert page is not None
    page.title = title
    for row in rows:
        page.append(list(row))
    for area in merged:
        page.merge_cells(area)
    made.save(path)
    return path


def number(born: str, order: int = 1, place: str = "220605") -> str:
    """Give an identity number with a right check digit; odd orders are boys."""
    body = f"{place}{born}{order:03d}"
    return str(body + mod_11_2.calc_check_digit(body))


STAFF = ("姓名", "手机号码", "职务", "学校", "班级")
