"""Who has an alarm in hand, and how it ended: its row, read and said."""

from intake.errors import Dealt
from intake.people import accounts
from intake.store.db import Database, Row
from intake.talks import triage

SYSTEM = "system"
"""Who has taken the reports from before there were alarms."""


class Taken(Dealt):
    """Somebody else has an alarm in hand, or has `ended` it."""

    def __init__(self, name: str, at: str, ended: bool) -> None:
        super().__init__(name, at, triage.OUTCOME if ended else "")
        self.ended = ended


def holder_columns(alarm: str) -> str:
    """Select what `holder_of` asks of a row of alarms, under whatever name it is joined."""
    name = f"(SELECT s.name FROM staff s WHERE s.id = substr({alarm}.{{0}}, 7)) AS {{0}}_name"  # noqa: S608
    return (
        f"{alarm}.taken_by, {alarm}.taken_at, {alarm}.outcome, {alarm}.done_by, {alarm}.done_at,"
        f" {name.format('taken_by')}, {name.format('done_by')}"
    )


def holder_of(db: Database, row: Row, subject: str) -> tuple[str, str, str, str, str]:
    """Give by whom and when an alarm was taken, the outcome, by whom and when; actors by their names."""
    taken = SYSTEM if row["taken_by"] == SYSTEM else _named(row, "taken_by")
    outcome = db.keys.unlock_or_say(row["outcome"], "alarms.outcome", subject) if row["outcome"] else ""
    return taken, row["taken_at"] or "", outcome, _named(row, "done_by"), row["done_at"] or ""


def _named(row: Row, actor: str) -> str:
    return str(row[f"{actor}_name"] or "同事") if row[actor] else ""


def _name(db: Database, actor: str | None) -> str:
    return (accounts.name_of(db, actor) or "同事") if actor else ""


def holder_row(db: Database, subject: str) -> Row:
    """Read who has an alarm that somebody has acted on."""
    (row,) = db.all("SELECT taken_by, taken_at, done_by, done_at FROM alarms WHERE subject = ?", (subject,))
    return row


def too_late(db: Database, row: Row) -> Taken:
    """Say who was first, for whom comes too late."""
    ended = bool(row["done_at"])
    return Taken(_name(db, row["done_by" if ended else "taken_by"]), row["done_at"] or row["taken_at"], ended)
