"""Whose a new case is: the first who is there for the child, from the class upwards; nobody left is 无人负责."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from intake.people import slots
from intake.people.accounts import Person
from intake.store.db import Database

Finder = Callable[[Database, str], Sequence[Person]]


def first_owner(
    db: Database, kind: str, *, class_id: str, school: str, town: str, restricted: bool
) -> Person | None:
    """Give the first owner of a case; None where nobody is left.

    A restricted case goes to the bureau's officer of safety alone.
    """
    for people in _ladder(db, kind, class_id, school, town, restricted):
        if people:
            return people[0]
    return None


def left_without(db: Database, staff_id: str) -> list[str]:
    """Give the numbers of the open cases that somebody owns whose account has ended."""
    rows = db.all(
        "SELECT c.number FROM cases c JOIN staff s ON s.id = c.owner"
        " WHERE c.open = 1 AND c.owner = ? AND s.active = 0 ORDER BY c.due, c.id",
        (staff_id,),
    )
    return [str(row["number"]) for row in rows]


def _ladder(
    db: Database, kind: str, class_id: str, school: str, town: str, restricted: bool
) -> Iterator[Sequence[Person]]:
    if restricted:
        yield slots.officers_of(db, "safety")
        return
    where = {"class": class_id, "school": school, "town": town}
    for place in _STEPS.get(kind, ()):
        if where[place]:
            yield slots.slot_holders(db, _SLOTS[place], where[place])
            yield _FINDERS[place](db, where[place])
        if place == "school" and "town" in _STEPS[kind]:
            yield slots.slot_holders(db, "town_of_school", school)
    yield slots.officers_of(db, kind)


_STEPS: Mapping[str, Sequence[str]] = {
    "absence": ("class", "school", "town"), "boarding": ("school",), "subsidy": ("school",),
}  # fmt: skip
_SLOTS: Mapping[str, str] = {
    "class": "teacher_of_class", "school": "principal_of_school", "town": "child_supervisor",
}  # fmt: skip
"""Who is named for a place comes before whoever works there."""
_FINDERS: Mapping[str, Finder] = {
    "class": slots.class_teachers, "school": slots.principals_of, "town": slots.town_people,
}  # fmt: skip
