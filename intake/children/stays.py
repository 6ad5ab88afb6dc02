"""Where a child learned, from when until when: its class over time. `children.class` is the class of today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.calendar import clock
from intake.children.children import Child, change_child, find_child, take_child_out
from intake.errors import Refused
from intake.people.bindings import Class
from intake.store.db import Database
from intake.store.ids import new_id

DOUBLED, FINISHED, UNDONE = "doubled", "finished", "undone"
LISTED, MOVED_UP, CHANGED, CAME, MERGED, BACK = "listed", "moved_up", "changed", "came", "merged", "back"
WAYS: Mapping[str, str] = {
    LISTED: "名单里新来的", MOVED_UP: "升级", CHANGED: "换班", CAME: "从别的学校转来", MERGED: "学校撤并", BACK: "复学",
    "left": "离开", FINISHED: "毕业", "moved": "转出", "suspended": "休学",
    "at_home": "送教上门", "died": "死亡", UNDONE: "记错了", DOUBLED: "和另一份档案合成了一份",
}  # fmt: skip
"""How a child came into a class, or went out of it."""
MOVED_ON = "孩子后来又换了班级，这一步不能单独撤回。请先撤回后面的那一步。"


@dataclass(frozen=True, slots=True)
class Stay:
    """A time in one class; empty days are not known, an empty last day is today."""

    id: str
    class_id: str
    school: str
    grade: str
    class_name: str
    from_day: str
    to_day: str
    came: str
    went: str
    source: str


def stays_of(db: Database, child: str) -> list[Stay]:
    """Give where a child learned, the newest first."""
    sql = f"SELECT {', '.join(_COLUMNS)} FROM stays WHERE child = ? ORDER BY to_day = '' DESC, from_day DESC, id DESC"  # noqa: S608
    rows = db.all(sql, (child,))
    return [Stay(*(row[one] or "" for one in _COLUMNS)) for row in rows]


def last_stays(db: Database, children: Sequence[str], *, going_on: bool = False) -> dict[str, Stay]:
    """Give the last stay of some children, by child; of those alone that are in a class still where it goes on."""
    sql = f"SELECT child, {', '.join(_COLUMNS)} FROM stays WHERE went <> ? AND (to_day = '' OR ? = 0) AND child IN"  # noqa: S608
    rows = db.among(sql, children, "ORDER BY to_day = '', from_day, id", before=(UNDONE, int(going_on)))
    return {row["child"]: Stay(*(row[one] or "" for one in _COLUMNS)) for row in rows}


_COLUMNS = ("id", "class", "school", "grade", "class_name", "from_day", "to_day", "came", "went", "source")


_ENTER = (
    "INSERT INTO stays (id, child, class, school, grade, class_name, from_day, to_day, came, went, source, actor, at)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def enter_class(db: Database, child: Child, came: str, source: str, actor: str, day: date) -> str:
    """Note that a child is in its class from a day on, in the caller's transaction; give the id of the stay."""
    return _enter(db, child, (day.isoformat(), ""), (came, ""), source, actor)


def leave_class(db: Database, child: Child, went: str, actor: str, day: date) -> str:
    """Note that a child is in its class no more, in the caller's transaction; one of before that nobody noted is noted.

    Give the id of the stay; nothing of a child that was in no class. None ends before it began: a list may bring a child
    after the day on which it is said to have left.
    """
    done = db.run(
        "UPDATE stays SET to_day = CASE WHEN from_day > ? THEN from_day ELSE ? END, went = ?"
        " WHERE child = ? AND class = ? AND to_day = '' RETURNING id",
        (day.isoformat(), day.isoformat(), went, child.id, child.class_id),
    )
    row = done.fetchone()
    if row or not child.class_id:
        return str(row[0]) if row else ""
    return _enter(db, child, ("", day.isoformat()), (LISTED, went), "old", actor)


def take_back_stays(db: Database, entered: str, left: str) -> None:
    """Let a stay that began by mistake be none, and one that ended by it go on, in the caller's transaction."""
    if entered:
        db.run("DELETE FROM stays WHERE id = ?", (entered,))
    if left:
        db.run("UPDATE stays SET to_day = '', went = '' WHERE id = ?", (left,))


def move_child(
    db: Database, child: Child, into: Class, came: str, went: str, *, source: str, actor: str, day: date
) -> tuple[Child, dict[str, Any]]:
    """Bring a child into a class, out of the one it was in, in the caller's transaction; give it as it is now."""
    left = leave_class(db, child, went, actor, day)
    after = replace(child, class_id=into.id, school=into.school, grade=into.grade, class_name=into.class_name)
    change_child(db, after, actor=actor)
    entered = enter_class(db, after, came, source, actor, day)
    return after, {"before": child.class_id, "after": into.id, "left": left, "entered": entered}


def let_child_go(db: Database, child: Child, went: str, *, actor: str, day: date) -> dict[str, Any]:
    """Take a child out of its class, in the caller's transaction."""
    if not child.class_id:
        return {}
    left = leave_class(db, child, went, actor, day)
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
    take_back_stays(db, str(did["entered"]), str(did["left"]))
    return find_child(db, child_id)


def _enter(
    db: Database, child: Child, days: tuple[str, str], ways: tuple[str, str], source: str, actor: str
) -> str:
    stay = new_id()
    db.run(
        _ENTER,
        (stay, child.id, child.class_id, child.school, child.grade, child.class_name, *days, *ways, source, actor,
         clock.stamp(db.now())),
    )  # fmt: skip
    return stay
