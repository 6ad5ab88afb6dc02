"""The case follows the child's class: when a child changes class or school its open cases go with it.

Who had a case reads it for 30 days more, as whenever it changes hands. Danger, enrolment and complaints stay with the school
where they happened: only within a school they follow.
"""

from intake.cases import owners, work
from intake.cases.case import Case
from intake.cases.rulebook.transitions import DOOR
from intake.cases.told import inbox
from intake.children.children import Child
from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.store.db import Database

ALONG = frozenset({"absence", "boarding", "subsidy"})
"""Kinds whose cases go to another school with their child."""


def follow_child(db: Database, child: Child) -> list[str]:
    """Let the open cases of a child follow it into its class, in the caller's transaction; give their numbers.

    A child that is in no class any more keeps its cases where they are: somebody there has to say what became of it.
    """
    rows = db.all("SELECT * FROM cases WHERE child = ? AND open = 1 ORDER BY id", (child.id,))
    mine = [case for case in map(Case.of, rows) if child.class_id and case.class_id != child.class_id]
    followed = [one for one in mine if one.kind in ALONG or one.school in ("", child.school)]
    for case in followed:
        take_along(db, case, child.class_id, child.school, child.title)
    return [one.number for one in followed]


def settle_class(db: Database, class_id: str) -> None:
    """Give the open absences of a class to who teaches it by now, where who has them has nothing to do with it any more.

    A school's children move up before its teachers are listed: their cases then wait with whom they were. In the caller's
    transaction.
    """
    rows = db.all(
        "SELECT * FROM cases WHERE class = ? AND open = 1 AND kind = 'absence' ORDER BY id", (class_id,)
    )
    for case in map(Case.of, rows):
        if _owner_there(db, case, class_id, case.school):
            take_along(db, case, class_id, case.school, case.class_title)


def take_along(db: Database, case: Case, class_id: str, school: str, title: str) -> None:
    """Note on a case that its child's class is another one by now, and whose it is there."""
    facts = {"class": class_id, "school": school, "before": case.class_title, "after": title}
    owner = _owner_there(db, case, class_id, school)
    if owner:
        facts |= {"owner": owner.id, "owner_role": owner.role}
    work.act(db, case, "moved", {}, DOOR, channel=DOOR, facts=facts)
    if owner:
        inbox.tell_person(db, owner, case, "assigned")


def _owner_there(db: Database, case: Case, class_id: str, school: str) -> Person | None:
    """Give who owns a case from now on; None where it stays with whom it is."""
    if case.restricted:
        return None
    old = accounts.person_by_id(db, case.owner) if case.owner else None
    if old and _is_there(db, old, class_id, school):
        return None
    new = owners.first_owner(
        db, case.kind, class_id=class_id, school=school, town=case.town, restricted=False
    )
    return None if new is None or new.id == case.owner else new


def _is_there(db: Database, person: Person, class_id: str, school: str) -> bool:
    """Tell whether somebody who has a case still has to do with its child."""
    if person.role == "teacher":
        return any(one.id == person.id for one in slots.class_teachers(db, class_id))
    return person.role != "principal" or person.school == school
