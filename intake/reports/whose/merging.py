"""Two files of one child become one, with all that hangs on them, and are parted again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.calendar import clock
from intake.cases import merging as case_merging
from intake.children import access, children, register, stays
from intake.children.children import Child
from intake.children.facts import noting
from intake.children.facts.fact import fact_of, facts_of
from intake.children.matching import merged
from intake.errors import Dealt, Denied, Missing, Refused, Stale
from intake.people import accounts
from intake.people.accounts import Person
from intake.reports.whose import cases_of_reports
from intake.reports.whose.hanging import bring_back, count_hanging, give_schooling_back, move_hanging
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

DECIDE = "match.decide"
"""The action of those who decide whose a report is, and that two files are of one child."""
TWO_NUMBERS = "两份档案的身份证号不一样，可能是双胞胎或者同名的两个孩子。确实是同一个孩子的，请写明原因。"
LATER_FIRST = "这份档案后来又并进了另一份。请先撤销后面那一次。"
_PLACE = "child_merges.moved"


@dataclass(frozen=True, slots=True)
class Merge:
    """A file that went into another one: the ids of both, who did it and when; `undone_at` is empty while it stands."""

    id: str
    kept: str
    gone: str
    actor: str
    at: str
    undone_by: str
    undone_at: str


def merge_preview(db: Database, kept: Child, gone: Child, person: Person) -> Mapping[str, int]:
    """Count what would go over, by the words for it (知道的情况, 个案 …); nothing is written. Raises Denied, Missing."""
    _refuse(db, person, kept, gone)
    return count_hanging(db, gone.id)


def merge_children(db: Database, kept: Child, gone: Child, person: Person, *, words: str = "") -> str:
    """Let one file go into another; give the id of the merge.

    Two valid numbers that differ need `words`: why it is one child all the same. Raises Denied, Missing, Refused at
    `words`, Stale.
    """
    _refuse(db, person, kept, gone)
    if kept.id == gone.id:
        raise Refused("请选两份不同的档案。")
    two = bool(kept.number_hash and gone.number_hash and kept.number_hash != gone.number_hash)
    if two and not words.strip():
        raise Refused(TWO_NUMBERS, "words")
    with db.write():
        if any(now is None or now != one for one in (kept, gone) for now in [_now(db, one.id)]):
            raise Stale
        did: dict[str, Any] = {"words": words.strip()}
        did["stays"] = _close_stay(db, kept, gone)
        did["row"] = merged.merge_child_row(db, kept, gone)
        did["cases"] = cases_of_reports.rename_cases(db, gone.id, _now(db, kept.id) or kept)
        moved = move_hanging(db, gone.id, kept.id)
        did |= {"keys": moved.keys, "dropped": moved.dropped}
        did["facts"] = _close_doubles(
            db, kept.id, {str(one[0]) for one in moved.keys.get("child_facts.child", [])}, person
        )
        did["explained"] = _explain(db, kept.id, person)
        case_merging.offer_cases_of_child(db, kept.id)
        merge = new_id()
        db.run(
            "INSERT INTO child_merges (id, kept, gone, moved, actor, at) VALUES (?, ?, ?, ?, ?, ?)",
            (merge, kept.id, gone.id, db.keys.lock(json.dumps(did, ensure_ascii=False), _PLACE, merge), person.actor,
             clock.stamp(db.now())),
        )  # fmt: skip
        _settle_match(db, kept, gone, "open", "confirmed", person)
        audit.note(db, person.actor, "child.merged", kept.id, gone.id)
    return merge


def merges_of_child(db: Database, child: Child) -> list[Merge]:
    """Give what went into a child's file and stands, and what was parted again, the newest first."""
    rows = db.all(
        "SELECT * FROM child_merges WHERE kept = ? OR gone = ? ORDER BY at DESC, id DESC",
        (child.id, child.id),
    )
    return [_merge(row) for row in rows]


def undo_merge(db: Database, merge_id: str, person: Person) -> None:
    """Part two files: what went over comes back; what was done since stays with the kept child.

    Raises Dealt where somebody was first, Denied, Missing, Refused.
    """
    row = db.one("SELECT * FROM child_merges WHERE id = ?", (merge_id,))
    kept, gone = (file_of(db, row["kept"]), file_of(db, row["gone"])) if row else (None, None)
    if row is None or kept is None or gone is None:
        raise Missing
    _refuse(db, person, children.find_child(db, kept.id) or kept, gone)
    did = json.loads(db.keys.unlock(row["moved"], _PLACE, merge_id))
    with db.write():
        _claim(db, merge_id, person)
        # As both are by now: another one may have parted them, or merged one further, since they were read.
        kept, gone = file_of(db, kept.id) or kept, file_of(db, gone.id) or gone
        if kept.merged or gone.merged != kept.id:
            raise Refused(LATER_FIRST)
        for fact in did["facts"]:
            noting.reopen_fact(db, fact_of(db, _fact_row(db, fact)), person.actor)
        for entry in did.get("explained", ()):
            held = register.entry_by_id(db, entry)
            if held and held.finished_on and not held.undone_at:
                register.finish_entry(db, held, None, person.actor)
        bring_back(db, gone.id, kept.id, did["keys"], did["dropped"])
        if "class" in did["row"]["taken"]:
            give_schooling_back(db, gone.id, kept.id, merge_id, clock.local(row["at"]).date().isoformat())
        cases_of_reports.give_names_back(db, gone.id, did["cases"])
        merged.part_child_row(db, kept, gone, did["row"])
        for stay, came_back in did["stays"]:
            db.run("UPDATE stays SET to_day = '', went = ? WHERE id = ?", (came_back, stay))
        _settle_match(db, kept, gone, "confirmed", "open", person)
        audit.note(db, person.actor, "child.parted", kept.id, gone.id)


def _refuse(db: Database, person: Person, *files: Child) -> None:
    if not accounts.may(person, DECIDE, person.area):
        raise Denied
    if not all(access.may_see_child(db, person, one) for one in files):
        raise Missing


def _now(db: Database, child: str) -> Child | None:
    """Give a child as it is, unless it has become another."""
    return children.children_of_ids(db, [child]).get(child)


def file_of(db: Database, child: str) -> Child | None:
    """Give a child whether or not it has become another: one that has is in the class that it would come back to."""
    row = db.one(f"SELECT {children.COLUMNS} FROM {children.TABLES} WHERE c.id = ?", (child,))  # noqa: S608
    found = Child.of(row) if row else None
    return _in_its_class(db, found) if found and found.merged else found


def _in_its_class(db: Database, gone: Child) -> Child:
    row = db.one(
        "SELECT id, moved FROM child_merges WHERE gone = ? AND kept = ? AND undone_at IS NULL",
        (gone.id, gone.merged),
    )
    left = (
        str(json.loads(db.keys.unlock(row["moved"], _PLACE, row["id"]))["row"]["class"] or "") if row else ""
    )
    row = db.one("SELECT school, grade, class_name FROM classes WHERE id = ?", (left,)) if left else None
    if row is None:
        return gone
    return replace(
        gone, class_id=left, school=row["school"], grade=row["grade"], class_name=row["class_name"]
    )


def _close_stay(db: Database, kept: Child, gone: Child) -> list[list[str]]:
    """End the stay of the file that goes, where the other is in a class as well: a child is in one; give what was."""
    if not kept.class_id:
        return []
    open_ = db.all("SELECT id, went FROM stays WHERE child = ? AND to_day = ''", (gone.id,))
    for row in open_:
        db.run(
            "UPDATE stays SET to_day = CASE WHEN from_day > ? THEN from_day ELSE ? END, went = ? WHERE id = ?",
            (db.today().isoformat(), db.today().isoformat(), stays.DOUBLED, row["id"]),
        )
    return [[row["id"], row["went"] or ""] for row in open_]


def _explain(db: Database, kept: str, person: Person) -> list[str]:
    """End what was asked of a child that the lists had no more, where it turns out to be in a class; give the entries."""
    now = _now(db, kept)
    untold = register.open_entries(db, kept, register.UNTOLD) if now and now.class_id else []
    for one in untold:
        register.finish_entry(db, one, db.today(), person.actor)
    return [one.id for one in untold]


def _close_doubles(db: Database, kept: str, moved: set[str], person: Person) -> list[str]:
    """End the facts that went over and say what the kept file says already; give their ids."""
    every = facts_of(db, kept)
    mine = {(one.kind, one.item, one.mark) for one in every if one.id not in moved}
    doubles = [one for one in every if one.id in moved and (one.kind, one.item, one.mark) in mine]
    for one in doubles:
        noting.close_fact(db, one, person.actor, noting.MERGED)
    return [one.id for one in doubles]


def _fact_row(db: Database, fact: str) -> Row:
    row = db.one("SELECT * FROM child_facts WHERE id = ?", (fact,))
    if row is None:
        raise Missing
    return row


def _claim(db: Database, merge_id: str, person: Person) -> None:
    done = db.run(
        "UPDATE child_merges SET undone_by = ?, undone_at = ? WHERE id = ? AND undone_at IS NULL",
        (person.actor, clock.stamp(db.now()), merge_id),
    )
    if not done.rowcount:
        row = db.one("SELECT undone_by, undone_at FROM child_merges WHERE id = ?", (merge_id,))
        raise Dealt(accounts.name_of(db, row["undone_by"]), row["undone_at"]) if row else Missing


def _settle_match(db: Database, kept: Child, gone: Child, before: str, after: str, person: Person) -> None:
    """Let what was asked about two files follow what was done to them elsewhere."""
    who = (person.actor, clock.stamp(db.now())) if after == "confirmed" else ("", "")
    db.run(
        "UPDATE child_matches SET state = ?, decided_by = ?, decided_at = ?, version = version + 1"
        " WHERE report = '' AND state = ? AND ((child = ? AND other = ?) OR (child = ? AND other = ?))",
        (after, *who, before, kept.id, gone.id, gone.id, kept.id),
    )


def _merge(row: Row) -> Merge:
    return Merge(*(row[one] or "" for one in ("id", "kept", "gone", "actor", "at", "undone_by", "undone_at")))
