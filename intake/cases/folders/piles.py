"""How many open cases there are of each sort, read once: every number of a page is a sum over these piles."""

from collections.abc import Iterable
from typing import NamedTuple

from intake.calendar.deadlines import ON_TIME, OVERDUE, SOON
from intake.cases.case import visible
from intake.cases.folders.filters import (
    DECIDE,
    GROUPS,
    ME,
    NOBODY,
    OTHERS,
    OWED,
    WAITS,
    Filter,
    Hour,
)
from intake.people.accounts import Person
from intake.store.db import Database


class Pile(NamedTuple):
    """Open cases that are alike: `owner` is me, none or nothing, `owed` decide, others or nothing."""

    kind: str
    state: str
    town: str
    owner: str
    due: str
    owed: str
    number: int


class Owed(NamedTuple):
    """One list of what is owed by today: its key and words, how many cases, and the day of the oldest."""

    key: str
    title: str
    number: int
    oldest: str


def piles_of(db: Database, person: Person, at: Hour) -> list[Pile]:
    """Count the open cases that somebody may see, by kind, state, home, owner, stage, and whom they wait for."""
    sql, args = visible(db, person)
    rows = db.all(
        "SELECT kind, state, town, owner, due, owed, count(*) AS n FROM"  # noqa: S608
        " (SELECT c.kind, c.state, substr(c.town, 1, 9) AS town,"
        " CASE WHEN c.owner = '' THEN ? WHEN c.owner = ? THEN ? ELSE '' END AS owner,"
        " CASE WHEN c.due < ? AND c.due <> ? THEN ? WHEN c.due < ? THEN ? ELSE ? END AS due,"
        f" CASE WHEN {WAITS[DECIDE]} THEN ? WHEN {WAITS[OTHERS]} THEN ? ELSE '' END AS owed"
        f" FROM cases c WHERE c.open = 1 AND {sql}) AS p GROUP BY kind, state, town, owner, due, owed",
        [NOBODY, person.id, ME, at.now, at.today, OVERDUE, at.soon, SOON, ON_TIME, DECIDE, OTHERS, *args],
    )
    return [Pile(*tuple(row)) for row in rows]


def in_piles(wanted: Filter) -> bool:
    """Tell whether what somebody wants to see is a sum over piles."""
    return not (wanted.q or wanted.school or wanted.ended or wanted.owed in OWED) and wanted.owner in (
        "", ME, NOBODY,
    )  # fmt: skip


def number_in(piles: Iterable[Pile], wanted: Filter) -> int:
    """Sum up the piles of what somebody wants to see, where `in_piles`."""
    words = GROUPS.get(wanted.state, (wanted.state,))
    return sum(
        one.number
        for one in piles
        if wanted.kind in ("", one.kind)
        and (not wanted.state or one.state in words)
        and wanted.town in ("", one.town)
        and wanted.owner in ("", one.owner)
        and wanted.due in ("", one.due)
        and wanted.owed in ("", one.owed)
    )


def owed_lists(db: Database, person: Person, at: Hour) -> list[Owed]:
    """Give what is owed by today: every list, empty ones too, in their order."""
    sql, args = visible(db, person)
    which = " ".join(f"WHEN {duty} THEN '{key}'" for key, (_, duty) in OWED.items())
    any_of = " OR ".join(f"({duty})" for _, duty in OWED.values())
    rows = db.all(
        "SELECT list, count(DISTINCT case_id) AS n, min(due) AS oldest FROM"  # noqa: S608
        f" (SELECT CASE {which} END AS list, d.case_id, d.due"
        " FROM duties d JOIN cases c ON c.id = d.case_id"
        f" WHERE d.done_at IS NULL AND d.due < ? AND ({any_of}) AND {sql}) AS o GROUP BY list",
        [f"{at.today}~", *args],
    )
    found = {row["list"]: (int(row["n"]), str(row["oldest"])) for row in rows}
    return [Owed(key, title, *found.get(key, (0, ""))) for key, (title, _) in OWED.items()]
