"""The files of workbooks that lie ready: sealed, in a directory of their own, each under the id of its row.

They are no part of a backup: what is not there any more is made again.
"""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from intake.errors import Missing, Unreadable
from intake.store.db import Database
from intake.store.keys import write_private

FOLDER = "workbooks"
ROOM = ".workbook."
DRAFTS = (ROOM, ".export.")
"""How directories begin in which workbooks are written, here and by pages; who is killed leaves them behind."""
STRAY = 3600.0
"""Seconds after which a file without a row is nobody's: its row is written a moment after it."""


def write_workbook(db: Database, workbook_id: str, data: bytes) -> None:
    """Lay a file down, sealed, before its row."""
    _folder(db).mkdir(exist_ok=True, mode=0o700)
    write_private(_folder(db) / workbook_id, db.keys.seal(data, FOLDER, workbook_id))


def has_workbook(db: Database, workbook_id: str) -> bool:
    """Tell whether a file is there."""
    return (_folder(db) / workbook_id).exists()


def read_workbook(db: Database, workbook_id: str) -> bytes:
    """Give the bytes of a file. Raises Missing, Unreadable."""
    try:
        return db.keys.unseal((_folder(db) / workbook_id).read_bytes(), FOLDER, workbook_id)
    except FileNotFoundError:
        raise Missing("这个文件已经不在了，请再做一次。") from None


def drop_workbook(db: Database, workbook_id: str) -> None:
    """Remove a file that has no row."""
    (_folder(db) / workbook_id).unlink(missing_ok=True)


def sweep_workbooks(db: Database) -> int:
    """Remove the files that no row knows, and what killed workers left of their drafts; give how many files."""
    files = list(_files(db))
    known = {row["id"] for row in db.all("SELECT id FROM workbooks WHERE kept = 1")} if files else set()
    before = time.time() - STRAY
    lost = [one for one in files if one.name not in known and one.stat().st_mtime < before]
    for one in lost:
        one.unlink(missing_ok=True)
    for room in (one for start in DRAFTS for one in db.settings.data.glob(f"{start}*")):
        if room.stat().st_mtime < before:
            shutil.rmtree(room, ignore_errors=True)
    return len(lost)


def room_of_order(db: Database, order_id: str) -> Path:
    """Give the directory in which a workbook is written, as it is until it is sealed; empty, whoever was killed in it."""
    room = db.settings.data / f"{ROOM}{order_id}"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir(mode=0o700)
    return room


def relock_workbooks(db: Database) -> int:
    """Close every file with the newest key; give how many. Raises Unreadable."""
    done = 0
    for one in _files(db):
        try:
            write_private(
                one, db.keys.seal(db.keys.unseal(one.read_bytes(), FOLDER, one.name), FOLDER, one.name)
            )
            done += 1
        except FileNotFoundError:  # deleted meanwhile
            continue
    return done


def unreadable_workbooks(db: Database) -> list[str]:
    """Say how many files no key opens; nothing where all open."""
    closed = 0
    for one in _files(db):
        try:
            db.keys.unseal(one.read_bytes(), FOLDER, one.name)
        except FileNotFoundError:
            continue
        except Unreadable:
            closed += 1
    return [f"workbooks × {closed}"] if closed else []


def _files(db: Database) -> Iterator[Path]:
    yield from sorted(_folder(db).iterdir()) if _folder(db).is_dir() else ()


def _folder(db: Database) -> Path:
    return db.settings.data / FOLDER
