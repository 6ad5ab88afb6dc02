"""Workbooks that came back: what each changed, and whether that can still be taken back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from intake.calendar import clock
from intake.errors import Missing, Unreadable
from intake.fields.privacy import mask_name
from intake.ledgers.returning.findings import BEGUN, DEED
from intake.ledgers.returning.reading.values import column_title, masked_cell
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database, Row
from intake.store.keys import UNOPENED

TERM = timedelta(days=7)
"""How long a return can be taken back."""
_DONE, _BEGUN = "办理", "新增"


@dataclass(frozen=True, slots=True)
class Return:
    """A workbook that came back and changed something; counts are rows by their fate."""

    id: str
    staff: str
    at: str
    ledgers: Sequence[str]
    name: str
    upload: str
    begun: int
    changed: int
    same: int
    stale: int
    wrong: int
    open: bool
    """Whether it can still be taken back."""


@dataclass(frozen=True, slots=True)
class ReturnChange:
    """One thing that a return changed: of which case, which column, from what to what; `undone_at` when it was taken back."""

    id: str
    case_id: str
    number: str
    child: str
    key: str
    label: str
    before: Any
    was: str
    became: str
    event: str
    undone_at: str

    def __repr__(self) -> str:
        return f"ReturnChange({self.number}, {self.key!r})"  # what stands in a traceback tells nothing about the child


def returns_of(db: Database, by: Person, limit: int = 50) -> list[Return]:
    """Give what somebody sent back, the newest first; the bureau has what came by command, too."""
    rows = db.all(
        "SELECT * FROM returns WHERE staff IN (?, ?) ORDER BY at DESC, id DESC LIMIT ?",
        (*_senders(by), limit),
    )
    return [_return(db, row) for row in rows]


def return_of(db: Database, key: str, by: Person) -> Return:
    """Give one that somebody sent. Raises Missing, also for what another sent."""
    row = db.one("SELECT * FROM returns WHERE id = ? AND staff IN (?, ?)", (key, *_senders(by)))
    if row is None:
        raise Missing
    return _return(db, row)


def changes_of(db: Database, key: str) -> list[ReturnChange]:
    """Give what a return changed, in the order in which that was done."""
    rows = db.all(
        "SELECT x.*, c.number, c.child_name FROM return_changes x JOIN cases c ON c.id = x.case_id"
        " WHERE x.return_id = ? ORDER BY x.id",
        (key,),
    )
    return [_change(db, row) for row in rows]


def _senders(by: Person) -> tuple[str, str]:
    return by.id, accounts.COMMAND if by.role == "bureau" else by.id


def _return(db: Database, row: Row) -> Return:
    fresh = row["at"] > clock.stamp(db.now() - TERM)
    return Return(row["id"], row["staff"], row["at"], row["ledgers"].split(),
                  db.keys.unlock_or_say(row["name"], "returns.name", row["id"]),
                  row["upload"], row["begun"], row["changed"], row["same"], row["stale"], row["wrong"],
                  fresh)  # fmt: skip


def _change(db: Database, row: Row) -> ReturnChange:
    key, before, after = row["key"], *(_opened(db, row, one) for one in ("before", "after"))
    label = {DEED: _DONE, BEGUN: _BEGUN}.get(key) or column_title(key)
    was, became = (
        ("", str(after))
        if key in (DEED, BEGUN)
        else (masked_cell(db, key, before), masked_cell(db, key, after))
    )
    return ReturnChange(row["id"], row["case_id"], row["number"], mask_name(row["child_name"] or ""), key, label, before,
                        was, became, row["event"], row["undone_at"] or "")  # fmt: skip


def _opened(db: Database, row: Row, column: str) -> Any:
    try:
        return json.loads(db.keys.unlock(row[column], f"return_changes.{column}", row["id"]))
    except (Unreadable, ValueError):
        return UNOPENED
