"""One message, one answer, one transaction: what was said, what it changed and what was replied."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot import hearing
from bot.asides import stopped, takeover, wordless
from bot.dialogue import emergency
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.wechat import pieces
from bot.wechat.incoming import Incoming
from intake.calendar import clock
from intake.house import retention
from intake.kinds import KINDS
from intake.messages import conversations, media, outbox, probation
from intake.reports import drafts
from intake.store.db import Database, NeedsWriting
from intake.talks import triage

STAFF = "【工作人员给您的回复】\n"
LONGEST = 8000
"""Characters kept of a body that nobody could read."""
SUBSCRIBE, UNSUBSCRIBE, CLICK, SCAN = "subscribe", "unsubscribe", "click", "scan"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the database held when the message was looked at."""

    version: int
    state: State
    reply: str | None
    away: timedelta
    """How long the reporter has been silent."""
    waiting: bool
    """Whether something was sent that did not arrive, and is to be shown now."""
    typed: str = ""
    """Since when pages have written, or nothing where none has since the last message."""
    told: takeover.Told = ("", {})
    """What the draft held."""
    stood: stopped.Stood = stopped.NOWHERE
    """Where the draft stood."""


class Replayed(Exception):
    """A signed address came a second time, with another message."""


def answer(db: Database, message: Incoming, nonce: str = "") -> str:
    """Give the reply to a message, or nothing where none is due. A retry gets the stored reply.

    `nonce` tells one signed call from another; the same one with another message raises Replayed.
    What is only read and decided happens before the transaction; if another message of the same
    person came in between, or something is to be changed, it is decided again inside.
    """
    who = reporter(db, message.openid)
    if message.event == UNSUBSCRIBE:
        media.remove(db, retention.forget(db, who))
        return ""
    if message.event not in ("", SUBSCRIBE, CLICK, SCAN):
        return ""
    key = message_key(db, message)
    seen = _recall(db, who, key)
    if seen.reply is not None:
        db.settle()  # its own call may still be waiting for the disk
        return seen.reply
    said, turn = db.keys.lock(message.said, "messages.said", key), Turn(db, who, key, seen.away)
    try:
        if seen.waiting:
            raise NeedsWriting
        reply = _decide(message, seen, turn)
        cells = _lock(db, who, key, reply, seen.state)
    except NeedsWriting:
        reply, cells = None, ("", "")
    keep = partial(conversations.keep_conversation, db, who, message.openid)
    with db.write():
        at = clock.stamp(db.now())
        if reply is None or not keep(cells[1], at, seen.version, stopped.under_way(seen.state, turn)):
            seen = _recall(db, who, key)
            if seen.reply is not None:
                return seen.reply
            reply = _decide(message, seen, Turn(db, who, key, seen.away))
            cells = _lock(db, who, key, reply, seen.state)
            under_way = stopped.under_way(seen.state, turn)
            if not keep(cells[1], at, seen.version, under_way):
                # All of it was just deleted on demand; people still have an answer to send.
                keep(cells[1], at, 0, under_way)
        takeover.keep(db, who, seen.told, seen.state, bool(seen.typed))
        stopped.settle(Turn(db, who, key), seen.stood, seen.state)
        kind = reply.note or message.type
        if not conversations.keep_message(db, key, who, kind, said, cells[0], nonce or None):
            raise Replayed
        outbox.opened(db, who, acted=bool(message.event))
        media.keep(db, key, who, message.type, message.media, reply.report)
        if why := _why(reply):
            about = seen.state.emergency if reply.note in KINDS else reply.about
            triage.enter(db, key, who, why, about, reply.kind)
        if reply.settles:
            triage.settle_by_choice(db, who, reply.settles)
    return reply.text


def reporter(db: Database, openid: str) -> str:
    """Give the name under which reports and messages of a WeChat user are kept."""
    return f"wechat:{db.keys.digest('openid', openid)}"


def message_key(db: Database, message: Incoming) -> str:
    """Give the key by which a retry is known: sender and MsgId, or sender and the event."""
    return db.keys.digest("message", f"{message.openid}\0{message.key}")


def keep_unread(db: Database, fields: Mapping[str, str], body: bytes) -> None:
    """Keep a message that could not be handled, for a person to read; a retry of it is known too.

    `fields` is what could be read of it. The reply kept is none, which answers a retry the same way.
    """
    sender, number = fields.get("FromUserName", ""), fields.get("MsgId")
    said = body.decode("utf-8", "replace")
    key = db.keys.digest("message", f"{sender}\0{number}" if sender and number else said)
    cell = db.keys.lock(said[:LONGEST], "messages.said", key)
    who = reporter(db, sender) if sender else ""
    with db.write():
        if conversations.keep_message(db, key, who, "unread", cell, ""):
            triage.enter(db, key, who, "unread")
            if who:
                _help_on(db, who, key, fields.get("MsgType") == "event")


def _help_on(db: Database, who: str, key: str, acted: bool) -> None:
    """Let staff answer in the chat; where the message before was not read either, let the next one begin anew.

    Once may be a passing fault and worth no draft; twice, where the conversation stands is what cannot be read.
    """
    outbox.opened(db, who, acted)
    if conversations.kind_before(db, who, key) == "unread":
        conversations.begin_conversation_anew(db, who, _locked(db, who, State()))


def _decide(message: Incoming, seen: _Seen, turn: Turn) -> Reply:
    """Decide what is answered. Raises NeedsWriting where that changes something, outside a transaction."""
    with turn.db.lent():
        return _decided(message, seen, turn)


def _decided(message: Incoming, seen: _Seen, turn: Turn) -> Reply:
    state = seen.state
    news = takeover.take(state, turn, seen.typed) if seen.typed else ""
    if news and (back := takeover.back(message.text, state, turn)):
        reply = back
    elif message.event in (SUBSCRIBE, SCAN):
        reply = hearing.arrive(message.scene, message.event == SUBSCRIBE, state, turn)
    elif message.event == CLICK:
        reply = hearing.press(message.text, state, turn)
    elif message.type == "location":
        reply = wordless.located(message.text, state, turn)
    elif message.text.strip() or message.type in ("text", "event"):
        reply = hearing.hear(message.text, state, turn)
    else:
        reply = wordless.seen(message.type, state, turn)
    told = (f"{news}\n\n" if news else "") + (_undelivered(turn) if seen.waiting else "")
    stopped.note_begun(state, turn)
    # What to do now comes before all else; what staff wrote may be long.
    urgent = emergency.under_way(state) or (reply.note and reply.note == emergency.kind(turn))
    both = f"{reply.text}\n\n{told.rstrip()}" if urgent and told else told + reply.text
    shown, state.rest = pieces.cut(both)
    return replace(reply, text=shown, report=wordless.belongs(state, turn) if message.media else "")


def _undelivered(turn: Turn) -> str:
    """Give what was sent and did not arrive, to be shown now; it counts as shown."""
    outbox.drop_reminders(turn.to_write(), turn.reporter)
    found = outbox.waiting_for(turn.db, turn.reporter)
    outbox.shown(turn.db, (one.id for one in found))
    return "".join(
        f"{'' if one.text.startswith(probation.HEADING) else STAFF}{one.text}\n\n" for one in found
    )


def _why(reply: Reply) -> str:
    """Give why a person must see a message, or nothing; of danger all that is said, whatever its report has room for."""
    kind = KINDS.get(reply.note)
    return triage.DANGER if kind and kind.urgent else reply.note if reply.note in triage.WHY else ""


def _lock(db: Database, who: str, key: str, reply: Reply, state: State) -> tuple[str, str]:
    return db.keys.lock(reply.text, "messages.reply", key), _locked(db, who, state)


def _locked(db: Database, who: str, state: State) -> str:
    return db.keys.lock(state.dump(), "conversations.state", who)


def _recall(db: Database, who: str, key: str) -> _Seen:
    row = conversations.recall_conversation(db, who, key, drafts.NEWS)
    reply: str | None = row["reply"]
    reply = (
        db.keys.unlock(reply, "messages.reply", key) if reply else reply
    )  # an unread message was answered with nothing
    if row["version"] is None:
        return _Seen(0, State(), reply, timedelta(), bool(row["waiting"]))
    away = db.now() - datetime.fromisoformat(row["updated_at"])
    fresh = away < retention.DRAFTS
    state = (
        State.load(db.keys.unlock(row["state"], "conversations.state", who))
        if fresh and reply is None
        else State()
    )
    if state.kind and not _fits(state):
        state.drop_draft()
    since = row["updated_at"] if row["typed"] else ""
    return _Seen(
        row["version"],
        state,
        reply,
        away,
        bool(row["waiting"]),
        since,
        takeover.told(state),
        stopped.stood(state),
    )


def _fits(state: State) -> bool:
    """Tell whether a draft fits today's declaration, which may have changed since yesterday."""
    keys = KINDS[state.kind].answers().keys() if state.kind in KINDS else frozenset[str]()
    return state.answers.keys() <= keys and (not state.asking or state.asking in keys)
