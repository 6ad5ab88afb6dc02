"""What waits for the worker: reports whose child nobody has looked for yet, or whose answers changed; children that are new."""

from collections.abc import Collection

from intake.calendar import clock
from intake.store.db import Database

CHILD = "child:"
"""How a line begins that is about a child; every other one is the id of a report, and those come first."""


def enqueue_report(db: Database, report: str) -> None:
    """Let the worker look at a report, in the caller's transaction: again where it waits already."""
    _enqueue(db, report)


def enqueue_child(db: Database, child: str) -> None:
    """Let the worker look whether a child has another file already, in the caller's transaction."""
    _enqueue(db, f"{CHILD}{child}")


def forget_child(db: Database, child: str) -> None:
    """Let the worker not look at a child, in the caller's transaction."""
    db.run("DELETE FROM child_queue WHERE report = ?", (f"{CHILD}{child}",))


def waiting_lines(db: Database, number: int, but: Collection[str] = ()) -> list[tuple[str, str]]:
    """Give the next lines that wait, with their stamps: the newest reports first, then children; without some."""
    more = number + len(but)
    rows = db.all(
        "SELECT report, at FROM child_queue WHERE report < ? ORDER BY report DESC LIMIT ?", (CHILD, more)
    )
    if len(rows) < number:
        rows += db.all(
            "SELECT report, at FROM child_queue WHERE report >= ? ORDER BY report LIMIT ?", (CHILD, more)
        )
    return [(row["report"], row["at"]) for row in rows if row["report"] not in but][:number]


def take_line(db: Database, line: str, at: str) -> bool:
    """Take a line out, in the transaction of what follows from it; false where it came anew, or somebody has it."""
    return bool(db.run("DELETE FROM child_queue WHERE report = ? AND at = ?", (line, at)).rowcount)


def _enqueue(db: Database, line: str) -> None:
    db.run(
        "INSERT INTO child_queue (report, at) VALUES (?, ?) ON CONFLICT (report) DO UPDATE SET at = excluded.at",
        (line, clock.stamp(db.now())),
    )
