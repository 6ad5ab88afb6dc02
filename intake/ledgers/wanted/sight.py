"""Who reads which ledger, and of which rows somebody sees in clear whom to call."""

from collections.abc import Iterator

from intake.calendar import clock
from intake.errors import Denied, Missing
from intake.kinds import KINDS
from intake.ledgers import LEDGERS, Ledger, Period, View, ledger, ledger_keys
from intake.ledgers.wanted.extents import Extent, extent_of
from intake.people import accounts
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.reports.looking import reasons
from intake.store.db import Database

WORK = "work"
"""The ledger that is worked from: of it alone somebody gets a telephone."""
READS, DOWNLOADS, CALLS = "ledger.read", "export.masked", "ledger.call"
LOOKED = "ledger.looked"
CALLED = "phone"
"""Under which answer it is on record that somebody saw whom to call."""


def ledgers_seen(db: Database, person: Person) -> Iterator[Ledger]:
    """Yield the ledgers that somebody may read: of officers in charge of some kinds those that tell of one."""
    if accounts.may(person, READS, person.area):
        scope = accounts.scope_of(db, person)
        yield from (ledger(db, key) for key in ledger_keys() if tells_of(key, scope))


def ledger_seen(db: Database, person: Person, key: str) -> Ledger:
    """Give a ledger that somebody may read, or a further sheet of one. Raises Missing."""
    book = book_of(key)
    if book not in ledger_keys() or not accounts.may(person, READS, person.area):
        raise Missing
    if not tells_of(book, accounts.scope_of(db, person)):
        raise Missing
    return ledger(db, key)


def book_of(key: str) -> str:
    """Give the ledger in whose workbook a sheet stands; its own key for what is none."""
    return next((one.key for one in LEDGERS.values() if key in {sheet.key for sheet in one.sheets}), key)


def tells_of(key: str, scope: Scope) -> bool:
    """Tell whether a ledger tells of a kind that a scope holds; one of no kinds tells of all."""
    kinds = LEDGERS[key].kinds if key in LEDGERS else frozenset({key} & KINDS.keys())
    return bool(scope.area) and (scope.kinds is None or not kinds or bool(kinds & scope.kinds))


def view_of(db: Database, person: Person, key: str, extent: Extent, period: Period) -> View:
    """Give what somebody sees of a ledger in a part of their scope.

    Whoever works cases and has said today why sees in 工作单 whom to call of their own open ones.
    """
    scope = accounts.scope_of(db, person)
    clear = may_call(person, key) and extent == extent_of(db, scope) and has_reason(db, person)
    return View(extent.within(scope), period, owner=person.id if clear else "")


def may_call(person: Person, key: str) -> bool:
    """Tell whether somebody can see in a ledger whom to call, once they have said why."""
    return book_of(key) == WORK and accounts.may(person, CALLS, person.area)


def has_reason(db: Database, person: Person) -> bool:
    """Tell whether somebody has said today why they call the families of their own cases."""
    since = clock.bounds(db.today())[0]
    sql = "SELECT 1 FROM looks WHERE staff = ? AND at >= ? AND subject = ?"
    return db.one(sql, (person.id, since, WORK)) is not None


def note_reason(db: Database, person: Person, why: str, words: str) -> None:
    """Put on record, once a day, why somebody calls the families of their own cases. Raises Denied, Refused at `why`."""
    if not may_call(person, WORK):
        raise Denied
    reasons.refuse_look(person, why, words)
    if not has_reason(db, person):
        reasons.note_look(db, WORK, CALLED, person, why, words, LOOKED)
