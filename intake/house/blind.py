"""Blind hashes by which numbers are found, and how they are carried over to a new hash key."""

from collections.abc import Iterator

from intake.kinds import KINDS, tables
from intake.store import audit, seals
from intake.store.db import Database


def blind_columns() -> Iterator[tuple[str, str]]:
    """Give table and column of every blind hash that is kept."""
    for kind in KINDS.values():
        for key, field in kind.answers().items():
            if field.findable:
                yield tables.name(kind.kind), tables.hash_column(key)
    yield "children", "id_number_hash"
    yield "children", "pupil_number_hash"
    yield "case_keys", "key"
    yield "child_keys", "key"
    yield "listed", "mark"


def carry_over(db: Database) -> int:
    """Bring every blind hash to the newest hash key, unopened, in one transaction; give how many.

    Nothing where they are there already. Whatever else runs must be started anew: it has the old keys in mind.
    """
    with db.write():
        since = seals.renewing_since(db)
        if not since:
            return 0
        done = sum(_carry(db, table, column, since) for table, column in blind_columns())
        seals.reseal(db)
        audit.note(db, "command", "keys.renewed", str(db.keys.generation))
    return done


def _carry(db: Database, table: str, column: str, since: int) -> int:
    rows = db.all(f"SELECT DISTINCT {column} AS old FROM {table} WHERE {column} <> ''")  # noqa: S608
    for row in rows:
        new = db.keys.renewed(row["old"], since)
        db.run(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (new, row["old"]))  # noqa: S608
    return len(rows)
