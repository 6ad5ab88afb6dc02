"""A principal's school on a phone: how many are there today, and who has been missing for days, with the case of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from intake.fields.privacy import mask_name
from intake.people import accounts
from intake.people.accounts import Person
from intake.school import today
from intake.school.today import SchoolSum
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class RunningRow:
    """A child that is missing for days in a row, its case if there is one that is open."""

    name: str
    title: str
    days: int
    number: str
    state: str


@dataclass(frozen=True, slots=True)
class SchoolToday:
    """The sums of the day, and who is missing for days in a row."""

    sums: SchoolSum
    running: Sequence[RunningRow]
    least: int = today.SUSPECTED


def school_today(db: Database, person: Person) -> SchoolToday | None:
    """Read the day of a principal's school; nothing for whoever has no school of their own to look after."""
    scope = accounts.scope_of(db, person)
    if not scope.school or scope.classes is not None:
        return None
    day = db.today()
    running = today.absent_running(db, scope, day)
    cases = today.open_absences(db, person, [one.child for one in running])
    rows = []
    for one in running:
        case = cases.get(one.child)
        rows.append(
            RunningRow(
                mask_name(one.name),
                one.title,
                one.days,
                case.number if case else "",
                case.state if case else "",
            )
        )
    return SchoolToday(today.school_sum(today.classes_today(db, scope, day)), rows)
