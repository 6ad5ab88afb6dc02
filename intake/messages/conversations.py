"""What was said in the chat, and where each conversation stands: the only owner of both tables.

A conversation carries a version: whoever answers writes only over what was looked at, and whatever changes
under an answer that is being made wakes the conversation, so that it is decided again.
"""

from intake.calendar import clock
from intake.messages import outbox
from intake.store import seals
from intake.store.db import Database, Row


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


def keep_conversation(db: Database, reporter: str, openid: str, state: str, at: str, version: int) -> bool:
    """Write where a conversation stands; tell whether it was still where it had been seen (version 0: nowhere)."""
    if version:
        done = db.run(
            "UPDATE conversations SET state = ?, version = version + 1, updated_at = ?"
            " WHERE reporter = ? AND version = ?",
            (state, at, reporter, version),
        )
    else:
        done = db.run(
            "INSERT INTO conversations (reporter, openid, state, version, updated_at) VALUES (?, ?, ?, 1, ?)"
            " ON CONFLICT (reporter) DO NOTHING",
            (reporter, db.keys.lock(openid, "conversations.openid", reporter), state, at),
        )
    return done.rowcount == 1


def wake_conversation(db: Database, reporter: str) -> None:
    """Let a message that is being answered at this moment look again, in the transaction of what is new to it."""
    db.run("UPDATE conversations SET version = version + 1 WHERE reporter = ?", (reporter,))


def begin_conversation_anew(db: Database, reporter: str, state: str) -> None:
    """Put another state in place of one that cannot be read."""
    db.run("UPDATE conversations SET state = ?, version = version + 1 WHERE reporter = ?", (state, reporter))


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
