"""A child goes into a class, out of one, or from one into another: its row, its stays and what was told of it, all at once.

Each gives what it did, as ids, so that it can be taken back exactly.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake.children import stays
from intake.children.children import Child, change_child, find_child, take_child_out
from intake.errors import Refused
from intake.people.bindings import Class
from intake.store.db import Database

MOVED_ON = "孩子后来又换了班级，这一步不能单独撤回。请先撤回后面的那一步。"


def move_child(
    db: Database, child: Child, into: Class, came: str, went: str, *, source: str, actor: str, day: date
) -> tuple[Child, dict[str, Any]]:
    """Bring a child into a class, out of the one it was in, in the caller's transaction; give it as it is now."""
    left = stays.leave_class(db, child, went, actor, day)
    after = replace(child, class_id=into.id, school=into.school, grade=into.grade, class_name=into.class_name)
    change_child(db, after, actor=actor)
    entered = stays.enter_class(db, after, came, source, actor, day)
    return after, {"before": child.class_id, "after": into.id, "left": left, "entered": entered}


def let_child_go(db: Database, child: Child, went: str, *, actor: str, day: date) -> dict[str, Any]:
    """Take a child out of its class, in the caller's transaction."""
    if not child.class_id:
        return {}
    left = stays.leave_class(db, child, went, actor, day)
    take_child_out(db, child, actor=actor)
    return {"before": child.class_id, "after": "", "left": left, "entered": ""}


def take_back_move(db: Database, child_id: str, did: Mapping[str, Any], *, actor: str) -> Child | None:
    """Bring a child back to where it was before `did`, in the caller's transaction; give it as it is then.

    Raises Refused where it has gone elsewhere since.
    """
    child = find_child(db, child_id)
    if child is None or "before" not in did:
        return child
    if child.class_id != did["after"]:
        raise Refused(MOVED_ON)
    change_child(db, replace(child, class_id=str(did["before"])), actor=actor)
    stays.take_back_stays(db, str(did["entered"]), str(did["left"]))
    return find_child(db, child_id)
