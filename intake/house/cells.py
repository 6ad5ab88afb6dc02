"""Every encrypted cell and file, for the commands that check them or close them anew."""

from collections.abc import Iterator

from intake.errors import Unreadable
from intake.kinds import KINDS, tables
from intake.ledgers.shelf import files
from intake.messages import media
from intake.store.db import Database

CHUNK = 500
FIXED = (
    ("versions", ("report_id", "version"), ("answers",)),
    ("children", ("id",), ("id_number",)),
    ("messages", ("key",), ("said", "reply")),
    ("conversations", ("reporter",), ("openid", "state")),
    ("drafts", ("reporter", "kind"), ("answers",)),
    ("alarms", ("subject",), ("outcome",)),
    ("outbox", ("id",), ("body",)),
    ("case_events", ("id",), ("words",)),
    ("tokens", ("name",), ("token",)),
    ("media", ("id",), ("media_id",)),
    ("looks", ("id",), ("words",)),
    ("uploads", ("id",), ("name",)),
    ("case_cells", ("case_id", "key"), ("value",)),
    ("full_exports", ("id",), ("reason", "why", "password")),
    ("sent_returns", ("id",), ("content", "reason")),
    ("returns", ("id",), ("name",)),
    ("return_changes", ("id",), ("before", "after")),
)


def closed() -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Give (table, columns of its key, encrypted columns) for every table that has any."""
    for kind in KINDS.values():
        keys = tuple(key for key, field in kind.answers().items() if field.encrypted)
        if keys:
            yield tables.name(kind.kind), ("report_id",), keys
    yield from FIXED


def unreadable(db: Database) -> list[str]:
    """Give table.column of every cell that no key opens, with how many there are, and the files."""
    found = media.unreadable(db) + files.unreadable_workbooks(db)
    for table, _, columns in closed():
        for column in columns:
            count = 0
            for row in db.each(f"SELECT {column} AS cell FROM {table} WHERE {column} <> ''"):  # noqa: S608
                try:
                    db.keys.unlock(row["cell"])
                except Unreadable:
                    count += 1
            if count:
                found.append(f"{table}.{column} × {count}")
    return found


def relock(db: Database) -> int:
    """Close every cell and file with the newest key; give how many. Raises Unreadable."""
    done = media.relock(db) + files.relock_workbooks(db)
    for table, key, columns in closed():
        where = " AND ".join(f"{one} = ?" for one in key)
        rows = db.all(f"SELECT {', '.join(key)} FROM {table}")  # noqa: S608
        for start in range(0, len(rows), CHUNK):
            with db.write():  # short turns: reports keep coming in meanwhile
                for row in rows[start : start + CHUNK]:
                    ids = tuple(row[one] for one in key)
                    now = db.one(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", ids)  # noqa: S608
                    for column in columns:
                        if now and now[column]:
                            db.run(
                                f"UPDATE {table} SET {column} = ? WHERE {where}",  # noqa: S608
                                (db.keys.relock(now[column]), *ids),
                            )
                            done += 1
    return done
