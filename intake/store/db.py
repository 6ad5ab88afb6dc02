"""The database: a few verbs over SQLite, and writes that wait for the disk together.

`all` and `one` read, `run` changes inside `with db.write()`. Nothing else opens the file, and
the SQL that passes through here is the subset that PostgreSQL speaks too.
"""

import fcntl
import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import sqlite_utils

from intake.calendar import clock
from intake.settings import Settings
from intake.store.keys import Keys

Cell = str | int | float | None
Row = sqlite3.Row

# More changes than this wait for the next transaction, so that nobody waits long behind a crowd.
BATCH = 32
# Pages of a log that is worth beginning anew; the connections' own limit is for a house without a worker.
LONG = 1000


class NeedsWriting(Exception):
    """A change by somebody who was only lent the database."""


@dataclass(slots=True)
class _Batch:
    """Changes that are committed and synced together; nobody in it is answered before `done`."""

    size: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class Database:
    """One installation's data: the file, its keys, its clock. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.path = settings.database
        self._own = threading.local()  # each thread's reading connection, and whether it is writing
        self._turn = threading.Lock()  # held by the thread whose change is being made
        self._count = threading.Lock()
        self._waiting = 0
        self._batch: _Batch | None = None
        self._unsynced: list[_Batch] = []
        self._disk = threading.Lock()  # held by the thread that waits for the disk on behalf of others

    @cached_property
    def keys(self) -> Keys:
        """Give the keys that open sensitive cells. Raises SettingsError where there are none."""
        return Keys(self.settings.keys)

    def now(self) -> datetime:
        """Give the moment in UTC, on the pinned day where a demo has one."""
        return clock.now(self.settings.today)

    def today(self) -> date:
        """Give the local date."""
        return clock.here(self.settings.today).date()

    def all(self, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        """Read every row."""
        rows: list[Row] = self._reader().execute(sql, args).fetchall()
        return rows

    def one(self, sql: str, args: Sequence[Cell] = ()) -> Row | None:
        """Read the first row, or None."""
        row: Row | None = self._reader().execute(sql, args).fetchone()
        return row

    def run(self, sql: str, args: Sequence[Cell] = ()) -> sqlite3.Cursor:
        """Change something. Only inside `with db.write()`."""
        if self.is_lent:
            raise NeedsWriting
        if not self._writing:
            raise RuntimeError("db.run() belongs inside `with db.write()`")
        return self._writer.execute(sql, args)

    @contextmanager
    def write(self) -> Iterator[None]:
        """Make one change, all or nothing; on leaving the block it is on the disk.

        Inside another `write()` it is part of that one. Changes that wait for each other are
        committed together: each is a savepoint, the last in the queue commits, and the disk is
        synced after the gate is open again for the next batch (the connection itself runs with
        synchronous=NORMAL, so COMMIT does not sync; nobody is answered before the WAL is).
        """
        if self.is_lent:
            raise NeedsWriting
        if self._writing:
            yield
            return
        with self._count:
            self._waiting += 1
        self._turn.acquire()
        with self._count:
            self._waiting -= 1
        batch, leads = self._join(), False
        try:
            self._own.writing = True
            self._writer.execute("SAVEPOINT change")
            yield
            self._writer.execute("RELEASE change")
        except BaseException:
            if self._writer.in_transaction:  # a full disk makes SQLite roll back all of it by itself
                self._writer.execute("ROLLBACK TO change")
                self._writer.execute("RELEASE change")
            raise
        finally:
            self._own.writing = False
            leads = self._leave(batch)
            if leads:
                self._sync(batch)
        if not leads:
            batch.done.wait()
        if batch.error:
            raise batch.error

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend the database to this thread for reading: until the block is left a change raises NeedsWriting.

        Whoever is inside `write()` has it already, and keeps it.
        """
        if self._writing:
            yield
            return
        self._own.lent = True
        try:
            yield
        finally:
            self._own.lent = False

    @property
    def is_lent(self) -> bool:
        """Tell whether this thread may only read."""
        return getattr(self._own, "lent", False)

    def settle(self) -> None:
        """Wait until all that can be read is on the disk, before telling what another call has done.

        Inside `write()` there is nothing to wait for: leaving the block does.
        """
        if not self._writing:
            sync(self._log)

    @property
    def _log(self) -> Path:
        return self.path.with_name(self.path.name + "-wal")

    @property
    def _writing(self) -> bool:
        return getattr(self._own, "writing", False)

    def _join(self) -> _Batch:
        """Open a transaction, or join the one that the thread before left open for us."""
        if self._batch is None:
            try:
                self._enter()
                self._writer.execute("BEGIN IMMEDIATE")
            except BaseException:
                fcntl.flock(self._gate, fcntl.LOCK_UN)
                self._turn.release()
                raise
            self._batch = _Batch()
        self._batch.size += 1
        return self._batch

    def _leave(self, batch: _Batch) -> bool:
        """Hand the transaction to the next in the queue, or commit it; tell whether it was committed."""
        try:
            if self._waiting and batch.size < BATCH and self._writer.in_transaction:
                return False
            self._batch = None
            try:
                self._writer.execute("COMMIT")
            except sqlite3.Error as error:  # nobody in this batch may be told that it is done
                batch.error = error
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            finally:
                fcntl.flock(self._gate, fcntl.LOCK_UN)
            with self._count:
                self._unsynced.append(batch)
            return True
        finally:
            self._turn.release()

    def _sync(self, batch: _Batch) -> None:
        """Wait for the disk; one sync serves every batch that was committed before it began."""
        with self._disk:
            if batch.done.is_set():
                return
            with self._count:
                committed, self._unsynced = self._unsynced, []
            try:
                self.settle()
            except OSError as error:
                for one in committed:
                    one.error = one.error or error
            for one in committed:
                one.done.set()

    def _reader(self) -> sqlite3.Connection:
        if self._writing:
            return self._writer
        mine: sqlite3.Connection | None = getattr(self._own, "reader", None)
        if mine is None:
            mine = self._own.reader = connect(self.path)
            mine.execute("PRAGMA query_only = ON")
        return mine

    @cached_property
    def _writer(self) -> sqlite3.Connection:
        return connect(self.path)

    def _enter(self) -> None:
        """Wait for the gate between processes, and pass it in turn.

        A process that has just left would be back before the one it woke: so whoever waits for
        the gate holds the place in front of it, and the next waits for that place.
        """
        fcntl.flock(self._place, fcntl.LOCK_EX)
        try:
            fcntl.flock(self._gate, fcntl.LOCK_EX)
        finally:
            fcntl.flock(self._place, fcntl.LOCK_UN)

    @cached_property
    def _gate(self) -> int:
        """A blocking advisory lock; SQLite's own busy handler sleeps, and lets others pass."""
        return self._lock_file("write.lock")

    @cached_property
    def _place(self) -> int:
        return self._lock_file("next.lock")

    def _lock_file(self, name: str) -> int:
        return os.open(self.path.with_name(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @contextmanager
    def tools(self) -> Iterator[sqlite_utils.Database]:
        """Lend a sqlite-utils database for schema work, migrations and checks, behind the same gate."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            lent = sqlite_utils.Database(connect(self.path, synchronous="FULL"), strict=True)
            try:
                yield lent
            finally:
                lent.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the gate while no transaction is open in this process or another."""
        while True:
            self._turn.acquire()
            if self._batch is None:
                break
            self._turn.release()
            time.sleep(0.001)
        try:
            self._enter()
            yield
        finally:
            fcntl.flock(self._gate, fcntl.LOCK_UN)
            self._turn.release()

    def close(self) -> None:
        """Close this thread's connections; the last one to close folds the log into the file."""
        mine = getattr(self._own, "reader", None)
        if mine is not None:
            self._own.reader = None
            mine.close()
        with self._alone():
            self._writer.close()
            del self._writer

    def checkpoint(self) -> None:
        """Fold the log into the file; begin a long one anew, for which writers wait a moment.

        A log that is begun anew lies on the disk already, and syncing it costs half as much. SQLite
        begins anew by itself when a writer finds all of it folded and nobody reading it; RESTART
        would wait for readers with the gate shut.
        """
        own = connect(self.path)
        try:
            _, frames, _ = own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if frames > LONG:
                with self._alone():
                    own.execute("PRAGMA wal_checkpoint(PASSIVE)")
        finally:
            own.close()


def connect(path: Path, synchronous: str = "NORMAL") -> sqlite3.Connection:
    """Open a connection as this house uses it: WAL, foreign keys, explicit transactions."""
    connection = sqlite3.connect(
        path, timeout=10, isolation_level=None, check_same_thread=False, cached_statements=256
    )
    connection.row_factory = sqlite3.Row
    for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON",
                   "busy_timeout = 10000", "temp_store = MEMORY", "wal_autocheckpoint = 8000"):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
    return connection


def sync(path: Path) -> None:
    """Wait until a file's data is on the disk."""
    handle = os.open(path, os.O_RDWR)
    try:
        getattr(os, "fdatasync", os.fsync)(handle)
    finally:
        os.close(handle)
