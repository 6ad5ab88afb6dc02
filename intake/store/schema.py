"""Tables as data, and the few things that a step of a migration may do with them; each engine makes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

Columns = Mapping[str, type]
"""Columns by name in their order; the types are str, int and float."""


@dataclass(frozen=True, slots=True)
class Index:
    """What is looked up by some columns; `where` limits it to the rows that are looked up."""

    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""

    def name(self, table: str) -> str:
        """Give its name on a table."""
        return "_".join(("idx", table, *self.columns))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: columns, primary key, what may not be empty, where it points to, what is looked up."""

    name: str
    columns: Columns
    key: tuple[str, ...]
    required: tuple[str, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
    """Column → table.column"""
    indexes: tuple[Index, ...] = ()


class Schema(Protocol):
    """What makes tables, in one transaction."""

    def apply(self, steps: Iterable["Named"]) -> None:
        """Do the steps that have not been done here yet, in their order, and note them."""

    def applied(self) -> list[str]:
        """Give the names of the steps that have been done here."""

    def tables(self) -> list[str]:
        """Give the names of the tables of the house."""

    def columns(self, table: str) -> set[str]:
        """Give the columns that a table has; none where there is no such table."""

    def create(self, table: Table) -> None:
        """Create a table with its indexes."""

    def add_column(self, table: str, column: str, kind: type, default: str | int | None = None) -> None:
        """Add a column: with a default never empty, otherwise empty in the rows that are there."""

    def index(self, table: str, index: Index) -> None:
        """Create an index unless it is there."""

    def append_only(self, table: str, sealed: Sequence[str] = ()) -> None:
        """Refuse changes and deletions of a table's rows, whoever asks; `sealed` cells may be closed with a new key."""

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        """Read rows."""

    def run(self, sql: str, args: Sequence[Any] = ()) -> None:
        """Change rows."""


class Step(Protocol):
    """A module of a step: its last name is the step's for good."""

    __name__: str

    def apply(self, schema: Schema, /) -> None:
        """Do it."""


class Named(NamedTuple):
    """A step and its name, by which databases remember it."""

    name: str
    step: Step
