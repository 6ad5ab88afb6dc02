"""SQLite: one file, readers beside one writer, and changes that wait for the disk together."""

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from intake.errors import Busy, Replaced, Unwritable
from intake.store.engine import PATIENCE, SETTLING, Cell, Row
from intake.store.gate import Gate, left, patiently
from intake.store.sqlite.file import all_or_nothing, begun, connect, sync, told
from intake.store.sqlite.watch import Watch

if TYPE_CHECKING:
    from intake.store.sqlite.schema import SqliteSchema

BATCH = 32
"""More changes than this wait for the next transaction, so that nobody waits long behind a crowd."""
LONG = 1000
"""Pages of a log that is worth beginning anew; the connections' own limit is for a house without a worker."""
SHORT = 0.2
"""Seconds that the house's own chores wait for a turn."""


@dataclass(slots=True)
class _Batch:
    """Changes that are committed and synced together; nobody in it is answered before `done`."""

    size: int = 0
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None


class Sqlite:
    """The engine of one file."""

    Error: type[Exception] = sqlite3.Error
    Conflict: type[Exception] = sqlite3.IntegrityError

    def __init__(self, path: Path) -> None:
        self.path = path
        self._own = threading.local()  # each thread's reading connection, and whether it is writing
        self._gate = Gate(path.parent)
        self._watch = Watch(path, connect)
        self._turn = threading.Lock()  # held by the thread whose change is being made
        self._count = threading.Lock()
        self._waiting = 0
        self._batch: _Batch | None = None
        self._unsynced: list[_Batch] = []
        self._disk = threading.Lock()  # held by the thread that waits for the disk on behalf of others

    def all(self, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        """Read every row."""
        try:
            rows: list[Row] = self._reader().execute(sql, args).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._told(error, reads=True) from None
        return rows

    def one(self, sql: str, args: Sequence[Cell] = ()) -> Row | None:
        """Read the first row, or None."""
        try:
            row: Row | None = self._reader().execute(sql, args).fetchone()
        except sqlite3.DatabaseError as error:
            raise self._told(error, reads=True) from None
        return row

    def each(self, sql: str, args: Sequence[Cell] = ()) -> Iterator[Row]:
        """Read row by row."""
        try:
            yield from self._reader().execute(sql, args)
        except sqlite3.DatabaseError as error:
            raise self._told(error, reads=True) from None

    def run(self, sql: str, args: Sequence[Cell] = ()) -> sqlite3.Cursor:
        """Change something. Only inside `change()`. Raises Unwritable."""
        if not self.writing:
            raise RuntimeError("db.run() belongs inside `with db.write()`")
        try:
            return self._writer.execute(sql, args)
        except sqlite3.DatabaseError as error:
            raise self._told(error) from None

    def _told(self, error: Exception, reads: bool = False) -> Exception:
        """Give what an error means: Replaced, where the files are not those that were opened."""
        try:
            self._watch.check(behind_gate=self.writing)
        except Replaced as lost:
            return lost
        return told(error, reads)

    @contextmanager
    def change(self, patience: float) -> Iterator[None]:
        """Make one change, all or nothing; on leaving the block it is on the disk. Raises Busy, Unwritable, Replaced.

        Inside another `change()` it is part of that one. Changes that wait for each other are
        committed together: each behind the first is a savepoint, the last in the queue commits, and the disk is
        synced after the gate is open again for the next batch (the connection itself runs with
        synchronous=NORMAL, so COMMIT does not sync; nobody is answered before the WAL is).
        """
        if self.writing:
            yield
            return
        deadline = time.monotonic() + patience
        self._queue(deadline)
        batch, leads = self._join(deadline), False
        try:
            self._own.writing = True
            with all_or_nothing(self._writer, first=batch.size == 1):
                yield
        finally:
            self._own.writing = False
            leads = self._leave(batch)
            if leads:
                self._sync(batch, deadline + SETTLING)
        if not leads and not batch.done.wait(left(deadline + SETTLING)):
            raise Busy
        if batch.error:
            raise batch.error

    def settle(self) -> None:
        """Wait until all that can be read is on the disk that was opened; leaving `change()` does so anyhow.

        Raises Replaced.
        """
        if not self.writing:
            try:
                sync(self.path.with_name(self.path.name + "-wal"))
            finally:
                self._watch.check()

    @property
    def writing(self) -> bool:
        """Tell whether this thread is inside `change()`."""
        return getattr(self._own, "writing", False)

    def _queue(self, deadline: float) -> None:
        """Wait for a turn. Raises Busy.

        Whoever is counted as waiting may be left with an open transaction. So giving up is one step
        with looking whether that has just happened; `_leave` hands over in one step, too.
        """
        with self._count:
            self._waiting += 1
        taken = self._turn.acquire(timeout=left(deadline))
        with self._count:
            self._waiting -= 1
            taken = taken or (self._batch is not None and self._turn.acquire(blocking=False))
        if not taken:
            raise Busy

    def _join(self, deadline: float) -> _Batch:
        """Open a transaction, or join the one that the thread before left open for us. Raises Busy."""
        if self._batch is None:
            try:
                self._watch.begin(lately=True)
                self._gate.enter(deadline)
                self._watch.note()  # what somebody brought in who was killed before it was kept
                patiently(lambda: begun(self._writer), deadline)
            except BaseException as error:
                with suppress(OSError):  # where the lock's own file could not be made
                    self._gate.leave()
                self._turn.release()
                raise (told(error) if isinstance(error, OSError) else error) from None
            self._batch = _Batch()
        self._batch.size += 1
        return self._batch

    def _leave(self, batch: _Batch) -> bool:
        """Hand the transaction to the next in the queue, or commit it; tell whether it was committed."""
        with self._count:
            if self._waiting and batch.size < BATCH and self._writer.in_transaction:
                self._turn.release()
                return False
        try:
            self._batch, whole = None, self._writer.in_transaction
            try:
                self._writer.execute("COMMIT")
                self._watch.note()  # SQLite may have brought a long log into the file
            except sqlite3.Error as error:  # nobody in this batch may be told that it is done
                batch.error = told(error) if whole else Unwritable()
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            finally:
                self._gate.leave()
            with self._count:
                self._unsynced.append(batch)
            return True
        finally:
            self._turn.release()

    def _sync(self, batch: _Batch, deadline: float) -> None:
        """Wait for the disk; one sync serves every batch that was committed before it began. Raises Busy."""
        if not self._disk.acquire(timeout=left(deadline)):
            raise Busy
        try:
            if batch.done.is_set():
                return
            with self._count:
                committed, self._unsynced = self._unsynced, []
            try:
                self.settle()
            except (OSError, Replaced) as error:
                for one in committed:
                    one.error = one.error or told(error)
            for one in committed:
                one.done.set()
        finally:
            self._disk.release()

    def _reader(self) -> sqlite3.Connection:
        if self.writing:
            return self._writer
        mine: sqlite3.Connection | None = getattr(self._own, "reader", None)
        self._watch.glance()
        if mine is None:
            self._watch.begin()
            mine = self._own.reader = connect(self.path)
            mine.execute("PRAGMA query_only = ON")
        return mine

    @cached_property
    def _writer(self) -> sqlite3.Connection:
        made = connect(self.path)
        made.execute("PRAGMA busy_timeout = 0")  # `_begun` is asked again, and knows when to stop
        return made

    @contextmanager
    def schema(self, patience: float) -> Iterator["SqliteSchema"]:
        """Lend what makes tables, in one transaction behind the same gate. Raises Busy."""
        from intake.store.sqlite.schema import (
            SqliteSchema,  # sqlite-utils: a tenth of a second that few commands need
        )

        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._watch.check()
        with self._alone(patience), closing(connect(self.path, synchronous="FULL")) as own:
            patiently(lambda: begun(own), time.monotonic() + PATIENCE)
            try:
                yield SqliteSchema(own)
                own.execute("COMMIT")
                self._watch.note()
            except BaseException:
                if own.in_transaction:
                    own.execute("ROLLBACK")
                raise

    @contextmanager
    def _alone(self, patience: float) -> Iterator[None]:
        """Hold the gate while no transaction is open in this process or another. Raises Busy."""
        deadline = time.monotonic() + patience
        while True:
            if not self._turn.acquire(timeout=left(deadline)):
                raise Busy
            if self._batch is None:
                break
            self._turn.release()
            time.sleep(0.001)
        try:
            self._gate.enter(deadline)
            yield
        finally:
            self._gate.leave()
            self._turn.release()

    def faults(self) -> Iterator[str]:
        """Give what SQLite finds wrong with the file."""
        for row in self.each("PRAGMA integrity_check"):
            if row[0] != "ok":
                yield str(row[0])
        for row in self.each("PRAGMA foreign_key_check"):
            yield f"{row[0]} 指向 {row[2]} 的行不存在"

    def copy(self, path: Path) -> None:
        """Write the database as it is at one moment to a file, while others write. Raises Busy, Replaced."""
        self._watch.begin()
        with closing(connect(self.path)) as source, closing(sqlite3.connect(path)) as target:
            try:
                source.backup(target)
            except sqlite3.OperationalError as error:
                raise told(error) from None

    def tidy(self) -> None:
        """Fold the log into the file; begin a long one anew, for which writers wait a moment.

        A log that is begun anew lies on the disk already, and syncing it costs half as much. SQLite
        begins anew by itself when a writer finds all of it folded and nobody reading it; RESTART
        would wait for readers with the gate shut.
        """
        with self._watch.bringing() as free, closing(connect(self.path)) as own:
            if not free:
                return  # another process is at it
            _, frames, _ = own.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if frames > LONG:
                with self._alone(SHORT):
                    own.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Close this thread's connections; the last one to close folds the log into the file."""
        mine = getattr(self._own, "reader", None)
        if mine is not None:
            self._own.reader = None
            mine.close()
        if "_writer" in vars(self):
            with suppress(Busy), self._alone(PATIENCE):
                self._writer.close()
                del self._writer
        self._watch.end()
