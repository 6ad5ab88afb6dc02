"""The database: a few verbs over whatever engine is behind them.

`all` and `one` read, `run` changes inside `with db.write()`. Nothing else opens the data, and the
SQL that passes through here is the subset that SQLite and PostgreSQL both speak.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from intake.calendar import clock
from intake.errors import Busy, SettingsError, Unwritable
from intake.settings import Settings
from intake.store.engine import PATIENCE, Cell, Done, Engine, Row
from intake.store.keys import Keys
from intake.store.schema import Schema
from intake.store.sqlite.engine import Sqlite

SLICE = 100
"""Rows that are deleted in one turn."""
AT_ONCE = 500
"""Values that one statement names."""
UNHURRIED = 30.0
"""Seconds that the making of tables waits, for another process that starts may be making them; and a command, at which
nobody sits who would be asked to send again: a timer that gave up would have made no backup, and no workbook."""
HURRIED = 1.0
"""Seconds that those wait for a turn who can as well come again later."""

__all__ = ["HURRIED", "Busy", "Cell", "Database", "NeedsWriting", "Row"]


class NeedsWriting(Exception):
    """A change by somebody who was only lent the database."""


class Database:
    """One installation's data: the tables, their keys, their clock. Safe to share between threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.engine: Engine = Sqlite(settings.database)
        self.patience = PATIENCE
        self._loan = threading.local()

    @property
    def path(self) -> Path:
        """Give the path of the file."""
        return self.settings.database

    @cached_property
    def keys(self) -> Keys:
        """Give the keys that open sensitive cells. Raises SettingsError where there are none."""
        return Keys(self.settings.keys)

    def now(self) -> datetime:
        """Give the moment in UTC, on the pinned day where a demo has one."""
        return clock.now(self.settings.today)

    def here(self) -> datetime:
        """Give the moment in local time, on the pinned day where a demo has one."""
        return self.now().astimezone(clock.CHINA)

    def today(self) -> date:
        """Give the local date."""
        return clock.here(self.settings.today).date()

    def all(self, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        """Read every row."""
        return self.engine.all(sql, args)

    def one(self, sql: str, args: Sequence[Cell] = ()) -> Row | None:
        """Read the first row, or None."""
        return self.engine.one(sql, args)

    def each(self, sql: str, args: Sequence[Cell] = ()) -> Iterator[Row]:
        """Read row by row, so that a whole table fits into little memory."""
        return self.engine.each(sql, args)

    def among(
        self,
        sql: str,
        values: Sequence[Cell],
        rest: str = "",
        *,
        before: Sequence[Cell] = (),
        after: Sequence[Cell] = (),
    ) -> Iterator[Row]:
        """Read the rows of some values, a few hundred at a time, so that no statement is too long.

        `sql` ends in IN, `rest` is what stands behind the values: an order holds within those asked for at a time.
        """
        for at in range(0, len(values), AT_ONCE):
            some = values[at : at + AT_ONCE]
            yield from self.all(f"{sql} ({', '.join('?' * len(some))}) {rest}", [*before, *some, *after])

    def run(self, sql: str, args: Sequence[Cell] = ()) -> Done:
        """Change something. Only inside `with db.write()`."""
        if self.is_lent:
            raise NeedsWriting
        return self.engine.run(sql, args)

    def write(self, patience: float | None = None) -> AbstractContextManager[None]:
        """Make one change, all or nothing; on leaving the block it is on the disk. Raises Busy.

        Inside another `write()` it is part of that one. Nobody waits longer than `patience` seconds for
        their turn, and not a second longer for the disk.
        """
        if self.is_lent:
            raise NeedsWriting
        return self.engine.change(self.patience if patience is None else patience)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Lend the database to this thread for reading: until the block is left a change raises NeedsWriting.

        Whoever is inside `write()` has it already, and keeps it.
        """
        if self.engine.writing:
            yield
            return
        self._loan.held = True
        try:
            yield
        finally:
            self._loan.held = False

    @property
    def is_lent(self) -> bool:
        """Tell whether this thread may only read."""
        return getattr(self._loan, "held", False)

    @contextmanager
    def counting(self) -> Iterator[dict[str, int]]:
        """Let `prune` in this thread count, by table, what it would delete, and delete nothing."""
        self._loan.counts = {}
        try:
            yield self._loan.counts
        finally:
            self._loan.counts = None

    def prune(
        self,
        table: str,
        key: tuple[str, ...],
        where: str,
        args: Sequence[Cell] = (),
        then: Callable[[int], None] | None = None,
    ) -> int:
        """Delete the rows of a table that are past their time; give how many. Raises Busy.

        They are looked for outside of `write()` and deleted in turns so short that nobody notices; `then` is told in
        the transaction how many went.
        """
        if (counts := getattr(self._loan, "counts", None)) is not None:
            there = self.one(f"SELECT count(*) AS n FROM {table} WHERE {where}", args)  # noqa: S608
            counts[table] = counts.get(table, 0) + (there["n"] if there else 0)
            return 0
        gone, own = 0, " AND ".join(f"{one} = ?" for one in key)
        found = f"SELECT {', '.join(key)} FROM {table} WHERE {where} LIMIT {SLICE}"  # noqa: S608
        while rows := self.all(found, args):
            with self.write(HURRIED):
                deleted = [
                    self.run(f"DELETE FROM {table} WHERE {own} AND ({where})", (*row, *args)).rowcount  # noqa: S608
                    for row in rows
                ]
                if then:
                    then(sum(deleted))
            gone += sum(deleted)
            if not any(deleted):
                break  # somebody wants to keep them after all
        return gone

    def settle(self) -> None:
        """Wait until all that can be read is on the disk, before telling what another call has done.

        Inside `write()` there is nothing to wait for: leaving the block does.
        """
        self.engine.settle()

    def schema(self, patience: float = UNHURRIED) -> AbstractContextManager[Schema]:
        """Lend what makes tables, in one transaction that nothing else writes beside. Raises Busy."""
        return self.engine.schema(patience)

    def checkpoint(self) -> None:
        """Do what the engine wants done now and then. Raises Busy, which is no harm: it is for the next time."""
        self.engine.tidy()

    def close(self) -> None:
        """Close this thread's connections."""
        self.engine.close()


def open_database(settings: Settings) -> Database:
    """Open what `baoxue init` has made. Raises SettingsError where there is no database, or no keys for it."""
    if not settings.database.exists():
        raise SettingsError(
            f"{settings.data} 里没有数据库。请核对 BAOXUE_DATA（数据目录），新装的先运行 baoxue init。"
        )
    db = Database(settings)
    db.keys  # noqa: B018
    try:
        db.one("SELECT id FROM reports LIMIT 1")
    except (db.engine.Error, Unwritable):
        raise SettingsError(
            f"{db.path} 打不开，或者不是保学通的数据库。请核对 BAOXUE_DATA 和文件的权限。"
        ) from None
    return db
