"""What was done about danger before there were cases: an old alarm's taking and outcome become events of its case."""

from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.cases.case import Case, steps_of
from intake.cases.rulebook.standing import leads, standing_of
from intake.cases.writing import enter_event, settle, staff_id
from intake.errors import Unreadable
from intake.store.db import Database, Row

CHANNEL = "desk"
"""Where alarms have always been taken and ended."""


def carry_alarm(db: Database, case: Case, alarm: Row) -> None:
    """Enter on an adopted case who took its danger in hand and what came out, at the time of each.

    `alarm` is its row of `alarms`. An outcome closes the case: the rules of today were not those of that day. Belongs
    into the transaction of the adoption.
    """
    if owner := staff_id(alarm["taken_by"]):
        _enter(db, case, "accepted", alarm["taken_by"], alarm["taken_at"], {"owner": owner})
        _enter(db, case, "handled", alarm["taken_by"], alarm["taken_at"], {})
    if alarm["done_at"]:
        _enter(db, case, "resolved", alarm["done_by"], alarm["done_at"], {}, _outcome(db, alarm))
        _enter(db, case, "closed", alarm["done_by"], alarm["done_at"], {})


def _enter(
    db: Database, case: Case, key: str, actor: str, at: str, facts: Mapping[str, str], words: Any = None
) -> None:
    steps = steps_of(db, case.id)
    now = standing_of(steps)
    if (after := leads(now, key)) is None:  # another report of the same danger has brought it already
        return
    event = enter_event(db, case.id, key, (now.state, after), actor=actor, channel=CHANNEL, facts=facts, words=words,
                        at=clock.local(at))  # fmt: skip
    settle(db, case, standing_of([*steps, event.happening]), event)


def _outcome(db: Database, alarm: Row) -> dict[str, str]:
    """Give the words of an outcome; none where no key opens them: the alarm keeps its cell."""
    try:
        return {"result": db.keys.unlock(alarm["outcome"], "alarms.outcome", alarm["subject"])}
    except (Unreadable, ValueError):
        return {}
