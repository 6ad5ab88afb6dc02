"""The comparisons of 四查三比对, each a function from the lists to what it found; nothing is written here."""

from collections.abc import Callable, Iterator, Mapping

from intake.cases.rulebook.states import DROPPED_OUT
from intake.children.children import Child
from intake.children.facts.fact import facts_of_children
from intake.children.listed import POOR as POOR_LIST
from intake.school.differences import difference
from intake.school.differences.difference import (
    DROPPED,
    HUJI,
    LONG_LEAVE,
    MAKE,
    MISMATCH,
    OUT_OF_SCHOOL,
    POOR,
    POOR_DROPPED,
    UPDATE,
    XUEJI,
)
from intake.school.differences.lists import FoundDifference, Lists, Registered
from intake.school.differences.mismatched import mismatches
from intake.school.schooling import DIED, ELSEWHERE, FINISHED, READING, Schooling

_BORROWED = "借读"
_HERE = {DROPPED: f"{READING}，人没有到校", LONG_LEAVE: f"{READING}，请着假"}
"""What is said of where a child is that is on its roll all the same."""


def out_of_school(lists: Lists) -> Iterator[FoundDifference]:
    """户籍↔学籍: of school age by the household, in no 学籍 and on no roll, and nothing explains it."""
    if not lists.told_of and not lists.with_roll:
        return
    left = [one for one in lists.huji if not one.child.class_id and one.child.id not in lists.registered]
    where = lists.schoolings([one.child for one in left])
    for one in left:
        if where[one.child.id].unexplained:
            here = one.said("child_name", "sex", "birth_date", "id_number", "household_place", "present")
            yield FoundDifference(
                HUJI, OUT_OF_SCHOOL, one.child, here, {"schooling": where[one.child.id].state}, MAKE,
                town=one.row.town, village=one.row.village,
            )  # fmt: skip


def not_at_school(lists: Lists) -> Iterator[FoundDifference]:
    """学籍↔在校学生: registered and on no roll, or absent for long; each with its class of 在籍不在校."""
    mine = [one for one in lists.xueji if one.row.school in lists.with_roll or one.child.class_id]
    where, away = lists.schoolings([one.child for one in mine]), _away(lists, [one.child.id for one in mine])
    for one in {one.child.id: one for one in mine}.values():
        problem = _why_away(one, where[one.child.id], away, lists)
        if problem:
            here = one.said(
                "child_name", "sex", "birth_date", "id_number", "pupil_number", "grade", "class_name"
            )
            state = where[one.child.id].state
            there = {"schooling": _HERE.get(problem, state) if state == READING else state,
                     "place": where[one.child.id].school}  # fmt: skip
            yield FoundDifference(
                XUEJI, problem, one.child, here, {key: said for key, said in there.items() if said}, UPDATE,
                town=one.child.town, school=one.row.school, village=one.child.village,
            )  # fmt: skip


def poor_dropped(lists: Lists) -> Iterator[FoundDifference]:
    """辍学↔脱贫户库, beside those of the two comparisons before: a child of a poor household whose case says that it is out."""
    db = lists.db
    rows = db.all(
        "SELECT DISTINCT l.child FROM listed l JOIN cases c ON c.child = l.child"  # noqa: S608
        " WHERE l.listing = ? AND l.gone_at IS NULL AND c.open = 1 AND c.kind = 'absence'"
        f" AND c.state IN ({', '.join('?' * len(DROPPED_OUT))}) AND NOT EXISTS (SELECT 1 FROM differences d"
        " WHERE d.child = l.child AND d.sheet IN (?, ?) AND d.problem IN (?, ?) AND d.closed_at IS NULL)",
        [POOR_LIST, *DROPPED_OUT, HUJI, XUEJI, OUT_OF_SCHOOL, DROPPED],
    )
    wanted = {row["child"] for row in rows}
    for child in lists.seated_or_not(wanted):
        yield FoundDifference(POOR, POOR_DROPPED, child, {}, {"schooling": DROPPED}, UPDATE, town=child.town,
                              school=child.school, village=child.village)  # fmt: skip


FINDERS: Mapping[str, Callable[[Lists], Iterator[FoundDifference]]] = {
    HUJI: out_of_school, XUEJI: not_at_school, POOR: poor_dropped, MISMATCH: mismatches,
}  # fmt: skip
"""By the sheet in which it stands."""


def _why_away(one: Registered, where: Schooling, away: Mapping[str, str], lists: Lists) -> str:
    """Give the class of a registered child that is not at school; nothing for one that is, or who has no place in the sheet."""
    child: Child = one.child
    if where.state in difference.EXPLAINED:
        return where.state
    sits = lists.borrowed.get(child.id)
    if (sits and child.school != one.row.school) or where.state == ELSEWHERE:
        return _BORROWED
    if child.class_id:
        return away.get(child.id, "") if where.state == READING else ""
    return "" if where.state in (DIED, FINISHED) or where.state == READING else DROPPED


def _away(lists: Lists, children: list[str]) -> dict[str, str]:
    """Tell of children who are absent for long: by an open case of dropout, or by a leave that goes on."""
    db, today = lists.db, lists.db.today().isoformat()
    found: dict[str, str] = {}
    for child, facts in facts_of_children(db, children, ["leave"]).items():
        if any(
            (one.get("first_day") or "") <= today <= (one.get("until") or today) for one in facts if one.value
        ):
            found[child] = LONG_LEAVE
    marks = ", ".join("?" * len(DROPPED_OUT))
    sql = f"SELECT child FROM cases WHERE open = 1 AND kind = 'absence' AND state IN ({marks})"  # noqa: S608
    rows = db.all(sql, list(DROPPED_OUT))
    return found | {row["child"]: DROPPED for row in rows if row["child"]}
