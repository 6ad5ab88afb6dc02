"""The worker's part in workbooks: what is ordered is made, one after the other, beside its rounds."""

import logging
import shutil
import threading
from functools import partial
from pathlib import Path

from exports.books import book, daily
from exports.books.book import Exported
from intake import ledgers
from intake.errors import Busy, Missing, where
from intake.ledgers import View
from intake.ledgers.shelf import files, kept, orders, telling
from intake.ledgers.shelf.kept import MadeWorkbook
from intake.ledgers.shelf.orders import DAILY, Order
from intake.ledgers.wanted.extents import Extent
from intake.people import accounts
from intake.people.scope import Scope
from intake.store.db import Database

FIRST = 10.0
"""Seconds after its start until a worker makes anything: who starts a server wants its first page."""
PULSE, REST = 3.0, 0.05
"""Seconds between two looks where nothing is ordered, and between two workbooks: others of the worker have their turn."""

log = logging.getLogger("baoxue.workbooks")


def make_workbooks(db: Database, stop: threading.Event) -> None:
    """Make what is ordered until told to stop."""
    stop.wait(FIRST)
    while not stop.is_set():
        rest = PULSE
        try:
            rest = REST if make_next(db) else PULSE
        except Busy:
            pass  # somebody has the gate: the next look is as good
        except Exception as fault:
            log.error("workbook: %s", where(fault))
        stop.wait(rest)


def make_next(db: Database) -> bool:
    """Order the morning's set if its hour has come, and make the next workbook; tell whether there was one. Raises Busy."""
    orders.order_mornings_set(db)
    order = orders.claim_order(db)
    if order is None:
        return False
    try:
        make_ordered(db, order)
    except (Missing, KeyError):  # the place, the ledger, or who asked, is no longer there
        orders.fail_order(db, order)
    return True


def make_ordered(db: Database, order: Order) -> None:
    """Make a workbook and keep it; where it was the last of a place's set, those who wait for it are told with that.

    Raises Missing, KeyError where there is no such thing any more.
    """
    scope = _scope(db, order)
    extent, room = order.extent(db, scope), files.room_of_order(db, order.id)
    try:
        done = _written(db, order, extent, View(extent.within(scope), order.period(db)), room)
        made, data = made_of(order.key, done), done.path.read_bytes()
        tell = partial(telling.tell_of_set, db, order.day, extent) if order.day else None
        kept.keep_workbook(db, order, made, data, tell)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def made_of(key: str, done: Exported) -> MadeWorkbook:
    """Give what is put on record of a workbook; its rows are those of the ledger by which it is called."""
    rows = sum(done.counts.values()) if key == DAILY else done.counts.get(key, 0)
    return MadeWorkbook(done.path.name, done.cut_off, done.export_id, rows, done.size, done.sha256)


def _written(db: Database, order: Order, extent: Extent, view: View, room: Path) -> Exported:
    if order.key == DAILY:
        return daily.write_daily(db, extent, view, room, actor=order.asked_by)
    every = ledgers.ledgers_of_book(db, order.key)
    return book.write_extent(db, every, extent, view, room, actor=order.asked_by)


def _scope(db: Database, order: Order) -> Scope:
    """Give whose scope it has: what everybody of the place may see, or that of who asked for their own."""
    if not order.staff:
        return Scope(db.settings.district_code)
    person = accounts.person_by_id(db, order.staff)
    if person is None:
        raise Missing
    return accounts.scope_of(db, person)
