"""The audit: one row for each change, look and export, each sealed to the one before it."""

from collections.abc import Sequence
from datetime import date

from intake.calendar import clock
from intake.store.db import Database

START = "0" * 32
HEAD = 12


def note(db: Database, actor: str, verb: str, subject: str, detail: str = "") -> None:
    """Write an audit row in the transaction of the change itself.

    `verb` is noun.verb (report.received); `subject` and `detail` are ids and codes, never values.
    """
    at = clock.stamp(db.now())
    last = db.one("SELECT mac FROM audit ORDER BY id DESC LIMIT 1")
    mac = _mac(db, last["mac"] if last else START, at, actor, verb, subject, detail)
    db.run(
        "INSERT INTO audit (at, actor, verb, subject, detail, mac) VALUES (?, ?, ?, ?, ?, ?)",
        (at, actor, verb, subject, detail, mac),
    )


def days_noted(db: Database, days: Sequence[date]) -> list[bool]:
    """Tell of each local day whether anything was written down at all: of one on which nothing was, nobody knows."""
    asked = ", ".join("EXISTS (SELECT 1 FROM audit WHERE at >= ? AND at < ?)" for _ in days)
    row = db.one(f"SELECT {asked}", [stamp for day in days for stamp in clock.bounds(day)])
    return [bool(cell) for cell in row] if row else []


def broken(db: Database) -> list[int]:
    """Give the ids of rows that do not fit the row before them: altered, removed or put in."""
    before, found = START, []
    for row in db.each("SELECT id, at, actor, verb, subject, detail, mac FROM audit ORDER BY id"):
        if row["mac"] != _mac(
            db, before, row["at"], row["actor"], row["verb"], row["subject"], row["detail"]
        ):
            found.append(row["id"])
        before = row["mac"]
    return found


def head(db: Database) -> str:
    """Give the seal of the newest row, in 12 hex digits: who keeps it elsewhere notices rows that are cut off behind it."""
    last = db.one("SELECT mac FROM audit ORDER BY id DESC LIMIT 1")
    return str(last["mac"] if last else START)[:HEAD]


def holds(db: Database, head: str) -> bool:
    """Tell whether a row with this seal is there."""
    return (
        head == START[:HEAD]
        or db.one("SELECT id FROM audit WHERE substr(mac, 1, 12) = ?", (head,)) is not None
    )


def _mac(db: Database, *parts: str) -> str:
    return db.keys.digest("audit", "\0".join(parts))
