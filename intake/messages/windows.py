"""When the platform lets the house write first: after a parent's message, and shortly after an act."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.calendar import clock
from intake.messages.errcodes import WINDOW_CLOSED, WINDOW_USED
from intake.store.db import Database

# The short one first: what it allows is lost after a minute.
TERMS: Mapping[str, tuple[int, timedelta]] = {
    "acted": (3, timedelta(minutes=1)),
    "said": (5, timedelta(hours=48)),
}
"""How many messages within which time: after a menu click, a follow or a scan; after words."""


@dataclass(frozen=True, slots=True)
class Window:
    """The window that is open (acted, said), or the platform's code for why none is."""

    name: str = ""
    code: str = ""


def opened(db: Database, reporter: str, acted: bool) -> None:
    """Note, in the caller's transaction, that somebody wrote, or clicked a menu, followed or scanned."""
    name, now = "acted" if acted else "said", clock.stamp(db.now())
    said, did = ("", now) if acted else (now, "")
    db.run(
        "INSERT INTO windows (reporter, said_at, said_used, acted_at, acted_used) VALUES (?, ?, 0, ?, 0)"  # noqa: S608
        f" ON CONFLICT (reporter) DO UPDATE SET {name}_at = excluded.{name}_at, {name}_used = 0",
        (reporter, said, did),
    )


def window_of(db: Database, reporter: str, at: datetime | None = None) -> Window:
    """Give the window that is open now, or would still be at a later moment."""
    row = db.one("SELECT * FROM windows WHERE reporter = ?", (reporter,))
    at, code = at or db.now(), WINDOW_CLOSED
    for name, (most, term) in TERMS.items():
        if row and row[f"{name}_at"] and datetime.fromisoformat(row[f"{name}_at"]) + term > at:
            if row[f"{name}_used"] < most:
                return Window(name)
            code = WINDOW_USED
    return Window(code=code)


def use(db: Database, reporter: str, name: str) -> None:
    """Count a message before it is sent."""
    db.run(f"UPDATE windows SET {name}_used = {name}_used + 1 WHERE reporter = ?", (reporter,))  # noqa: S608


def give_back(db: Database, reporter: str, name: str) -> None:
    """Take back the count of a message that was certainly not delivered."""
    db.run(
        f"UPDATE windows SET {name}_used = {name}_used - 1 WHERE reporter = ? AND {name}_used > 0",  # noqa: S608
        (reporter,),
    )


def forget(db: Database, reporter: str) -> None:
    """Delete somebody's windows."""
    db.run("DELETE FROM windows WHERE reporter = ?", (reporter,))


def purge(db: Database) -> int:
    """Delete the windows that have long been closed; give how many."""
    past = clock.stamp(db.now() - TERMS["said"][1])
    return db.prune("windows", ("reporter",), "said_at < ? AND acted_at < ?", (past, past))
