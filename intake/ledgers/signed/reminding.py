"""Principals who have not sent their month's return are reminded some school days before it is due, once."""

from datetime import time

from intake.cases.told import inbox
from intake.ledgers.signed.months import ReturnMonth, month_of_day, reminded_from
from intake.ledgers.signed.sent import newest_returns
from intake.ledgers.signed.signing import SIGN
from intake.people import accounts
from intake.people.accounts import Person
from intake.store.db import Database

FROM = time(8)
"""Nobody is reminded at night."""


def remind_principals(db: Database) -> int:
    """Tell every principal whose school has not sent this month's return, where it is time; give how many. Raises Busy."""
    month, now = month_of_day(db.today()), db.here()
    if now.date() < reminded_from(db, month) or now.time() < FROM:
        return 0
    waiting = _unreminded(db, month)
    if not waiting:
        return 0
    with db.write():  # whoever is first in it tells, alone
        return sum(
            inbox.tell_of(db, [one], one.school, f"{inbox.MONTHLY}:{month.key}")
            for one in _unreminded(db, month)
        )


def _unreminded(db: Database, month: ReturnMonth) -> list[Person]:
    able = [one for one in accounts.people_who_may(db, SIGN) if one.school]
    waiting = [one for one in able if not inbox.is_told(db, one, f"{inbox.MONTHLY}:{month.key}")]
    sent = newest_returns(db, {one.school for one in waiting}, [month.key])
    return [one for one in waiting if (one.school, month.key) not in sent]
