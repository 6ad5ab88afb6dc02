"""Which cases count as open, new, ended, overdue, withdrawn in a period: conditions over `cases c` that sheets and sums share.

How a case stands is as of now, whatever the period: only the days on which it was opened and ended are kept.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta

from intake.calendar import clock, schooldays
from intake.cases.case import CASES
from intake.cases.rulebook import states
from intake.ledgers.ledger import Period, View
from intake.people.scope import narrow
from intake.store.db import Cell, Database

Condition = tuple[str, list[Cell]]
"""SQL over `cases c`, and its arguments."""
GONE = f"'{states.WITHDRAWN}', '{states.MERGED}'"
"""States of cases that are none: taken back, or the same as another one."""
APART = "撤回的另列，并入别的个案的不再计；"
"""What a cover says of them."""


def within(view: View, kinds: Collection[str] = ()) -> Condition:
    """Give the cases of a view's scope, and whatever its owner has; of some kinds where they are given."""
    sql, args = narrow(view.scope, CASES)
    cells = list[Cell](args)
    if view.owner:
        sql, cells = f"(({sql}) OR c.owner = ?)", [*cells, view.owner]
    if kinds:
        sql = f"{sql} AND c.kind IN ({', '.join('?' * len(kinds))})"
        cells += sorted(kinds)
    return sql, cells


def open_cases(view: View, here: datetime) -> Condition:
    """Give what is open; of days that are over, what was open on one of them."""
    first, end = view.period.bounds()
    sql = f"c.opened_at < ? AND c.state NOT IN ({GONE})"
    if view.period.last >= here.date():
        return f"{sql} AND c.open = 1", [end]
    return f"{sql} AND (c.open = 1 OR c.ended_at >= ?)", [end, first]


def overdue_cases(view: View, here: datetime) -> Condition:
    """Give what of the open ones is late at the end of the period."""
    sql, args = open_cases(view, here)
    now = moment_of(view.period, here)
    return f"{sql} AND c.open = 1 AND c.due < ? AND c.due <> ?", [*args, now, now[:10]]


def new_cases(view: View, here: datetime) -> Condition:
    """Give what was opened in the period."""
    return f"c.opened_at >= ? AND c.opened_at < ? AND c.state NOT IN ({GONE})", [*view.period.bounds()]


def ended_cases(view: View, here: datetime) -> Condition:
    """Give what ended in the period and has not begun again."""
    sql = f"c.open = 0 AND c.ended_at >= ? AND c.ended_at < ? AND c.state NOT IN ({GONE})"
    return sql, [*view.period.bounds()]


def withdrawn_cases(view: View, here: datetime) -> Condition:
    """Give what was there in the period and is taken back."""
    first, end = view.period.bounds()
    return f"c.state = '{states.WITHDRAWN}' AND c.opened_at < ? AND c.ended_at >= ?", [end, first]


COUNTS: Mapping[str, Callable[[View, datetime], Condition]] = {
    "open": open_cases, "overdue": overdue_cases, "new": new_cases, "ended": ended_cases, "withdrawn": withdrawn_cases,
}  # fmt: skip
"""By the key under which 汇总 tells it."""


def numbers_by(
    db: Database, view: View, sort: str, by: Collection[str], kinds: Collection[str] = ()
) -> dict[tuple[str, ...], int]:
    """Count the cases of a sort (of COUNTS) by columns of `cases`, e.g. town and kind; nothing counts as nothing."""
    scope, args = within(view, kinds)
    sql, cells = COUNTS[sort](view, db.here())
    columns = ", ".join(f"c.{one}" for one in by)
    rows = db.all(
        f"SELECT {columns}, count(*) AS n FROM cases c WHERE {scope} AND {sql} GROUP BY {columns}",  # noqa: S608
        [*args, *cells],
    )
    return {tuple(str(row[one]) for one in by): int(row["n"]) for row in rows}


def moment_of(period: Period, here: datetime) -> str:
    """Give the local minute at which a period is looked at: now, or the end of its last day once that is over."""
    if period.last < here.date():
        return f"{period.last + timedelta(days=1)}T00:00"
    until = clock.local(period.until) if period.until else here
    return until.isoformat(timespec="minutes")[:16]


def month_of(period: Period) -> Period:
    """Give the month in which a period ends, up to where that ends."""
    return Period(period.last.replace(day=1), period.last, period.until)


def month_before(period: Period) -> Period:
    """Give the whole month before the one in which a period ends."""
    last = period.last.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def school_days(spans: str, first: date, last: date) -> list[date]:
    """Give the school days from one day to another, in their order."""
    every = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    return [day for day in every if schooldays.is_school_day(spans, day)]
