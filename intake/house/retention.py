"""What is kept how long (domain rule: raw chat and what came with it 180 days, drafts 7 days)."""

from datetime import timedelta

from intake.calendar import clock
from intake.children import links
from intake.messages import conversations, media, outbox
from intake.people import bindings, devices
from intake.reports import drafts
from intake.store import audit
from intake.store.db import Database
from intake.talks import triage

CHAT = timedelta(days=180)
DRAFTS = drafts.TERM


def purge(db: Database) -> int:
    """Delete what is older than its term; give the number of rows."""
    now = db.now()
    past = clock.stamp(now - CHAT)
    with db.write():
        gone = conversations.purge_conversations(db, past, clock.stamp(now - DRAFTS))
        gone += drafts.purge(db) + triage.purge(db) + outbox.purge(db, past) + media.purge(db, past)
        gone += devices.purge(db, past)
    media.sweep(db)
    return gone


def forget(db: Database, reporter: str) -> list[str]:
    """Delete somebody's chat; reports stay, they are the bureau's records.

    Gives the files to remove after the commit; what stays is swept within the hour.
    """
    with db.write():
        gone = conversations.forget_conversation(db, reporter)
        gone += drafts.forget(db, reporter)
        files = media.forget(db, reporter)
        bindings.unbind(db, reporter)
        links.forget(db, reporter)
        gone += triage.forget(db, reporter) + outbox.forget(db, reporter) + len(files)
        if gone:
            audit.note(db, reporter, "chat.deleted", reporter)
    return files
