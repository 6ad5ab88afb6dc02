"""Two files that may be of one child: a list has it that the rolls do not know, or two schools have it."""

from dataclasses import replace

from intake.children.children import Child
from intake.children.listed import listed_of_child
from intake.children.matching import alike, reasons
from intake.children.matching.described import Described, described_child
from intake.children.matching.scoring import Candidate, candidates_of
from intake.store.db import Database

LIKELY = 66
"""The score from which on it is asked: a list names thousands, of whom many are called alike."""
MOST = 3
_BORN = frozenset({alike.SAME_BIRTH, alike.NEAR_BIRTH, alike.SWAPPED_BIRTH})


def doubles_of(db: Database, child: Child) -> list[Candidate]:
    """Give the children that may be the same as one, the likest first.

    Who stands beside another on the list of one class is another child, and so is who has another number of identity.
    """
    found = [one for one in candidates_of(db, _described(db, child)) if one.child.id != child.id]
    return [one for one in found if one.score >= LIKELY and not _are_two(child, one)][:MOST]


def _described(db: Database, child: Child) -> Described:
    """Give what is known of a child; of one in no class also in which the register of pupils has it."""
    told = described_child(db, child)
    row = None if child.class_id else next((one for one in listed_of_child(db, child.id) if one.school), None)
    if row is None:
        return told
    return replace(told, school=row.school, grade=row.get("grade"), class_name=row.get("class_name"))


def _are_two(child: Child, one: Candidate) -> bool:
    """Tell twins, brothers and sisters, and those of one class apart: a list of a school does not name one child twice."""
    beside = bool(child.class_id) and bool(one.child.class_id)
    born, numbers = _BORN & set(one.reasons), reasons.OTHER_ID in one.reasons
    if reasons.SAME_ID in one.reasons or reasons.SAME_PUPIL in one.reasons:
        return False
    if numbers and not (born and alike.SAME in one.reasons and not beside):
        return True
    if beside and (child.school == one.child.school or not born):
        return True
    return alike.OTHER_BIRTH in one.reasons
