"""The demonstration's parent who stopped half-way: agreed, told a name and a telephone, and was never heard of again."""

import json
from datetime import timedelta

from intake.calendar import clock, hours
from intake.messages import conversations
from intake.messages.conversations import Underway
from intake.reports import drafts, notice
from intake.store.db import Database
from intake.talks import silences

REPORTER, KIND = "wechat:demo-halfway", "absence"
SAID = (
    ("演示：我孙子不想上学了", "您要说的是孩子未到校，我来帮您登记。（告知书）请回复“同意”或“不同意”。"),
    ("同意", "谢谢您。孩子叫什么名字？"),
    ("演示孙，电话 13800008888", "记下了。孩子最后一天去学校是哪天？"),
)
KNOWN = {"child_name": "演示孙", "phone": "13800008888", "relation": "祖父", "reason": "厌学"}


def tell_halfway(db: Database) -> None:
    """Keep the conversation of the day before, and let it lie before people as the worker's round does."""
    past = hours.moment_before(db.settings.office_hours, db.now(), db.settings.half_said_hours * 60)
    at = past - timedelta(minutes=20)
    with db.write():
        notice.record(db, REPORTER, True)
        for number, (said, reply) in enumerate(SAID):
            key = db.keys.digest("message", f"{REPORTER} {number}")
            cells = db.keys.lock(said, "messages.said", key), db.keys.lock(reply, "messages.reply", key)
            conversations.keep_message(db, key, REPORTER, "text", *cells)
            moment = clock.stamp(at + timedelta(minutes=number))
            db.run("UPDATE messages SET received_at = ? WHERE key = ?", (moment, key))
        drafts.keep_draft(db, REPORTER, KIND, KNOWN, drafts.CHAT)
        last = clock.stamp(at + timedelta(minutes=len(SAID)))
        db.run("UPDATE drafts SET updated_at = ? WHERE reporter = ?", (last, REPORTER))
        state = db.keys.lock(json.dumps({}), "conversations.state", REPORTER)
        conversations.keep_conversation(db, REPORTER, "demo", state, last, 0, Underway("demo", KIND))
    silences.tell_silences(db)
