"""What was said in the chat, and where each conversation stands: the only owner of both tables.

A conversation carries a version: whoever answers writes only over what was looked at, and whatever changes
under an answer that is being made wakes the conversation, so that it is decided again.
"""

from collections.abc import Sequence
from typing import NamedTuple

from intake.calendar import clock
from intake.messages import outbox
from intake.store import seals
from intake.store.db import Database, Row


class Underway(NamedTuple):
    """The report that a conversation is in the middle of: what tells it from the next one, and its kind; or nothing."""

    id: str = ""
    kind: str = ""


NOTHING = Underway()


def recall_conversation(db: Database, reporter: str, message: str, news: str) -> Row:
    """Give where somebody's conversation stands, and the reply to a message where it was answered before.

    `news` is the condition that tells whether a page has written since (see `drafts.NEWS`).
    Columns: reply, state, version, updated_at (each empty where there is none), waiting, typed.
    """
    (row,) = db.all(
        "SELECT messages.reply, conversations.state, conversations.version, conversations.updated_at,"  # noqa: S608
        f" {outbox.UNDELIVERED} AS waiting, {news} AS typed"
        " FROM (SELECT ? AS reporter, ? AS key) AS asked"
        " LEFT JOIN conversations ON conversations.reporter = asked.reporter"
        " LEFT JOIN messages ON messages.key = asked.key",
        (reporter, message),
    )
    return row


def keep_conversation(
    db: Database, reporter: str, openid: str, state: str, at: str, version: int, under_way: Underway = NOTHING
) -> bool:
    """Write where a conversation stands; tell whether it was still where it had been seen (version 0: nowhere).

    Beside it stands in plain what the worker asks: which report is under way, and that it waits from now on.
    """
    since = at if under_way.id else ""
    if version:
        done = db.run(
            "UPDATE conversations SET state = ?, version = version + 1, updated_at = ?, draft = ?, draft_kind = ?,"
            " silent_since = ?, unreminded_since = CASE WHEN reminded = ? THEN '' ELSE ? END"
            " WHERE reporter = ? AND version = ?",
            (state, at, *under_way, since, under_way.id, since, reporter, version),
        )
    else:
        done = db.run(
            "INSERT INTO conversations (reporter, openid, state, version, updated_at, draft, draft_kind,"
            " silent_since, unreminded_since) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (reporter) DO NOTHING",
            (
                reporter,
                db.keys.lock(openid, "conversations.openid", reporter),
                state,
                at,
                *under_way,
                since,
                since,
            ),
        )
    return done.rowcount == 1


def under_way_of(db: Database, reporter: str) -> Underway:
    """Give the report that somebody's conversation is in the middle of."""
    row = db.one("SELECT draft, draft_kind FROM conversations WHERE reporter = ?", (reporter,))
    return Underway(row["draft"], row["draft_kind"]) if row else NOTHING


def rest_conversation(db: Database, reporter: str, kind: str) -> None:
    """Note that the report of a kind that was under way has been sent elsewhere: nobody need go on with it."""
    db.run(
        "UPDATE conversations SET draft = '', draft_kind = '', silent_since = '', unreminded_since = ''"
        " WHERE reporter = ? AND draft_kind = ?",
        (reporter, kind),
    )


def silent_conversations(db: Database, past: str, soon: str, urgent: Sequence[str], limit: int) -> list[Row]:
    """Give the reports under way that nobody has gone on with since a stamp, `urgent` kinds since a later one.

    Columns: reporter, kind, since; the oldest first.
    """
    kinds = ", ".join("?" * len(urgent))
    return db.all(
        "SELECT reporter, draft_kind AS kind, silent_since AS since FROM conversations WHERE silent_since <> ''"  # noqa: S608
        f" AND silent_since <= ? AND (silent_since <= ? OR draft_kind IN ({kinds})) ORDER BY silent_since LIMIT ?",
        (max(past, soon), past, *urgent, limit),
    )


def claim_silence(db: Database, reporter: str, since: str) -> bool:
    """Take a silence in hand, in the transaction that tells of it; tell whether nobody else has, and it lasts."""
    sql = "UPDATE conversations SET silent_since = '' WHERE reporter = ? AND silent_since = ?"
    return db.run(sql, (reporter, since)).rowcount == 1


def unreminded_conversations(db: Database, past: str, limit: int) -> list[str]:
    """Give who has not gone on with a report since a stamp, and was never reminded of it; the longest first."""
    rows = db.all(
        "SELECT reporter FROM conversations WHERE unreminded_since <> '' AND unreminded_since <= ?"
        " ORDER BY unreminded_since LIMIT ?",
        (past, limit),
    )
    return [str(row["reporter"]) for row in rows]


def claim_reminder(db: Database, reporter: str) -> bool:
    """Take the reminder of the report under way in hand: there is one. Tell whether it was still to be sent."""
    done = db.run(
        "UPDATE conversations SET unreminded_since = '', reminded = draft"
        " WHERE reporter = ? AND unreminded_since <> ''",
        (reporter,),
    )
    return done.rowcount == 1


def wake_conversation(db: Database, reporter: str) -> None:
    """Let a message that is being answered at this moment look again, in the transaction of what is new to it."""
    db.run("UPDATE conversations SET version = version + 1 WHERE reporter = ?", (reporter,))


def begin_conversation_anew(db: Database, reporter: str, state: str) -> None:
    """Put another state in place of one that cannot be read."""
    db.run(
        "UPDATE conversations SET state = ?, version = version + 1, draft = '', draft_kind = '', silent_since = '',"
        " unreminded_since = '' WHERE reporter = ?",
        (state, reporter),
    )


def openid_of(db: Database, reporter: str) -> str:
    """Give the locked cell with somebody's openid, or nothing where no conversation is kept."""
    row = db.one("SELECT openid FROM conversations WHERE reporter = ?", (reporter,))
    return str(row["openid"]) if row else ""


def keep_message(
    db: Database, key: str, reporter: str, kind: str, said: str, reply: str, nonce: str | None = None
) -> bool:
    """Keep what was said and answered, as locked cells; tell whether neither key nor nonce was there before."""
    done = db.run(
        "INSERT INTO messages (key, reporter, received_at, type, said, reply, nonce)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (key, reporter, clock.stamp(db.now()), kind, said, reply, nonce),
    )
    seals.count_rows(db, "messages", done.rowcount)
    return done.rowcount == 1


def kind_before(db: Database, reporter: str, message: str) -> str:
    """Give of what type somebody's newest message is, apart from one; nothing where there is none."""
    row = db.one(
        "SELECT type FROM messages WHERE reporter = ? AND key <> ? ORDER BY received_at DESC LIMIT 1",
        (reporter, message),
    )
    return str(row["type"]) if row else ""


def forget_conversation(db: Database, reporter: str, kept: str) -> int:
    """Delete all that somebody said, in the caller's transaction; give how many rows.

    `kept` is the condition of what stays (see `triage.KEPT`).
    """
    sql = f"DELETE FROM messages WHERE reporter = ? AND NOT {kept.format('messages.key')}"  # noqa: S608
    gone = db.run(sql, (reporter,)).rowcount
    seals.count_rows(db, "messages", -gone)
    return gone + db.run("DELETE FROM conversations WHERE reporter = ?", (reporter,)).rowcount


def purge_messages(db: Database, past: str, kept: str, freed: str) -> int:
    """Delete what was said before a stamp and need not be `kept`, and what is `freed`; give how many. Raises Busy."""
    key, of = "messages.key", ("key",)

    def told(gone: int) -> None:
        seals.count_rows(db, "messages", -gone)

    gone = db.prune("messages", of, f"received_at < ? AND NOT {kept.format(key)}", (past,), then=told)
    return gone + db.prune("messages", of, freed.format(key), then=told)


def purge_conversations(db: Database, past: str) -> int:
    """Delete conversations that nobody has gone on with since a stamp; give how many. Raises Busy."""
    return db.prune("conversations", ("reporter",), "updated_at < ?", (past,))
