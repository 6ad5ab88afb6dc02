"""A request for a ledger without masks as it lies there, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from intake import ledgers
from intake.calendar import clock
from intake.errors import Missing
from intake.ledgers import Ledger
from intake.ledgers.wanted.extents import DISTRICT, Extent, extent_of
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.store.db import Cell, Database, Row

WAITING, ALLOWED, REFUSED = "waiting", "allowed", "refused"
LIMIT = 50
"""Of one's own, and of what was decided, the newest."""


@dataclass(frozen=True, slots=True)
class FullExport:
    """One request and what became of it; stamps are empty where it has not come to that."""

    id: str
    key: str
    level: str
    code: str
    first: str
    last: str
    purpose: str
    reason: str
    state: str
    asked_by: str
    asked_at: str
    decided_by: str
    decided_at: str
    why: str
    expires_at: str
    shown_at: str
    fetched: int
    fetched_at: str

    def __repr__(self) -> str:
        return f"FullExport({self.id})"  # a reason may name a child

    def over(self, now: datetime) -> bool:
        """Tell whether its days are over."""
        return self.state == ALLOWED and self.expires_at <= clock.stamp(now)

    def extent_seen(self, db: Database, scope: Scope) -> Extent:
        """Give the part of the district, as somebody sees it. Raises Missing."""
        named = {} if self.level == DISTRICT else {self.level: self.code}
        return extent_of(db, scope, **named)

    @property
    def days(self) -> tuple[date, date]:
        """Give the first and the last day."""
        return date.fromisoformat(self.first), date.fromisoformat(self.last)


def exports_of(db: Database, person: Person) -> list[FullExport]:
    """Give what somebody asked for, the newest first."""
    return _exports(db, "asked_by = ? ORDER BY asked_at DESC, id DESC LIMIT ?", (person.id, LIMIT))


def decided_exports(db: Database, person: Person) -> list[FullExport]:
    """Give what somebody has decided, the newest first."""
    return _exports(db, "decided_by = ? ORDER BY decided_at DESC, id DESC LIMIT ?", (person.id, LIMIT))


def undecided_exports(db: Database) -> list[FullExport]:
    """Give what waits for a decision, the oldest first."""
    return _exports(db, "state = ? ORDER BY asked_at, id", (WAITING,))


def find_export(db: Database, export_id: str) -> FullExport:
    """Give a request by its id. Raises Missing."""
    row = db.one("SELECT * FROM full_exports WHERE id = ?", (export_id,))
    if row is None:
        raise Missing
    return _export(db, row)


def ledger_of_export(db: Database, export: FullExport) -> Ledger | None:
    """Give the ledger that was asked for; None where the house has it no more."""
    return ledgers.ledger(db, export.key) if export.key in ledgers.ledger_keys() else None


def _exports(db: Database, which: str, args: tuple[Cell, ...]) -> list[FullExport]:
    return [_export(db, row) for row in db.all(f"SELECT * FROM full_exports WHERE {which}", args)]  # noqa: S608


def _export(db: Database, row: Row) -> FullExport:
    cells: dict[str, Any] = {key: row[key] for key in row.keys() if key != "password"}  # noqa: SIM118
    for key in ("reason", "why"):
        cells[key] = db.keys.unlock_or_say(cells[key], f"full_exports.{key}", row["id"]) if cells[key] else ""
    return FullExport(**cells)
