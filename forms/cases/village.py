"""What a cadre must look into in the village beside cases: children whom lists contradict, children to be visited."""

from dataclasses import dataclass

from flask import url_for

from forms.cases import shown
from forms.cases.shown import ShownDue, due_of
from intake.children.children import children_of_ids
from intake.fields.privacy import mask_name
from intake.ledgers.known.visiting import DueVisit, visits_late
from intake.people.accounts import Person, scope_of
from intake.places import gazetteer
from intake.school.differences.owing import differences_owed
from intake.store.db import Database

MOST = 100
"""Children of each list on a phone."""


@dataclass(frozen=True, slots=True)
class VillageChild:
    """A child as the list shows it: its name masked, where it lives, what is asked, by when, where to write it down."""

    href: str
    name: str
    place: str
    asked: str
    due: ShownDue


@dataclass(frozen=True, slots=True)
class VillageWork:
    """Children to be looked into, and children to be visited; both are empty for who is no cadre of a village."""

    differing: list[VillageChild]
    visits: list[VillageChild]


def village_work(db: Database, person: Person) -> VillageWork:
    """Give what is asked of a cadre of children of the village."""
    if person.role != "village":
        return VillageWork([], [])
    owed, late = differences_owed(db, person, MOST), visits_late(db, scope_of(db, person), MOST)
    known = children_of_ids(db, [one.child for one in owed])
    return VillageWork(
        [_child(db, url_for("village.looked_into", difference_id=one.id), known[one.child].name, one.village,
                f"{one.problem}：{one.advice}", one.due)
         for one in owed if one.child in known],
        [_child(db, _visit_of(one), one.name, one.village,
                f"上次走访 {one.last_on}" if one.last_on else "还没有走访过", one.due_on)
         for one in late],
    )  # fmt: skip


def _visit_of(one: DueVisit) -> str:
    """Give where a visit is written down: with the child, or with the case that alone knows of it."""
    if one.child:
        return url_for("village.visit", child_id=one.child)
    return url_for("cases.one", number=one.number, do=shown.VISIT)


def _child(db: Database, href: str, name: str, village: str, asked: str, due: str) -> VillageChild:
    place = gazetteer.world(db).places.name(village)
    return VillageChild(href, mask_name(name), place, asked, due_of(db, due))
