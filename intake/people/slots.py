"""Who is there for a class, a school, a town, a kind: active accounts, in a fixed order."""

from intake.people.accounts import Person, person_of_row
from intake.store.db import Database


def class_teachers(db: Database, class_id: str) -> list[Person]:
    """Give who teaches a class."""
    return _people(
        db,
        "JOIN teaches t ON t.staff = s.id WHERE t.class = ? AND s.active = 1 AND s.role = 'teacher'",
        class_id,
    )


def principals_of(db: Database, school: str) -> list[Person]:
    """Give who leads a school."""
    return _people(db, "WHERE s.school = ? AND s.active = 1 AND s.role = 'principal'", school)


def town_people(db: Database, town: str) -> list[Person]:
    """Give a town's officials."""
    return _people(db, "WHERE s.area = ? AND s.active = 1 AND s.role = 'town'", town)


def officers_of(db: Database, kind: str) -> list[Person]:
    """Give the bureau's officers of a kind."""
    return _people(db, "WHERE s.active = 1 AND s.role = ?", "bureau")


def _people(db: Database, which: str, *args: str) -> list[Person]:
    rows = db.all(f"SELECT s.* FROM staff s {which} ORDER BY s.id", args)  # noqa: S608
    return [person_of_row(row) for row in rows]
