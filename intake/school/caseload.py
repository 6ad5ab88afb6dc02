"""The cases of somebody who comes in on a phone: what is asked of her, what others do, what ended lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases.case import Case
from intake.cases.rulebook import duties
from intake.cases.rulebook.duties import Duty
from intake.cases.rulebook.standing import Standing
from intake.cases.writing import deadlines
from intake.children.children import Child, children_of_class
from intake.kinds.envelope import Envelope
from intake.people import accounts, bindings
from intake.people.accounts import TOWN_DIGITS, Person
from intake.reports import lookup
from intake.store import audit
from intake.store.db import Cell, Database, Row

MOST = 200
"""Cases that a list on a phone shows."""
_LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case as somebody has it before her: what she owes on it, and what is due next, whoever owes it."""

    case: Case
    mine: tuple[Duty, ...]
    due: tuple[Duty, ...]
    owner: str
    """The name of whoever has it; nothing where nobody does."""

    def __repr__(self) -> str:
        return f"HeldCase({self.case.number})"


@dataclass(frozen=True, slots=True)
class Caseload:
    """What is asked of somebody, what others do, what ended lately; each the most pressing first."""

    mine: list[HeldCase]
    others: list[HeldCase]
    ended: list[Case]


def caseload_of(db: Database, person: Person) -> Caseload:
    """Give the cases that somebody may see, by what is hers to do."""
    held = _open_cases(db, person)
    seen, args = cases.visible(db, person)
    near, places = _near(db, person, 0)
    ended = db.all(
        f"SELECT c.* FROM {near} WHERE c.open = 0 AND c.ended_at > ? AND {seen}"  # noqa: S608
        " ORDER BY c.ended_at DESC, c.id LIMIT ?",
        (*places, clock.stamp(db.now() - _LATELY), *args, MOST),
    )
    mine = sorted((one for one in held if one.mine), key=lambda one: (one.mine[0].due, -one.case.first))
    return Caseload(mine, [one for one in held if not one.mine], [Case.of(row) for row in ended])


def count_asked(db: Database, person: Person) -> int:
    """Count the cases on which something is asked of somebody."""
    return sum(bool(one.mine) for one in _open_cases(db, person))


def _open_cases(db: Database, person: Person) -> list[HeldCase]:
    """Give the open cases that somebody may see, the most pressing first."""
    seen, args = cases.visible(db, person)
    near, places = _near(db, person, 1)
    rows = db.all(
        f"SELECT c.* FROM {near} WHERE c.open = 1 AND {seen} ORDER BY c.due, c.first DESC, c.id LIMIT ?",  # noqa: S608
        (*places, *args, MOST),
    )
    return _held(db, [Case.of(row) for row in rows], person)


def _near(db: Database, person: Person, is_open: int) -> tuple[str, list[Cell]]:
    """Give from where `cases c` is read so that nothing is missing which somebody may see: her places, and what is hers.

    What she may see is asked beside it (cases.visible): this only spares her the cases of the whole district.
    """
    scope = accounts.scope_of(db, person)
    where, args = "1 = 0", list[Cell]()
    if scope.classes is not None:
        where = f"n.class IN ({', '.join('?' * len(scope.classes))})" if scope.classes else where
        args = list(scope.classes)
    elif scope.school:
        where, args = "n.school = ?", [scope.school]
    elif scope.village:
        where, args = "n.town = ?", [scope.village[:TOWN_DIGITS]]
    else:
        return "cases c", []
    return (
        f"(SELECT n.id FROM cases n WHERE n.open = ? AND {where}"  # noqa: S608
        " UNION SELECT n.id FROM cases n WHERE n.open = ? AND n.owner = ?"
        " UNION SELECT b.case_id FROM case_readers b WHERE b.staff = ?) near JOIN cases c ON c.id = near.id",
        [is_open, *args, is_open, person.id, person.id],
    )


def held_case(db: Database, case: Case, person: Person) -> HeldCase:
    """Give one case as somebody has it before her."""
    return _held(db, [case], person)[0]


def how_it_stands(db: Database, case: Case) -> tuple[Standing, int]:
    """Give how a case stands, and for how many school days its child has been absent."""
    now = cases.standing(db, case)
    return now, duties.days_absent(now, deadlines(db))


def child_meant(db: Database, case: Case, person: Person) -> Child | None:
    """Give the one child of somebody's classes who has the name of a case that is of no child of the roll yet."""
    if case.child or not case.child_name:
        return None
    found = [
        child
        for taught in bindings.classes_open(db, person)
        for child in children_of_class(db, taught.id)
        if child.name == case.child_name
    ]
    return found[0] if len(found) == 1 else None


def reports_read(db: Database, case: Case, person: Person) -> list[Envelope]:
    """Give the reports of a case, the newest first; that somebody reads them goes on record."""
    found = [lookup.report_by_id(db, one) for one in cases.reports_in(db, case)]
    there = [one for one in found if one is not None and not one.withdrawn]
    with db.write():
        audit.note(db, person.actor, "case.read", case.id)
        for one in there:
            audit.note(db, person.actor, "report.read", one.id, one.kind)
    return there[::-1]


def _held(db: Database, found: Iterable[Case], person: Person) -> list[HeldCase]:
    listed = list(found)
    owed: dict[str, list[Row]] = {one.id: [] for one in listed}
    if owed:
        marks = ", ".join("?" * len(owed))
        rows = db.all(
            "SELECT case_id, duty, due, role, person FROM duties WHERE done_at IS NULL"  # noqa: S608
            f" AND case_id IN ({marks}) ORDER BY due, duty",
            tuple(owed),
        )
        for row in rows:
            owed[row["case_id"]].append(row)
    names = {one: accounts.name_of(db, one) for one in {one.owner for one in listed} if one}
    return [
        HeldCase(
            one,
            tuple(_duty(row) for row in owed[one.id] if _asks(row, one, person)),
            tuple(map(_duty, owed[one.id])),
            names.get(one.owner, ""),
        )
        for one in listed
    ]


def _duty(row: Row) -> Duty:
    return Duty(row["duty"], row["due"], row["role"])


def _asks(row: Row, case: Case, person: Person) -> bool:
    """Tell whether a duty is somebody's: by name, as the owner of the case, or by role where nobody is named."""
    if row["person"]:
        return bool(row["person"] == person.id)
    if row["role"] == "owner":
        return case.owner == person.id
    return bool(row["role"] == person.role)
