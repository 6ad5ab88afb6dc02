"""What a child's name, birth date, sex or number was before: the row has what holds, and this keeps what it took the place of."""

from typing import Any

from intake.calendar import clock
from intake.children.facts.fact import closed_value
from intake.children.facts.noting import LATER, NewFact, mark_of_fact
from intake.store.db import Database
from intake.store.ids import new_id


def keep_former(db: Database, new: NewFact, actor: str, source: str, day: str = "") -> None:
    """Keep a value that its row has no longer as a fact that has ended, in the caller's transaction.

    `source` and `actor` are of what takes its place, or `source` its own where the `day` is known on which that told it.
    """
    mark, item = mark_of_fact(db, new)
    value: dict[str, Any] = dict(new.value)
    fact, day, now = new_id(), day or db.today().isoformat(), clock.stamp(db.now())
    db.run(
        "INSERT INTO child_facts (id, child, kind, value, mark, item, source, actor, channel, report, said_on, again_on,"
        " confirmed_by, confirmed_at, closed_at, closed_by, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, '', '', ?, ?, ?)",
        (fact, new.child, new.kind, closed_value(db, fact, value), mark, item, source, actor, day, day, now, actor, LATER),
    )  # fmt: skip
