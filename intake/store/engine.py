"""What the house asks of a database server. SQLite is one module that answers; another server is one more."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from intake.store.schema import Schema

Cell = str | int | float | None

PATIENCE = 2.5
"""Seconds that somebody who asks is kept waiting for their turn to write."""
SETTLING = 0.9
"""Seconds more for the disk, once a change is made."""


class Row(Protocol):
    """A row: its cells by name or place."""

    def __getitem__(self, key: str | int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> list[str]:
        """Give the names of the columns."""


class Done(Protocol):
    """What a change did."""

    @property
    def rowcount(self) -> int:
        """Give how many rows were changed."""

    def fetchall(self) -> list[Any]:
        """Give the rows of RETURNING."""

    def fetchone(self) -> Any:
        """Give the first row of RETURNING, or None."""


class Engine(Protocol):
    """A database server. Safe to share between threads; every wait ends, with Busy where it must."""

    Error: type[Exception]
    """Whatever the server could not do."""
    Conflict: type[Exception]
    """A change that a key or a rule of the tables refuses; one of the Errors."""

    def all(self, sql: str, args: Sequence[Cell] = ()) -> list[Row]:
        """Read every row."""

    def one(self, sql: str, args: Sequence[Cell] = ()) -> Row | None:
        """Read the first row, or None."""

    def each(self, sql: str, args: Sequence[Cell] = ()) -> Iterator[Row]:
        """Read row by row, so that a whole table fits into little memory."""

    def run(self, sql: str, args: Sequence[Cell] = ()) -> Done:
        """Change something inside `change()`."""

    @property
    def writing(self) -> bool:
        """Tell whether this thread is inside `change()`."""

    def change(self, patience: float) -> AbstractContextManager[None]:
        """Make one change, all or nothing; on leaving the block it is on the disk."""

    def settle(self) -> None:
        """Wait until all that can be read is on the disk."""

    def schema(self, patience: float) -> AbstractContextManager[Schema]:
        """Lend what makes tables, in one transaction that nothing else writes beside."""

    def faults(self) -> Iterator[str]:
        """Give what the server itself finds wrong with its data."""

    def copy(self, path: Path) -> None:
        """Write all data as they are at one moment to a file of their own, while others write."""

    def tidy(self) -> None:
        """Do what the server wants done now and then; the worker calls it all the time."""

    def close(self) -> None:
        """Close this thread's connections."""
