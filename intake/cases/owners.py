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


def _ladder(
    db: Database, kind: str, class_id: str, school: str, town: str, restricted: bool
) -> Iterator[Sequence[Person]]:
    if restricted:
        yield slots.officers_of(db, "safety")
        return
    where = {"class": class_id, "school": school, "town": town}
    for place in _STEPS.get(kind, ()):
        if where[place]:
            yield _FINDERS[place](db, where[place])
    yield slots.officers_of(db, kind)


_STEPS: Mapping[str, Sequence[str]] = {
    "absence": ("class", "school", "town"), "boarding": ("school",), "subsidy": ("school",),
}  # fmt: skip
_FINDERS: Mapping[str, Finder] = {
    "class": slots.class_teachers, "school": slots.principals_of, "town": slots.town_people,
}  # fmt: skip
