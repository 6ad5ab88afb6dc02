"""The months and quarters that schools report, and by which day."""

from datetime import date, timedelta
from typing import NamedTuple

from intake.calendar import clock, schooldays
from intake.errors import Missing
from intake.language.patterns import regex
from intake.ledgers.ledger import Period
from intake.store.db import Database

KEPT = 12
"""Months back for which a return may still be signed."""
AHEAD = 3
"""School days before the last day on which principals are reminded."""
_MONTH = regex(r"(20\d\d)-(0[1-9]|1[0-2])")
_QUARTER = regex(r"(20\d\d)Q([1-4])")
_DAY = timedelta(days=1)


class ReturnMonth(NamedTuple):
    """A month that is reported."""

    year: int
    number: int

    @property
    def key(self) -> str:
        """Give it as it is kept: 2026-11."""
        return f"{self.year}-{self.number:02d}"

    @property
    def title(self) -> str:
        """Give it as people say it."""
        return f"{self.year}年{self.number}月"

    @property
    def first(self) -> date:
        """Give its first day."""
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        """Give its last day."""
        return (self.first + 31 * _DAY).replace(day=1) - _DAY

    @property
    def quarter(self) -> str:
        """Give the key of its quarter: 2026Q4."""
        return f"{self.year}Q{(self.number + 2) // 3}"

    def before(self) -> "ReturnMonth":
        """Give the month before."""
        day = self.first - _DAY
        return ReturnMonth(day.year, day.month)


def month_of_day(day: date) -> ReturnMonth:
    """Give the month that a day is in."""
    return ReturnMonth(day.year, day.month)


def month_of_key(db: Database, key: str) -> ReturnMonth:
    """Read the key of a month that has begun. Raises Missing."""
    found = _MONTH.fullmatch(key)
    if found is None or key > month_of_day(db.today()).key:
        raise Missing
    return ReturnMonth(int(found[1]), int(found[2]))


def months_of_quarter(db: Database, key: str) -> list[ReturnMonth]:
    """Give those months of a quarter that have begun. Raises Missing where none has, or where it is no quarter."""
    found = _QUARTER.fullmatch(key)
    if found is None:
        raise Missing
    last = int(found[2]) * 3
    months = [ReturnMonth(int(found[1]), number) for number in range(last - 2, last + 1)]
    begun = [one for one in months if one.first <= db.today()]
    if not begun:
        raise Missing
    return begun


def months_until(today: date, number: int = KEPT) -> list[ReturnMonth]:
    """Give the months up to a day, the newest first."""
    months = [month_of_day(today)]
    while len(months) < number:
        months.append(months[-1].before())
    return months


def first_month(db: Database) -> ReturnMonth:
    """Give the month from which returns are expected: that before the one in which anything was written down."""
    row = db.one("SELECT at FROM audit ORDER BY id LIMIT 1")
    return month_of_day(clock.local(row["at"]).date() if row else db.today()).before()


def months_listed(db: Database) -> list[ReturnMonth]:
    """Give the months of which returns are expected, the newest first."""
    first = first_month(db)
    return [one for one in months_until(db.today()) if one >= first]


def months_of_period(period: Period) -> list[ReturnMonth]:
    """Give the months of which a period has days, the oldest first."""
    months = [month_of_day(period.last)]
    while months[0].first > period.first:
        months.insert(0, months[0].before())
    return months


def period_of_month(db: Database, month: ReturnMonth) -> Period:
    """Give the days of a month, as far as they have come."""
    now = db.here()
    over = month.last < now.date()
    return Period(month.first, month.last if over else now.date(), "" if over else clock.stamp(now))


def due_day(db: Database, month: ReturnMonth) -> date:
    """Give the day by which a month's return is due: the bureau's, or the month's last day."""
    return month.first.replace(day=min(db.settings.monthly_day, month.last.day))


def is_overdue(db: Database, month: ReturnMonth) -> bool:
    """Tell whether that day has passed; of a month before there was anything here nobody waits for a return."""
    return db.today() > due_day(db, month) and month >= first_month(db)


def reminded_from(db: Database, month: ReturnMonth) -> date:
    """Give the day from which principals are reminded: some school days before the return is due."""
    day = due_day(db, month) + _DAY
    for _ in range(AHEAD):
        day = schooldays.before(db.settings.terms, day)
    return day
