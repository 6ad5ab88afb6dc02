"""The ledgers of a day: for each kind the reports received in a scope, and how many there are.

Beside each report stands what staff filled in on its case, and the key by which the row comes back: it names the
receipt, since several reports of a day may be of one case.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, cast

from intake import kinds
from intake.calendar import clock
from intake.cases.case import CASES
from intake.cases.filling import FilledCell, filled_cells
from intake.kinds import Report, tables
from intake.ledgers.columns import columns_of_kind, house_values, more_told, unread_keys
from intake.ledgers.ledger import ROW_KEY, Ledger, Line, Period, View
from intake.ledgers.rowkeys import row_key
from intake.people.scope import HOMES, Scope, narrow
from intake.reports import lookup
from intake.reports.looking.looks import PLACE, REPORTERS
from intake.store.db import Database, Row

PAGE = 500
"""Rows read at a time, so that a full day never stands in memory as a whole."""


class _Beside(NamedTuple):
    """What the case of a report adds to its row: where it stands, how many events it has, what is filled in beside it."""

    state: str
    version: int
    filled: Mapping[str, FilledCell]


class DayLedger(Ledger):
    """The reports of one kind, in the order of their receipt."""

    counted = "按收到报告的时间统计，一份报告计一条；"
    passing = frozenset({"more"})  # for who may read all it holds the words themselves
    of: ClassVar[type[Report]]

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the reports received in a period."""
        for page in _pages_of_period(db, self.of.kind, view.scope, view.period):
            yield from self._lines(db, view, page)

    def rows_of(self, db: Database, view: View, receipts: Sequence[str]) -> Iterator[Line]:
        """Yield the rows of some reports, of whatever day."""
        within, codes = narrow(view.scope, HOMES)
        sql = f"{_select(self.of.kind)} WHERE r.receipt IN ({', '.join('?' * len(receipts))}) AND {within}"
        yield from self._lines(db, view, db.all(sql, [*receipts, *codes]))

    def _lines(self, db: Database, view: View, page: Sequence[Row]) -> Iterator[Line]:
        form = lookup.schema(db, self.of.kind)
        veiled = frozenset() if view.full else _veiled(self.of)
        beside = _beside(db, view.scope, [row["report_id"] for row in page])
        for row in page:
            opened = lookup.open_row(db, form, row, veiled)
            yield self._line(db, view, row, opened, beside.get(row["report_id"]))

    def _line(
        self, db: Database, view: View, row: Row, opened: lookup.Opened, beside: _Beside | None
    ) -> Line:
        answers, unopened = opened.answers, opened.unopened
        if row["report_confidential"] and not view.scope.reporters:
            hidden = _hidden(self.of)
            answers = {key: value for key, value in answers.items() if key not in hidden}
            unopened -= hidden
        unread = unopened.intersection(unread_keys(self.of)) if unopened else unopened
        values: dict[str, Any] = {**answers, **house_values(self.world, row, answers)}
        if view.full:
            values["more"] = more_told(self.of, answers) or None
        if beside:
            cells = {key: one for key, one in beside.filled.items() if key in self.fields}
            values |= {key: one.value for key, one in cells.items() if not one.closed}
            values["status"] = beside.state
            values[ROW_KEY] = row_key(db, self.key, row["report_receipt"], beside.version)
            unopened |= {key for key, one in cells.items() if one.closed}
        if unread:
            unopened = unopened - unread | {"more"}
        clear = frozenset(self.fields) if view.full else frozenset()
        return Line(row["report_receipt"], row["report_town"][:9], values, frozenset(unopened), clear)


@lru_cache(maxsize=64)
def _veiled(kind: type[Report]) -> frozenset[str]:
    """Give what is only named, or only said to be filled in: nobody needs to open it."""
    named = {key for key in unread_keys(kind) if kind.answers()[key].encrypted}
    return lookup.veiled_of_kind(kind) | named


@lru_cache(maxsize=64)
def _hidden(kind: type[Report]) -> frozenset[str]:
    """Give what tells who reported: in their own words people say who they are, too."""
    return REPORTERS | {key for key, one in kind.answers().items() if one.free and key != PLACE}


@lru_cache(maxsize=64)
def ledger_of_kind(kind: type[Report]) -> type[Ledger]:
    """Make the ledger of a kind."""
    made = cast(
        type[DayLedger], DayLedger.from_dict({**columns_of_kind(kind)}, name=f"{kind.__name__}Ledger")
    )
    made.of, made.key, made.title, made.tab = kind, kind.kind, kind.ledger or kind.title, kind.title
    return made


def _pages_of_period(db: Database, kind: str, scope: Scope, period: Period) -> Iterator[Sequence[Row]]:
    """Yield answers; the envelope's receipt, channel, status, received_at and town are under `report_…`."""
    first, end = period.bounds()
    within, codes = narrow(scope, HOMES)
    sql = (
        f"{_select(kind)}"
        # The kind is no column here, lest its index be taken: that reads and sorts all reports of years for each page.
        f" WHERE r.kind || '' = ? AND r.received_at < ? AND {within} AND r.received_at >= ? AND (r.received_at, r.id) > (?, ?)"
        " ORDER BY r.received_at, r.id LIMIT ?"
    )
    last = (first, "")
    while rows := db.all(sql, (kind, end, *codes, last[0], *last, PAGE)):
        yield rows
        last = (rows[-1]["report_received_at"], rows[-1]["report_id"])


def _select(kind: str) -> str:
    return (
        "SELECT a.*, r.kind AS report_kind, r.receipt AS report_receipt, r.channel AS report_channel, r.status AS report_status,"  # noqa: S608
        " r.received_at AS report_received_at, r.town AS report_town, r.confidential AS report_confidential"
        f" FROM reports r JOIN {tables.name(kind)} a ON a.report_id = r.id"
    )


def _beside(db: Database, scope: Scope, reports: Sequence[str]) -> dict[str, _Beside]:
    """Give what cases add to the rows of reports, by report; a case outside of the scope adds nothing."""
    within, codes = narrow(scope, CASES)
    rows = db.all(
        "SELECT k.report, c.id, c.state, c.version FROM case_reports k JOIN cases c ON c.id = k.case_id"  # noqa: S608
        f" WHERE k.report IN ({', '.join('?' * len(reports))}) AND {within}",
        [*reports, *codes],
    )
    filled = filled_cells(db, {row["id"] for row in rows})
    return {row["report"]: _Beside(row["state"], row["version"], filled.get(row["id"], {})) for row in rows}


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
