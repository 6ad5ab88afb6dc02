"""The set of the day as a page shows it: what lies ready for a place, what is still being made, who fetched it."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from exports.desk.moments import when
from intake.ledgers.shelf import kept, orders
from intake.ledgers.shelf.kept import Fetched, Workbook
from intake.ledgers.shelf.orders import SET, Order
from intake.ledgers.wanted import extents
from intake.ledgers.wanted.extents import SCHOOL, TOWN, Extent
from intake.ledgers.wanted.sight import DOWNLOADS
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

TITLES = {"work": "工作单", "daily": "日报"}


@dataclass(frozen=True, slots=True)
class ReadyBook:
    """A workbook that lies ready: what it is, its file, where it leads, and in words all that is known of it."""

    title: str
    name: str
    href: str
    cut_off: str
    size: str
    rows: int
    made: str
    by: str
    fetched: str
    digest: str


@dataclass(frozen=True, slots=True)
class ReadySet:
    """The set of a place: what lies ready, what is still to be made, whether something went wrong."""

    place: Extent
    books: Sequence[ReadyBook]
    waiting: int
    failed: int
    checked: str = ""


def set_of(db: Database, person: Person, extent: Extent) -> ReadySet | None:
    """Give today's set of a place; None for whom no workbook lies ready, since it tells of more than their kinds."""
    if not offered(db, person):
        return None
    found = orders.orders_of_day(db, db.today(), extent)
    ready = [one for one in (kept.workbook_of_id(db, order.workbook) for order in found) if one]
    ready.sort(key=lambda one: SET.index(one.key))
    return ReadySet(
        extent, ready_books(db, ready), sum(one.waits for one in found), _failed(found),
        max((when(one.claimed_at, db.now()) for one in found if one.claimed_at), default=""),
    )  # fmt: skip


def offered(db: Database, person: Person) -> bool:
    """Tell whether workbooks lie ready for somebody: they may fetch them, and are in charge of all kinds."""
    return accounts.may(person, DOWNLOADS, person.area) and kept.whole_kinds(accounts.scope_of(db, person))


def covers(db: Database, person: Person, extent: Extent) -> bool:
    """Tell whether what lies ready for a place is somebody's to fetch."""
    return offered(db, person) and kept.covers_place(db, person, extent.level, extent.code)


def sets_below(db: Database, person: Person, extent: Extent) -> list[tuple[str, list[tuple[str, str]]]]:
    """Give what lies ready today for the towns and schools of a place: each name with titles and addresses."""
    if not offered(db, person) or extent.level == SCHOOL:
        return []
    scope = extent.within(accounts.scope_of(db, person))
    by_place: dict[tuple[str, str], list[Order]] = {}
    for one in orders.orders_of_day(db, db.today()):
        by_place.setdefault((one.level, one.code), []).append(one)
    below = [one for level in (TOWN, SCHOOL) for one in extents.extents_below(db, scope, level)]
    return [
        (one.name, [(TITLES[order.key], _href(order.workbook)) for order in by_place[one.level, one.code] if order.workbook])
        for one in below
        if one != extent and (one.level, one.code) in by_place
    ]  # fmt: skip


def progress_of_day(db: Database) -> tuple[int, int]:
    """Give how many workbooks of today's set are made, and of how many."""
    found = orders.orders_of_day(db, db.today())
    return sum(not one.waits for one in found), len(found)


def ready_books(db: Database, found: Sequence[Workbook]) -> list[ReadyBook]:
    """Say of workbooks what is known of them."""
    fetched = kept.fetched_by(db, [one.id for one in found])
    return [_ready(db, one, fetched[one.id]) for one in found]


def _ready(db: Database, one: Workbook, fetched: Sequence[Fetched]) -> ReadyBook:
    people = "、".join(f"{by.name} {when(by.at, db.now())}" for by in fetched[:3])
    more = f" 等 {len(fetched)} 次" if len(fetched) > 3 else ""
    return ReadyBook(
        TITLES.get(one.key, ""), one.name, _href(one.id), one.cut_off, size_words(one.bytes), one.rows,
        when(one.made_at, db.now()), accounts.name_of(db, one.made_by) or "自动", people + more, one.sha256,
    )  # fmt: skip


def size_words(size: int) -> str:
    """Say how large a file is."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(round(size / 1024), 1)} KB"


def _href(workbook: str) -> str:
    return url_for("ledgers.fetch", workbook=workbook)


def _failed(found: Sequence[Order]) -> int:
    return sum(one.state == orders.FAILED for one in found)
