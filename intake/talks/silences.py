"""Who fell silent in the middle of a report: staff see it after some office hours, and its reporter is reminded once.

Each silence is told of once and each reminder sent once, whoever else is at work: it is taken in hand by the change
that ends it, in the transaction that tells.
"""

from datetime import timedelta

from intake.calendar import clock, hours
from intake.kinds import KINDS
from intake.messages import conversations, outbox, windows
from intake.messages.conversations import under_way_of
from intake.reports import drafts, notice
from intake.store import audit
from intake.store.db import Database
from intake.talks import half_said, triage

SOON = timedelta(minutes=10)
"""After which danger that was chosen, and of which not a word followed, lies before people, by day and night."""
REMINDED = timedelta(hours=24)
"""After which a reporter is reminded at the latest: at the hour at which they wrote, while the platform still allows it."""
BATCH = 100
"""Silences that one round tells of, at most."""
CHAT = "您刚才的话还没说完，给您留着呢。回一句话就能接着说；不想说了，回复“取消”。"
PAGE = "您在网页上填的还没有交，给您留着呢。回复“网页”可以接着填。"
"""Neither the kind nor the child: a push shows its first words on a locked phone."""
_TELLS = frozenset({"phone", "child_name"})
"""What a page must hold, one of both, for anybody to make something of it."""


def tell_silences(db: Database) -> int:
    """Let what stopped half-way lie before people, and remind who stopped; give how many were told of. Raises Busy."""
    house, now = db.settings, db.now()
    past = clock.stamp(hours.moment_before(house.office_hours, now, house.half_said_hours * 60))
    soon = clock.stamp(now - SOON)
    urgent = [key for key, kind in KINDS.items() if kind.urgent]
    told = 0
    for row in conversations.silent_conversations(db, past, soon, urgent, BATCH):
        told += _tell_chat(db, row["reporter"], row["kind"], row["since"])
    for row in drafts.silent_drafts(db, past, soon, urgent, BATCH):
        told += _tell_page(db, row["reporter"], row["kind"], row["since"])
    _remind(db, clock.stamp(now - REMINDED))
    return told


def _tell_chat(db: Database, reporter: str, kind: str, since: str) -> bool:
    with db.write():
        if not conversations.claim_silence(db, reporter, since):
            return False
        if drafts.typed_since(db, reporter, kind, since):  # a page goes on with it, and waits itself
            return False
        _remind_chat(db, reporter)
        return _enter(db, reporter, kind, since, agreed=False)


def _tell_page(db: Database, reporter: str, kind: str, since: str) -> bool:
    with db.write():
        if not drafts.claim_silence(db, reporter, kind, since):
            return False
        known = drafts.find_draft(db, reporter, kind)
        answers = known.answers.keys() if known else frozenset[str]()
        urgent, same = kind in KINDS and KINDS[kind].urgent, under_way_of(db, reporter).kind == kind
        if known is None or not (urgent or same or answers & _TELLS):
            return False
        _remind_page(db, reporter, kind)
        return _enter(db, reporter, kind, since, agreed=True)


def _enter(db: Database, reporter: str, kind: str, since: str, *, agreed: bool) -> bool:
    if kind not in KINDS:  # a declaration of before
        return False
    agreed = agreed or bool(notice.standing(db, reporter))
    why = triage.DANGER if KINDS[kind].urgent else triage.HALF if agreed else triage.UNAGREED
    if not half_said.enter_half_said(db, f"{kind} {since}", reporter, why, kind):
        return False
    audit.note(db, outbox.WORKER, "talk.stopped", reporter, why)
    return True


def _remind(db: Database, past: str) -> None:
    for reporter in conversations.unreminded_conversations(db, past, BATCH):
        with db.write():
            _remind_chat(db, reporter)
    for reporter, kind in drafts.unreminded_drafts(db, past, BATCH):
        with db.write():
            _remind_page(db, reporter, kind)


def _remind_chat(db: Database, reporter: str) -> None:
    if conversations.claim_reminder(db, reporter):
        _send(db, reporter, under_way_of(db, reporter).kind, CHAT)


def _remind_page(db: Database, reporter: str, kind: str) -> None:
    if not drafts.claim_reminder(db, reporter, kind):
        return
    same = under_way_of(db, reporter).kind == kind
    if not same or conversations.claim_reminder(db, reporter):  # of one report once, by whatever door
        _send(db, reporter, kind, PAGE)


def _send(db: Database, reporter: str, kind: str, text: str) -> None:
    """Send a reminder where the platform takes it now; who chose danger is called, not reminded."""
    if kind in KINDS and not KINDS[kind].urgent and windows.window_of(db, reporter).name:
        triage.send(db, reporter, text, outbox.REMINDER)
