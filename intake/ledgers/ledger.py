"""What the bureau's side reads: the reports of a local day within a scope, and how many there are."""

from collections.abc import Iterator
from datetime import date

from intake import kinds
from intake.calendar import clock
from intake.kinds import Answers, tables
from intake.people.scope import Scope, narrow
from intake.reports import door
from intake.store.db import Database, Row

PAGE = 500
"""Rows read at a time, so that a full day never stands in memory as a whole."""


def of_day(
    db: Database, kind: str, day: date, scope: Scope, before: str = ""
) -> Iterator[tuple[Row, Answers]]:
    """Yield (envelope, answers) of the reports received on a day, in the order of their receipt.

    The envelope has receipt, channel, status, received_at and town under `report_…`;
    `before` is a stamp that cuts the day short.
    """
    form = door.schema(db, kind)
    first, end = clock.bounds(day)
    end = min(end, before or end)
    within, codes = narrow(scope)
    sql = (
        "SELECT a.*, r.receipt AS report_receipt, r.channel AS report_channel, r.status AS report_status,"  # noqa: S608
        " r.received_at AS report_received_at, r.town AS report_town"
        f" FROM reports r JOIN {tables.name(kind)} a ON a.report_id = r.id"
        f" WHERE r.kind = ? AND r.received_at < ? AND {within} AND (r.received_at, r.id) > (?, ?)"
        " ORDER BY r.received_at, r.id LIMIT ?"
    )
    last = (first, "")
    while rows := db.all(sql, (kind, end, *codes, *last, PAGE)):
        for row in rows:
            yield row, door.opened(db, form, row)
        last = (rows[-1]["report_received_at"], rows[-1]["report_id"])


def counts(db: Database, day: date, scope: Scope) -> dict[str, int]:
    """Give the number of reports received on a day within a scope, by kind; every kind is there."""
    within, codes = narrow(scope)
    rows = db.all(
        "SELECT r.kind, count(*) AS n FROM reports r"  # noqa: S608
        f" WHERE r.received_at >= ? AND r.received_at < ? AND {within} GROUP BY r.kind",
        (*clock.bounds(day), *codes),
    )
    found = {row["kind"]: int(row["n"]) for row in rows}
    return {kind: found.get(kind, 0) for kind in kinds.KINDS}
