"""What a cadre must look into in the village beside cases: children whom lists contradict, children to be visited."""

from dataclasses import dataclass

from forms.cases.shown import ShownDue, due_of
from intake.children.children import children_of_ids
from intake.fields.privacy import mask_name
from intake.ledgers.known.visiting import visits_late
from intake.people.accounts import Person, scope_of
from intake.places import gazetteer
from intake.school.differences.owing import differences_owed
from intake.store.db import Database

MOST = 100
"""Children of each list on a phone."""


@dataclass(frozen=True, slots=True)
class VillageChild:
    """A child as the list shows it: its name masked, where it lives, what is asked, by when."""

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
        [_child(db, known[one.child].name, one.village, f"{one.problem}：{one.advice}", one.due)
         for one in owed if one.child in known],
        [_child(db, one.name, one.village, f"上次走访 {one.last_on}" if one.last_on else "还没有走访过", one.due_on)
         for one in late],
    )  # fmt: skip


def _child(db: Database, name: str, village: str, asked: str, due: str) -> VillageChild:
    place = gazetteer.world(db).places.name(village)
    return VillageChild(mask_name(name), place, asked, due_of(db, due))
