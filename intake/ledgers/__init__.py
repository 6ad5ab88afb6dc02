"""Ledgers (台账): their columns and rows. Every kind of report has one; a further one is a module and a line here."""

from functools import lru_cache

from intake.kinds import KINDS, World
from intake.ledgers.daily import counts_of_day, ledger_of_kind
from intake.ledgers.day.brief import BRIEF
from intake.ledgers.ledger import Column, Ledger, Line, Period, View
from intake.ledgers.pupils.differing.compare_huji import COMPARE_HUJI
from intake.ledgers.pupils.differing.compare_poor import COMPARE_POOR
from intake.ledgers.pupils.differing.compare_xueji import COMPARE_XUEJI
from intake.ledgers.pupils.differing.mismatch import MISMATCH_SHEET
from intake.ledgers.pupils.eligible import Eligible
from intake.ledgers.pupils.transfers import TRANSFERS
from intake.ledgers.registers.dropout import DROPOUT
from intake.ledgers.registers.police import POLICE
from intake.ledgers.registers.safety import SAFETY
from intake.ledgers.registers.suspected import SUSPECTED
from intake.ledgers.schooling.aid import AID, PUBLICITY
from intake.ledgers.schooling.boarding import BOARDING
from intake.ledgers.schooling.class_size import ClassSizes
from intake.ledgers.schooling.enrollment import ENROLLMENT
from intake.ledgers.schooling.left_behind import LEFT_BEHIND
from intake.ledgers.schooling.migrant import MIGRANT
from intake.ledgers.signed.monthly import SCHOOL
from intake.ledgers.work import WORK
from intake.places import gazetteer
from intake.store.db import Database

__all__ = [
    "LEDGERS",
    "Column",
    "Ledger",
    "Line",
    "Period",
    "View",
    "counts_of_day",
    "ledger",
    "ledger_keys",
    "ledgers_of_book",
    "ledgers_of_kinds",
]

LEDGERS: dict[str, type[Ledger]] = {
    one.key: one
    for one in (
        WORK,
        SUSPECTED,
        DROPOUT,
        AID,
        PUBLICITY,
        LEFT_BEHIND,
        MIGRANT,
        BOARDING,
        ENROLLMENT,
        ClassSizes,
        Eligible,
        COMPARE_HUJI,
        COMPARE_XUEJI,
        COMPARE_POOR,
        MISMATCH_SHEET,
        TRANSFERS,
        SAFETY,
        POLICE,
        SCHOOL,
        BRIEF,
    )
}
"""The ledgers by key; a kind of report of another key has its daily ledger under its own."""


def ledger_keys() -> list[str]:
    """Give the key of every ledger."""
    return [*LEDGERS, *(kind for kind in KINDS if kind not in LEDGERS)]


def ledger(db: Database, key: str) -> Ledger:
    """Give a ledger, or a further sheet of one, bound to today's places. Raises KeyError on an unknown one."""
    sheets = (more for one in LEDGERS.values() for more in one.sheets)
    declared = LEDGERS.get(key) or next((one for one in sheets if one.key == key), None)
    declared = declared or ledger_of_kind(KINDS[key])
    return _bound(declared, gazetteer.world(db))


def ledgers_of_book(db: Database, key: str) -> list[Ledger]:
    """Give a ledger and the further sheets of its workbook. Raises KeyError on an unknown one."""
    one, world = ledger(db, key), gazetteer.world(db)
    return [one, *(_bound(sheet, world) for sheet in one.sheets)]


def ledgers_of_kinds(db: Database) -> list[Ledger]:
    """Give the ledgers of which the daily workbook is made."""
    world = gazetteer.world(db)
    return [_bound(ledger_of_kind(kind), world) for kind in KINDS.values()]


@lru_cache(maxsize=64)
def _bound(declared: type[Ledger], world: World) -> Ledger:
    return declared(world)
