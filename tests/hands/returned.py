"""A workbook that goes out, is worked in by hand, and comes back: with openpyxl, as Excel would save it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exports.books import book
from exports.lists import ooxml, reading
from intake import ledgers
from intake.importing.table import ListSheet
from intake.ledgers import View
from intake.ledgers.returning.applying import Applied, ReturnedFile, apply_return
from intake.ledgers.returning.findings import ReturnPlan
from intake.ledgers.returning.planning import plan_return
from intake.ledgers.wanted.extents import extent_of, period_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

WORD = "行码"


def sent_out(db: Database, key: str, folder: Path, by: Person | None = None) -> Path:
    """Let the workbook of a ledger of today go out to somebody, to the bureau where nobody is named."""
    who = by or accounts.person_of_command(db)
    scope, period = accounts.scope_of(db, who), period_of(db, day=db.today())
    extent = extent_of(db, scope)
    view = View(extent.within(scope), period)
    return book.write_extent(db, ledgers.ledgers_of_book(db, key), extent, view, folder, actor="t").path


@dataclass
class Paper:
    """A workbook in somebody's hands."""

    book: Workbook

    @classmethod
    def of(cls, path: Path) -> "Paper":
        """Open a file."""
        return cls(load_workbook(path))

    @property
    def page(self) -> Worksheet:
        """Give the first sheet that has rows with keys."""
        return next(one for one in self.book.worksheets if self._head(one))

    def _head(self, page: Worksheet) -> int:
        for row in page.iter_rows(max_row=12):
            if any(str(cell.value or "").startswith(WORD) for cell in row):
                return int(row[0].row or 0)
        return 0

    @property
    def head(self) -> int:
        """Give the row of the header."""
        return self._head(self.page)

    def column(self, label: str) -> int:
        """Give the number of a column, from 1."""
        return next(
            int(cell.column)
            for cell in self.page[self.head]
            if cell.value and str(cell.value).startswith(label)
        )

    def row(self, number: str) -> int:
        """Give the row of a case, or of a receipt."""
        at = self.column(WORD)
        return next(
            row for row in range(self.head + 1, self.page.max_row + 1)
            if str(self.page.cell(row, at).value or "").startswith(f"{number}.")
        )  # fmt: skip

    def rows(self) -> list[int]:
        """Give every row that has a key."""
        page, at = self.page, self.column(WORD)
        return [
            row
            for row in range(self.head + 1, page.max_row + 1)
            if "." in str(page.cell(row, at).value or "")
        ]

    def get(self, number: str, label: str) -> Any:
        """Give what stands in a cell."""
        return self.page.cell(self.row(number), self.column(label)).value

    def fill(self, number: str, **said: Any) -> "Paper":
        """Write into cells of a row, by the words above the columns."""
        for label, value in said.items():
            self.page.cell(self.row(number), self.column(label)).value = value
        return self

    def key(self, number: str) -> str:
        """Give the key of a row."""
        return str(self.get(number, WORD))

    @property
    def data(self) -> bytes:
        """Save it."""
        out = BytesIO()
        self.book.save(out)
        return out.getvalue()


def sheets(data: bytes) -> list[ListSheet]:
    """Read a file as the house does, in this process."""
    return [reading._sheet(one) for one in ooxml.read_xlsx(data)]


def plan(db: Database, by: Person, data: bytes) -> ReturnPlan:
    """Tell what a file would change."""
    return plan_return(db, by, sheets(data))


def take(db: Database, by: Person, data: bytes, chosen: Mapping[str, str] | None = None) -> Applied:
    """Do what a file says."""
    return apply_return(db, by, sheets(data), ReturnedFile("交回 (1).xlsx", data), chosen)


def sentences(plan: ReturnPlan) -> list[str]:
    """Give what is wrong, cell by cell."""
    return [
        f"{row.address(one.column)} {one.label} {one.sentence}" for row in plan.rows for one in row.faults
    ]


def pasted(paper: Paper, change: Callable[[list[list[Any]]], list[list[Any]]]) -> bytes:
    """Put header and rows of a workbook into another one, after a change of them."""
    page, book = paper.page, Workbook()
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=paper.head)]
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in change(rows):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
