"""Whose a difference is and until when: the principal's for 学籍, the town's for households; told once, and once when overdue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from intake.cases.told import inbox
from intake.cases.writing import deadlines
from intake.people import accounts, slots
from intake.people.accounts import TOWN_DIGITS, Person
from intake.school.differences import difference
from intake.school.differences.difference import Difference, differences_within
from intake.school.differences.lists import FoundDifference
from intake.store.db import Database

TERM = "compare"
"""The term (`calendar.deadlines.TERMS`) within which an answer is owed: no national rule was found."""
IN_CHARGE = "enrollment"
"""The kind of report whose officer answers where a town has nobody."""


@dataclass
class Owners:
    """Who owes answers, by school and home; read once for a comparison."""

    db: Database

    @cached_property
    def _held(self) -> dict[tuple[str, str], list[Person]]:
        return slots.holders_by_place(self.db)

    def of(self, found: FoundDifference) -> Person | None:
        """Give who owes an answer; None where nobody is there."""
        return next(iter(self._candidates(found)), None)

    def _candidates(self, found: FoundDifference) -> Iterable[Person]:
        if found.sheet != difference.HUJI and found.school:
            yield from self._of_school(found.school)
        yield from self._of_home(found.town, found.village)

    def _of_school(self, school: str) -> Sequence[Person]:
        known = self._held.get(("principal_of_school", school), []) + slots.principals_of(self.db, school)
        return known or self._held.get(("town_of_school", school), [])

    def _of_home(self, town: str, village: str) -> Iterable[Person]:
        area = (village or town)[:TOWN_DIGITS]
        yield from self._held.get(("child_supervisor", area), [])
        yield from slots.town_people(self.db, area)
        yield from self._held.get(("village", village), [])
        yield from slots.officers_of(self.db, IN_CHARGE, area)


def due_day(db: Database) -> str:
    """Give the day until which an answer is owed that is asked for today."""
    days = deadlines(db)
    return days.work_days_after(db.today(), days.terms[TERM]).isoformat()


def tell_owner(db: Database, person: Person, sheet: str) -> None:
    """Tell somebody, once a day and sheet, that there are differences of theirs, in the caller's transaction."""
    inbox.tell_of(db, [person], f"{sheet} {db.today()}", f"{inbox.DIFFERENCES}:{sheet}")


def tell_late(db: Database) -> int:
    """Tell everybody, once for each day that has passed, of differences that are overdue; give how many were told."""
    today, told = db.today().isoformat(), 0
    rows = db.all(
        "SELECT DISTINCT d.owner, d.due FROM differences d WHERE d.closed_at IS NULL AND d.owner <> '' AND d.due <> ''"
        " AND d.due < ? AND NOT EXISTS (SELECT 1 FROM notices n WHERE n.staff = d.owner AND n.case_id = d.due AND n.what = ?)",
        (today, inbox.DIFFERENCES_LATE),
    )
    for row in rows:
        person = accounts.person_by_id(db, row["owner"])
        if person:
            with db.write():
                told += inbox.tell_of(db, [person], row["due"], inbox.DIFFERENCES_LATE)
    return told


@dataclass(frozen=True, slots=True)
class OwedDifferences:
    """How many differences of one sheet somebody owes an answer to, how many of them are late, since which day."""

    sheet: str
    number: int
    late: int
    oldest: str


def differences_owed(db: Database, person: Person, limit: int) -> list[Difference]:
    """Give the differences that somebody owes an answer to and may see, the most pressing first."""
    where = "d.owner = ? AND d.closed_at IS NULL AND d.due <> ''"
    return differences_within(db, accounts.scope_of(db, person), where, [person.id], "d.due, d.id")[:limit]


def owed_differences(db: Database, person: Person) -> list[OwedDifferences]:
    """Give what somebody owes by sheet; sheets of which it is nothing are left out."""
    today = db.today().isoformat()
    rows = db.all(
        "SELECT sheet, count(*) AS n, sum(CASE WHEN due < ? THEN 1 ELSE 0 END) AS late, min(due) AS oldest"
        " FROM differences WHERE owner = ? AND closed_at IS NULL AND due <> '' GROUP BY sheet",
        (today, person.id),
    )
    found = {
        row["sheet"]: OwedDifferences(row["sheet"], row["n"], row["late"], row["oldest"]) for row in rows
    }
    return [found[sheet] for sheet in difference.SHEETS if sheet in found]
