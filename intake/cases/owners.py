"""Whose a new case is, and who is told of one: who is there for the child, from the class upwards.

Nobody left to own it is 无人负责.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence

from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.rulebook.standing import Standing
from intake.people import accounts, slots
from intake.people.accounts import TOWN_DIGITS, Person
from intake.people.ladder import BUREAU, CLASS, SCHOOL, TOWN, Rung, first_on
from intake.store.db import Database

Finder = Callable[[Database, str], Sequence[Person]]


def first_owner(
    db: Database, kind: str, *, class_id: str, school: str, town: str, restricted: bool
) -> Person | None:
    """Give the first owner of a case; None where nobody is left.

    A restricted case goes to the bureau's officer of safety alone.
    """
    rungs = [] if restricted else list(_rungs(kind, class_id, school, town))
    return first_on(db, [*rungs, (BUREAU, "")], "safety" if restricted else kind)


def left_without(db: Database, staff_id: str) -> list[str]:
    """Give the numbers of the open cases that somebody owns whose account has ended."""
    rows = db.all(
        "SELECT c.number FROM cases c JOIN staff s ON s.id = c.owner"
        " WHERE c.open = 1 AND c.owner = ? AND s.active = 0 ORDER BY c.due, c.id",
        (staff_id,),
    )
    return [str(row["number"]) for row in rows]


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


def _rungs(kind: str, class_id: str, school: str, town: str) -> Iterator[Rung]:
    """Yield the rungs below the bureau: who is named for a place comes before whoever works there."""
    steps = _STEPS.get(kind, ())
    if CLASS in steps and class_id:
        yield from (("teacher_of_class", class_id), (CLASS, class_id))
    if SCHOOL in steps and school:
        yield from (("principal_of_school", school), (SCHOOL, school))
        if TOWN in steps:
            yield "town_of_school", school
    if TOWN in steps and town:
        yield from (("child_supervisor", town), (TOWN, town[:TOWN_DIGITS]))


_STEPS: Mapping[str, Sequence[str]] = {
    "absence": (CLASS, SCHOOL, TOWN), "boarding": (SCHOOL,), "subsidy": (SCHOOL,),
}  # fmt: skip


def people_told(db: Database, case: Case, now: Standing, role: str) -> list[Person]:
    """Give everybody of a role who answers for a case and may see it; where there is nobody, who stands above.

    `role` is one of staff, or owner, transfer, safety (值班).
    """
    for people in _upwards(db, case, now, role):
        found = {one.id: one for one in people if cases.may_see(db, one, case)}
        if found:
            return list(found.values())
    return []


def people_on_duty(db: Database) -> list[Person]:
    """Give 值班, who is told of danger: whom the bureau names, or else everybody in charge of safety."""
    logins = db.settings.on_duty.replace("，", " ").replace(",", " ").split()
    named = [one for login in logins if (one := accounts.person_by_login(db, login))]
    return named or slots.officers_of(db, "safety")


def town_person(db: Database, case: Case) -> Person | None:
    """Give who of the town steps in for a child: the 镇街包保人 of the school, or else of the town itself."""
    return next(iter(_of_town(db, case)), None)


def _upwards(db: Database, case: Case, now: Standing, role: str) -> Iterator[Sequence[Person]]:
    if role in ("owner", "transfer"):
        person = accounts.person_by_id(db, now.transfer_to if role == "transfer" else now.owner)
        yield [person] if person else []
    elif role == "safety":
        yield people_on_duty(db)
    elif role == "approver":
        yield slots.approvers_of(db, case.kind)
    elif role in _LADDER and not case.restricted:
        for step in _LADDER[_LADDER.index(role) :]:
            yield _TOLD[step](db, case)
    yield slots.officers_of(db, "safety" if case.restricted else case.kind)


def _of_class(db: Database, case: Case) -> Sequence[Person]:
    return slots.class_teachers(db, case.class_id) if case.class_id else []


def _of_school(db: Database, case: Case) -> Sequence[Person]:
    if not case.school_town:  # a school that was said, and is not one of the list
        return []
    return [
        *slots.slot_holders(db, "principal_of_school", case.school),
        *slots.principals_of(db, case.school),
    ]


def _of_town(db: Database, case: Case) -> Sequence[Person]:
    named = slots.slot_holders(db, "town_of_school", case.school) if case.school_town else []
    return named or slots.town_people(db, case.town) or slots.town_people(db, case.school_town)


_LADDER = ("teacher", "principal", "town")
_TOLD: Mapping[str, Callable[[Database, Case], Sequence[Person]]] = {
    "teacher": _of_class, "principal": _of_school, "town": _of_town,
}  # fmt: skip
