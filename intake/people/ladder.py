"""Who is asked first of those who may answer for a child: a ladder of places, looked up in one statement."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from intake.people import accounts, slots
from intake.people.accounts import Person
from intake.store.db import Database

CLASS, SCHOOL, TOWN, BUREAU = "class", "school", "town", "bureau"
"""Rungs of whoever is there without being named: teaches the class, leads the school, is the town's, is the bureau's."""
Rung = tuple[str, str]
"""One of these or a slot, and the place: id of the class, code of the school, village or town; nothing for the bureau."""

_THERE: Mapping[str, str] = {
    CLASS: "SELECT staff, {} AS rung FROM teaches WHERE class = ?",
    SCHOOL: "SELECT id AS staff, {} AS rung FROM staff WHERE role = 'principal' AND school = ?",
    TOWN: "SELECT id AS staff, {} AS rung FROM staff WHERE role = 'town' AND area = ?",
    BUREAU: "SELECT id AS staff, {} AS rung FROM staff WHERE role IN ('officer', 'bureau') AND ? = ''",
}
_NAMED = "SELECT staff, {} AS rung FROM slots WHERE slot = ? AND place = ?"


def first_on(db: Database, rungs: Sequence[Rung], kind: str) -> Person | None:
    """Give the first of the lowest rung on which somebody is; of the bureau who is in charge of a kind.

    The order within a rung is that of `class_teachers` and `officers_of`.
    """
    parts = [_THERE.get(name, _NAMED).format(number) for number, (name, _) in enumerate(rungs)]
    args = [cell for name, place in rungs for cell in ((place,) if name in _THERE else (name, place))]
    rows = db.all(
        f"SELECT s.*, r.rung FROM ({' UNION ALL '.join(parts)}) r JOIN staff s ON s.id = r.staff WHERE s.active = 1"  # noqa: S608
        " ORDER BY r.rung, s.name, s.login",
        args,
    )
    for number, there in groupby(rows, key=lambda row: int(row["rung"])):
        people = [accounts.person_of_row(row) for row in there]
        if rungs[number][0] == BUREAU:
            people = slots.in_charge(people, kind)
        elif rungs[number][0] == CLASS:
            people.sort(key=lambda one: one.role != "teacher")
        if people:
            return people[0]
    return None
