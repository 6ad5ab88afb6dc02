"""Monthly returns as sheets again: the rows and figures that were signed, cell by cell, whatever the data say now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from intake.fields import Cell
from intake.ledgers.ledger import Column, Ledger, Line, View
from intake.ledgers.signed.monthly import SCHOOL, SENT, line_of_return
from intake.ledgers.signed.months import ReturnMonth
from intake.ledgers.signed.sent import (
    ReportingSchool,
    ReturnContent,
    SentReturn,
    content_of_return,
    newest_returns,
)
from intake.places import gazetteer
from intake.store.db import Database


class FrozenRows(Ledger):
    """The rows of what was sent; their cells are masked already."""

    key = SCHOOL.key
    title = SCHOOL.title
    tab = SCHOOL.tab
    counted = SCHOOL.counted
    sheets = (SENT,)

    contents: Sequence[ReturnContent] = ()

    def columns(self) -> list[Column]:
        """Give 序号, and the columns of what was sent."""
        return [*super().columns(), *(self.contents[0].columns if self.contents else ())]

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield what was sent, one return after the other."""
        for content in self.contents:
            own = [one.key for one in content.columns]
            for town, cells in content.rows:
                yield Line("", town, dict(zip(own, cells, strict=True)))

    def cells(self, number: int, line: Line) -> list[Cell]:
        """Give the cells as they were signed."""
        return [number, *(line.values.get(one.key) for one in self.columns()[1:])]


@dataclass(frozen=True, slots=True)
class FrozenBook:
    """What a workbook of returns is made of: its ledgers, the rows of the second one, and when the last was signed."""

    ledgers: Sequence[Ledger]
    lines: Mapping[str, Sequence[Line]]
    signed_at: str


def book_of_return(db: Database, sent: SentReturn, month: ReturnMonth, school: ReportingSchool) -> FrozenBook:
    """Give the workbook of one version of one return. Raises Unreadable."""
    return _book(db, [(month, school, sent)])


def book_of_months(
    db: Database, months: Sequence[ReturnMonth], schools: Sequence[ReportingSchool]
) -> FrozenBook:
    """Give the workbook of what schools sent of some months; those that said nothing are named. Raises Unreadable."""
    sent = newest_returns(db, [one.code for one in schools], [one.key for one in months])
    return _book(
        db, [(month, school, sent.get((school.code, month.key))) for month in months for school in schools]
    )


def _book(
    db: Database, asked: Sequence[tuple[ReturnMonth, ReportingSchool, SentReturn | None]]
) -> FrozenBook:
    world = gazetteer.world(db)
    opened = [(*one, content_of_return(db, one[2]) if one[2] else None) for one in asked]
    rows = FrozenRows(world)
    rows.contents = [content for *_, content in opened if content]
    lines = [line_of_return(db, month, school, sent, content) for month, school, sent, content in opened]
    signed = max((sent.sent_at for _, _, sent in asked if sent), default="")
    return FrozenBook([rows, SENT(world)], {SENT.key: lines}, signed)
