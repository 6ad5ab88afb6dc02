"""Which open cases may be about one child: looked for by the worker, offered with the reason, decided by a person.

Two children of the roll are never offered to each other, nor cases that few may see with others. Brothers and sisters
share a telephone, a class and half a name: a telephone counts only where one name may be said for the other.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from intake.calendar import clock
from intake.cases.case import Case, case_by_id
from intake.children.children import children_of_class
from intake.language import sounds
from intake.store.db import Database, Row

BATCH = 20
"""Cases that are looked at in one turn, which holds up nobody."""
PAUSE = 0.02
"""Seconds between two turns, for whoever waits for an answer."""
MOST = 5
"""Offers that one case makes: a common name must not fill a page."""
_LOOKED_AT = 60
"""Cases that are compared at most for each reason."""
_KIND = "c.kind || '' = ? AND c.restricted = ? AND c.id <> ?"
_OPEN = f"c.open = 1 AND {_KIND}"
"""Open cases of a kind at a place; the kind is written so that the place's index is taken, not that of all of the kind."""
_FOUND = f"c.open + 0 = 1 AND {_KIND}"
"""The same of cases that are found by a name or a telephone, whose indexes hold ended ones, too."""
SAME, SOUND, CLOSE, SHORT = "姓名相同", "姓名读音相同", "姓名相近", ""
"""What is alike of two names; the last is one within the other (小强 for 徐小强), or one that nobody said."""
SCORES = {
    (SAME, "电话"): 98, (SAME, "班级"): 95, (SOUND, "电话"): 92, (SAME, "学校"): 90, (SOUND, "班级"): 85,
    (SHORT, "电话"): 80, (CLOSE, "班级"): 70, (SOUND, "学校"): 65, (SAME, "镇街"): 60, (SOUND, "镇街"): 50,
}  # fmt: skip
"""How likely two cases are of one child, by what is alike of the name and what else is the same."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why an older case may be about the same child, and how likely that is."""

    other: str
    reason: str
    score: int


def match_cases(db: Database) -> int:
    """Look for likely matches of every case that is new, in batches; give how many offers were made. Raises Busy."""
    offered = 0
    last = ""
    while rows := _batch(db, last):
        offered += _match(db, [row["id"] for row in rows])
        last = rows[-1]["id"]
        time.sleep(PAUSE)
    return offered


def match_case(db: Database, case_id: str) -> int:
    """Offer a case to those that it is like; give how many offers are new. Again is harmless. Raises Busy."""
    return _match(db, [case_id])


def _match(db: Database, ids: Sequence[str]) -> int:
    """Compare outside of the gate, which is shut while it is written down; a case that has changed waits for the next round."""
    found = [(case, _likest(db, case) if case.open else []) for one in ids if (case := case_by_id(db, one))]
    offered = 0
    with db.write():
        for case, likest in found:
            done = db.run(
                "UPDATE cases SET matched = 1 WHERE id = ? AND matched IS NULL AND version = ? AND restricted = ?",
                (case.id, case.version, case.restricted),
            )
            offered += sum(_offer(db, case, one) for one in likest) if done.rowcount else 0
    return offered


def _batch(db: Database, last: str) -> list[Row]:
    return db.all("SELECT id FROM cases WHERE matched IS NULL AND id > ? ORDER BY id LIMIT ?", (last, BATCH))


def _likest(db: Database, case: Case) -> list[Likeness]:
    """Give the likest cases, each once."""
    best: dict[str, Likeness] = {}
    for row, same in _candidates(db, case):
        like = _likeness(db, case, row, same)
        if like and (like.other not in best or best[like.other].score < like.score):
            best[like.other] = like
    return sorted(best.values(), key=lambda one: (-one.score, one.other))[:MOST]


def _candidates(db: Database, case: Case) -> Iterator[tuple[Row, str]]:
    """Give the open cases that share something, and what: a family's telephone, the class, school or town."""
    columns = "c.id, c.child, c.child_name, c.class AS class_id, c.class_title, c.school, c.town"
    same, most = (
        (case.kind, case.restricted, case.id),
        f"ORDER BY c.opened_at DESC, c.id DESC LIMIT {_LOOKED_AT}",
    )
    family = "EXISTS (SELECT 1 FROM case_reports f WHERE f.case_id = {} AND f.family = 1)"
    called = (  # its digest and that of its last four digits: of the two together no stranger has both
        "SELECT k.case_id FROM case_keys m JOIN case_keys k ON k.key = m.key WHERE m.case_id = ?"  # noqa: S608
        f" AND {family.format('m.case_id')} AND {family.format('k.case_id')} GROUP BY k.case_id HAVING count(*) > 1"
    )
    if not case.confidential:  # that telephone would tell who reported
        for row in db.all(
            f"SELECT {columns} FROM cases c WHERE {_FOUND} AND c.confidential = 0 AND c.id IN ({called}) {most}",  # noqa: S608
            (*same, case.id),
        ):
            yield row, "电话"
    if not case.child_name:
        return
    found: list[Row] = []
    if case.class_id:
        found += db.all(
            f"SELECT {columns} FROM cases c WHERE {_OPEN} AND c.class = ? {most}",  # noqa: S608
            (*same, case.class_id),
        )
    elif case.school and case.class_title:
        found += db.all(
            f"SELECT {columns} FROM cases c WHERE {_OPEN} AND c.school = ? AND c.class_title = ? {most}",  # noqa: S608
            (*same, case.school, case.class_title),
        )
    found += db.all(
        f"SELECT {columns} FROM cases c WHERE {_FOUND} AND c.initials = ? AND (c.town = ? OR c.school = ?) {most}",  # noqa: S608
        (*same, sounds.initials(case.child_name), case.town, case.school),
    )
    for row in found:
        yield row, _shared_place(case, row)


def _shared_place(case: Case, row: Row) -> str:
    school = bool(case.school) and case.school == row["school"]
    title = bool(case.class_title) and case.class_title == row["class_title"]
    if (case.class_id and case.class_id == row["class_id"]) or (school and title):
        return "班级"
    if school:
        return "学校"
    return "" if case.school and row["school"] else "镇街"  # of two schools it is another child


def _likeness(db: Database, case: Case, row: Row, same: str) -> Likeness | None:
    if case.child and row["child"]:  # two children of the roll, or one whose reports join by themselves
        return None
    mine, other = case.child_name, str(row["child_name"] or "")
    name = _alike(mine, other)
    score = SCORES.get((name, same)) if name is not None else None
    if score is None or (name != SAME and _both_listed(db, case, row)):
        return None
    reason = {SHORT: f"{same}相同", SAME: f"姓名和{same}相同"}.get(name or "", f"{name}，{same}相同")
    return Likeness(str(row["id"]), reason, score)


def _alike(one: str, other: str) -> str | None:
    """Say what is alike of two names; None where they are of two children."""
    if one == other and one:
        return SAME
    if not one or not other or (len(one) != len(other) and (_within(one, other) or _within(other, one))):
        return SHORT
    if sounds.sounds_of(one) == sounds.sounds_of(other):
        return SOUND
    return CLOSE if len(one) == len(other) > 2 and Levenshtein.distance(one, other) == 1 else None


def _within(short: str, name: str) -> bool:
    signs = iter(name)
    return all(one in signs for one in short)


def _both_listed(db: Database, case: Case, row: Row) -> bool:
    """Tell whether the class has a child of either name: they are two, however alike they sound."""
    class_id = case.class_id or row["class_id"]
    if not class_id:
        return False
    names = {one.name for one in children_of_class(db, class_id)}
    return {case.child_name, row["child_name"]} <= names


def _offer(db: Database, case: Case, like: Likeness) -> bool:
    """Offer the newer case to the older one, where nobody has decided on that; a better reason takes a weaker one's place."""
    newer, older = max(case.id, like.other), min(case.id, like.other)
    done = db.run(
        "INSERT INTO case_offers (case_id, other, reason, score, at, state, decided_by, decided_at)"
        " SELECT ?, ?, ?, ?, ?, 'open', '', '' FROM cases o WHERE o.id = ? AND o.open = 1 AND o.restricted = ?"
        " ON CONFLICT (case_id, other) DO UPDATE SET reason = excluded.reason,"
        " score = excluded.score WHERE case_offers.state = 'open' AND case_offers.score < excluded.score",
        (newer, older, like.reason, like.score, clock.stamp(db.now()), like.other, case.restricted),
    )
    return bool(done.rowcount)
