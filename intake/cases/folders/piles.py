"""How many open cases there are of each sort, read once: every number of a page is a sum over these piles."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from intake.calendar import clock
from intake.cases.case import visible
from intake.cases.folders.filters import (
    DECIDE,
    DOUBTED,
    GROUPS,
    ME,
    NOBODY,
    OTHERS,
    OWED,
    STAGES,
    WAITS,
    Filter,
    Hour,
)
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database

_OWNERS, _OWED = ("", ME, NOBODY), ("", DECIDE, OTHERS)
"""What a statement groups by as small numbers, which is quicker."""


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
        " (SELECT c.kind, c.state, c.town, CASE WHEN c.owner = '' THEN 2 WHEN c.owner = ? THEN 1 ELSE 0 END AS owner,"
        " CASE WHEN c.due < ? AND c.due <> ? THEN 0 WHEN c.due < ? THEN 1 ELSE 2 END AS due,"
        f" CASE WHEN {WAITS[DECIDE]} THEN 1 WHEN {WAITS[OTHERS]} THEN 2 ELSE 0 END AS owed"
        f" FROM cases c WHERE c.open = 1 AND {sql}) AS p GROUP BY kind, state, town, owner, due, owed",
        [person.id, at.now, at.today, at.soon, *args],
    )
    return [
        Pile(
            row["kind"],
            row["state"],
            row["town"],
            _OWNERS[row["owner"]],
            STAGES[row["due"]],
            _OWED[row["owed"]],
            row["n"],
        )
        for row in rows
    ]


def in_piles(wanted: Filter) -> bool:
    """Tell whether what somebody wants to see is a sum over piles."""
    return not (wanted.q or wanted.school or wanted.ended or wanted.owed in OWED or wanted.owed == DOUBTED) and wanted.owner in (
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


def opened_by_day(db: Database, person: Person, days: Sequence[date]) -> list[int | None]:
    """Count the cases that were opened on each local day; None for a day on which nothing at all was written down."""
    sql, args = visible(db, person)
    first, last = clock.bounds(days[0])[0], clock.bounds(days[-1])[1]
    rows = db.all(
        "SELECT hour, count(*) AS n FROM (SELECT substr(c.opened_at, 1, 13) AS hour FROM cases c"  # noqa: S608
        f" WHERE c.opened_at >= ? AND c.opened_at < ? AND {sql}) AS p GROUP BY hour",
        [first, last, *args],
    )
    found: dict[date, int] = {}
    for row in rows:
        day = clock.local(f"{row['hour']}:00:00.000Z").date()
        found[day] = found.get(day, 0) + int(row["n"])
    noted = audit.days_noted(db, days)
    return [
        found.get(day, 0) if known or day in found else None for day, known in zip(days, noted, strict=True)
    ]


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
