"""What somebody wants to see of a ledger's rows: found by a word, sorted by a column, a page of them."""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake.fields import Cell
from intake.fields.privacy import Privacy
from intake.language import text
from intake.ledgers.ledger import ROW_KEY, Column, Ledger, Line, View
from intake.ledgers.of_cases import CaseLedger
from intake.ledgers.subjects import SubjectLedger
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import HURRIED, Database

PAGE = 50
"""Rows of a page."""
CHILD = "child_name"
"""The one masked column that is searched: staff look for a child whose name they know."""
LONGEST = 60
_UNSEARCHED = frozenset({"number", ROW_KEY})


@dataclass(frozen=True, slots=True)
class RowChoice:
    """The rows that somebody wants: those with a word in them, in the order of a column; of an owner's own, or the late ones."""

    word: str = ""
    sort: str = ""
    down: bool = False
    owner: str = ""
    late: bool = False

    @property
    def plain(self) -> bool:
        """Tell whether it is all rows in the order of the sheet."""
        return not (self.word or self.sort or self.owner)


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Some rows with their numbers, how many there are of all, and the sums of the columns that are added up."""

    lines: Sequence[tuple[int, Line]]
    total: int
    sums: Sequence[float | None]


def page_of_ledger(db: Database, one: Ledger, view: View, choice: RowChoice, page: int = 1) -> LedgerPage:
    """Give a page of the rows that somebody wants; their numbers are those of the workbook."""
    first = (page - 1) * PAGE
    summed = [column.summed for column in one.columns()]
    if choice.plain and not any(summed) and (paged := _paged(one)):
        shown, number = paged.page_of_rows(db, view, first, PAGE)
        return LedgerPage(list(enumerate(shown, first + 1)), number, [None] * len(summed))
    lines, total, sums = [], 0, [0.0 if is_summed else None for is_summed in summed]
    for total, line in enumerate(chosen_lines(one, one.rows(db, view), choice), 1):
        if first < total <= first + PAGE:
            lines.append((total, line))
        if any(summed):
            _add(sums, one.cells(total, line))
    return LedgerPage(lines, total, sums)


def chosen_lines(one: Ledger, lines: Iterator[Line], choice: RowChoice) -> Iterator[Line]:
    """Yield the rows that somebody wants, in the order that they want."""
    columns = one.columns()
    if choice.owner:
        lines = (line for line in lines if line.owner == choice.owner and (line.late or not choice.late))
    if word := text.normalise(choice.word[:LONGEST]).casefold():
        lines = (line for line in lines if _has(one, columns, line, word))
    at = next((at for at, column in enumerate(columns) if column.key == choice.sort), None)
    if at is None or columns[at].key not in sortable(columns):
        return lines
    ranks = {option: place for place, option in enumerate(columns[at].options)}
    keyed = [(_rank(one.cells(0, line)[at], ranks), line) for line in lines]
    known = [pair for pair in keyed if pair[0][0] < _NOTHING]
    known.sort(key=lambda pair: pair[0], reverse=choice.down)
    return iter([line for _, line in known] + [line for rank, line in keyed if rank[0] == _NOTHING])


def chosen_ledger(one: Ledger, choice: RowChoice) -> Ledger:
    """Give a ledger whose rows are those that somebody wants, for a workbook of exactly them."""
    if choice.plain:
        return one
    made = copy(one)
    made.rows = lambda db, view: chosen_lines(one, one.rows(db, view), choice)  # type: ignore[method-assign]
    return made


def note_search(db: Database, person: Person, number: int) -> None:
    """Put a search on record, without what was typed. Raises Busy."""
    with db.write(HURRIED):
        audit.note(db, person.actor, "ledger.searched", person.id, str(number))


def sortable(columns: Sequence[Column]) -> frozenset[str]:
    """Give the columns by which rows may be sorted: the order of what is masked would tell of it."""
    return frozenset(one.key for one in columns if one.privacy is Privacy.OPEN and one.key not in _UNSEARCHED)


def _paged(one: Ledger) -> CaseLedger | SubjectLedger | None:
    """Give a ledger of which what no page shows need not be read: its rows are its cases, one by one, or it says so."""
    if isinstance(one, CaseLedger):
        own = type(one).rows is CaseLedger.rows and type(one).files is CaseLedger.files
        return one if own else None
    return one if isinstance(one, SubjectLedger) and one.paged else None


def _has(one: Ledger, columns: Sequence[Column], line: Line, word: str) -> bool:
    if word in str(line.values.get(CHILD) or "").casefold() or word in line.receipt.casefold():
        return True
    seen = zip(columns, one.cells(0, line), strict=True)
    return any(
        column.privacy is Privacy.OPEN and column.key not in _UNSEARCHED and word in str(cell).casefold()
        for column, cell in seen
        if cell is not None
    )


_NUMBER, _OPTION, _WORDS, _NOTHING = range(4)


def _rank(cell: Cell, ranks: dict[str, int]) -> tuple[int, Any]:
    """Give by what a cell is sorted: numbers and days, then words, those of a list in its order, then nothing."""
    if cell is None or cell == "":
        return _NOTHING, 0
    if isinstance(cell, datetime):
        return _NUMBER, cell.timestamp()
    if isinstance(cell, date):
        return _NUMBER, float(cell.toordinal())
    if isinstance(cell, int | float):
        return _NUMBER, float(cell)
    return (_OPTION, ranks[cell]) if cell in ranks else (_WORDS, cell)


def _add(sums: list[float | None], cells: Sequence[Cell]) -> None:
    for at, (known, cell) in enumerate(zip(sums, cells, strict=True)):
        if known is not None and isinstance(cell, int | float):
            sums[at] = known + cell
