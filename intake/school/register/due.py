"""What the register asks of people by a day: 休学 to be looked at again, transfers to be 办结, children to be explained."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from intake.cases.told import inbox
from intake.children import register
from intake.children.register import RegisterEntry
from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.people.scope import narrow
from intake.school.register.entry_kinds import STEP_DAYS
from intake.store.db import Database

REVIEW, LATE, UNTOLD = "entry_review", "entry_late", "entry_untold"
"""What a principal is told, once for each entry: a day of review has come, a transfer is not 办结, a child not explained."""
_COLUMNS = {"town": "e.town", "school": "e.school"}
_OPEN = "e.finished_on = '' AND e.undone_at = ''"


@dataclass(frozen=True, slots=True)
class EntriesOwed:
    """What is owed in a scope: how many transfers wait, how many of them too long; how many children nobody has explained."""

    transfers: int
    late: int
    untold: int
    untold_late: int
    reviews: int


def owed_entries(db: Database, person: Person) -> EntriesOwed:
    """Count what the register asks of the schools of somebody's scope."""
    within, args = narrow(
        replace(accounts.scope_of(db, person), kinds=None, classes=None, village=""), _COLUMNS
    )
    today, limit = db.today().isoformat(), (db.today() - timedelta(days=STEP_DAYS)).isoformat()
    row = db.one(
        "SELECT coalesce(sum(CASE WHEN e.sort = ? THEN 1 ELSE 0 END), 0) AS transfers,"  # noqa: S608
        " coalesce(sum(CASE WHEN e.sort = ? AND e.day < ? THEN 1 ELSE 0 END), 0) AS late,"
        " coalesce(sum(CASE WHEN e.sort = ? THEN 1 ELSE 0 END), 0) AS untold,"
        " coalesce(sum(CASE WHEN e.sort = ? AND e.review_on < ? THEN 1 ELSE 0 END), 0) AS untold_late,"
        " coalesce(sum(CASE WHEN e.sort IN (?, ?) AND e.review_on <> '' AND e.review_on <= ? THEN 1 ELSE 0 END), 0) AS reviews"
        f" FROM register_entries e WHERE {_OPEN} AND {within}",
        (register.IN, register.IN, limit, register.UNTOLD, register.UNTOLD, today, register.PAUSED, register.AT_HOME, today,
         *args),
    )  # fmt: skip
    return EntriesOwed(*(int(one) for one in row)) if row else EntriesOwed(0, 0, 0, 0, 0)


def tell_due_entries(db: Database) -> int:
    """Tell the principals, once for each entry, what has come due; give how many lines were new. Raises Busy."""
    told = 0
    for entry, what in _due(db):
        people = _people(db, entry)
        if people and not all(inbox.is_told_of(db, one, entry.id, what) for one in people):
            with db.write():
                told += inbox.tell_of(db, people, entry.id, what)
    return told


def _due(db: Database) -> Iterator[tuple[RegisterEntry, str]]:
    today, limit = db.today().isoformat(), (db.today() - timedelta(days=STEP_DAYS)).isoformat()
    for what, condition, args in (
        (REVIEW, "e.sort IN (?, ?) AND e.review_on > '' AND e.review_on <= ?",
         [register.PAUSED, register.AT_HOME, today]),
        (UNTOLD, "e.sort = ? AND e.review_on > '' AND e.review_on < ?", [register.UNTOLD, today]),
        (LATE, "e.sort = ? AND e.day < ?", [register.IN, limit]),
    ):  # fmt: skip
        sql = f"SELECT e.* FROM register_entries e WHERE {_OPEN} AND {condition} ORDER BY e.id"  # noqa: S608
        for row in db.all(sql, args):
            yield register.entry_of_row(db, row), what


def _people(db: Database, entry: RegisterEntry) -> Sequence[Person]:
    """Give who answers for a school's register; where it has no principal, the town."""
    return slots.principals_of(db, entry.school) or slots.town_people(db, entry.town)
