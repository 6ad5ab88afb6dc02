"""What somebody found out about a difference, written and taken back: with 办结日期 it is closed, without it is open again."""

from collections.abc import Mapping
from typing import Any

from intake.calendar import clock
from intake.people.accounts import Person
from intake.school.differences.difference import DONE, WORDS, Difference
from intake.store import audit
from intake.store.db import Cell, Database

COLUMNS = ("advice", "evidence", "conclusion", "handled_by", "finished_on", "remark")
"""What may be written."""
NO_PROOF = "写了办结日期，还要写佐证材料或者处理结论。"
TOO_EARLY = "办结日期比发现的日期还早，请核对。"


def refuse_answer(one: Difference, said: Mapping[str, Any]) -> dict[str, str]:
    """Say by column why an answer cannot stand: an end needs a proof or a conclusion, and comes after the beginning."""
    finished = said.get("finished_on")
    if not finished:
        return {}
    if not (said.get("evidence") or said.get("conclusion")):
        return {"finished_on": NO_PROOF}
    if finished < clock.local(one.opened_at).date().isoformat():
        return {"finished_on": TOO_EARLY}
    return {}


def answer_difference(db: Database, one: Difference, changes: Mapping[str, Any], by: Person) -> None:
    """Write some columns of a difference, in the caller's transaction; None takes a value away."""
    cells: dict[str, Cell] = {}
    for key, value in changes.items():
        if key in WORDS:
            cells[key] = db.keys.lock(value, f"differences.{key}", one.id) if value else None
        else:
            cells[key] = value or (one.advice if key == "advice" else None)
    if "finished_on" in changes:
        done = bool(changes["finished_on"])
        cells |= {"closed_at": clock.stamp(db.now()) if done else None, "how": DONE if done else None}
    if changes.get("finished_on") and not (changes.get("handled_by") or one.handled_by):
        cells["handled_by"] = by.name
    columns = ", ".join(f"{key} = ?" for key in cells)
    db.run(
        f"UPDATE differences SET {columns}, changed_at = ?, version = version + 1 WHERE id = ?",  # noqa: S608
        [*cells.values(), clock.stamp(db.now()), one.id],
    )
    audit.note(db, by.actor, "difference.answered", one.id, " ".join(sorted(changes)))
