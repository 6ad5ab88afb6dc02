"""How SQLite makes tables, with sqlite-utils."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import Any

from sqlite_utils import Database, Migrations

from intake.store.schema import Index, Named, Table

SET = "baoxue"
"""The name under which sqlite-utils notes the steps."""
_APPEND_ONLY = """
CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


class SqliteSchema:
    """What makes the tables of one file."""

    def __init__(self, connection: Connection) -> None:
        self._tools = Database(connection, strict=True)

    def apply(self, steps: Iterable[Named]) -> None:
        """Do the steps that have not been done here yet, in their order, and note them."""
        known = Migrations(SET)
        for one in steps:
            known(name=one.name)(lambda _, step=one.step: step.apply(self))
        known.apply(self._tools)

    def applied(self) -> list[str]:
        """Give the names of the steps that have been done here."""
        return [one.name for one in Migrations(SET).applied(self._tools)]

    def tables(self) -> list[str]:
        """Give the names of the tables of the house."""
        return [name for name in self._tools.table_names() if not name.startswith(("_", "sqlite_"))]

    def columns(self, table: str) -> set[str]:
        """Give the columns that a table has; none where there is no such table."""
        found = self._tools.table(table)
        return set(found.columns_dict) if found.exists() else set()

    def create(self, table: Table) -> None:
        """Create a table with its indexes."""
        self._tools.create_table(
            table.name,
            dict(table.columns),
            strict=True,
            pk=table.key if len(table.key) > 1 else table.key[0],
            foreign_keys=[_reference(own, other) for own, other in table.references.items()],
            not_null=table.required,
        )
        for index in table.indexes:
            self.index(table.name, index)

    def add_column(self, table: str, column: str, kind: type, default: str | int | None = None) -> None:
        """Add a column: with a default never empty, otherwise empty in the rows that are there."""
        self._tools.table(table).add_column(column, kind, not_null_default=default)

    def index(self, table: str, index: Index) -> None:
        """Create an index unless it is there."""
        kind = "UNIQUE INDEX" if index.unique else "INDEX"
        where = f" WHERE {index.where}" if index.where else ""
        columns = ", ".join(index.columns)
        self.run(f"CREATE {kind} IF NOT EXISTS {index.name(table)} ON {table} ({columns}){where}")

    def append_only(self, table: str, sealed: Sequence[str] = ()) -> None:
        """Refuse changes and deletions of a table's rows, whoever asks; `sealed` cells may be closed with a new key."""
        kept = ", ".join(sorted(self.columns(table) - set(sealed)))
        for name, verb in (("UPDATE", f"UPDATE OF {kept}" if sealed else "UPDATE"), ("DELETE", "DELETE")):
            self.run(_APPEND_ONLY.format(table=table, name=name, verb=verb))

    def all(self, sql: str, args: Sequence[Any] = ()) -> list[Any]:
        """Read rows."""
        return self._tools.execute(sql, list(args)).fetchall()

    def run(self, sql: str, args: Sequence[Any] = ()) -> None:
        """Change rows."""
        self._tools.execute(sql, list(args))


def _reference(column: str, other: str) -> tuple[str, str, str]:
    table, _, key = other.partition(".")
    return column, table, key
