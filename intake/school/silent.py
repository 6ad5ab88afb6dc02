"""Classes that said nothing of a day (未上报), which is not 0: by school, for those who have to ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.people.scope import Scope, narrow
from intake.store.db import Database

_CLASSES = {"town": "s.town", "school": "k.school", "class_id": "k.id"}
"""Where a class holds what a scope asks for."""


@dataclass(frozen=True, slots=True)
class Silence:
    """The classes of a school that said nothing, by name, of how many."""

    school: str
    name: str
    classes: Sequence[str]
    of: int


def silent_schools(db: Database, scope: Scope, day: date) -> list[Silence]:
    """Give the schools of a scope with classes that said nothing of a day, those with most of them first."""
    within, codes = narrow(replace(scope, kinds=None), _CLASSES)
    rows = db.all(
        "SELECT k.school, s.name, k.grade, k.class_name, r.marked_at FROM classes k JOIN schools s ON s.code = k.school"  # noqa: S608
        f" LEFT JOIN roll r ON r.class = k.id AND r.day = ? WHERE {within} ORDER BY k.school, k.grade, k.class_name",
        [day.isoformat(), *codes],
    )
    schools: dict[str, tuple[str, list[str], int]] = {}
    for row in rows:
        name, silent, of = schools.get(row["school"], (row["name"], [], 0))
        if row["marked_at"] is None:
            silent.append(f"{row['grade']}{row['class_name']}")
        schools[row["school"]] = (name, silent, of + 1)
    found = [Silence(school, name, silent, of) for school, (name, silent, of) in schools.items() if silent]
    return sorted(found, key=lambda one: (-len(one.classes), one.school))
