"""What is kept how long (domain rule: raw chat and what came with it 180 days, drafts and uploads 7 days).

Words of danger that nobody has dealt with outlast both the term and their sender's wish (个人信息保护法 §13: to
protect life); they go with the outcome.
"""

from contextlib import suppress
from datetime import timedelta

from intake.calendar import clock
from intake.cases.told import inbox
from intake.children import links
from intake.errors import Busy
from intake.house.keeping import leftovers, terms
from intake.importing import uploads
from intake.ledgers.shelf import files, kept, orders
from intake.ledgers.signed import fetching
from intake.messages import conversations, media, outbox
from intake.people import bindings, devices
from intake.reports import drafts, passes
from intake.reports.senders import bunches
from intake.store import audit
from intake.store.db import Database
from intake.talks import half_said, matters, triage

DRAFTS = drafts.TERM


def purge(db: Database) -> int:
    """Delete what is older than its term; give the number of rows.

    In turns so short that nobody notices them; what cannot be deleted now waits for the next time.
    """
    gone = 0
    with suppress(Busy):  # the next hour is as good
        gone = _purge_rows(db)
        fetching.close_expired(db)
    media.sweep(db)
    fetching.sweep_unfinished(db)
    files.sweep_workbooks(db)
    leftovers.sweep_leftovers(db.settings)
    return gone


def overdue_rows(db: Database) -> dict[str, int]:
    """Count, by table, what `purge` would delete now; nothing is deleted. What hangs on a deleted row follows it."""
    with db.counting() as found:
        _purge_rows(db)
    return dict(found)


def _purge_rows(db: Database) -> int:
    now, gone = db.now(), 0
    past = clock.stamp(now - timedelta(days=db.settings.days_kept(terms.CHAT)))
    gone += media.purge(db, past, triage.KEPT, triage.FREED)  # while the items of their messages are there
    gone += conversations.purge_messages(db, past, triage.KEPT, triage.FREED) + triage.purge(db)
    gone += half_said.purge_half_said(db, past)
    gone += conversations.purge_conversations(db, clock.stamp(now - DRAFTS))
    gone += drafts.purge(db) + passes.purge_links(db) + devices.purge(db, past)
    gone += outbox.purge(db, past) + inbox.purge_notices(db, past)
    gone += uploads.purge_uploads(db) + bunches.purge_addresses(db)
    shelf = timedelta(days=db.settings.days_kept(terms.SHELF))
    gone += kept.purge_workbooks(db) + orders.purge_orders(db, clock.stamp(now - shelf))
    return gone


def forget(db: Database, reporter: str) -> list[str]:
    """Delete somebody's chat; reports stay, they are the bureau's records, and danger until its outcome.

    Gives the files to remove after the commit; what stays is swept within the hour.
    """
    with db.write():
        gone = conversations.forget_conversation(db, reporter, triage.KEPT)
        gone += drafts.forget(db, reporter)
        files = media.forget(db, reporter, triage.KEPT)
        bindings.unbind(db, reporter)
        links.forget(db, reporter)
        gone += matters.forget_matters(db, reporter)
        gone += triage.forget(db, reporter) + outbox.forget(db, reporter) + len(files)
        if gone:
            audit.note(db, reporter, "chat.deleted", reporter)
    return files
