"""Whose a new case is: the first who is there for the child, from the class upwards; nobody left is 无人负责."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from intake.cases import case as cases
from intake.cases.case import Case
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


def owners_possible(db: Database, case: Case) -> list[Person]:
    """Give who can be given a case: those of its class, school, village, towns and of the bureau who may see it."""
    return [one for one in people_around(db, case) if cases.may_see(db, one, case)]


def people_around(db: Database, case: Case) -> list[Person]:
    """Give those of the staff whom a case may concern, each once: from the class upwards."""
    found = [
        *slots.class_teachers(db, case.class_id),
        *slots.principals_of(db, case.school),
        *(
            one
            for slot in ("village", "child_director")
            for one in slots.slot_holders(db, slot, case.village)
        ),
        *(
            one
            for town in dict.fromkeys((case.town, case.school_town))
            if town
            for one in slots.town_people(db, town)
        ),
        *slots.officers_of(db, case.kind),
    ]
    return list({one.id: one for one in found}.values())


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
