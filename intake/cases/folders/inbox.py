"""What somebody was told of cases: by the clock, by those who assign, by danger; until they have read it."""

from dataclasses import dataclass

from intake.calendar import clock
from intake.cases.case import Case, visible
from intake.people.accounts import Person
from intake.store.db import Database

PAGE = 50
"""Lines of a page."""


@dataclass(frozen=True, slots=True)
class InboxLine:
    """Something that somebody was told: what (a key), when, of which case, and whether they have read it."""

    id: str
    what: str
    at: str
    read: bool
    case: Case


def inbox_of(db: Database, person: Person, limit: int = PAGE) -> list[InboxLine]:
    """Give what somebody was told of cases that they still may see: unread ones first, each the newest first."""
    sql, args = visible(db, person)
    rows = db.all(
        "SELECT c.*, n.id AS notice, n.what, n.at AS told_at, n.read_at FROM notices n JOIN cases c ON c.id = n.case_id"  # noqa: S608
        f" WHERE n.staff = ? AND {sql}"
        " ORDER BY CASE WHEN coalesce(n.read_at, '') = '' THEN 0 ELSE 1 END, n.at DESC, n.id DESC LIMIT ?",
        [person.id, *args, limit],
    )
    return [
        InboxLine(row["notice"], row["what"], row["told_at"], bool(row["read_at"]), Case.of(row))
        for row in rows
    ]


def unread_of_inbox(db: Database, person: Person) -> int:
    """Count what somebody was told and has not read."""
    row = db.one(
        "SELECT count(*) AS n FROM notices WHERE staff = ? AND (read_at IS NULL OR read_at = '')",
        (person.id,),
    )
    return int(row["n"]) if row else 0


def read_inbox(db: Database, person: Person, until: str) -> None:
    """Note that somebody has read what they were told up to one of the lines; again is harmless."""
    with db.write():
        db.run(
            "UPDATE notices SET read_at = ? WHERE staff = ? AND id <= ? AND (read_at IS NULL OR read_at = '')",
            (clock.stamp(db.now()), person.id, until),
        )
