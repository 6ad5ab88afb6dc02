"""How a child came into the class in which a list has it, and what that is in the register (学籍异动登记册)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from intake.calendar import schooldays
from intake.cases.moves.following import follow_child
from intake.cases.writing import deadlines
from intake.children import register, stays
from intake.children.children import Child
from intake.fields import privacy
from intake.importing.outcome import MovedGroup
from intake.language.spoken import GRADES, LAST_GRADE
from intake.places.places import Places
from intake.store.db import Database

FIRST = frozenset({"一年级", "七年级"})
"""School years in which children come anew, who are no 转入."""
SOON = timedelta(days=45)
"""So long after its first day a term is still new: who was moved up then was so from that day on."""
EXPLAIN = 10
"""Working days within which a principal says what became of a child that is listed no longer (*default*)."""
FEW = 3
"""Of so many that moved alike the names are told."""
SOURCE = "roster"
CAME = stays.CAME
THERE = "又在学生名单里"
_CONTRADICTED = (register.UNTOLD, register.PAUSED, register.AT_HOME)


@dataclass(frozen=True, slots=True)
class Move:
    """A child before and after a list; `way` is how it came (`stays.WAYS`)."""

    before: Child
    after: Child
    way: str


def way_of_move(before: Child, after: Child) -> str:
    """Tell how a child came from one class into another."""
    step = GRADES.find(after.grade[:1]) - GRADES.find(before.grade[:1])
    if not before.school:
        return stays.LISTED
    if before.school == after.school:
        return stays.MOVED_UP if step == 1 else stays.CHANGED
    return stays.MOVED_UP if step == 1 and after.grade == "七年级" else stays.CAME


def as_it_left(db: Database, child: Child, school: str) -> Child:
    """Give a child in no class as it was on the list of another school, of which nobody has said yet where it went.

    Which of two lists comes first says nothing: that of the school it left, or that of the one it came to.
    """
    left_school = "" if child.class_id else register.school_left(db, child.id)
    left = stays.last_stays(db, [child.id]).get(child.id) if left_school not in ("", school) else None
    if left is None or left.school != left_school:
        return child
    return replace(child, school=left.school, grade=left.grade, class_name=left.class_name)


def is_last_year(child: Child, grades: Iterable[str]) -> bool:
    """Tell whether a child is in the last year of its school: 九年级, or 六年级 where the school has no 七年级."""
    return child.grade == LAST_GRADE or (child.grade == "六年级" and "七年级" not in set(grades))


def day_of_move(db: Database, way: str) -> date:
    """Give from which day on a child is in its class: of one that moved up, or is new, the first day of a new term."""
    today = db.today()
    if way in (stays.MOVED_UP, stays.LISTED):
        for first, _ in schooldays.terms(db.settings.terms):
            if first <= today <= first + SOON:
                return first
    return today


def note_move(db: Database, move: Move, actor: str, *, fresh: bool = False) -> None:
    """Write down the stays, the entries and the cases of a move, in the transaction of the list.

    A child that is `fresh`, whom nobody knew, has no cases.
    """
    before, after, day = move.before, move.after, day_of_move(db, move.way)
    if before.class_id:
        stays.leave_class(db, before, "moved" if move.way == stays.CAME else move.way, actor, day)
    stays.enter_class(db, after, move.way, SOURCE, actor, day)
    if move.way == stays.CAME:
        note_transfer(db, after, before.school, actor)
    if not fresh:
        follow_child(db, after)


def note_transfer(db: Database, child: Child, from_school: str, actor: str) -> None:
    """Enter 转入 at a child's school, and 转出 at the one it came from where that is ours; both wait to be 办结."""
    today = db.today()
    way = {"from_school": from_school, "to_school": child.school}
    register.enter_entry(db, register.new_entry(db, child, register.IN, today, **way), actor)
    if from_school:
        left = register.new_entry(db, child, register.OUT, today, from_school, **way)
        register.enter_entry(db, left, actor)


def explain_listed(db: Database, listed: Mapping[str, Child], actor: str) -> None:
    """End what a list contradicts that has a child in a class: nobody said why it was gone, it pauses, it is taught at home."""
    today = db.today()
    for child_id, entry in register.standing_by_child(db, _CONTRADICTED).items():
        child = listed.get(child_id)
        if child is None:
            continue
        register.finish_entry(db, entry, today, actor, THERE if entry.sort == register.UNTOLD else None)
        if entry.sort != register.UNTOLD:
            back = register.new_entry(db, child, register.BACK, today, finished_on=today.isoformat())
            register.enter_entry(db, back, actor)


def ask_why(db: Database, gone: Iterable[Child], actor: str) -> int:
    """Let the principals of children who are listed no longer owe a word on each; give how many are new."""
    due, asked = deadlines(db).work_days_after(db.today(), EXPLAIN).isoformat(), 0
    known = register.standing_by_child(db, (register.UNTOLD,))
    for child in gone:
        if child.id not in known:
            entry = register.new_entry(db, child, register.UNTOLD, db.today())
            register.enter_entry(db, replace(entry, from_school=child.school, review_on=due), actor)
            asked += 1
    return asked


def moved_groups(moves: Sequence[Move], places: Places) -> list[MovedGroup]:
    """Sum up who moved from where to where, those of another school first."""
    found: dict[tuple[str, str, str], list[Move]] = {}
    for one in moves:
        if one.way != stays.LISTED:
            found.setdefault((_title(one.before, one.after, places), one.after.title, one.way), []).append(
                one
            )
    groups = [
        MovedGroup(before, after, stays.WAYS[way], len(some), _names(some, way))
        for (before, after, way), some in found.items()
    ]
    return sorted(groups, key=lambda one: (_ORDER.get(one.way, 9), one.after, one.before))


_ORDER: Mapping[str, int] = {
    stays.WAYS[way]: at for at, way in enumerate((stays.CAME, stays.CHANGED, stays.MOVED_UP))
}


def _title(before: Child, after: Child, places: Places) -> str:
    return before.title if before.school == after.school else f"{places.name(before.school)}{before.title}"


def _names(moves: Sequence[Move], way: str) -> list[str]:
    few = way != stays.MOVED_UP or len(moves) <= FEW
    return [privacy.mask_name(one.after.name) for one in moves] if few else []
