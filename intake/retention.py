"""What is kept how long (domain rule: raw chat 180 days, drafts 7 days)."""

from datetime import timedelta

from intake import clock
from intake.db import Database

CHAT = timedelta(days=180)
DRAFTS = timedelta(days=7)


def purge(db: Database) -> int:
    """Delete what is older than its term; give the number of rows."""
    now = db.now()
    with db.write():
        chat = db.run("DELETE FROM messages WHERE received_at < ?", (clock.stamp(now - CHAT),))
        drafts = db.run("DELETE FROM conversations WHERE updated_at < ?", (clock.stamp(now - DRAFTS),))
    return chat.rowcount + drafts.rowcount
