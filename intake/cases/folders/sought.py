"""Who knows a child already, asked before a case is opened by hand.

Within somebody's scope that is the cases and children themselves; beyond it no more than at which school there is a
record, to roles of that kind, each look on record, DAILY a day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.calendar import clock
from intake.cases.case import visible
from intake.cases.folders.worklist import Listed, listed_where
from intake.children.access import child_in_scope
from intake.children.children import Child
from intake.children.finding import children_known
from intake.language import text
from intake.language.identity import document_number
from intake.language.naming.names import typed_name
from intake.language.naming.phones import phone_number
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Cell, Database

DAILY = 20
"""Looks beyond one's own scope a day."""
MOST = 20
"""Cases and children that are shown."""
SOUGHT = "case.sought"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a child: cases and children that may be seen, and the schools of records that may not.

    `beyond` is False where nothing was asked beyond one's scope, because the looks of the day are used up.
    """

    cases: Sequence[Listed]
    children: Sequence[Child]
    schools: Sequence[str]
    beyond: bool = True

    @property
    def found(self) -> bool:
        """Tell whether somebody knows the child."""
        return bool(self.cases or self.children or self.schools)


def known_of(db: Database, person: Person, name: str, number: str = "") -> Known:
    """Look for a child by its name, and by a phone or an identity number where one is given."""
    found, scope = known_inside(db, person, name, number), replace(accounts.scope_of(db, person), kinds=None)
    if db.settings.district_code.startswith(scope.area) or not _note_look(db, person):
        return replace(found, beyond=db.settings.district_code.startswith(scope.area))
    name, number = _plain(name, number)
    same, cells = _same(db, name, number)
    inside, args = visible(db, person)
    pupils = [one for one in children_known(db, name, number, MOST) if one not in found.children]
    away = {one.school for one in pupils} | _schools(db, person, same, cells, inside, args)
    return replace(found, schools=sorted(away))


def known_inside(db: Database, person: Person, name: str, number: str = "") -> Known:
    """Look for a child within somebody's scope alone; that is no look beyond it, and nothing is written."""
    name, number = _plain(name, number)
    same, cells = _same(db, name, number)
    inside, args = visible(db, person)
    cases = listed_where(
        db, f"{same} AND {inside} ORDER BY c.open DESC, c.opened_at DESC", [*cells, *args], MOST
    )
    scope = replace(accounts.scope_of(db, person), kinds=None)
    mine = children_known(db, name, number, MOST, scope)
    others = [one for one in children_known(db, name, number, MOST) if one not in mine]
    return Known(cases, [*mine, *(one for one in others if child_in_scope(db, scope, one))][:MOST], ())


def schools_beyond(db: Database, person: Person, said: str) -> tuple[Sequence[str], bool]:
    """Give the schools beyond somebody's scope that have a record of a name or a number, and whether that was asked.

    One look of the day; of the whole district nothing lies beyond.
    """
    if db.settings.district_code.startswith(accounts.scope_of(db, person).area):
        return (), True
    found = known_of(db, person, said, said)
    return found.schools, found.beyond


def _plain(name: str, number: str) -> tuple[str, str]:
    called = typed_name(name) or text.compact(name)
    return called, phone_number(number) or document_number(number) or text.compact(number)


def _same(db: Database, name: str, number: str) -> tuple[str, list[Cell]]:
    keys: list[Cell] = (
        [db.keys.blind("case-id", number), db.keys.blind("case-phone", number)] if number else []
    )
    if not keys:
        return "c.child_name = ?", [name]
    by_key = "c.id IN (SELECT k.case_id FROM case_keys k WHERE k.key IN (?, ?))"
    return f"(c.child_name = ? OR {by_key})", [name, *keys]


def _note_look(db: Database, person: Person) -> bool:
    """Put a look beyond somebody's scope on record; tell whether one more may be taken today."""
    since = clock.bounds(db.today())[0]
    with db.write():
        row = db.one(
            "SELECT count(*) AS n FROM audit WHERE actor = ? AND verb = ? AND at >= ?",
            (person.actor, SOUGHT, since),
        )
        if row is None or row["n"] >= DAILY:
            return False
        audit.note(db, person.actor, SOUGHT, person.id)
        return True


def _schools(
    db: Database, person: Person, same: str, cells: Sequence[Cell], inside: str, args: Sequence[Cell]
) -> set[str]:
    """Give the schools of cases that somebody may not see; nothing is ever told of restricted ones."""
    kinds = accounts.scope_of(db, person).kinds
    rows = db.all(
        f"SELECT DISTINCT c.school, c.kind FROM cases c WHERE {same} AND c.restricted = 0 AND NOT {inside} LIMIT ?",  # noqa: S608
        [*cells, *args, MOST],
    )
    return {str(row["school"] or "") for row in rows if kinds is None or row["kind"] in kinds}
