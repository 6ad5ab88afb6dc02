"""What the bureau's side reads: the reports of a local day within an area, and how many there are."""

from collections.abc import Iterator
from datetime import date

from intake import kinds
from intake.calendar import clock
from intake.kinds import Answers, tables
from intake.reports import door
from intake.store.db import Database, Row

PAGE = 500
"""Rows read at a time, so that a full day never stands in memory as a whole."""


def of_day(db: Database, kind: str, day: date, area: str, before: str = "") -> Iterator[tuple[Row, Answers]]:
    """Yield (envelope, answers) of the reports received on a day, in the order of their receipt.

    The envelope has receipt, channel, status, received_at and town under `report_…`. `area` is a
    code prefix; `before` is a stamp that cuts the day short.
    """
    form = door.schema(db, kind)
    first, end = clock.bounds(day)
    end = min(end, before or end)
    sql = (
        "SELECT a.*, r.receipt AS report_receipt, r.channel AS report_channel, r.status AS report_status,"  # noqa: S608
        " r.received_at AS report_received_at, r.town AS report_town"
        f" FROM reports r JOIN {tables.name(kind)} a ON a.report_id = r.id"
        " WHERE r.kind = ? AND r.received_at < ? AND substr(r.town, 1, ?) = ? AND (r.received_at, r.id) > (?, ?)"
        " ORDER BY r.received_at, r.id LIMIT ?"
    )
    last = (first, "")
    while rows := db.all(sql, (kind, end, len(area), area, *last, PAGE)):
        for row in rows:
            yield row, door.opened(db, form, row)
        last = (rows[-1]["report_received_at"], rows[-1]["report_id"])


def counts(db: Database, day: date, area: str) -> dict[str, int]:
    """Give the number of reports received on a day within an area, by kind; every kind is there."""
    rows = db.all(
        "SELECT kind, count(*) AS n FROM reports"
        " WHERE received_at >= ? AND received_at < ? AND substr(town, 1, ?) = ? GROUP BY kind",
        (*clock.bounds(day), len(area), area),
    )
    found = {row["kind"]: int(row["n"]) for row in rows}
    return {kind: found.get(kind, 0) for kind in kinds.KINDS}
