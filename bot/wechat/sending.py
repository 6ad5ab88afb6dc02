"""The worker's part in sending: messages go out, pictures and recordings come in, each in a thread of its own."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, time, timedelta

from bot.wechat.tencent import Client, Fault
from intake.calendar import clock
from intake.errors import where
from intake.messages import claims, media, tokens
from intake.messages.claims import Claimed
from intake.messages.errcodes import Do
from intake.store.db import Database

PULSE = 0.5
"""Seconds between two looks when there is nothing to do."""
SLOW, SLOWEST = 5.0, 60.0
"""Seconds of rest after trouble, doubled until it is over."""
BANNED = timedelta(hours=6)
MEDIA_TERMS = (timedelta(minutes=1), timedelta(hours=6))

log = logging.getLogger("baoxue.sending")

Step = Callable[[Database, Client], bool]


def send_messages(db: Database, stop: threading.Event) -> None:
    """Send what waits in the outbox until told to stop."""
    _work(send_one, db, stop)


def fetch_files(db: Database, stop: threading.Event) -> None:
    """Fetch pictures and recordings until told to stop."""
    _work(fetch_one, db, stop)


CHORES = (send_messages, fetch_files)


def send_one(db: Database, client: Client) -> bool:
    """Send the next message; tell whether there was one. Raises Fault when the trouble is not this message's."""
    claimed = claims.claim(db)
    if claimed is None:
        return False
    standing = tokens.stopped(db, client.appid)
    try:
        if standing:
            raise Fault(standing)
        client.send(claimed.openid, claimed.text)
    except Fault as fault:
        log.warning("message %s: %s", claimed.id, fault.code)
        _settle(db, claimed, fault, "" if standing else client.appid)
        if fault.do in (Do.RETRY, Do.TOKEN):
            raise
    else:
        claims.sent(db, claimed)
    return True


def fetch_one(db: Database, client: Client) -> bool:
    """Fetch the next file; tell whether there was one. Raises Fault when the trouble is not this file's."""
    wanted = media.claim(db)
    if wanted is None:
        return False
    try:
        media.store(db, wanted, client.fetch_media(wanted.media_id))
    except Fault as fault:
        log.warning("file %s: %s", wanted.id, fault.code)
        if fault.code in ("40007", "size"):
            media.gone(db, wanted.id, fault.code)
        else:  # a right may be granted, a quota renewed: the platform keeps it for three days
            shortest, longest = MEDIA_TERMS
            media.again(db, wanted, min(shortest * 2 ** (wanted.attempt - 1), longest))
            if fault.do in (Do.RETRY, Do.TOKEN):
                raise
    return True


def _settle(db: Database, claimed: Claimed, fault: Fault, account: str) -> None:
    """Note what became of a message; `account` is to be stopped where the fault is the account's."""
    until = {Do.TOMORROW: _tomorrow(), Do.STOP: clock.now() + BANNED}.get(fault.do)
    if until and account:
        tokens.stop(db, account, fault.code, until)
    if fault.do is Do.TOMORROW:
        claims.again(db, claimed, fault.code, _tomorrow() - clock.now())
    elif fault.do in (Do.RETRY, Do.TOKEN):
        wait = timedelta(minutes=1 if fault.code == "45011" else 0.5) * 2 ** (claimed.attempt - 1)
        claims.again(db, claimed, fault.code, wait, fault.unsure)
    else:
        claims.refused(db, claimed, fault.code)


def _tomorrow() -> datetime:
    """Give the moment shortly after the platform's midnight, when its quotas begin anew."""
    return datetime.combine(clock.here().date() + timedelta(days=1), time(0, 5), clock.CHINA)


def _work(step: Step, db: Database, stop: threading.Event) -> None:
    client, pause, trouble = Client(db), 0.0, SLOW
    while not stop.wait(pause):
        try:
            pause, trouble = (0.0 if step(db, client) else PULSE), SLOW
        except Exception as fault:  # the thread must live on, whatever it meets
            if not isinstance(fault, Fault):
                log.error("fault %s", where(fault))
            pause, trouble = trouble, min(trouble * 2, SLOWEST)
