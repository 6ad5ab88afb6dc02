"""A case as it lies there, its events, and who may see it: decided here, for pages, files, lists and counts alike."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any

from intake.calendar import clock
from intake.cases.rulebook import states
from intake.cases.rulebook.standing import Happening, Standing, standing_of
from intake.cases.rulebook.transitions import TRANSITIONS
from intake.errors import Missing, Unreadable
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.roles import ROLES
from intake.people.scope import narrow
from intake.store.db import Cell, Database, Row
from intake.store.keys import UNOPENED

CASES: Mapping[str, str] = {
    "town": "c.town", "school_town": "c.school_town", "school": "c.school", "class_id": "c.class", "kind": "c.kind",
    "village": "c.village", "restricted": "c.restricted",
}  # fmt: skip
"""Where `cases c` holds what a scope asks for."""
STAFF = "staff:"
NONE = "1 = 0"


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it was read; an empty text is what nobody knows. `version` is the number of its events."""

    id: str
    number: str
    kind: str
    state: str
    open: int
    owner: str
    due: str
    duty: str
    last_seen: str
    last_event: str
    last_at: str
    version: int
    child: str
    child_name: str
    class_title: str
    class_id: str
    school: str
    school_town: str
    town: str
    village: str
    restricted: int
    confidential: int
    first: int
    opened_at: str
    ended_at: str
    clock_from: str
    sort: str
    """What sort of matter it is (matter_sort); nothing of the other kinds."""
    doubted: int
    """Whether it came in a bunch from one address, and nobody of the staff has done anything on it."""

    @classmethod
    def of(cls, row: Row) -> "Case":
        """Take a case out of a row of `cases`."""
        cells: list[Any] = ["" if row[column] is None else row[column] for column in _columns()]
        return cls(*cells)

    def __repr__(self) -> str:
        return f"Case({self.number})"  # what stands in a traceback tells nothing about the child

    @property
    def state_of(self) -> states.CaseState:
        """Give the state with its words."""
        return states.STATES[self.state]

    @property
    def title(self) -> str:
        """Say what it is about: its kind, of a matter with its sort."""
        kind = states.KINDS.get(self.kind, self.kind)
        return f"{kind}：{self.sort}" if self.kind == states.MATTER and self.sort else kind

    @property
    def short(self) -> str:
        """Give the number as it is said: without district and year."""
        return self.number.rpartition("-")[2].lstrip("0").rjust(3, "0")


@cache
def _columns() -> tuple[str, ...]:
    return tuple("class" if one.name == "class_id" else one.name for one in fields(Case))


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One thing that was done: by whom, when, by which door, between which states, with what.

    `words` are what people wrote; `closed` tells that no key opens them. `undone` that it was taken back.
    """

    id: str
    case_id: str
    at: str
    actor: str
    channel: str
    key: str
    before: str
    after: str
    facts: Mapping[str, Any]
    words: Mapping[str, Any]
    closed: bool = False
    undone: bool = False

    @property
    def did(self) -> str:
        """Say what was done."""
        return TRANSITIONS[self.key].did if self.key in TRANSITIONS else self.key

    @property
    def happening(self) -> Happening:
        """Give what standing asks of it."""
        return Happening(self.id, self.key, self.actor, local_day(self.at), self.before, self.facts)


def local_day(stamp: str) -> str:
    """Give the local day of a stamp."""
    return clock.local(stamp).date().isoformat()


def find_case(db: Database, number: str) -> Case | None:
    """Give the case of a number."""
    return _case(db.one("SELECT * FROM cases WHERE number = ?", (number,)))


def case_by_id(db: Database, case_id: str) -> Case | None:
    """Give the case of an id."""
    return _case(db.one("SELECT * FROM cases WHERE id = ?", (case_id,)))


def case_of_report(db: Database, report_id: str) -> Case | None:
    """Give the case that a report is in; the one it was merged into, where it was."""
    row = db.one(
        "SELECT c.* FROM cases c JOIN case_reports r ON r.case_id = c.id WHERE r.report = ?", (report_id,)
    )
    return _case(row)


def cases_of_child(db: Database, child: str) -> list[Case]:
    """Give the cases of a child of the roll, the newest first."""
    rows = db.all("SELECT * FROM cases WHERE child = ? ORDER BY opened_at DESC, id DESC", (child,))
    return [Case.of(row) for row in rows]


def open_absence_of(db: Database, child: str) -> Case | None:
    """Give the open case of a child of the roll who misses school."""
    row = db.one(
        "SELECT * FROM cases WHERE child = ? AND kind = 'absence' AND open = 1 ORDER BY opened_at DESC LIMIT 1",
        (child,),
    )
    return _case(row)


def reports_in(db: Database, case: Case) -> list[str]:
    """Give the ids of the reports of a case, the oldest first."""
    rows = db.all("SELECT report FROM case_reports WHERE case_id = ? ORDER BY at, report", (case.id,))
    return [str(row["report"]) for row in rows]


def events_of(db: Database, case: Case) -> list[CaseEvent]:
    """Give what was done on a case, in the order of time, with words opened where a key opens them."""
    return opened_events(db, db.all("SELECT * FROM case_events WHERE case_id = ? ORDER BY id", (case.id,)))


def opened_events(db: Database, rows: Sequence[Row]) -> list[CaseEvent]:
    """Take the events of one case out of their rows, with words opened where a key opens them."""
    undone = {json.loads(row["facts"]).get("event") for row in rows if row["event"] == "undone"}
    return [_event(db, row, row["id"] in undone) for row in rows]


def unopened_events(rows: Sequence[Row]) -> list[CaseEvent]:
    """Take the events of one case out of their rows, without what people wrote."""
    undone = {json.loads(row["facts"]).get("event") for row in rows if row["event"] == "undone"}
    return [_event_with(row, {}, False, row["id"] in undone) for row in rows]


def steps_of(db: Database, case_id: str) -> list[Happening]:
    """Give what standing asks of a case's events; opens no word."""
    rows = db.all(
        "SELECT id, at, actor, event, before, facts FROM case_events WHERE case_id = ? ORDER BY id",
        (case_id,),
    )
    return [happening_of(row) for row in rows]


def happening_of(row: Row) -> Happening:
    """Take what standing asks of an event out of its row (id, at, actor, event, before, facts)."""
    return Happening(
        row["id"], row["event"], row["actor"], local_day(row["at"]), row["before"], json.loads(row["facts"])
    )


def standing(db: Database, case: Case) -> Standing:
    """Derive how a case stands."""
    return standing_of(steps_of(db, case.id))


def visible(db: Database, person: Person) -> tuple[str, list[Cell]]:
    """Give the condition over `cases c` (SQL, arguments) that leaves only what somebody may see.

    That is their scope, what they own, and what was shared with them by name or was theirs until lately.
    """
    sql, args = workable(db, person)
    if sql == NONE:
        return sql, args
    return (
        f"({sql} OR EXISTS (SELECT 1 FROM case_readers b WHERE b.case_id = c.id AND b.staff = ? AND b.until > ?))",  # noqa: S608
        [*args, person.id, clock.stamp(db.now())],
    )


def workable(db: Database, person: Person) -> tuple[str, list[Cell]]:
    """Give the condition over `cases c` (SQL, arguments) of what somebody may act on: whoever only reads may not."""
    role = ROLES.get(person.role)
    if role is None or "case.read" not in role.actions:
        return NONE, []
    sql, args = narrow(accounts.scope_of(db, person), CASES)
    return f"({sql} OR c.owner = ?)", [*args, person.id]


def may_work(db: Database, person: Person, case: Case) -> bool:
    """Tell whether somebody may act on a case."""
    sql, args = workable(db, person)
    return db.one(f"SELECT 1 FROM cases c WHERE c.id = ? AND {sql}", (case.id, *args)) is not None  # noqa: S608


def may_see(db: Database, person: Person, case: Case) -> bool:
    """Tell whether somebody may see a case."""
    sql, args = visible(db, person)
    return db.one(f"SELECT 1 FROM cases c WHERE c.id = ? AND {sql}", (case.id, *args)) is not None  # noqa: S608


def case_seen(db: Database, person: Person, number: str) -> Case:
    """Give a case that somebody may see. Raises Missing, as for one that does not exist."""
    case = find_case(db, number)
    if case is None or not may_see(db, person, case):
        raise Missing
    return case


def _case(row: Row | None) -> Case | None:
    return Case.of(row) if row else None


def _event(db: Database, row: Row, undone: bool) -> CaseEvent:
    words: dict[str, Any] = {}
    closed = False
    if row["words"]:
        try:
            words = json.loads(db.keys.unlock(row["words"], "case_events.words", row["id"]))
        except (Unreadable, ValueError):
            words, closed = {"words": UNOPENED}, True
    return _event_with(row, words, closed, undone)


def _event_with(row: Row, words: Mapping[str, Any], closed: bool, undone: bool) -> CaseEvent:
    return CaseEvent(row["id"], row["case_id"], row["at"], row["actor"], row["channel"], row["event"], row["before"],
                     row["after"], json.loads(row["facts"]), words, closed, undone)  # fmt: skip
