"""撤并: a school becomes a part of another: classes, stays, open cases, accounts, 包保 and what reports and lists say go over.

Looked at first, done in one step, and taken back for a week as long as nothing later contradicts it. The old code and name
stay as other names of the school that has them by now, so that later lists still find it (`intake.places.gazetteer`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from intake.calendar import clock
from intake.cases.case import Case, case_by_id
from intake.cases.moves.following import take_along
from intake.children import stays
from intake.children.children import children_of_class
from intake.errors import Missing, Refused, Stale
from intake.people import bindings
from intake.places.places import Place
from intake.school.register.merge_plan import MergePlan, MovingClass, plan_merge
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

TERM = timedelta(days=7)
"""How long a merge can be taken back."""
CHANGED = "您看过以后，这两所学校又有变化。下面是现在的情况，请再看一遍。"
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "reports": ("school", "school_town"), "differences": ("school", "school_town"), "listed": ("school",),
    "register_entries": ("school",),
}  # fmt: skip
"""Tables whose rows only say of which school they are, with the columns that say so: school, then its town."""
STAYS_BEHIND = frozenset(
    {"classes", "stays", "schools", "cases", "staff", "clients", "sent_returns", "school_beds"}
)
"""Other tables that name schools: those that have a step of their own, and what was signed, or was, in the old one's name.

Beds are those of a house: whether it is still slept in, the next list of beds says.
"""


@dataclass(frozen=True, slots=True)
class SchoolMerge:
    """A merge that was done; `gone` and `kept` are codes."""

    id: str
    gone: str
    kept: str
    at: str
    undone_at: str
    moved: Mapping[str, Any]


def merge_schools(
    db: Database, gone: str, kept: str, names: Mapping[str, str] | None, actor: str, seen: str = ""
) -> str:
    """Let a school become a part of another; give the id of what was done. Raises Refused, Stale."""
    with db.write():
        plan = plan_merge(db, gone, kept, names)
        if seen and seen != plan.mark:
            raise Stale(CHANGED)
        moved: dict[str, Any] = {"staff": _move_staff(db, plan), "slots": _move_slots(db, plan)}
        moved["classes"] = [_move_class(db, plan, one, actor) for one in plan.classes]
        moved["cases"] = _move_cases(db, plan.gone, plan.kept, {one.id: _title(one) for one in plan.classes})
        moved |= {table: _move_rows(db, table, plan.gone, plan.kept) for table in _PLAIN}
        now, made = clock.stamp(db.now()), new_id()
        moved["clients"] = [
            row["name"] for row in db.all("SELECT name FROM clients WHERE school = ?", (gone,))
        ]
        db.run("UPDATE clients SET school = ? WHERE school = ?", (kept, gone))
        db.run("UPDATE schools SET merged = ?, changed_at = ? WHERE code = ?", (kept, now, gone))
        db.run(
            "INSERT INTO school_merges (id, gone, kept, moved, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
            (made, gone, kept, json.dumps(moved), actor, now),
        )
        audit.note(db, actor, "school.merged", gone, kept)
    return made


def school_merges(db: Database) -> list[SchoolMerge]:
    """Give the merges that were done, the newest first."""
    return [_merge(row) for row in db.all("SELECT * FROM school_merges ORDER BY id DESC")]


def may_undo(db: Database, merge: SchoolMerge) -> str:
    """Say why a merge cannot be taken back; nothing where it can."""
    if merge.undone_at:
        return "已经撤销了。"
    if db.now() - clock.local(merge.at) > TERM:
        return f"过了 {TERM.days} 天，不能撤销了。"
    later = db.one(
        "SELECT 1 FROM school_merges WHERE id > ? AND undone_at IS NULL AND (gone IN (?, ?) OR kept = ?)",
        (merge.id, merge.kept, merge.gone, merge.gone),
    )
    if later:
        return "后来又撤并过，请先撤销后面那一次。"
    return ""


def undo_merge(db: Database, merge_id: str, actor: str) -> None:
    """Let a school be one of its own again, with all that went over. Raises Missing, Refused."""
    row = db.one("SELECT * FROM school_merges WHERE id = ?", (merge_id,))
    if row is None:
        raise Missing
    with db.write():
        merge = _merge(row)
        if why := may_undo(db, merge):
            raise Refused(why)
        now = clock.stamp(db.now())
        db.run("UPDATE schools SET merged = NULL, changed_at = ? WHERE code = ?", (now, merge.gone))
        _give_back(db, merge, actor)
        db.run("UPDATE school_merges SET undone_at = ?, undone_by = ? WHERE id = ?", (now, actor, merge.id))
        audit.note(db, actor, "school.parted", merge.gone, merge.kept)


def _merge(row: Row) -> SchoolMerge:
    return SchoolMerge(
        row["id"], row["gone"], row["kept"], row["at"], row["undone_at"] or "", json.loads(row["moved"])
    )


def _title(one: MovingClass) -> str:
    return f"{one.grade}{one.name}"


def _move_staff(db: Database, plan: MergePlan) -> list[list[str]]:
    """Let accounts of the school be of the other one; give id and area of before."""
    rows = db.all("SELECT id, area FROM staff WHERE school = ?", (plan.gone.code,))
    for row in rows:
        area = plan.kept.town if row["area"] == plan.gone.town else row["area"]
        db.run("UPDATE staff SET school = ?, area = ? WHERE id = ?", (plan.kept.code, area, row["id"]))
    return [[row["id"], row["area"]] for row in rows]


def _move_slots(db: Database, plan: MergePlan) -> list[list[str]]:
    """Let those who hold slots of the school hold them at the other one; give those that were not there before."""
    made = []
    for row in db.all("SELECT slot, staff FROM slots WHERE place = ?", (plan.gone.code,)):
        done = db.run(
            "INSERT INTO slots (slot, place, staff) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (row["slot"], plan.kept.code, row["staff"]),
        )
        made.append([row["slot"], row["staff"], "1" if done.rowcount else ""])
    db.run("DELETE FROM slots WHERE place = ?", (plan.gone.code,))
    return made


def _move_class(db: Database, plan: MergePlan, one: MovingClass, actor: str) -> dict[str, Any]:
    """Bring a class over as it is, with a stay of each of its children that ends and one that begins."""
    children, today = children_of_class(db, one.id), db.today()
    left = {child.id: stays.leave_class(db, child, stays.MERGED, actor, today) for child in children}
    before = db.one("SELECT class_name FROM classes WHERE id = ?", (one.id,))
    db.run("UPDATE classes SET school = ?, class_name = ? WHERE id = ?", (plan.kept.code, one.name, one.id))
    entered = {
        child.id: stays.enter_class(db, child, stays.MERGED, "staff", actor, today)
        for child in children_of_class(db, one.id)
    }
    audit.note(db, actor, "class.moved", one.id, plan.kept.code)
    told = [[child.id, left[child.id], entered[child.id]] for child in children]
    return {"id": one.id, "name": before["class_name"] if before else one.name, "stays": told}


def _move_cases(db: Database, old: Place, new: Place, titles: Mapping[str, str]) -> list[str]:
    """Let cases be of the other school: open ones by an event on each, ended ones as they stand."""
    rows = db.all("SELECT * FROM cases WHERE school = ? ORDER BY id", (old.code,))
    for case in map(Case.of, rows):
        _carry(db, case, new, titles.get(case.class_id, case.class_title))
    return [row["id"] for row in rows]


def _carry(db: Database, case: Case, school: Place, title: str) -> None:
    if case.open:
        take_along(db, case, case.class_id, school.code, title)
    db.run(
        "UPDATE cases SET school = ?, school_town = ?, class_title = ? WHERE id = ?",
        (school.code, school.town, title, case.id),
    )


def _move_rows(db: Database, table: str, old: Place, new: Place) -> list[str]:
    rows = db.all(f"SELECT id FROM {table} WHERE school = ?", (old.code,))  # noqa: S608
    _say_school(db, table, [row["id"] for row in rows], new)
    return [row["id"] for row in rows]


def _say_school(db: Database, table: str, ids: Sequence[str], school: Place) -> None:
    columns = _PLAIN[table]
    sets = ", ".join(f"{one} = ?" for one in columns)
    for one in ids:
        db.run(f"UPDATE {table} SET {sets} WHERE id = ?", (*(school.code, school.town)[: len(columns)], one))  # noqa: S608


def _give_back(db: Database, merge: SchoolMerge, actor: str) -> None:
    """Bring back what went over and is still there."""
    row = db.one("SELECT name, town FROM schools WHERE code = ?", (merge.gone,))
    if row is None:
        raise Missing
    old = Place(merge.gone, row["name"], "school", row["town"], ())
    for staff, area in merge.moved["staff"]:
        db.run(
            "UPDATE staff SET school = ?, area = ? WHERE id = ? AND school = ?",
            (merge.gone, area, staff, merge.kept),
        )
    for slot, staff, new in merge.moved["slots"]:
        if new:
            db.run("DELETE FROM slots WHERE slot = ? AND place = ? AND staff = ?", (slot, merge.kept, staff))
        db.run(
            "INSERT INTO slots (slot, place, staff) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (slot, merge.gone, staff),
        )
    for one in merge.moved["classes"]:
        _give_back_class(db, merge, one, actor)
    titles = {one.id: one.title for one in bindings.classes_of(db, merge.gone)}
    for case_id in merge.moved["cases"]:
        case = case_by_id(db, case_id)
        if case and case.school == merge.kept and case.class_id in ("", *titles):
            _carry(db, case, old, titles.get(case.class_id, case.class_title))
    for table in _PLAIN:
        _say_school(db, table, merge.moved[table], old)
    for name in merge.moved["clients"]:
        db.run("UPDATE clients SET school = ? WHERE name = ?", (merge.gone, name))


def _give_back_class(db: Database, merge: SchoolMerge, one: Mapping[str, Any], actor: str) -> None:
    """Bring a class back under its own name; whoever has left it since stays where they are."""
    db.run(
        "UPDATE classes SET school = ?, class_name = ? WHERE id = ? AND school = ?",
        (merge.gone, one["name"], one["id"], merge.kept),
    )
    there = {child.id for child in children_of_class(db, one["id"])}
    for child, left, entered in one["stays"]:
        if child in there:
            stays.take_back_stays(db, entered, left)
    audit.note(db, actor, "class.moved", one["id"], merge.gone)
