"""What is kept how long (domain rule: raw chat and what came with it 180 days, drafts 7 days)."""

from contextlib import suppress
from datetime import timedelta

from intake.calendar import clock
from intake.messages import media, outbox
from intake.people import bindings, devices
from intake.reports import drafts
from intake.school import links
from intake.store import audit
from intake.store.db import Busy, Database
from intake.talks import triage

CHAT = timedelta(days=180)
DRAFTS = drafts.TERM


def purge(db: Database) -> int:
    """Delete what is older than its term; give the number of rows.

    In turns so short that nobody notices them; what cannot be deleted now waits for the next time.
    """
    now = db.now()
    past = clock.stamp(now - CHAT)
    gone = 0
    with suppress(Busy):  # the next hour is as good
        gone += db.prune("messages", ("key",), "received_at < ?", (past,))
        gone += triage.purge(db)
        gone += db.prune("conversations", ("reporter",), "updated_at < ?", (clock.stamp(now - DRAFTS),))
        gone += drafts.purge(db) + devices.purge(db, past)
        gone += outbox.purge(db, past) + media.purge(db, past)
    media.sweep(db)
    return gone


def forget(db: Database, reporter: str) -> list[str]:
    """Delete somebody's chat; reports stay, they are the bureau's records.

    Gives the files to remove after the commit; what stays is swept within the hour.
    """
    with db.write():
        gone = db.run("DELETE FROM messages WHERE reporter = ?", (reporter,)).rowcount
        gone += db.run("DELETE FROM conversations WHERE reporter = ?", (reporter,)).rowcount
        gone += drafts.forget(db, reporter)
        files = media.forget(db, reporter)
        bindings.unbind(db, reporter)
        links.forget(db, reporter)
        gone += triage.forget(db, reporter) + outbox.forget(db, reporter) + len(files)
        if gone:
            audit.note(db, reporter, "chat.deleted", reporter)
    return files
