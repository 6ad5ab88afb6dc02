"""Up to when the data are: the time of the last change, so that a workbook made twice of the same data is the same."""

from datetime import datetime

from intake.calendar import clock
from intake.cases.case import CASES
from intake.people.scope import HOMES, Scope, narrow
from intake.store.db import Cell, Database


def last_change(db: Database, scope: Scope, until: datetime) -> datetime:
    """Give when reports or cases of a scope last changed, as local time: what changes elsewhere is no change of it.

    Where nothing was ever told it is the beginning of the day.
    """
    stamp = clock.stamp(until)
    told, cells = narrow(scope, HOMES)
    done, args = narrow(scope, CASES)
    row = db.one(
        f"SELECT (SELECT max(r.received_at) FROM reports r WHERE r.received_at <= ? AND {told}) AS told,"  # noqa: S608
        f" (SELECT max(c.last_at) FROM cases c WHERE c.last_at <= ? AND {done}) AS done",
        list[Cell]([stamp, *cells, stamp, *args]),
    )
    known = [str(row[key]) for key in ("told", "done") if row and row[key]]
    return clock.local(max(known, default=clock.bounds(until.astimezone(clock.CHINA).date())[0]))
