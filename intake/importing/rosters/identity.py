"""Name, birth date, sex and numbers of a child that a list has otherwise: what was before is kept as a former fact."""

from intake.children.children import Child, number_of_child
from intake.children.facts.former import keep_former
from intake.children.facts.noting import NewFact
from intake.importing.rosters.moves import SOURCE
from intake.store.db import Database


def keep_what_was(db: Database, before: Child, after: Child, actor: str) -> None:
    """Keep what of a child's identity is about to be written anew, in the transaction of the list."""
    plain = (
        ("name", before.name, after.name),
        ("birth_date", before.birth_date, after.birth_date),
        ("sex", before.sex, after.sex),
    )
    for key, old, new in plain:
        if old and old != new:
            keep_former(db, NewFact(before.id, key, {key: old}), actor, SOURCE)
    for key, old, new in (
        ("id_number", before.number_hash, after.number_hash),
        ("pupil_number", before.pupil_hash, after.pupil_hash),
    ):
        if old and old != new and (number := number_of_child(db, before, key)):
            keep_former(db, NewFact(before.id, key, {key: number}), actor, SOURCE)
