"""Seals: they show that keys and database belong together, and that nobody has taken rows away by another way.

A seal is a known cell, or a number of rows under a keyed digest: who has the database without the keys can make neither.
"""

from collections.abc import Callable

from intake.errors import SettingsError, Unreadable
from intake.store.db import Database

KEYS, HASH, BOUND = "keys", "hash", "bound"
COUNTED = {"messages": "聊天记录", "outbox": "发给家长的消息"}
"""Tables whose rows nothing else accounts for, as people call them."""
_KNOWN = "保学通"
BROKEN = "broken"
_CELL = "seals.value"

FOREIGN = (
    "密钥不是这个数据库的：它们打不开里面的内容。请把原来的密钥放回 {}，或者从备份恢复，不要用别处的密钥。"
)


def establish(db: Database, opens: Callable[[], bool | None]) -> None:
    """See that the keys are those of the database; seal one that has no seals yet. Raises SettingsError, Busy.

    `opens` tells of a database from before whether a key opens what is in it; None where there is nothing to open.
    """
    if _there(db):
        if not (fits(db) or renewing_since(db)):
            raise SettingsError(FOREIGN.format(db.settings.keys))
        return
    found = opens()
    if found is False:
        raise SettingsError(FOREIGN.format(db.settings.keys))
    with db.write():
        if not _there(db):
            _seal(db, bound=found is None)


def fits(db: Database) -> bool:
    """Tell whether the keys are those of the database."""
    row = db.one("SELECT value FROM seals WHERE name = ?", (HASH,))
    return _opens(db, KEYS) and row is not None and row["value"] == db.keys.blind("seal", _KNOWN)


def renewing_since(db: Database) -> int:
    """Give of which generation the blind hashes still are where a new hash key has not been carried through; 0 elsewhere."""
    row = db.one("SELECT number, value FROM seals WHERE name = ?", (HASH,))
    if row is None or not 0 < row["number"] < db.keys.generation:
        return 0
    return int(row["number"]) if row["value"] == db.keys.blind("seal", _KNOWN, row["number"]) else 0


def bind_cells(db: Database) -> None:
    """Note that every cell is bound to its place from now on: another one was put in by somebody else."""
    with db.write():
        _put(db, BOUND, 0, db.keys.lock(_KNOWN, _CELL, BOUND))


def cells_are_bound(db: Database) -> bool:
    """Tell whether every cell must be bound to its place."""
    return _opens(db, BOUND)


def reseal(db: Database) -> None:
    """Make the seals of the keys anew after one was renewed, in its transaction.

    Those of numbers are under a key that is never renewed: one that somebody has changed stays wrong.
    """
    _seal_keys(db, bound=cells_are_bound(db))


def count_rows(db: Database, table: str, more: int) -> None:
    """Count rows of a table that were entered, or deleted (less than 0), in the transaction that did it.

    A number that somebody has changed stays wrong, so that `verify` tells.
    """
    row = db.one("SELECT number, value FROM seals WHERE name = ?", (table,)) if more else None
    if row is None:
        return
    number = row["number"] + more
    whole = row["value"] == _digest(db, table, row["number"])
    _put(db, table, number, _digest(db, table, number) if whole else BROKEN)


def faults(db: Database) -> list[str]:
    """Give a sentence for each seal that is broken."""
    if not _there(db):
        return ["数据库里没有登记密钥，可能被人动过"]
    found = [] if fits(db) else ["密钥不是这个数据库的"]
    for table, words in COUNTED.items():
        with db.write():  # nothing is entered between the two looks
            there = db.all(f"SELECT count(*) AS n FROM {table}")[0]["n"]  # noqa: S608
            row = db.one("SELECT number, value FROM seals WHERE name = ?", (table,))
        if row is None or row["value"] != _digest(db, table, row["number"]):
            found.append(f"{words}的条数被人改过")
        elif row["number"] != there:
            more = "少了" if there < row["number"] else "多出"
            found.append(f"{words}{more} {abs(row['number'] - there)} 条（应有 {row['number']} 条）")
    return found


def _seal_keys(db: Database, bound: bool) -> None:
    _put(db, KEYS, 0, db.keys.lock(_KNOWN, _CELL, KEYS))
    _put(db, HASH, db.keys.generation, db.keys.blind("seal", _KNOWN))
    if bound:
        _put(db, BOUND, 0, db.keys.lock(_KNOWN, _CELL, BOUND))


def _seal(db: Database, bound: bool) -> None:
    _seal_keys(db, bound)
    for table in COUNTED:
        number = db.all(f"SELECT count(*) AS n FROM {table}")[0]["n"]  # noqa: S608
        _put(db, table, number, _digest(db, table, number))


def _there(db: Database) -> bool:
    return db.one("SELECT 1 FROM seals WHERE name IN (?, ?)", (KEYS, HASH)) is not None


def _opens(db: Database, name: str) -> bool:
    row = db.one("SELECT value FROM seals WHERE name = ?", (name,))
    try:
        return row is not None and db.keys.unlock(row["value"], _CELL, name) == _KNOWN
    except Unreadable:
        return False


def _put(db: Database, name: str, number: int, value: str) -> None:
    db.run(
        "INSERT INTO seals (name, number, value) VALUES (?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET number = excluded.number, value = excluded.value",
        (name, number, value),
    )


def _digest(db: Database, table: str, number: int) -> str:
    return db.keys.digest("seal", f"{table} {number}")
