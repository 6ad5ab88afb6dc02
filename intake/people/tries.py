"""Wrong tries: passwords and receipts are not to be guessed."""

from datetime import timedelta

from intake.calendar import clock
from intake.errors import TooMany
from intake.store.db import Database

ALLOWED = 5
PAUSE = timedelta(seconds=TooMany.retry)


def refuse(db: Database, what: str, allowed: int = ALLOWED) -> None:
    """Raise TooMany while the pause after so many wrong tries lasts."""
    row = db.one("SELECT count, until FROM tries WHERE what = ?", (what,))
    if row and row["count"] >= allowed and row["until"] > clock.stamp(db.now()):
        raise TooMany


def count(db: Database, what: str) -> None:
    """Count a wrong try; tries older than the pause are forgotten."""
    now = db.now()
    with db.write():
        db.run("DELETE FROM tries WHERE until <= ?", (clock.stamp(now),))
        db.run(
            "INSERT INTO tries (what, count, until) VALUES (?, 1, ?)"
            " ON CONFLICT (what) DO UPDATE SET count = tries.count + 1, until = excluded.until",
            (what, clock.stamp(now + PAUSE)),
        )


def forget(db: Database, what: str) -> None:
    """Forget wrong tries after a right one."""
    if db.one("SELECT 1 FROM tries WHERE what = ?", (what,)):
        with db.write():
            db.run("DELETE FROM tries WHERE what = ?", (what,))
