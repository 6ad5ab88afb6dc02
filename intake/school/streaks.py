"""Days on which a child was missing one after the other: they are one absence, which goes on counting.

What counts are the days of which the child's class said something. Between two of them at most GAP school
days may lie: a class that was silent for a day or two does not end an absence, nobody having seen the child.

- Unexplained today (不明), and unexplained on the day before of which the class spoke: today belongs to the
  report of that day, unless that was withdrawn or has become one of leave. No new report; 最后到校日期 stays.
- Leave (病假, 事假) is a report of its own, and so is what follows it unexplained; both say the last school day
  before the first of the days missed, for whatever reason each was.
- A roll may arrive late: then an unexplained day joins the report of the day after it.
"""

from datetime import date, timedelta
from typing import NamedTuple

from intake.calendar import clock, schooldays
from intake.cases.case import case_of_report
from intake.kinds.envelope import Envelope
from intake.kinds.statuses import RECEIVED
from intake.reports import lookup
from intake.store.db import Database, Row

GAP = 5
UNEXPLAINED = "不明"
_LONGEST = 250
_ABSENCE, _TEACHER = "absence", "teacher"
_LATELY = timedelta(days=7)


class Missed(NamedTuple):
    """A class, a day, and a child who is missing on it."""

    class_id: str
    day: date
    child: str


def last_seen(db: Database, missed: Missed) -> date:
    """Give the last school day before the first of the days missed one after the other."""
    first = missed.day
    for row in _marks(db, missed, "r.day < ? ORDER BY r.day DESC", _LONGEST):
        day = date.fromisoformat(row["day"])
        if row["reason"] is None or schooldays.between(db.settings.terms, day, first) > GAP:
            break
        first = day
    return schooldays.before(db.settings.terms, first)


def report(db: Database, missed: Missed) -> Envelope | None:
    """Give the report that an unexplained absence goes on with; None where it begins one."""
    for which in ("r.day < ? ORDER BY r.day DESC", "r.day > ? ORDER BY r.day"):
        for row in _marks(db, missed, which, 1):
            days = sorted((date.fromisoformat(row["day"]), missed.day))
            near = schooldays.between(db.settings.terms, *days) <= GAP
            if near and row["reason"] == UNEXPLAINED and (found := _standing(db, row["report"])):
                return found
    return None


def _marks(db: Database, missed: Missed, which: str, limit: int) -> list[Row]:
    """Give days of which the class spoke, with the child's mark; without one the child was there."""
    return db.all(
        "SELECT r.day, m.reason, m.report FROM roll r LEFT JOIN roll_marks m"  # noqa: S608
        f" ON m.class = r.class AND m.day = r.day AND m.child = ? WHERE r.class = ? AND {which} LIMIT ?",
        (missed.child, missed.class_id, missed.day.isoformat(), limit),
    )


def _standing(db: Database, receipt: str) -> Envelope | None:
    """Give a report that says unexplained absence, was not taken back, and whose case has not ended."""
    found = lookup.find_report(db, receipt)
    if found is None or found.withdrawn:
        return None
    case = case_of_report(db, found.id)
    if case and not case.open:
        return None
    return found if lookup.answers_of(db, found).get("on_leave") == "否" else None


def told_lately(db: Database, child: str) -> Envelope | None:
    """Give the report of a child's absence that its teacher made within a week and nobody has taken up yet.

    What she writes next of it, a call, a visit, belongs into that one.
    """
    since = clock.stamp(db.now() - _LATELY)
    row = db.one(
        "SELECT * FROM reports WHERE child = ? AND kind = ? AND channel = ? AND status = ? AND received_at > ?"
        " ORDER BY received_at DESC, id DESC LIMIT 1",
        (child, _ABSENCE, _TEACHER, RECEIVED.key, since),
    )
    return Envelope.of(row) if row else None
