"""The work list: open cases by urgency, danger above all until somebody has it; and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from intake.calendar import clock
from intake.cases.case import Case, happening_of
from intake.cases.folders import finding
from intake.cases.folders.filters import Filter, Hour, condition
from intake.cases.rulebook import duties, states
from intake.cases.rulebook.standing import Happening, Standing, standing_of
from intake.errors import Problem, TooMany
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import HURRIED, Cell, Database

PAGE = 18
"""Rows of a page, which a screen of 900 lines holds with its filters."""
_ROWS = "SELECT c.*, s.name AS owner_name FROM cases c LEFT JOIN staff s ON s.id = c.owner WHERE"
_DANGER = f"c.open = 1 AND c.kind = 'safety' AND c.state = '{states.TODO}' AND c.doubted = 0"
"""Danger that nobody has taken: so little that it is sorted here, lest all that is open be walked through for its order."""
_MOST = 500
_BY_DUE = "ORDER BY c.due, c.first DESC, c.id"
_SORTED = "ORDER BY c.due || '', c.first DESC, c.id"
"""The same for what few rows fit: no index has this order, so they are found by what narrows them, and then sorted."""


class SearchedOften(TooMany):
    """So many numbers were searched for in vain that somebody may be guessing; the text says what to do."""

    retry = 24 * 60 * 60

    def __init__(self, sentence: str) -> None:
        Problem.__init__(self, sentence)


@dataclass(frozen=True, slots=True)
class Listed:
    """A case as a list shows it, and the name of whoever has it."""

    case: Case
    owner_name: str

    @property
    def next_step(self) -> str:
        """Say what is to be done next; nothing where nothing is owed."""
        return duties.Duty(self.case.duty, "", "").title if self.case.duty else ""

    @property
    def untaken(self) -> bool:
        """Tell whether it is danger that nobody has taken."""
        return (
            bool(self.case.open)
            and not self.case.doubted
            and self.case.kind == "safety"
            and self.case.state == states.TODO
        )


def listed_cases(
    db: Database,
    person: Person,
    wanted: Filter,
    at: Hour,
    *,
    skip: int = 0,
    size: int = PAGE,
    danger: bool = True,
) -> list[Listed]:
    """Give a page of what somebody wants to see: untaken danger first, then by due; ended ones the newest first.

    Without `danger` that is left out: it is shown elsewhere on the page.
    """
    sql, args = condition(db, person, wanted, at)
    if wanted.ended:
        return listed_where(db, f"{sql} ORDER BY c.opened_at DESC, c.id DESC", args, size, skip)
    urgent = _may_be_danger(wanted)
    first = listed_where(db, f"{_DANGER} AND {sql}", args, _MOST, 0) if urgent and danger else []
    first.sort(key=lambda one: (one.case.due, one.case.id))
    above = first[skip : skip + size]
    if len(above) == size:
        return above
    without = f"NOT ({_DANGER}) AND {sql}" if urgent else sql
    order = _SORTED if wanted.q or wanted.owed or wanted.school else _BY_DUE
    return above + listed_where(db, f"{without} {order}", args, size - len(above), max(skip - len(first), 0))


def number_of_cases(db: Database, person: Person, wanted: Filter, at: Hour) -> int:
    """Count what somebody wants to see."""
    sql, args = condition(db, person, wanted, at)
    row = db.one(f"SELECT count(*) AS n FROM cases c WHERE {sql}", args)  # noqa: S608
    return int(row["n"]) if row else 0


def standings_of(db: Database, listed: Sequence[Listed]) -> dict[str, Standing]:
    """Derive how the open absences of a page stand, by id; one statement for all of them."""
    ids: list[Cell] = [one.case.id for one in listed if one.case.open and one.case.kind == "absence"]
    if not ids:
        return {}
    rows = db.all(
        "SELECT case_id, id, at, actor, event, before, facts FROM case_events"  # noqa: S608
        f" WHERE case_id IN ({', '.join('?' * len(ids))}) ORDER BY case_id, id",
        ids,
    )
    steps: dict[str, list[Happening]] = {}
    for row in rows:
        steps.setdefault(row["case_id"], []).append(happening_of(row))
    return {case_id: standing_of(known) for case_id, known in steps.items()}


def note_search(
    db: Database,
    person: Person,
    number: int,
    said: str = "",
    verb: Literal["case.searched", "child.searched"] = "case.searched",
) -> None:
    """Put a search on record: how many were found, never what was typed. Raises Busy."""
    guess = not number and finding.is_of_a_person(said)
    with db.write(HURRIED):
        audit.note(db, person.actor, verb, person.id, VAIN if guess else str(number))


def refuse_guesses(db: Database, person: Person, said: str) -> None:
    """Raise SearchedOften for who has searched for as many numbers in vain today as nobody mistypes: that is guessing."""
    if not finding.is_of_a_person(said):
        return
    row = db.one(
        "SELECT count(*) AS n FROM audit WHERE actor = ? AND verb IN (?, ?) AND detail = ? AND at >= ?",
        (person.actor, *SEARCHES, VAIN, clock.bounds(db.today())[0]),
    )
    if row and row["n"] >= GUESSES:
        raise SearchedOften(_GUESSED.format(GUESSES))


SEARCHES, VAIN = ("case.searched", "child.searched"), "0 number"
"""The verbs of a search, and what stands beside one for a number that nobody has."""
GUESSES = 50
"""Numbers that somebody may search for in vain on a day."""
_GUESSED = "今天按证件号、电话查了 {} 次都没有找到，不能再按号码查了。请按姓名查，或者明天再查。"


def _may_be_danger(wanted: Filter) -> bool:
    return wanted.kind in ("", "safety") and wanted.state in ("", "新来", states.TODO)


def listed_where(db: Database, rest: str, args: Sequence[Cell], size: int, skip: int = 0) -> list[Listed]:
    """Give the cases of a condition with what follows it (SQL over `cases c`)."""
    rows = db.all(f"{_ROWS} {rest} LIMIT ? OFFSET ?", [*args, size, skip])
    return [Listed(Case.of(row), row["owner_name"] or "") for row in rows]
