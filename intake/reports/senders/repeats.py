"""Keys of idempotency: what was sent before is known by a keyed hash, in the namespace of whoever sent it.

Nobody can take a key that another uses, nor ask whether it was used: a system has its own namespace, and so has each
address where anybody may send, each page, the chat and the desk.
"""

import time
from weakref import WeakKeyDictionary

from intake.kinds.tables import IDEMPOTENCY
from intake.store.db import Database, Row
from intake.store.migrations.m033_clients import FORMER, SHARED

AGAIN = 60.0
"""Seconds after which a house without keys of before is asked once more: a server of before may have brought one."""
_houses: WeakKeyDictionary[Database, tuple[bool, float]] = WeakKeyDictionary()


def key_digest(db: Database, key: str) -> str:
    """Give what is kept of a key."""
    return db.keys.digest(IDEMPOTENCY, key)


def row_of_key(db: Database, key: str) -> Row | None:
    """Give the row of `reports` that came under a key."""
    return db.one("SELECT * FROM reports WHERE idempotency_key = ?", (key_digest(db, key),))


def former_row(db: Database, key: str, body: str) -> Row | None:
    """Give the row of what a system sent under a key when all of them shared one namespace.

    Only the same contents count: whoever came first with a key then cannot keep it from anybody now.
    """
    if key and _has_former(db):
        kept = FORMER + key_digest(db, SHARED + key)
        return db.one("SELECT * FROM reports WHERE idempotency_key = ? AND body_hash = ?", (kept, body))
    return None


def _has_former(db: Database) -> bool:
    """Tell whether there are any such keys; a house without asks once a while, and pays nothing in between."""
    known, asked = _houses.get(db, (False, 0.0))
    if not known and (not asked or time.monotonic() - asked > AGAIN):
        sql = (
            "SELECT 1 FROM reports WHERE idempotency_key >= 'former:' AND idempotency_key < 'former;' LIMIT 1"
        )
        known = db.one(sql) is not None
        _houses[db] = known, time.monotonic()
    return known
