"""Those who wait for the workbooks of a day are told once, without a word of what is in them."""

from collections.abc import Iterator
from datetime import date

from intake.cases.told import inbox
from intake.errors import Missing
from intake.ledgers.shelf import orders
from intake.ledgers.shelf.kept import whole_kinds
from intake.ledgers.wanted.extents import SCHOOL, Extent, extent_of
from intake.ledgers.wanted.sight import DOWNLOADS
from intake.people import accounts
from intake.people.accounts import Person, person_of_row
from intake.store.db import Database


def tell_of_set(db: Database, day: str, extent: Extent) -> int:
    """Tell those of a place, once a day, when all of its set lies ready; give how many were told."""
    if any(one.state != orders.MADE for one in orders.orders_of_day(db, date.fromisoformat(day), extent)):
        return 0
    people = list(people_of_place(db, extent))
    with db.write():
        return inbox.tell_ready(db, people, f"{day} {extent.level} {extent.code}")


def people_of_place(db: Database, extent: Extent) -> Iterator[Person]:
    """Yield those at the desk whose own scope is a place, and who may fetch its workbooks."""
    column = "school" if extent.level == SCHOOL else "area"
    rows = db.all(f"SELECT * FROM staff WHERE active = 1 AND {column} = ? ORDER BY id", (extent.code,))  # noqa: S608
    for person in map(person_of_row, rows):
        scope = accounts.scope_of(db, person)
        if accounts.at_desk(person) and accounts.may(person, DOWNLOADS, person.area) and whole_kinds(scope):
            try:
                mine = extent_of(db, scope)
            except Missing:
                continue
            if mine == extent:
                yield person
