"""Messages that the house sends to parents by itself: once, or else somebody telephones.

A message waits, until a worker sends it (see `claims`) or the chat shows it when the parent comes
by; what cannot be delivered is refused, which makes it a telephone call (家长未收到).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.calendar import clock
from intake.errors import Unreadable
from intake.messages import windows
from intake.messages.errcodes import PERSON
from intake.messages.windows import opened as opened
from intake.people.scope import Scope, narrow, sees
from intake.store import audit, seals
from intake.store.db import Database, Row
from intake.store.ids import new_id

LONGEST = 2048
"""Bytes of UTF-8 that one message holds."""
WORKER = "worker"
REMINDER = "reminder"
"""Subject of a message that only asks somebody to go on: nobody telephones for it, and who comes by needs it no more."""

UNDELIVERED = (
    "EXISTS (SELECT 1 FROM outbox WHERE outbox.reporter = asked.reporter"
    " AND outbox.state IN ('waiting', 'refused') AND outbox.called_at IS NULL)"
)
"""Tells in a query over `asked` (reporter) whether somebody has not got something yet."""
IN_HAND = "lease <> '' AND lease > ?"
"""Tells, with the present moment, whether a worker has a message in hand."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A message that somebody has not got; `subject` is a receipt or empty."""

    id: str
    text: str
    subject: str
    created_at: str


def post(db: Database, reporter: str, text: str, subject: str = "") -> str:
    """Put a message out, in the caller's transaction; give its id.

    Where the platform would not take it, it becomes a telephone call at once. Raises ValueError on
    a text that is empty or longer than a message may be.
    """
    if not text.strip() or len(text.encode("utf-8", "surrogatepass")) > LONGEST:
        raise ValueError(f"a message has 1 to {LONGEST} bytes")
    key, now = new_id(), clock.stamp(db.now())
    last = db.one("SELECT max(created_at) AS at FROM outbox WHERE reporter = ?", (reporter,))
    created = now
    if last and last["at"] and last["at"] >= now:  # two within a millisecond keep their order
        created = clock.stamp(datetime.fromisoformat(last["at"]) + timedelta(milliseconds=1))
    db.run(
        "INSERT INTO outbox (id, reporter, subject, body, created_at, due_at, lease, attempts, doubts, state, error)"
        " VALUES (?, ?, ?, ?, ?, ?, '', 0, 0, 'waiting', '')",
        (key, reporter, subject, db.keys.lock(text, "outbox.body", key), created, now),
    )
    seals.count_rows(db, "outbox", 1)
    code = windows.window_of(db, reporter).code if reporter.startswith("wechat:") else PERSON
    if code:
        refuse(db, key, subject, code)
    return key


def waiting_for(db: Database, reporter: str) -> list[Waiting]:
    """Give, oldest first, what somebody has not got yet, for the next time they come."""
    rows = db.all(
        "SELECT id, body, subject, created_at FROM outbox WHERE reporter = ? AND state IN ('waiting', 'refused')"  # noqa: S608
        f" AND called_at IS NULL AND subject <> ? AND NOT ({IN_HAND}) ORDER BY created_at, id",
        (reporter, REMINDER, clock.stamp(db.now())),
    )
    found = []
    for row in rows:
        try:
            text = db.keys.unlock(row["body"], "outbox.body", row["id"])
            found.append(Waiting(row["id"], text, row["subject"], row["created_at"]))
        except Unreadable:
            continue  # it stays a telephone call; the parent is answered all the same
    return found


def shown(db: Database, ids: Iterable[str]) -> int:
    """Note, in the caller's transaction, that messages were shown in the chat; give how many.

    One that a worker has taken in hand meanwhile is left to it.
    """
    now, done = clock.stamp(db.now()), 0
    for key in ids:
        changed = db.run(
            "UPDATE outbox SET state = 'shown', settled_at = ? WHERE id = ? AND state IN ('waiting', 'refused')"  # noqa: S608
            f" AND NOT ({IN_HAND})",
            (now, key, now),
        )
        if changed.rowcount:
            audit.note(db, "bot", "message.shown", key)
            done += 1
    return done


def drop_reminders(db: Database, reporter: str) -> None:
    """Send no reminder to somebody who has come by, in the caller's transaction; one in a worker's hand is left to it."""
    now = clock.stamp(db.now())
    db.run(
        "UPDATE outbox SET state = 'dropped', settled_at = ? WHERE reporter = ? AND state = 'waiting' AND subject = ?"  # noqa: S608
        f" AND NOT ({IN_HAND})",
        (now, reporter, REMINDER, now),
    )


def refuse(db: Database, key: str, subject: str, code: str) -> None:
    """Make a message a telephone call, or drop a reminder, in the caller's transaction; `code` says why (see errcodes)."""
    db.run(
        "UPDATE outbox SET state = ?, lease = '', error = ?, settled_at = ? WHERE id = ?",
        ("dropped" if subject == REMINDER else "refused", code, clock.stamp(db.now()), key),
    )
    audit.note(db, WORKER, "message.refused", key, f"{subject} {code}".strip())


def undelivered(db: Database, scope: Scope | None = None) -> list[Row]:
    """List the telephone calls to make (家长未收到), oldest first, within a scope (None: all of them).

    Each has id, subject, reporter, kind, town, created_at, settled_at, error (see errcodes.meaning).
    What belongs to no report is the district's.
    """
    within, codes = narrow(scope) if scope else ("1 = 1", [])
    if scope and sees(scope, town=db.settings.district_code):
        within = f"({within} OR r.id IS NULL)"
    return db.all(
        "SELECT o.id, o.subject, o.reporter, r.kind, r.town, o.created_at, o.settled_at, o.error"  # noqa: S608
        " FROM outbox o LEFT JOIN reports r ON r.receipt = o.subject AND o.subject <> ''"
        f" WHERE o.state = 'refused' AND o.called_at IS NULL AND {within}"
        " ORDER BY o.created_at, o.id",
        codes,
    )


def read_message(db: Database, key: str, actor: str) -> str:
    """Give the text of a message to somebody of the staff, and note the look. Raises LookupError, Unreadable."""
    with db.write():
        row = db.one("SELECT body FROM outbox WHERE id = ?", (key,))
        if row is None:
            raise LookupError("no such message")
        audit.note(db, actor, "message.read", key)
        return db.keys.unlock(row["body"], "outbox.body", key)


def called(db: Database, key: str, actor: str) -> bool:
    """Note that somebody has telephoned; tell whether that was still open."""
    with db.write():
        done = db.run(
            "UPDATE outbox SET called_by = ?, called_at = ? WHERE id = ? AND state = 'refused' AND called_at IS NULL",
            (actor, clock.stamp(db.now()), key),
        )
        if done.rowcount:
            audit.note(db, actor, "message.called", key)
        return bool(done.rowcount)


def stuck(db: Database, since: timedelta) -> int:
    """Count the messages that have been due for a time, which means that no worker runs."""
    past = clock.stamp(db.now() - since)
    row = db.one("SELECT count(*) AS n FROM outbox WHERE state = 'waiting' AND due_at < ?", (past,))
    return int(row["n"]) if row else 0


def forget(db: Database, reporter: str) -> int:
    """Delete somebody's messages on leaving the account; what they never got becomes a telephone call."""
    windows.forget(db, reporter)
    for row in db.all("SELECT id, subject FROM outbox WHERE reporter = ? AND state = 'waiting'", (reporter,)):
        refuse(db, row["id"], row["subject"], "43004")
    gone = db.run(
        "DELETE FROM outbox WHERE reporter = ? AND (state <> 'refused' OR called_at IS NOT NULL OR subject = '')",
        (reporter,),
    ).rowcount
    seals.count_rows(db, "outbox", -gone)
    return gone


def purge(db: Database, before: str) -> int:
    """Delete messages older than a stamp, and windows long closed; give how many."""

    def told(gone: int) -> None:
        seals.count_rows(db, "outbox", -gone)

    return db.prune("outbox", ("id",), "created_at < ?", (before,), then=told) + windows.purge(db)
