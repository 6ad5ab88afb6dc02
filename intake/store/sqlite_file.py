"""Connections to a SQLite file, and what its errors mean."""

import os
import sqlite3
from pathlib import Path

from intake.errors import Busy


def connect(path: Path, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """Open a connection as this house uses it: WAL, foreign keys, explicit transactions. Raises Busy."""
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
    """Begin to write, unless a program that does not know our gate is writing."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        if isinstance(told(error), Busy):
            return False
        raise
    return True


def told(error: sqlite3.Error) -> Exception:
    """Give Busy for an error that means that somebody holds the file, else the error itself."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return Busy() if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else error
