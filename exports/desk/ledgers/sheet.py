"""A ledger as a page shows it: heads, rows of words, the sum below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from flask import url_for

from exports.desk.ledgers.asked import ALL, LedgerAsked
from intake.fields import Cell
from intake.language.patterns import regex
from intake.ledgers import Column, Line
from intake.ledgers.ledger import ROW_KEY
from intake.ledgers.subjects import subject_id
from intake.ledgers.wanted.choosing import LedgerPage, sortable

CHILD = "child_name"
FEWEST = 16
"""Columns up to which all are shown."""
LESS = frozenset({"school_code", "ethnic", "id_type", "id_number", "student_number", "birth_date", "sex", "receipt",
                  "channel", ROW_KEY})  # fmt: skip
"""What a wide ledger shows only where all of it is asked for: nobody works with it at a screen."""
_CASE = regex(r"(\d{6}-\d{4}-\d{6})\b.*")
_OF_CHILD = regex(r"C[0-9A-F]{32}")


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The head of a column: what it is called, whether it can be filled in, how it sorts (its address, and which way)."""

    label: str
    fillable: bool
    number: bool
    href: str = ""
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: its words, and where it leads."""

    words: str
    fillable: bool
    number: bool
    href: str = ""
    clear: bool = False


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """What a page shows of a ledger."""

    heads: Sequence[SheetHead]
    rows: Sequence[Sequence[SheetCell]]
    sums: Sequence[str]
    hidden: int
    """Columns that are left out."""


def sheet_of(asked: LedgerAsked, found: LedgerPage, *, opens: bool) -> LedgerSheet:
    """Make the sheet of a page; with `opens` a child's name leads to its case, or to its own page."""
    columns = asked.ledger.columns()
    shown = shown_columns(columns, wide=asked.said["cols"] == ALL)
    return LedgerSheet(
        [_head(asked, columns, at) for at in shown],
        [_row(asked, columns, shown, number, line, opens) for number, line in found.lines],
        _sums(found, shown),
        len(columns) - len(shown),
    )


def shown_columns(columns: Sequence[Column], *, wide: bool) -> list[int]:
    """Give the places of the columns that are shown: 序号, then the child's name, then the others in their order."""
    every = list(range(len(columns)))
    if not wide and len(columns) > FEWEST:
        every = [at for at in every if columns[at].key not in LESS]
    elif not wide:
        every = [at for at in every if columns[at].key != ROW_KEY]
    name = next((at for at in every if columns[at].key == CHILD), None)
    return every if name is None else [every[0], name, *(at for at in every[1:] if at != name)]


def words_of(cell: Cell) -> str:
    """Give a cell as words."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return f"{cell:g}" if isinstance(cell, float) else str(cell)


def _head(asked: LedgerAsked, columns: Sequence[Column], at: int) -> SheetHead:
    column, choice = columns[at], asked.choice
    numbers = column.shape == "number"
    if column.key not in sortable(columns):
        return SheetHead(column.label, bool(column.filled_by), numbers)
    here = choice.sort == column.key
    down = "1" if here and not choice.down else ""
    href = url_for(".sheet_page", key=asked.ledger.key, **asked.but(sort=column.key, down=down))
    way = ("descending" if choice.down else "ascending") if here else ""
    return SheetHead(column.label, bool(column.filled_by), numbers, href, way)


def _row(
    asked: LedgerAsked, columns: Sequence[Column], shown: Sequence[int], number: int, line: Line, opens: bool
) -> list[SheetCell]:
    cells, door = asked.ledger.cells(number, line), _door(line) if opens else ""
    return [
        SheetCell(
            words_of(cells[at]),
            bool(columns[at].filled_by),
            columns[at].shape == "number" and at > 0,
            door if columns[at].key == CHILD else "",
            columns[at].key in line.clear,
        )
        for at in shown
    ]


def _door(line: Line) -> str:
    """Give the page of the case that a row is of, or of its child, as far as the row says it."""
    said = (str(line.values[key]) for key in (ROW_KEY, "case_number") if line.values.get(key))
    return next(filter(None, map(_page, said)), "") or (f"/desk/children/{line.child}" if line.child else "")


@lru_cache(maxsize=256)
def _page(said: str) -> str:
    if found := _CASE.fullmatch(said):
        return f"/desk/cases/{found[1]}"
    ref = said.partition(".")[0]
    return f"/desk/children/{subject_id(ref)}" if _OF_CHILD.fullmatch(ref) else ""


def _sums(found: LedgerPage, shown: Sequence[int]) -> list[str]:
    sums = ["合计", f"{found.total} 条"]
    return sums + [
        "" if (value := found.sums[at]) is None else words_of(round(value, 2)) for at in shown[len(sums) :]
    ]
