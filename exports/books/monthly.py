"""Monthly returns as workbooks: what was signed, always in the same bytes; a month or a quarter of all schools together."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from exports.books import book, occasion
from exports.books.book import Exported
from intake.calendar import clock
from intake.ledgers import Period, View
from intake.ledgers.signed.frozen import FrozenBook, book_of_months, book_of_return
from intake.ledgers.signed.monthly import SCHOOL
from intake.ledgers.signed.months import ReturnMonth
from intake.ledgers.signed.sent import ReportingSchool, SentReturn
from intake.ledgers.wanted.extents import Extent, extent_of
from intake.people.scope import Scope
from intake.store.db import Database


def write_return(
    db: Database, sent: SentReturn, month: ReturnMonth, school: ReportingSchool, folder: Path, *, actor: str
) -> Exported:
    """Write one version of a school's return. Raises Unreadable."""
    scope = Scope(db.settings.district_code, school.code)
    extent = extent_of(db, scope, school=school.code)
    name = f"月报_第{sent.version}版"
    made, period = book_of_return(db, sent, month, school), Period(month.first, min(month.last, _day(sent)))
    return _written(db, made, extent, period, name, scope, folder, actor)


def write_months(
    db: Database, months: Sequence[ReturnMonth], schools: Sequence[ReportingSchool], extent: Extent, scope: Scope,
    folder: Path, *, actor: str,
) -> Exported:  # fmt: skip
    """Write what the schools of a scope sent of some months, with those that said nothing. Raises Unreadable."""
    name = "学校月报" if len(months) == 1 else "学校月报汇总"
    made, period = (
        book_of_months(db, months, schools),
        Period(months[0].first, min(months[-1].last, db.today())),
    )
    return _written(db, made, extent, period, name, scope, folder, actor)


def _written(
    db: Database, made: FrozenBook, extent: Extent, period: Period, name: str, scope: Scope, folder: Path, actor: str,
) -> Exported:  # fmt: skip
    this = occasion.occasion_for(db, extent, period, key=SCHOOL.key, name=name, title=SCHOOL.title,
                                 cut_off=_cut_off(db, made))  # fmt: skip
    return book.write(db, this, made.ledgers, folder, actor=actor, view=View(scope, period), lines=made.lines)


def _day(sent: SentReturn) -> date:
    return clock.local(sent.sent_at).date()


def _cut_off(db: Database, made: FrozenBook) -> datetime:
    return clock.local(made.signed_at) if made.signed_at else db.here()
