"""Up to when the data are: the time of the last change, so that a workbook made twice of the same data is the same."""

from datetime import datetime

from intake.calendar import clock
from intake.store.db import Database


def last_change(db: Database, until: datetime) -> datetime:
    """Give when reports or cases last changed, as local time; the beginning of the day where nothing was ever told."""
    stamp = clock.stamp(until)
    report = db.one("SELECT max(received_at) AS at FROM reports WHERE received_at <= ?", (stamp,))
    event = db.one("SELECT at FROM case_events WHERE at <= ? ORDER BY id DESC LIMIT 1", (stamp,))
    known = [str(row["at"]) for row in (report, event) if row and row["at"]]
    return clock.local(max(known, default=clock.bounds(until.astimezone(clock.CHINA).date())[0]))
