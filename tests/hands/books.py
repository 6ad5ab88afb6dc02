"""Reports of one day, and the workbook made of them, read as a person would."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.calendar import clock
from intake.reports import door
from intake.store.db import Database
from tests.hands.samples import sample

HEADER = 4


DAY = date(2026, 11, 20)


NOON = datetime(2026, 11, 20, 12, tzinfo=clock.CHINA)


def give(db: Database, kind: str, n: int, at: datetime = NOON, **changes: Any) -> str:
    body = {**sample(kind, n, DAY), **changes}
    return door.receive(db, kind, body, channel="form", at=at + timedelta(seconds=n)).receipt


def ledger(path: Path, title: str) -> Worksheet:
    found = load_workbook(path)[title]
    assert isinstance(found, Worksheet)
    return found


def ledger_sheets(book: Workbook) -> list[Worksheet]:
    """Give the sheets between 封面 and 字典."""
    assert (book.sheetnames[0], book.sheetnames[-1]) == ("封面", "字典")
    return [one for one in book.worksheets[1:-1] if isinstance(one, Worksheet)]


def table(page: Worksheet) -> list[dict[str, Any]]:
    """Give the rows between the header and 合计, by column name."""
    names = [cell.value for cell in page[HEADER]]
    rows: list[dict[str, Any]] = []
    for row in page.iter_rows(min_row=HEADER + 1, values_only=True):
        if row[0] == "合计":
            return rows
        rows.append(dict(zip(map(str, names), row, strict=True)))
    raise AssertionError("no 合计")


def widths_of(page: Worksheet) -> dict[str, float]:
    """Give the width of each column by its words."""
    found: dict[int, float] = {}
    for one in page.column_dimensions.values():
        found |= dict.fromkeys(range(int(one.min or 0), int(one.max or 0) + 1), float(one.width))
    return {str(cell.value): found[at] for at, cell in enumerate(page[HEADER], 1)}
