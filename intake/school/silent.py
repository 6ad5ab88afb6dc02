"""Classes that said nothing of a day (未上报), which is not 0: by school, for those who have to ask."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from intake.people import slots
from intake.people.scope import Scope
from intake.school.today import ClassToday, classes_within
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class Silence:
    """The classes of a school that said nothing, by name, of how many."""

    school: str
    name: str
    classes: Sequence[str]
    of: int


def silent_schools(classes: Iterable[ClassToday]) -> list[Silence]:
    """Give the schools of which classes said nothing of a day, those with most of them first."""
    schools: dict[str, tuple[str, list[str], int]] = {}
    for one in classes:
        name, silent, of = schools.get(one.school, (one.school_name, [], 0))
        if not one.said:
            silent.append(one.title)
        schools[one.school] = (name, silent, of + 1)
    found = [Silence(school, name, silent, of) for school, (name, silent, of) in schools.items() if silent]
    return sorted(found, key=lambda one: (-len(one.classes), one.school))


@dataclass(frozen=True, slots=True)
class SilentClass:
    """A class that said nothing of some days: where, who teaches it, which days, and the last one of which it spoke."""

    class_id: str
    town: str
    school: str
    school_name: str
    title: str
    teachers: Sequence[str]
    days: Sequence[date]
    last_roll: str


def silent_classes(db: Database, scope: Scope, days: Sequence[date]) -> list[SilentClass]:
    """Give the classes of a scope that said nothing of one of some days (in their order), by school."""
    return [one for one in asked_classes(db, scope, days) if one.days]


def asked_classes(db: Database, scope: Scope, days: Sequence[date]) -> Iterator[SilentClass]:
    """Yield every class of a scope, by school, with those of some days (in their order) of which it said nothing."""
    if not days:
        return
    within, codes = classes_within(scope)
    taught = slots.teachers_by_class(db)
    said = _said(db, days)
    for row in db.all(
        "SELECT k.id, k.school, s.name, s.town, k.grade, k.class_name,"  # noqa: S608
        " (SELECT max(r.day) FROM roll r WHERE r.class = k.id AND r.day <= ?) AS last_roll"
        f" FROM classes k JOIN schools s ON s.code = k.school WHERE {within} ORDER BY s.town, k.school, k.grade, k.class_name",
        [days[-1].isoformat(), *codes],
    ):
        silent = [day for day in days if (row["id"], day.isoformat()) not in said]
        yield SilentClass(row["id"], row["town"], row["school"], row["name"], f"{row['grade']}{row['class_name']}",
                          taught.get(row["id"], ()), silent, row["last_roll"] or "")  # fmt: skip


def _said(db: Database, days: Sequence[date]) -> set[tuple[str, str]]:
    first, last = days[0].isoformat(), days[-1].isoformat()
    rows = db.all("SELECT class, day FROM roll WHERE day >= ? AND day <= ?", (first, last))
    return {(row["class"], row["day"]) for row in rows}


def any_spoke(db: Database, day: date) -> bool:
    """Tell whether any class said something of a day."""
    return db.one("SELECT 1 FROM roll WHERE day = ? LIMIT 1", (day.isoformat(),)) is not None
