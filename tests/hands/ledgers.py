"""Ledgers read as staff read them: cells by the heading of their column; and reports of a class's children."""

from datetime import date, datetime, timedelta
from typing import Any

from intake import ledgers
from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.ledgers import Ledger, Line, Period, View
from intake.people.accounts import Person, scope_of
from intake.people.scope import Scope
from intake.reports import door, lookup
from intake.store.db import Database
from tests.hands.books import DAY
from tests.hands.samples import sample

DISTRICT = Scope("220605", restricted=True, reporters=True)
TERM = Period(date(2026, 9, 1), date(2026, 12, 31))
SENT = datetime(2026, 11, 20, 12, tzinfo=clock.CHINA)


def ledger_of(db: Database, key: str, sheet: int = 0) -> Ledger:
    """Give a ledger, or one of its further sheets."""
    one = ledgers.ledger(db, key)
    return one.sheets[sheet - 1](one.world) if sheet else one


def headings(db: Database, key: str, sheet: int = 0) -> str:
    """Give the headings in their order."""
    return " ".join(one.label for one in ledger_of(db, key, sheet).columns())


def lines_of(
    db: Database, key: str, scope: Scope = DISTRICT, period: Period = TERM, **more: Any
) -> list[Line]:
    """Give the rows as the ledger yields them."""
    return list(ledger_of(db, key).rows(db, View(scope, period, **more)))


def rows_of(
    db: Database,
    key: str,
    scope: Scope = DISTRICT,
    period: Period = TERM,
    *,
    full: bool = True,
    sheet: int = 0,
) -> list[dict[str, Any]]:
    """Give the cells of each row by heading, by default in clear."""
    one = ledger_of(db, key, sheet)
    names = [column.label for column in one.columns()]
    lines = one.rows(db, View(scope, period, full=full))
    return [dict(zip(names, one.cells(n, line), strict=True)) for n, line in enumerate(lines, 1)]


def seen_by(db: Database, person: Person, key: str, **more: Any) -> list[dict[str, Any]]:
    """Give the rows that somebody sees."""
    return rows_of(db, key, scope_of(db, person), **more)


def told(db: Database, kind: str, n: int = 1, child: str = "", days: int = 0, **changes: Any) -> Case:
    """Report the n-th sample child, or one of the roll; give the case."""
    said = {key: value for key, value in {**sample(kind, n, DAY), **changes}.items() if value is not None}
    done = door.receive(
        db, kind, said, channel="form", child=child, at=SENT + timedelta(days=days, seconds=n)
    )
    report = lookup.find_report(db, done.receipt)
    assert report
    found = cases.case_of_report(db, report.id)
    assert found
    return found


def fill(db: Database, case: Case, by: Person, key: str, **words: Any) -> None:
    """Let somebody fill something in beside a case."""
    now = cases.case_by_id(db, case.id)
    assert now
    work.act(db, now, "filled", {}, by, channel="return", words=words, facts={"ledger": key})


def act(db: Database, case: Case, key: str, by: Person, **raw: Any) -> None:
    """Let somebody do something on a case."""
    now = cases.case_by_id(db, case.id)
    assert now
    work.act(db, now, key, raw, by, channel="desk")
