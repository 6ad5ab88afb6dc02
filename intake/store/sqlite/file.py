"""Connections to a SQLite file, and what its errors mean."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from intake.errors import Busy, Unwritable

_HELD = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_UNWRITABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ENOENT)


def connect(path: Path, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """Open a connection as this house uses it: WAL, foreign keys, explicit transactions. Raises Busy.

    What it makes is for nobody else to read: SQLite gives its other files the rights of the first.
    """
    with suppress(OSError):  # what keeps the file from being made is SQLite's to tell
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = sqlite3.connect(
        path, timeout=1, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    try:
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON",
                       "temp_store = MEMORY", "wal_autocheckpoint = 8000"):  # fmt: skip
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error as error:
        connection.close()
        raise told(error) from None
    return connection


def sync(path: Path) -> None:
    """Wait until a file's data is on the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        getattr(os, "fdatasync", os.fsync)(handle)
    finally:
        os.close(handle)


def begun(connection: sqlite3.Connection) -> bool:
    """Begin to write, unless a program that does not know our gate is writing. Raises Unwritable."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        if type(told(error)) is Busy:
            return False
        raise told(error) from None
    return True


@contextmanager
def all_or_nothing(connection: sqlite3.Connection, *, first: bool) -> Iterator[None]:
    """Undo a change that fails; the `first` has its transaction to itself, one behind it begins at a savepoint.

    Behind a savepoint SQLite holds every page as it was, and walks along all of them at each statement: a list of twenty
    thousand rows took minutes, and a hundred megabytes.
    """
    try:
        if not first:
            connection.execute("SAVEPOINT change")
        yield
        if not first:
            connection.execute("RELEASE change")
    except BaseException:
        if connection.in_transaction:  # a full disk makes SQLite roll back all of it by itself
            connection.execute("ROLLBACK" if first else "ROLLBACK TO change")
            if not first:
                connection.execute("RELEASE change")
        raise


def told(error: Exception, reads: bool = False) -> Exception:
    """Give Busy where somebody holds the file, Unwritable where the disk takes nothing, else the error itself.

    A connection that only `reads` and was asked to write is a fault of the house.
    """
    if isinstance(error, OSError):
        return Unwritable() if error.errno in _NO_ROOM else error
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if primary in _UNWRITABLE and not (reads and primary == sqlite3.SQLITE_READONLY):
        return Unwritable()
    return Busy() if primary in _HELD else error
