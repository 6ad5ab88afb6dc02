"""What a case brings into the register (学籍异动登记册): an end that is 转学, 休学, 送教上门, and a 复学 after it.

In the transaction of the event: a register that lags behind would say that a child sits where it does not.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from intake.cases import case as cases
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook.standing import Standing
from intake.children import register, stays
from intake.children.children import Child, find_child
from intake.people import bindings
from intake.store.db import Database

ENDS: Mapping[str, tuple[str, str]] = {
    "已转学": (register.OUT, ""), "出国": (register.OUT, "出国"), "特教学校": (register.OUT, "转特教学校"),
    "休学": (register.PAUSED, ""), "送教上门": (register.AT_HOME, ""),
}  # fmt: skip
"""Ends of a case that are entries, with the reason that the end itself tells; the others change no 学籍."""
_AWAY = (register.PAUSED, register.AT_HOME, register.OUT)


def register_step(db: Database, case: Case, then: Standing, event: CaseEvent) -> None:
    """Enter what an event brings into the register, in its transaction; a child of no list has no register."""
    child = find_child(db, case.child) if case.child else None
    if child is None:
        return
    if event.key == "approve" and event.after in ENDS:
        _enter_end(db, case, then, child, event)
    elif event.key == "back":
        _enter_back(db, child, event)


def _enter_end(db: Database, case: Case, then: Standing, child: Child, event: CaseEvent) -> None:
    sort, reason = ENDS[event.after]
    asked = [one for one in cases.events_of(db, case) if one.key == "elsewhere"][-1]
    day, words = date.fromisoformat(str(asked.facts["day"])), asked.words
    made = register.new_entry(
        db, child, sort, day, case.school if child.school == "" else child.school, reason=reason,
        from_school=child.school if sort == register.OUT else "", review_on=then.review_on,
        paper=str(words.get("decision") or words.get("evidence") or ""), finished_on="",
    )  # fmt: skip
    did = stays.let_child_go(db, child, register.LEAVES[sort], actor=event.actor, day=day)
    register.enter_entry(db, replace(made, did={**did, "case": case.number}), event.actor)


def _enter_back(db: Database, child: Child, event: CaseEvent) -> None:
    """End what kept a child away, and bring it into the class to which it came back, where that is one of ours."""
    away = register.open_entries(db, child.id, *_AWAY)
    if not away or child.class_id:
        return
    day, facts = date.fromisoformat(str(event.facts["day"])), event.facts
    there = bindings.classes_of(db, str(facts.get("school") or ""))
    wanted = (facts.get("grade"), facts.get("class_name"))
    into = next((one for one in there if (one.grade, one.class_name) == wanted), None)
    for one in away:
        register.finish_entry(db, one, day, event.actor)
    made = register.new_entry(
        db, child, register.BACK, day, into.school if into else away[0].school, finished_on=day.isoformat()
    )
    did: dict[str, Any] = {}
    if into:
        _, did = stays.move_child(
            db, child, into, "back", "moved", source="staff", actor=event.actor, day=day
        )
    register.enter_entry(db, replace(made, did=did), event.actor)
