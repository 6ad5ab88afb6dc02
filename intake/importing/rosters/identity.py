"""Name, birth date, sex and numbers of a child that a list has otherwise: what was before is kept as a former fact."""

from typing import Any

from intake.calendar import clock
from intake.children.children import Child, number_of_child
from intake.children.facts.fact import closed_value
from intake.children.facts.noting import LATER, NewFact, mark_of_fact
from intake.importing.rosters.moves import SOURCE
from intake.store.db import Database
from intake.store.ids import new_id


def keep_what_was(db: Database, before: Child, after: Child, actor: str) -> None:
    """Keep what of a child's identity is about to be written anew, in the transaction of the list."""
    plain = (
        ("name", before.name, after.name),
        ("birth_date", before.birth_date, after.birth_date),
        ("sex", before.sex, after.sex),
    )
    for key, old, new in plain:
        if old and old != new:
            _keep_former(db, NewFact(before.id, key, {key: old}), actor, SOURCE)
    for key, old, new in (
        ("id_number", before.number_hash, after.number_hash),
        ("pupil_number", before.pupil_hash, after.pupil_hash),
    ):
        if old and old != new and (number := number_of_child(db, before, key)):
            _keep_former(db, NewFact(before.id, key, {key: number}), actor, SOURCE)


def _keep_former(db: Database, new: NewFact, actor: str, source: str) -> None:
    """Keep a value that its row has no longer as a fact that has ended, in the caller's transaction.

    `source` and `actor` are of what takes its place.
    """
    mark, item = mark_of_fact(db, new)
    value: dict[str, Any] = dict(new.value)
    fact, day, now = new_id(), db.today().isoformat(), clock.stamp(db.now())
    db.run(
        "INSERT INTO child_facts (id, child, kind, value, mark, item, source, actor, channel, report, said_on, again_on,"
        " confirmed_by, confirmed_at, closed_at, closed_by, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, '', '', ?, ?, ?)",
        (fact, new.child, new.kind, closed_value(db, fact, value), mark, item, source, actor, day, day, now, actor, LATER),
    )  # fmt: skip
