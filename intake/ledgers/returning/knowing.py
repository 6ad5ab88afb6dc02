"""What the house knows of the rows that came back, read for all of them at once: cases, who may work them, what was done."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from intake.cases import case as cases
from intake.cases.case import Case, happening_of
from intake.cases.filling import FILLED
from intake.cases.rulebook.standing import Happening, Standing, standing_of
from intake.cases.rulebook.taking_back import ROW
from intake.errors import Unreadable
from intake.people.accounts import Person
from intake.store.db import Cell, Database, Row

PAGE = 500
"""Cases asked for at a time."""
_QUIET = "told"
"""What the clock says of itself changes nothing that somebody filling in a row would have to know."""


@dataclass
class CaseTrace:
    """A case with its events as rows; words are opened only of what was filled in."""

    db: Database
    case: Case
    workable: bool
    rows: Sequence[Row] = ()
    _filled: dict[int, dict[str, Any]] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"CaseTrace({self.case.number})"

    def filled(self, version: int | None = None) -> dict[str, Any]:
        """Give what was filled in when the case had so many events; now without a version."""
        upto = len(self.rows) if version is None else min(version, len(self.rows))
        if upto not in self._filled:
            found: dict[str, Any] = {}
            for at, words in self._words:
                if at < upto:
                    found |= words
            self._filled[upto] = {key: value for key, value in found.items() if value is not None}
        return self._filled[upto]

    def later(self, version: int) -> list[Row]:
        """Give what was done since the case had so many events, the clock's reminders apart."""
        return [row for row in self.rows[version:] if row["event"] != _QUIET]

    @cached_property
    def steps(self) -> list[Happening]:
        """Give the events as standing asks for them."""
        return [happening_of(row) for row in self.rows]

    @cached_property
    def now(self) -> Standing:
        """Derive how the case stands."""
        return standing_of(self.steps)

    @cached_property
    def undone(self) -> frozenset[str]:
        """Give the ids of events that were taken back."""
        return frozenset(str(one.facts.get("event")) for one in self.steps if one.key == "undone")

    @cached_property
    def _words(self) -> list[tuple[int, dict[str, Any]]]:
        found: list[tuple[int, dict[str, Any]]] = []
        for at, row in enumerate(self.rows):
            if row["event"] == FILLED and row["words"]:
                try:
                    found.append(
                        (at, json.loads(self.db.keys.unlock(row["words"], "case_events.words", row["id"])))
                    )
                except (Unreadable, ValueError):
                    continue
        return found


def is_own(row: Row, mark: str, actor: str) -> bool:
    """Tell whether an event came from the same row, sent by the same account: whoever sent it knows of it."""
    return bool(row["actor"] == actor and mark and json.loads(row["facts"]).get(ROW) == mark)


def traces_of(db: Database, by: Person, numbers: Iterable[str]) -> dict[str, CaseTrace]:
    """Give, by number, the cases that somebody may see; events are read by `with_events`."""
    found: dict[str, CaseTrace] = {}
    seen, seen_args = cases.visible(db, by)
    mine, mine_args = cases.workable(db, by)
    for some in _pages(numbers):
        marks = ", ".join("?" * len(some))
        may = f"SELECT c.id FROM cases c WHERE c.number IN ({marks}) AND {mine}"  # noqa: S608
        workable = {row["id"] for row in db.all(may, [*some, *mine_args])}
        sql = f"SELECT c.* FROM cases c WHERE c.number IN ({marks}) AND {seen}"  # noqa: S608
        for row in db.all(sql, [*some, *seen_args]):
            case = Case.of(row)
            found[case.number] = CaseTrace(db, case, case.id in workable)
    return found


def numbers_of_receipts(db: Database, receipts: Iterable[str]) -> dict[str, str]:
    """Give the numbers of the cases of some reports, by receipt."""
    found: dict[str, str] = {}
    for some in _pages(receipts):
        marks = ", ".join("?" * len(some))
        rows = db.all(
            "SELECT r.receipt, c.number FROM reports r JOIN case_reports k ON k.report = r.id"  # noqa: S608
            f" JOIN cases c ON c.id = k.case_id WHERE r.receipt IN ({marks})",
            some,
        )
        found |= {row["receipt"]: row["number"] for row in rows}
    return found


def with_events(db: Database, traces: Iterable[CaseTrace]) -> None:
    """Read the events of some cases into their traces."""
    by_id = {one.case.id: one for one in traces}
    for some in _pages(by_id):
        marks = ", ".join("?" * len(some))
        events: dict[str, list[Row]] = {}
        for row in db.all(
            "SELECT id, case_id, at, actor, event, before, facts, words FROM case_events"  # noqa: S608
            f" WHERE case_id IN ({marks}) ORDER BY case_id, id",
            some,
        ):
            events.setdefault(row["case_id"], []).append(row)
        for case_id, rows in events.items():
            by_id[case_id].rows = rows


def known_tokens(db: Database, tokens: Iterable[str]) -> dict[str, str]:
    """Give the events that were done under some keys of idempotency, by key."""
    found: dict[str, str] = {}
    for some in _pages(tokens):
        marks = ", ".join("?" * len(some))
        rows = db.all(f"SELECT key, id FROM case_events WHERE key IN ({marks})", some)  # noqa: S608
        found |= {row["key"]: row["id"] for row in rows}
    return found


def _pages(keys: Iterable[str]) -> Iterable[list[Cell]]:
    every: list[Cell] = list(dict.fromkeys(keys))
    return (every[at : at + PAGE] for at in range(0, len(every), PAGE))
