"""The ledgers of a day: for each kind the reports received in a scope, and how many there are."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import ClassVar, cast

from intake import kinds
from intake.calendar import clock
from intake.kinds import Report, tables
from intake.ledgers.columns import columns_of_kind, house_values
from intake.ledgers.ledger import Ledger, Line, Period, View
from intake.people.scope import Scope, narrow
from intake.reports import lookup
from intake.reports.looking.looks import REPORTERS
from intake.store.db import Database, Row

PAGE = 500
"""Rows read at a time, so that a full day never stands in memory as a whole."""


class DayLedger(Ledger):
    """The reports of one kind, in the order of their receipt."""

    counted = "按收到报告的时间统计，一份报告计一条；"
    of: ClassVar[type[Report]]

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the reports received in a period."""
        form, scope = lookup.schema(db, self.of.kind), view.scope
        veiled = frozenset() if view.full else lookup.veiled_of_kind(self.of)
        for row in _rows_of_period(db, self.of.kind, scope, view.period):
            opened = lookup.open_row(db, form, row, veiled)
            values = {**opened.answers, **house_values(self.world, row, opened.answers)}
            unnamed = REPORTERS if row["report_confidential"] and not scope.reporters else frozenset()
            values = {key: value for key, value in values.items() if key not in unnamed}
            yield Line(row["report_receipt"], row["report_town"][:9], values, opened.unopened - unnamed)


@lru_cache(maxsize=64)
def ledger_of_kind(kind: type[Report]) -> type[Ledger]:
    """Make the ledger of a kind."""
    made = cast(
        type[DayLedger], DayLedger.from_dict({**columns_of_kind(kind)}, name=f"{kind.__name__}Ledger")
    )
    made.of, made.key, made.title, made.tab = kind, kind.kind, kind.ledger or kind.title, kind.title
    return made


def _rows_of_period(db: Database, kind: str, scope: Scope, period: Period) -> Iterator[Row]:
    """Yield answers; the envelope's receipt, channel, status, received_at and town are under `report_…`."""
    first, end = period.bounds()
    within, codes = narrow(scope)
    sql = (
        "SELECT a.*, r.kind AS report_kind, r.receipt AS report_receipt, r.channel AS report_channel, r.status AS report_status,"  # noqa: S608
        " r.received_at AS report_received_at, r.town AS report_town, r.confidential AS report_confidential"
        f" FROM reports r JOIN {tables.name(kind)} a ON a.report_id = r.id"
        # The kind is no column here, lest its index be taken: that reads and sorts all reports of years for each page.
        f" WHERE r.kind || '' = ? AND r.received_at < ? AND {within} AND r.received_at >= ? AND (r.received_at, r.id) > (?, ?)"
        " ORDER BY r.received_at, r.id LIMIT ?"
    )
    last = (first, "")
    while rows := db.all(sql, (kind, end, *codes, last[0], *last, PAGE)):
        yield from rows
        last = (rows[-1]["report_received_at"], rows[-1]["report_id"])


def counts_of_day(db: Database, day: date, scope: Scope) -> dict[str, int]:
    """Give the number of reports received on a day within a scope, by kind; every kind is there."""
    within, codes = narrow(scope)
    rows = db.all(
        "SELECT r.kind, count(*) AS n FROM reports r"  # noqa: S608
        f" WHERE r.received_at >= ? AND r.received_at < ? AND {within} GROUP BY r.kind",
        (*clock.bounds(day), *codes),
    )
    found = {row["kind"]: int(row["n"]) for row in rows}
    return {kind: found.get(kind, 0) for kind in kinds.KINDS}
