"""Who it may be, how likely, and why: each scored by what is alike and what is not, for a person to decide."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.children.children import Child
from intake.children.facts.fact import facts_of_children
from intake.children.matching import alike, reasons
from intake.children.matching.described import Described
from intake.children.matching.reasons import REASONS
from intake.children.matching.searching import FoundChildren, found_children
from intake.language.naming.names import name_key
from intake.store.db import Database

SHOWN = 40
"""The score from which on somebody may be meant at all."""
LIKELY = 50
"""The score from which on a person is asked."""
MOST = 10
"""Candidates that are given at most."""
OPENED = 6
"""Candidates of whom the guardians' names are opened."""
_NAMELESS = 28
"""What counts where no name was said: a telephone alone is worth a question."""
_PEOPLE = {"guardian": "guardian_name", "father": "name", "mother": "name", "carer": "name"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A child that may be meant: the score of 100, and the reasons by key, what is alike and what is not."""

    child: Child
    score: int
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """Say why."""
        return reasons.reason_words(self.reasons)


def candidates_of(db: Database, described: Described, most: int = MOST) -> list[Candidate]:
    """Give whom somebody may mean, the likest first."""
    found = found_children(db, described)
    told = {one.id: list(_reasons(described, one, found)) for one in found.children.values()}
    _tell_namesakes(found, told)
    first = sorted(told, key=lambda one: -_score(told[one]))
    _tell_guardians(db, described, first[:OPENED], told)
    scored = [
        Candidate(found.children[child], _score(keys), tuple(key for key in REASONS if key in keys))
        for child, keys in told.items()
    ]
    likely = [one for one in scored if one.score >= SHOWN]
    return sorted(likely, key=lambda one: (-one.score, one.child.id))[:most]


def _score(keys: Sequence[str]) -> int:
    nameless = not any(key in keys for key in (alike.SAME, alike.SPELLING, alike.SOUND, alike.LOOKS, alike.SWAPPED,
                                               alike.SIGN, alike.PART, alike.OTHER))  # fmt: skip
    return max(0, min(100, sum(REASONS[key].weight for key in keys) + (_NAMELESS if nameless else 0)))


def _reasons(described: Described, child: Child, found: FoundChildren) -> Iterator[str]:
    pairs = (
        (found.numbers[0], child.number_hash, reasons.SAME_ID, reasons.OTHER_ID),
        (found.numbers[1] if described.pupil_number else "", child.pupil_hash, reasons.SAME_PUPIL, reasons.OTHER_PUPIL),
        (described.sex, child.sex, reasons.SAME_SEX, reasons.OTHER_SEX),
    )  # fmt: skip
    for said, known, same, other in pairs:
        if said and known:
            yield same if said == known else other
    yield from filter(None, (alike.name_alike(described.name, child.name),
                             alike.birth_alike(described.birth_date, child.birth_date)))  # fmt: skip
    if child.id in found.by_phone:
        yield reasons.SAME_PHONE
    elif child.id in found.phones_known:
        yield reasons.OTHER_PHONE
    yield from _place(described, child, found)


def _place(described: Described, child: Child, found: FoundChildren) -> Iterator[str]:
    if found.class_id and found.class_id == child.class_id:
        yield reasons.SAME_CLASS
    elif described.school and child.school:
        same = described.school == child.school
        grade = described.grade if same else ""
        if not same:
            yield reasons.OTHER_SCHOOL
        elif grade and child.grade:
            yield reasons.SAME_GRADE if grade == child.grade else reasons.OTHER_CLASS
        else:
            yield reasons.SAME_SCHOOL
    if described.village and described.village == child.village:
        yield reasons.SAME_VILLAGE
    elif described.town and described.town == child.town:
        yield reasons.SAME_TOWN


def _tell_namesakes(found: FoundChildren, told: dict[str, list[str]]) -> None:
    """Say of who alone has the name that it is so, and of namesakes in one class that there are more."""
    same = [one for one in found.children.values() if alike.SAME in told[one.id]]
    if len(same) == 1:
        told[same[0].id].append(reasons.ONLY_ONE)
    for child in same:
        if any(one.id != child.id and one.class_id and one.class_id == child.class_id for one in same):
            told[child.id].append(reasons.NAMESAKES)


def _tell_guardians(
    db: Database, described: Described, children: Sequence[str], told: dict[str, list[str]]
) -> None:
    said = {name_key(one) for one in described.guardian_names}
    if not said or not children:
        return
    for child, facts in facts_of_children(db, list(children), _PEOPLE).items():
        if any(name_key(str(fact.get(_PEOPLE[fact.kind]) or "")) in said for fact in facts):
            told[child].append(reasons.SAME_GUARDIAN)
