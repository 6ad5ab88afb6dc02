"""A worker's hold on a message: committed before the platform is called, so that nothing is sent twice.

A call whose outcome nobody knows (no answer came, the worker was killed) counts as a doubt: the
platform has no key by which it would know a repetition, so a second doubt ends in a telephone call.
"""

from dataclasses import dataclass
from datetime import timedelta

from intake.calendar import clock
from intake.errors import Unreadable
from intake.messages import windows
from intake.messages.conversations import openid_of
from intake.messages.errcodes import PERSON, UNREADABLE, UNSURE
from intake.messages.outbox import IN_HAND, WORKER, refuse
from intake.store import audit
from intake.store.db import Database, Row

LEASE = timedelta(minutes=5)
"""Longer than any call takes, with two tokens to wait for; after it a claim is taken over, as one whose outcome is in doubt."""
ATTEMPTS = 8
DOUBTS = 2
_NEXT = (
    "SELECT * FROM outbox WHERE state = 'waiting' AND due_at <= ?"  # noqa: S608
    f" AND NOT ({IN_HAND}) ORDER BY due_at, created_at, id LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that a worker has in hand; `attempt` tells its claim from a later one."""

    id: str
    reporter: str
    openid: str
    text: str
    attempt: int
    window: str


def claim(db: Database) -> Claimed | None:
    """Take the next message in hand, committed before the platform is called; None where none is due."""
    now = clock.stamp(db.now())
    if db.one(_NEXT, (now, now)) is None:  # reading is cheaper than a turn at the gate
        return None
    with db.write():
        while row := db.one(_NEXT, (now, now)):
            if found := _take(db, row):
                return found
    return None


def _take(db: Database, row: Row) -> Claimed | None:
    """Take one in hand, or make it a telephone call."""
    key, who = row["id"], row["reporter"]
    window = windows.window_of(db, who)
    person = openid_of(db, who)
    code = UNSURE if row["doubts"] >= DOUBTS else window.code or ("" if person else PERSON)
    try:
        if person and not code:
            text = db.keys.unlock(row["body"], "outbox.body", key)
            openid = db.keys.unlock(person, "conversations.openid", who)
            windows.use(db, who, window.name)
            db.run(
                "UPDATE outbox SET lease = ?, attempts = attempts + 1, doubts = doubts + 1 WHERE id = ?",
                (clock.stamp(db.now() + LEASE), key),
            )
            return Claimed(key, who, openid, text, row["attempts"] + 1, window.name)
    except Unreadable:
        code = UNREADABLE
    refuse(db, key, row["subject"], code)
    return None


def sent(db: Database, claimed: Claimed) -> None:
    """Note that the platform took a message; `error` keeps the mark of an earlier attempt in doubt."""
    with db.write():
        if row := _in_hand(db, claimed):
            db.run(
                "UPDATE outbox SET state = 'sent', lease = '', doubts = doubts - 1, error = ?, settled_at = ?"
                " WHERE id = ?",
                (UNSURE if row["doubts"] > 1 else "", clock.stamp(db.now()), claimed.id),
            )
            audit.note(db, WORKER, "message.sent", claimed.id, row["subject"])


def again(db: Database, claimed: Claimed, code: str, wait: timedelta, unsure: bool = False) -> None:
    """Try a message later, unless it was tried enough or its window will be shut by then.

    `unsure` tells that it may have been delivered.
    """
    with db.write():
        row = _in_hand(db, claimed)
        if row is None:
            return
        if not unsure:
            windows.give_back(db, claimed.reporter, claimed.window)
        doubts, due = row["doubts"] - (not unsure), db.now() + wait
        if (
            row["attempts"] >= ATTEMPTS
            or doubts >= DOUBTS
            or windows.window_of(db, claimed.reporter, due).code
        ):
            refuse(db, claimed.id, row["subject"], code)
        else:
            db.run(
                "UPDATE outbox SET lease = '', due_at = ?, doubts = ?, error = ? WHERE id = ?",
                (clock.stamp(due), doubts, code, claimed.id),
            )


def refused(db: Database, claimed: Claimed, code: str) -> None:
    """Note that a message will not be taken: somebody telephones."""
    with db.write():
        if row := _in_hand(db, claimed):
            windows.give_back(db, claimed.reporter, claimed.window)
            refuse(db, claimed.id, row["subject"], code)


def _in_hand(db: Database, claimed: Claimed) -> Row | None:
    """Give the row unless it is gone, or another worker has claimed it since."""
    return db.one(
        "SELECT subject, attempts, doubts FROM outbox WHERE id = ? AND attempts = ? AND state = 'waiting'",
        (claimed.id, claimed.attempt),
    )
