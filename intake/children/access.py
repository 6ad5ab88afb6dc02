"""Whose file somebody may open: one condition for a list, one question for a child.

A child counts for its home and for the town of its school. Kinds of report narrow nothing here: whoever may see a child
sees that it is there; what of its cases and reports is shown, these decide.
"""

from dataclasses import replace

from intake.children import register
from intake.children.children import TABLES, Child, find_child
from intake.errors import Missing
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow, sees
from intake.places import gazetteer
from intake.store.db import Database

PLACED = f"{TABLES} LEFT JOIN schools s ON s.code = k.school"
"""What a statement selects from that is narrowed by `children_within`; `children.COLUMNS` fits it."""
_COLUMNS = {
    "town": "c.town",
    "school_town": "s.town",
    "school": "k.school",
    "class_id": "c.class",
    "village": "c.village",
}


def children_within(scope: Scope) -> tuple[str, list[str]]:
    """Give the condition (SQL over PLACED, arguments) that leaves only the children of a scope."""
    sql, args = narrow(replace(scope, kinds=None, restricted=True), _COLUMNS)
    return f"c.merged IS NULL AND {sql}", args


def child_seen(db: Database, person: Person, child_id: str) -> Child:
    """Give the child of an id whose file somebody may open; one that turned out to be another gives that one.

    Raises Missing, as for one that does not exist.
    """
    child = find_child(db, child_id)
    if child is None or not may_see_child(db, person, child):
        raise Missing
    return child


def may_see_child(db: Database, person: Person, child: Child) -> bool:
    """Tell whether somebody may open a child's file."""
    return child_in_scope(db, accounts.scope_of(db, person), child)


def child_in_scope(db: Database, scope: Scope, child: Child) -> bool:
    """Tell whether a child lies within a scope.

    One that is in no class counts for the schools in whose register something of it is still open: who pauses, is
    taught at home, is on its way from one to the other.
    """
    places, wide = gazetteer.world(db).places, replace(scope, kinds=None, restricted=True)
    for school in (
        (child.school,) if child.class_id else register.schools_of_open_entries(db, child.id) or ("",)
    ):
        place = places.get(school) if school else None
        if sees(wide, town=child.town, school_town=place.town if place else "", school=school, class_id=child.class_id,
                village=child.village):  # fmt: skip
            return True
    return False
