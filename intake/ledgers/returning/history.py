"""Workbooks that came back: what each changed, and whether that can still be taken back."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from intake.calendar import clock
from intake.children.children import ROWS
from intake.errors import Missing, Unreadable
from intake.fields.privacy import mask_name
from intake.ledgers import ledger
from intake.ledgers.returning.findings import BEGUN, DEED
from intake.ledgers.returning.reading.values import column_title, masked_cell, shown_value
from intake.ledgers.subjects import CHILD, DIFFERENCE, ENTRY, subject_id, subject_ref
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database, Row
from intake.store.keys import UNOPENED

TERM = timedelta(days=7)
"""How long a return can be taken back."""
_DONE, _BEGUN = "办理", "新增"
_MADE, _KNOWN = "新建的档案", "已有的档案"


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
    """One thing that a return changed: of which case, which column, from what to what; `undone_at` when it was taken back.

    Where it is of no case, `subject` is what the row's key names, and `ledger` whose row it is.
    """

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
    after: Any = None
    ledger: str = ""
    subject: str = ""

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
    return [_change(db, row) for row in rows] + _changes_of_subjects(db, key)


def _changes_of_subjects(db: Database, key: str) -> list[ReturnChange]:
    """Give what it changed that is of no case."""
    found = db.all("SELECT * FROM row_changes WHERE return_id = ? ORDER BY id", (key,))
    names = _names(db, [row["subject"] for row in found])
    return [_change_of_subject(db, row, names.get(row["subject"], "")) for row in found]


def _change_of_subject(db: Database, row: Row, name: str) -> ReturnChange:
    key, before, after = row["key"], *(_opened(db, row, one, "row_changes") for one in ("before", "after"))
    field = (
        ledger(db, row["ledger"]).answers().get(key)
    )  # elsewhere the key may be another column: 佐证材料, 依据/证号
    label = _BEGUN if key == BEGUN else field.asked.heading if field else key
    was, became = (shown_value(field, one) if field else str(one) for one in (before, after))
    if key == BEGUN:
        was, became = "", _KNOWN if after else _MADE
    return ReturnChange(row["id"], "", "", mask_name(name), key, label, before, was, became, row["token"],
                        row["undone_at"] or "", after, row["ledger"], row["subject"])  # fmt: skip


def _names(db: Database, refs: Sequence[str]) -> dict[str, str]:
    """Give the names of the children that rows are of, by what their keys name."""
    found: dict[str, str] = {}
    for sort, sql in _NAMES.items():
        ids = list(dict.fromkeys(subject_id(ref) for ref in refs if ref[:1] == sort))
        found |= {subject_ref(sort, row["id"]): row["child_name"] for row in db.among(f"{sql} IN", ids)}
    return found


_NAMES = {
    CHILD: f"SELECT c.id, c.child_name FROM {ROWS} WHERE c.id",  # noqa: S608
    DIFFERENCE: f"SELECT d.id, c.child_name FROM differences d JOIN {ROWS} ON c.id = d.child WHERE d.id",  # noqa: S608
    ENTRY: f"SELECT e.id, c.child_name FROM register_entries e JOIN {ROWS} ON c.id = e.child WHERE e.id",  # noqa: S608
}
"""How the name of the child is found that a row is of, by the letter of its key."""


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
                        was, became, row["event"], row["undone_at"] or "", after)  # fmt: skip


def _opened(db: Database, row: Row, column: str, table: str = "return_changes") -> Any:
    try:
        return json.loads(db.keys.unlock(row[column], f"{table}.{column}", row["id"]))
    except (Unreadable, ValueError):
        return UNOPENED
