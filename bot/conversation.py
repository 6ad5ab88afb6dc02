"""One message, one answer, one transaction: what was said, what it changed and what was replied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import dialogue, pieces
from bot.incoming import Incoming
from bot.office import NeedsWriting, Office
from bot.replies import Reply
from bot.state import State
from intake import audit, clock, retention
from intake.db import Database
from intake.kinds import KINDS

LONGEST = 8000
"""Characters kept of a body that nobody could read."""
SUBSCRIBE, UNSUBSCRIBE, CLICK = "subscribe", "unsubscribe", "click"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database held when the message was looked at."""

    version: int
    state: State
    reply: str | None


def answer(db: Database, message: Incoming) -> str:
    """Give the reply to a message, or nothing where none is due. A retry gets the stored reply.

    What is only read and decided happens before the transaction; if another message of the same
    person came in between, or a report is to be made, it is decided again inside.
    """
    who = reporter(db, message.openid)
    if message.event == UNSUBSCRIBE:
        forget(db, who)
        return ""
    if message.event not in ("", SUBSCRIBE, CLICK):
        return ""
    key = message_key(db, message)
    seen = _recall(db, who, key)
    if seen.reply is not None:
        db.settle()  # its own call may still be waiting for the disk
        return seen.reply
    said = db.keys.lock(message.said)
    try:
        reply = _decide(message, seen.state, Office(db, who, key, writing=False))
        cells = _lock(db, reply, seen.state)
    except NeedsWriting:
        reply, cells = None, ("", "")
    with db.write():
        at = clock.stamp(db.now())
        if reply is None or not _keep(db, who, seen, cells[1], at, message.openid):
            seen = _recall(db, who, key)
            if seen.reply is not None:
                return seen.reply
            reply = _decide(message, seen.state, Office(db, who, key, writing=True))
            cells = _lock(db, reply, seen.state)
            _keep(db, who, seen, cells[1], at, message.openid)
        db.run(
            "INSERT INTO messages (key, reporter, received_at, type, said, reply) VALUES (?, ?, ?, ?, ?, ?)",
            (key, who, at, reply.note or message.type, said, cells[0]),
        )
    return reply.text


def reporter(db: Database, openid: str) -> str:
    """Give the name under which reports and messages of a WeChat user are kept."""
    return f"wechat:{db.keys.digest('openid', openid)}"


def message_key(db: Database, message: Incoming) -> str:
    """Give the key by which a retry is known: sender and MsgId, or sender and the event."""
    return db.keys.digest("message", f"{message.openid}\0{message.key}")


def forget(db: Database, who: str) -> None:
    """Delete somebody's chat on leaving the account; reports stay, they are the bureau's records."""
    with db.write():
        gone = db.run("DELETE FROM messages WHERE reporter = ?", (who,)).rowcount
        gone += db.run("DELETE FROM conversations WHERE reporter = ?", (who,)).rowcount
        if gone:
            audit.note(db, who, "chat.deleted", who)


def keep_unread(db: Database, fields: Mapping[str, str], body: bytes) -> None:
    """Keep a message that could not be handled, for a person to read; a retry of it is known too.

    `fields` is what could be read of it. The reply kept is none, which answers a retry the same way.
    """
    sender, number = fields.get("FromUserName", ""), fields.get("MsgId")
    said = body.decode("utf-8", "replace")
    key = db.keys.digest("message", f"{sender}\0{number}" if sender and number else said)
    cell, at = db.keys.lock(said[:LONGEST]), clock.stamp(db.now())
    with db.write():
        db.run(
            "INSERT INTO messages (key, reporter, received_at, type, said, reply)"
            " VALUES (?, ?, ?, 'unread', ?, '') ON CONFLICT (key) DO NOTHING",
            (key, reporter(db, sender), at, cell),
        )


def _decide(message: Incoming, state: State, office: Office) -> Reply:
    if message.event == SUBSCRIBE:
        reply = dialogue.welcome(state, office)
    elif message.text.strip() or message.type in ("text", "event"):
        reply = dialogue.turn(message.text, state, office)
    else:
        reply = dialogue.wordless(message.type, state, office)
    shown, state.rest = pieces.cut(reply.text)
    return Reply(shown, reply.note)


def _lock(db: Database, reply: Reply, state: State) -> tuple[str, str]:
    return db.keys.lock(reply.text), db.keys.lock(state.dump())


def _recall(db: Database, who: str, key: str) -> _Seen:
    (row,) = db.all(
        "SELECT messages.reply, conversations.state, conversations.version, conversations.updated_at"
        " FROM (SELECT ? AS reporter, ? AS key) AS asked"
        " LEFT JOIN conversations ON conversations.reporter = asked.reporter"
        " LEFT JOIN messages ON messages.key = asked.key",
        (who, key),
    )
    reply: str | None = row["reply"]
    reply = db.keys.unlock(reply) if reply else reply  # an unread message was answered with nothing
    if row["version"] is None:
        return _Seen(0, State(), reply)
    fresh = datetime.fromisoformat(row["updated_at"]) > db.now() - retention.DRAFTS
    state = State.load(db.keys.unlock(row["state"])) if fresh and reply is None else State()
    if state.kind and not _fits(state):
        state.drop_draft()
    return _Seen(row["version"], state, reply)


def _fits(state: State) -> bool:
    """Tell whether a draft fits today's declaration, which may have changed since yesterday."""
    keys = KINDS[state.kind].answers().keys() if state.kind in KINDS else frozenset[str]()
    return state.answers.keys() <= keys and (not state.asking or state.asking in keys)


def _keep(db: Database, who: str, seen: _Seen, state: str, at: str, openid: str) -> bool:
    """Write where the conversation stands; tell whether it was still where it had been seen."""
    if seen.version:
        done = db.run(
            "UPDATE conversations SET state = ?, version = version + 1, updated_at = ?"
            " WHERE reporter = ? AND version = ?",
            (state, at, who, seen.version),
        )
    else:
        done = db.run(
            "INSERT INTO conversations (reporter, openid, state, version, updated_at) VALUES (?, ?, ?, 1, ?)"
            " ON CONFLICT (reporter) DO NOTHING",
            (who, db.keys.lock(openid), state, at),
        )
    return done.rowcount == 1
