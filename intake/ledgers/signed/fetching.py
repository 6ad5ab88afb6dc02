"""What was allowed is fetched: its password, what of the ledger is wanted, each download on record."""

import shutil
import time
from contextlib import suppress

from intake.calendar import clock
from intake.errors import Expired, Missing, Refused, Stale
from intake.ledgers import Ledger, Period, View
from intake.ledgers.signed.asking import kinds_of_ledger
from intake.ledgers.signed.passwords import new_password
from intake.ledgers.signed.record import ALLOWED, WAITING, FullExport, find_export, ledger_of_export
from intake.ledgers.wanted.extents import Extent
from intake.people import accounts
from intake.people.accounts import Person
from intake.store import audit
from intake.store.db import Database

UNFINISHED = ".full."
"""With what the name of a directory begins in which a workbook is being made, before it is closed."""
FORGOTTEN = 3600.0
"""Seconds after which such a directory is one of a process that was killed."""
UNSEEN = "请先看密码，再下载：没有密码打不开文件。"
SHOWN = "密码已经显示过了。没有记下的话，请按“换一个密码”。"
OVER = "这份完整版过了 7 天，已经失效。还要用的话，请重新申请。"
NOBODY = "没有这本台账了。"


def own_export(db: Database, person: Person, export_id: str) -> FullExport:
    """Give what somebody asked for and may fetch now. Raises Missing, Refused, Expired."""
    export = find_export(db, export_id)
    if export.asked_by != person.id:
        raise Missing
    if export.state != ALLOWED:
        raise Refused("还没有批下来，批了会告诉您。" if export.state == WAITING else "这份申请没有批。")
    if export.over(db.now()):
        raise Expired(OVER)
    return export


def show_password(db: Database, person: Person, export_id: str, seen: str) -> str:
    """Make the password of an export and give it, this once; again only with what was `seen`, and then a new one.

    `seen` is the `shown_at` of the page that it is asked from. Raises Missing, Refused, Expired, Stale.
    """
    password, at = new_password(), clock.stamp(db.now())
    with db.write():
        export = own_export(db, person, export_id)
        if export.shown_at != seen:
            raise Stale(SHOWN)
        db.run(
            "UPDATE full_exports SET password = ?, shown_at = ? WHERE id = ?",
            (db.keys.lock(password, "full_exports.password", export.id), at, export.id),
        )
        audit.note(db, person.actor, "full.password", export.id)
    return password


def password_of(db: Database, export: FullExport) -> str:
    """Give the password with which the file is closed. Raises Refused where nobody has seen one, Unreadable."""
    row = db.one("SELECT password FROM full_exports WHERE id = ?", (export.id,))
    if row is None or not row["password"]:
        raise Refused(UNSEEN)
    return db.keys.unlock(row["password"], "full_exports.password", export.id)


def note_fetched(db: Database, person: Person, export: FullExport, rows: int) -> None:
    """Put a download on record, before the file is sent. Raises Missing, Refused, Expired."""
    with db.write():
        own_export(db, person, export.id)
        db.run(
            "UPDATE full_exports SET fetched = fetched + 1, fetched_at = ? WHERE id = ?",
            (clock.stamp(db.now()), export.id),
        )
        audit.note(db, person.actor, "full.fetched", export.id, f"{export.key} rows={rows}")


def view_of_export(db: Database, person: Person, export: FullExport) -> tuple[Ledger, Extent, View]:
    """Give the ledger, the part of the district and what of it is wanted: all in clear that its asker may see today.

    Raises Missing where the ledger is gone, or the asker has not the area or the kind any more.
    """
    scope, one = accounts.scope_of(db, person), ledger_of_export(db, export)
    extent = export.extent_seen(db, scope)
    if one is None or (scope.kinds is not None and not kinds_of_ledger(one) & scope.kinds):
        raise Missing(NOBODY)
    first, last = export.days
    until = clock.stamp(db.now()) if last >= db.today() else ""
    return one, extent, View(extent.within(scope), Period(first, last, until), full=True)


def close_expired(db: Database) -> int:
    """Take away the passwords of exports that have expired; give how many."""
    now = clock.stamp(db.now())
    if not db.one("SELECT 1 FROM full_exports WHERE password <> '' AND expires_at <= ?", (now,)):
        return 0
    with db.write():
        return db.run(
            "UPDATE full_exports SET password = '' WHERE password <> '' AND expires_at <= ?", (now,)
        ).rowcount


def sweep_unfinished(db: Database) -> int:
    """Remove what killed processes left of workbooks that were not closed yet; give how many."""
    gone = 0
    for room in db.settings.data.glob(f"{UNFINISHED}*"):
        with suppress(FileNotFoundError):  # its process has done it meanwhile
            if time.time() - room.stat().st_mtime > FORGOTTEN:
                shutil.rmtree(room)
                gone += 1
    return gone
