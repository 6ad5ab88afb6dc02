"""What staff fill in beside a case, by key of a ledger's column: each value with the event by which it became so."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from intake.cases.case import CaseEvent
from intake.errors import Unreadable
from intake.store.db import Cell, Database
from intake.store.keys import UNOPENED

FILLED = "filled"
"""The transition by which something is filled in: it moves nothing."""
TAKES_BACK = "takes_back"
"""The fact of such an event that names the one which it takes back."""

COLUMN = "case_cells.value"
"""What a value is bound to, beside its case and its key."""


@dataclass(frozen=True, slots=True)
class FilledCell:
    """One value that staff filled in; `closed` where no key opens it."""

    value: Any
    event: str
    closed: bool = False

    def __repr__(self) -> str:
        return f"FilledCell({self.event})"  # what stands in a traceback tells nothing about the child


def filled_cells(db: Database, cases: Iterable[str]) -> dict[str, dict[str, FilledCell]]:
    """Give what is filled in beside cases, by id of the case and key of the column."""
    ids: list[Cell] = list(cases)
    found: dict[str, dict[str, FilledCell]] = {}
    if not ids:
        return found
    marks = ", ".join("?" * len(ids))
    for row in db.all(f"SELECT * FROM case_cells WHERE case_id IN ({marks})", ids):  # noqa: S608
        try:
            value = db.keys.unlock(row["value"], COLUMN, row["case_id"], row["key"])
            cell = FilledCell(json.loads(value), row["event"])
        except (Unreadable, ValueError):
            cell = FilledCell(UNOPENED, row["event"], closed=True)
        found.setdefault(row["case_id"], {})[row["key"]] = cell
    return found


def follow_filled(db: Database, event: CaseEvent) -> None:
    """Bring what is filled in beside a case to what an event says, in its transaction; None takes a value away."""
    for key, value in event.words.items():
        if value is None:
            db.run("DELETE FROM case_cells WHERE case_id = ? AND key = ?", (event.case_id, key))
            continue
        locked = db.keys.lock(json.dumps(value, ensure_ascii=False), COLUMN, event.case_id, key)
        db.run(
            "INSERT INTO case_cells (case_id, key, value, event) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (case_id, key) DO UPDATE SET value = excluded.value, event = excluded.event",
            (event.case_id, key, locked, event.id),
        )
