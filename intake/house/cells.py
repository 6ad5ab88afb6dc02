"""Every encrypted cell and file, for the commands that check them or close them anew."""

from collections.abc import Iterator
from dataclasses import dataclass

from intake.errors import Unreadable
from intake.kinds import KINDS, tables
from intake.ledgers.shelf import files
from intake.messages import media
from intake.store import seals
from intake.store.db import Database, Row
from intake.store.keys import is_bound

CHUNK = 500
LOOKED_AT = 3
"""Cells of a column by which it is judged whether keys are those of a database."""
NAMED = 20
"""Cells of one column that are named one by one; of more it is said how many there are."""


@dataclass(frozen=True, slots=True)
class ClosedTable:
    """A table with encrypted columns, the columns of its key, and how a row is named to people, as SQL over `t`."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    named: str = ""


_REPORT = "SELECT '回执 ' || r.receipt FROM reports r WHERE r.id = t.report_id"
_CASE = "SELECT '个案 ' || c.number FROM cases c WHERE c.id = t.case_id"
FIXED = (
    ClosedTable("versions", ("report_id", "version"), ("answers",), _REPORT),
    ClosedTable("children", ("id",), ("id_number", "pupil_number")),
    ClosedTable("child_facts", ("id",), ("value",)),
    ClosedTable("listed", ("id",), ("cells",)),
    ClosedTable("differences", ("id",), ("here", "there", "evidence", "conclusion", "remark")),
    ClosedTable("register_entries", ("id",), ("reason", "paper", "remark")),
    ClosedTable("child_merges", ("id",), ("moved",)),
    ClosedTable("linked_reports", ("id",), ("kept",)),
    ClosedTable("messages", ("key",), ("said", "reply")),
    ClosedTable("conversations", ("reporter",), ("openid", "state")),
    ClosedTable("drafts", ("reporter", "kind"), ("answers",)),
    ClosedTable("alarms", ("subject",), ("outcome",),
                "SELECT '回执 ' || r.receipt FROM reports r WHERE r.id = t.subject"),
    ClosedTable("outbox", ("id",), ("body",)),
    ClosedTable("factors", ("staff",), ("secret", "next_secret")),
    ClosedTable("case_events", ("id",), ("words",), _CASE),
    ClosedTable("tokens", ("name",), ("token",)),
    ClosedTable("media", ("id",), ("media_id",)),
    ClosedTable("looks", ("id",), ("words",)),
    ClosedTable("uploads", ("id",), ("name",)),
    ClosedTable("case_cells", ("case_id", "key"), ("value",), _CASE),
    ClosedTable("full_exports", ("id",), ("reason", "why", "password")),
    ClosedTable("sent_returns", ("id",), ("content", "reason")),
    ClosedTable("returns", ("id",), ("name",)),
    ClosedTable("return_changes", ("id",), ("before", "after"), _CASE),
    ClosedTable("row_changes", ("id",), ("before", "after")),
)  # fmt: skip


def closed() -> Iterator[ClosedTable]:
    """Give every table that has encrypted columns."""
    for kind in KINDS.values():
        keys = tuple(key for key, field in kind.answers().items() if field.encrypted)
        if keys:
            yield ClosedTable(tables.name(kind.kind), ("report_id",), keys, _REPORT)
    yield from FIXED


def unreadable(db: Database, bound: bool = False) -> list[str]:
    """Name every cell and file that does not open in its place, by receipt or number of a case where it has one.

    With `bound` a cell that is bound to no place is none of this house any more, and named as well.
    """
    found = media.unreadable(db) + files.unreadable_workbooks(db)
    for table in closed():
        for column in table.columns:
            wrong = [
                _named(table, row) for row in _rows(db, table, column) if _shut(db, table, column, row, bound)
            ]
            more = f"，另有 {len(wrong) - NAMED} 处" if len(wrong) > NAMED else ""
            if wrong:
                found.append(f"{table.name}.{column}（{'、'.join(wrong[:NAMED])}{more}）")
    return found


def keys_fit(db: Database) -> bool | None:
    """Tell whether a key opens any of a few cells of each column; None where there is no cell at all.

    One damaged cell does not make the keys foreign, and a house of before has not all of today's columns.
    """
    there = _there(db)
    opened = [
        not _shut(db, table, column, row, bound=False)
        for table in closed()
        for column in table.columns
        if column in there.get(table.name, ())
        for row in _rows(db, table, column, f" LIMIT {LOOKED_AT}")
    ]
    return any(opened) if opened else None


def _there(db: Database) -> dict[str, set[str]]:
    with db.schema() as schema:
        return {table.name: schema.columns(table.name) for table in closed()}


def relock(db: Database) -> int:
    """Close every cell and file with the newest key, in its place; give how many. Raises Unreadable."""
    done = media.relock(db) + files.relock_workbooks(db)
    for table in closed():
        where = " AND ".join(f"{one} = ?" for one in table.key)
        rows = db.all(f"SELECT {', '.join(table.key)} FROM {table.name}")  # noqa: S608
        for start in range(0, len(rows), CHUNK):
            with db.write():  # short turns: reports keep coming in meanwhile
                for row in rows[start : start + CHUNK]:
                    done += _relock(db, table, where, tuple(row[one] for one in table.key))
    with db.write():
        seals.reseal(db)
        seals.bind_cells(db)
    return done


def _relock(db: Database, table: ClosedTable, where: str, ids: tuple[str | int, ...]) -> int:
    now = db.one(f"SELECT {', '.join(table.columns)} FROM {table.name} WHERE {where}", ids)  # noqa: S608
    done = [column for column in table.columns if now and now[column]]
    for column in done:
        place = f"{table.name}.{column}"
        cell = db.keys.lock(db.keys.unlock(now[column], place, *ids), place, *ids)  # type: ignore[index]
        db.run(f"UPDATE {table.name} SET {column} = ? WHERE {where}", (cell, *ids))  # noqa: S608
    return len(done)


def _rows(db: Database, table: ClosedTable, column: str, limit: str = "") -> Iterator[Row]:
    named = f"({table.named})" if table.named else "''"
    keys = ", ".join(f"t.{one}" for one in table.key)
    return iter(db.each(
        f"SELECT {keys}, t.{column} AS cell, {named} AS named FROM {table.name} t"  # noqa: S608
        f" WHERE t.{column} <> ''{limit}"
    ))  # fmt: skip


def _shut(db: Database, table: ClosedTable, column: str, row: Row, bound: bool) -> bool:
    try:
        db.keys.unlock(row["cell"], f"{table.name}.{column}", *(row[one] for one in table.key))
    except (Unreadable, AttributeError, UnicodeDecodeError):  # no text at all
        return True
    return bound and not is_bound(row["cell"])


def _named(table: ClosedTable, row: Row) -> str:
    return str(row["named"] or " ".join(str(row[one]) for one in table.key))
