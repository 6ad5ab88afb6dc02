"""A ledger read as a person reads its sheet: what stands in each cell, by the words above the column."""

from datetime import date, datetime
from typing import Any

from intake import ledgers
from intake.cases import case as cases
from intake.cases.case import Case
from intake.fields import Cell
from intake.ledgers import Line, Period, View
from intake.people.scope import Scope
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands.samples import sample

BUREAU = Scope("220605", restricted=True, reporters=True)
"""Whoever sees everything."""


def lines_of(
    db: Database, key: str, last: date, *, first: date | None = None, scope: Scope = BUREAU, owner: str = "",
    full: bool = False,
) -> list[Line]:  # fmt: skip
    """Give the rows of a ledger for some days."""
    view = View(scope, Period(first or last, last), owner, full)
    return list(ledgers.ledger(db, key).rows(db, view))


def sheet_of(db: Database, key: str, last: date, **wanted: Any) -> list[dict[str, Cell]]:
    """Give the rows of a ledger for some days, the filled cells of each by their column's words."""
    one = ledgers.ledger(db, key)
    labels = [column.label for column in one.columns()]
    found: list[dict[str, Cell]] = []
    for number, line in enumerate(lines_of(db, key, last, **wanted), 1):
        cells = zip(labels, one.cells(number, line), strict=True)
        found.append({label: cell for label, cell in cells if cell is not None})
    return found


def labels_of(db: Database, key: str) -> str:
    """Give the words above the columns, in their order."""
    return " ".join(column.label for column in ledgers.ledger(db, key).columns())


def case_told(
    db: Database, kind: str, number: int, *, child: str = "", confidential: bool = False, at: datetime | None = None,
    **said: Any,
) -> Case:  # fmt: skip
    """Report something and give the case that it made."""
    body = {**sample(kind, number, db.today()), **said}
    done = door.receive(
        db,
        kind,
        {key: one for key, one in body.items() if one is not None},
        channel="teacher",
        child=child,
        reporter="web:a",
        confidential=confidential,
        at=at,
    )
    report = lookup.find_report(db, done.receipt)
    assert report
    case = cases.case_of_report(db, report.id)
    assert case
    return case
