"""学籍异动登记册: that a child came, went, paused, is taught at home or elsewhere, or died; each entry with its day and paper.

Two schools of one transfer have an entry each, in their own registers; both come and go together. What an entry changes of
classes and cases is done by `intake.school.register` and in the transaction of the case: here it is only written down.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.calendar import clock
from intake.children.children import Child
from intake.errors import Stale, Unreadable
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Cell, Database, Row
from intake.store.ids import new_id
from intake.store.keys import UNOPENED

IN, OUT, PAUSED, BACK, AT_HOME, DIED, BORROWED, UNTOLD = (
    "转入", "转出", "休学", "复学", "送教上门", "死亡", "借读", "待说明",
)  # fmt: skip
"""Sorts of entry. UNTOLD is no 异动 yet: a child is on the list of its class no more, and nobody has said why."""
OFFICIAL = (IN, OUT, PAUSED, BACK, AT_HOME, DIED, BORROWED)
"""Those that stand in the official register."""
LEAVES: Mapping[str, str] = {OUT: "moved", PAUSED: "suspended", DIED: "died", AT_HOME: "at_home"}
"""Sorts that end a stay in a class, and how it ends (`stays.WAYS`)."""
CHANGED = "这一条登记刚刚有人改过了，请重新打开看看。"
_WORDS = ("reason", "paper", "remark")
_LIVE = "undone_at = ''"


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """An entry; `school` is whose register it stands in, `did` what it changed, `town` that of the school, else of the home.

    `from_school` and `to_school` are codes of our schools, or words for one elsewhere. `finished_on` is 办结日期; of 借读 and
    休学 it ends the time itself, of 待说明 it says that somebody explained it.
    """

    id: str
    child: str
    sort: str
    day: str
    school: str = ""
    town: str = ""
    from_school: str = ""
    to_school: str = ""
    reason: str = ""
    paper: str = ""
    review_on: str = ""
    finished_on: str = ""
    remark: str = ""
    did: Mapping[str, Any] | None = None
    actor: str = ""
    at: str = ""
    version: int = 1
    undone_at: str = ""

    def __repr__(self) -> str:
        return f"RegisterEntry({self.id})"  # what stands in a traceback tells nothing about the child

    @property
    def open(self) -> bool:
        """Tell whether something is still to be done, or the time it tells of goes on."""
        return not self.finished_on and not self.undone_at


def entry_of_row(db: Database, row: Row) -> RegisterEntry:
    """Read a row of `register_entries`; a cell that no key opens says so in its place."""
    reason, paper, remark = (_opened(db, row, key) for key in _WORDS)
    return RegisterEntry(
        row["id"], row["child"], row["sort"], row["day"], row["school"] or "", row["town"] or "",
        row["from_school"] or "", row["to_school"] or "", reason, paper, row["review_on"], row["finished_on"], remark,
        json.loads(row["did"]) if row["did"] else None, row["actor"], row["at"], row["version"], row["undone_at"],
    )  # fmt: skip


def new_entry(
    db: Database, child: Child, sort: str, day: date, school: str = "", **more: str
) -> RegisterEntry:
    """Make ready an entry in the register of a school, or of the child's own; `more` are further columns by name."""
    school = school or child.school
    place = gazetteer.world(db).places.get(school)
    town = place.town if place and place.level == "school" else child.town
    made = RegisterEntry(new_id(), child.id, sort, day.isoformat(), school, town)
    return replace(made, **more)  # type: ignore[arg-type]


def enter_entry(db: Database, entry: RegisterEntry, actor: str) -> RegisterEntry:
    """Write an entry down, in the caller's transaction; give it as it stands there."""
    made = replace(entry, actor=actor, at=entry.at or clock.stamp(db.now()))
    cells: list[Cell] = [made.id, made.child, made.sort, made.day, made.school, made.town, made.from_school, made.to_school,
                         *(_locked(db, made.id, key, getattr(made, key)) for key in _WORDS), made.review_on,
                         made.finished_on, json.dumps(made.did) if made.did else None, made.actor, made.at]  # fmt: skip
    db.run(
        "INSERT INTO register_entries (id, child, sort, day, school, town, from_school, to_school, reason, paper, remark,"
        " review_on, finished_on, did, actor, at, version, undone_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, '')",
        cells,
    )
    audit.note(db, actor, "entry.entered", made.id, made.sort)
    return made


def entry_by_id(db: Database, entry_id: str) -> RegisterEntry | None:
    """Give the entry of an id."""
    row = db.one("SELECT * FROM register_entries WHERE id = ?", (entry_id,))
    return entry_of_row(db, row) if row else None


def entries_of_child(db: Database, child: str, *, undone: bool = False) -> list[RegisterEntry]:
    """Give the entries of a child, the newest first; those taken back only where they are asked for."""
    held = "" if undone else f" AND {_LIVE}"
    sql = f"SELECT * FROM register_entries WHERE child = ?{held} ORDER BY day DESC, id DESC"  # noqa: S608
    return [entry_of_row(db, row) for row in db.all(sql, (child,))]


def open_entries(db: Database, child: str, *sorts: str) -> list[RegisterEntry]:
    """Give the entries of a child that are still open, of some sorts, the newest first."""
    return [one for one in entries_of_child(db, child) if one.open and one.sort in sorts]


def school_left(db: Database, child: str) -> str:
    """Give the school whose list has a child no more while nobody has said where it went; nothing where somebody has."""
    return next((one.from_school for one in open_entries(db, child, UNTOLD)), "")


def finish_entry(
    db: Database, entry: RegisterEntry, day: date | None, actor: str, remark: str | None = None
) -> RegisterEntry:
    """Say on which day an entry was 办结 (None: it is open again), and what else is to be said. Raises Stale."""
    words = entry.remark if remark is None else remark
    finished = day.isoformat() if day else ""
    with db.write():
        done = db.run(
            "UPDATE register_entries SET finished_on = ?, remark = ?, version = version + 1"  # noqa: S608
            f" WHERE id = ? AND version = ? AND {_LIVE}",
            (finished, _locked(db, entry.id, "remark", words), entry.id, entry.version),
        )
        if not done.rowcount:
            raise Stale(CHANGED)
        audit.note(db, actor, "entry.finished" if day else "entry.reopened", entry.id, entry.sort)
    return replace(entry, finished_on=finished, remark=words, version=entry.version + 1)


def drop_entry(db: Database, entry: RegisterEntry, actor: str) -> None:
    """Take an entry back, in the caller's transaction; it stays on record as undone. Raises Stale."""
    done = db.run(
        f"UPDATE register_entries SET undone_at = ?, undone_by = ?, version = version + 1 WHERE id = ? AND {_LIVE}",  # noqa: S608
        (clock.stamp(db.now()), actor, entry.id),
    )
    if not done.rowcount:
        raise Stale(CHANGED)
    audit.note(db, actor, "entry.undone", entry.id, entry.sort)


def twin_of_entry(db: Database, entry: RegisterEntry) -> RegisterEntry | None:
    """Give the other school's entry of the same transfer, where both are ours."""
    if entry.sort not in (IN, OUT):
        return None
    row = db.one(
        f"SELECT * FROM register_entries WHERE child = ? AND at = ? AND sort = ? AND {_LIVE}",  # noqa: S608
        (entry.child, entry.at, OUT if entry.sort == IN else IN),
    )
    return entry_of_row(db, row) if row else None


def schools_of_open_entries(db: Database, child: str) -> list[str]:
    """Give the schools in whose register something of a child is still open."""
    rows = db.all(
        f"SELECT DISTINCT school FROM register_entries WHERE child = ? AND finished_on = '' AND {_LIVE}"  # noqa: S608
        " AND school <> ''",
        (child,),
    )
    return [row["school"] for row in rows]


def borrowed(db: Database, children: Sequence[str] = ()) -> dict[str, tuple[str, str]]:
    """Give the children of 借读: where each sits and where it is registered; of some children where any are named.

    Codes of our schools, or words for one elsewhere. Such a child is neither 有籍无人 nor 有人无籍.
    """
    rows = db.all(
        f"SELECT child, to_school, from_school FROM register_entries WHERE sort = ? AND finished_on = '' AND {_LIVE}"  # noqa: S608
        " ORDER BY day, id",
        (BORROWED,),
    )
    wanted = set(children)
    return {
        row["child"]: (row["to_school"] or "", row["from_school"] or "")
        for row in rows
        if not wanted or row["child"] in wanted
    }


def standing_by_child(db: Database, sorts: Sequence[str]) -> dict[str, RegisterEntry]:
    """Give of each child its open entry of some sorts, the newest: who pauses, is taught at home, went, died."""
    marks = ", ".join("?" * len(sorts))
    rows = db.all(
        f"SELECT * FROM register_entries WHERE sort IN ({marks}) AND finished_on = '' AND {_LIVE} ORDER BY day, id",  # noqa: S608
        list(sorts),
    )
    return {row["child"]: entry_of_row(db, row) for row in rows}


def _locked(db: Database, entry_id: str, column: str, words: str) -> str | None:
    return db.keys.lock(words, f"register_entries.{column}", entry_id) if words else None


def _opened(db: Database, row: Row, column: str) -> str:
    try:
        return db.keys.unlock(row[column], f"register_entries.{column}", row["id"]) if row[column] else ""
    except Unreadable:
        return UNOPENED
