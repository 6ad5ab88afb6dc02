"""A parent to whom a message can be sent."""

from bot import conversation
from intake.calendar import clock
from intake.messages import outbox
from intake.store.db import Database

PARENT = "oParent-1"


def written(db: Database, openid: str = PARENT, acted: bool = False) -> str:
    """Let a parent have written; give the reporter."""
    who = conversation.reporter(db, openid)
    with db.write():
        db.run(
            "INSERT INTO conversations (reporter, openid, state, version, updated_at) VALUES (?, ?, ?, 1, ?)"
            " ON CONFLICT (reporter) DO NOTHING",
            (
                who,
                db.keys.lock(openid, "conversations.openid", who),
                db.keys.lock("{}", "conversations.state", who),
                clock.stamp(db.now()),
            ),
        )
        outbox.opened(db, who, acted)
    return who


def post(db: Database, who: str, text: str = "您报的事有人接手了。", subject: str = "") -> str:
    with db.write():
        return outbox.post(db, who, text, subject)
