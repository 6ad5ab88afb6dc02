"""就学状态: where each child of school age is, told by rolls, entries of the register, facts and lists together.

What was said last counts, and a roll before an old word: a child in a class is 在读 unless an entry or a later fact says
that it pauses, is taught at home or elsewhere. Of a child on no roll an entry or a fact tells; who is in the 学籍 of a school
that never sent us its roll is 在读 as far as anybody knows; of all others nobody knows: 不明.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.children import register
from intake.children.children import ROWS, Child
from intake.children.facts.fact import ChildFact, believed, facts_of_children
from intake.children.listed import XUEJI
from intake.places import gazetteer
from intake.store.db import Database

READING, PAUSED, DEFERRED, AT_HOME, SPECIAL, CORRECTIONAL, ELSEWHERE, FINISHED, DIED, NOT_IN, UNKNOWN = (
    "在读", "休学", "延缓入学", "送教上门", "特教学校", "专门学校", "外地就读", "毕业", "死亡", "未入学", "不明",
)  # fmt: skip
"""The words of `facts.fact_kinds.SCHOOLINGS`."""
UNEXPLAINED = frozenset({NOT_IN, UNKNOWN})
"""What leaves a child of school age without a place to learn."""
GROUPS: Mapping[str, Collection[str]] = {
    READING: frozenset({READING, PAUSED, AT_HOME, SPECIAL, CORRECTIONAL, FINISHED}),
    "外地": frozenset({ELSEWHERE}), NOT_IN: frozenset({NOT_IN, DEFERRED}), UNKNOWN: frozenset({UNKNOWN}),
}  # fmt: skip
"""How a town counts its children: of a school, elsewhere, not in school (延缓入学 too), unknown; who died is not counted."""
_ENTRIES = {
    register.OUT: ELSEWHERE, register.PAUSED: PAUSED, register.AT_HOME: AT_HOME, register.DIED: DIED,
}  # fmt: skip
_ENDING = frozenset({register.IN, register.BACK})


@dataclass(frozen=True, slots=True)
class Schooling:
    """Where a child is: the state, the school (a code of ours, or words), and what tells so: roll, entry, fact, list."""

    state: str
    school: str = ""
    by: str = ""

    def __repr__(self) -> str:
        return f"Schooling({self.by})"  # what stands in a traceback tells nothing about the child

    @property
    def unexplained(self) -> bool:
        """Tell whether a child of school age has no place to learn that anybody knows of."""
        return self.state in UNEXPLAINED


@dataclass(frozen=True, slots=True)
class _Entry:
    state: str
    day: str
    school: str


@dataclass(frozen=True, slots=True)
class _Sources:
    """What is read once for all children that are asked about."""

    facts: Mapping[str, Sequence[ChildFact]]
    entries: Mapping[str, _Entry]
    borrowed: Mapping[str, tuple[str, str]]
    registered: Mapping[str, str]
    finished: Collection[str]
    since: Mapping[str, str]
    rolled: Collection[str]
    today: str


def schoolings_of(db: Database, children: Sequence[Child]) -> dict[str, Schooling]:
    """Tell of some children where each is, by id; everything that tells is read once."""
    sources = _read(db, children)
    return {one.id: _schooling(one, sources) for one in children}


def counted_schoolings(every: Iterable[Schooling]) -> Counter[str]:
    """Count children as a town does, by the words of GROUPS; each of them is there."""
    found = Counter(dict.fromkeys(GROUPS, 0))
    for one in every:
        found.update(group for group, states in GROUPS.items() if one.state in states)
    return found


def schools_with_roll(db: Database) -> frozenset[str]:
    """Give the codes of the schools whose roll is here: of the others nobody knows who sits in them."""
    rows = db.all(
        "SELECT s.code FROM schools s WHERE EXISTS"  # noqa: S608
        f" (SELECT 1 FROM classes k JOIN {ROWS} ON c.class = k.id WHERE k.school = s.code)"
    )
    return frozenset(row["code"] for row in rows)


def _schooling(child: Child, sources: _Sources) -> Schooling:
    entry, fact = sources.entries.get(child.id), believed(sources.facts.get(child.id, ()), "schooling")
    told = _told(fact, sources.today)
    if (entry and entry.state == DIED) or (told and told.state == DIED):
        return Schooling(DIED, "", "entry" if entry and entry.state == DIED else "fact")
    later = told if fact and not (entry and entry.day > fact.said_on) else None
    if child.class_id:
        return _of_roll(child, entry, later, fact, sources)
    return later or _without_class(child, entry, sources)


def _of_roll(
    child: Child, entry: _Entry | None, told: Schooling | None, fact: ChildFact | None, sources: _Sources
) -> Schooling:
    """Tell of a child that is on a roll: what is said since it is there may say that it does not sit there."""
    on_roll = Schooling(READING, child.school, "roll")
    newer = fact is not None and fact.said_on >= sources.since.get(child.id, "")
    if told and newer:
        return on_roll if told.state == READING else told
    if entry and entry.state in (PAUSED, AT_HOME):
        return Schooling(entry.state, child.school, "entry")
    return on_roll


def _without_class(child: Child, entry: _Entry | None, sources: _Sources) -> Schooling:
    """Tell of a child in no class of whom no fact says more than the register does."""
    if entry:
        return Schooling(entry.state, entry.school, "entry")
    sits = sources.borrowed.get(child.id)
    if sits:
        return Schooling(ELSEWHERE, sits[0], "entry")
    if child.id in sources.finished:
        return Schooling(FINISHED, "", "roll")
    school = sources.registered.get(child.id, "")
    if school and school not in sources.rolled:
        return Schooling(READING, school, "list")
    return Schooling(UNKNOWN)


def _told(fact: ChildFact | None, today: str) -> Schooling | None:
    """Read what a fact says, as long as that lasts."""
    if fact is None or not fact.get("schooling") or (fact.get("until") and fact.get("until") < today):
        return None
    return Schooling(fact.get("schooling"), str(fact.get("place") or ""), "fact")


def _read(db: Database, children: Sequence[Child]) -> _Sources:
    ids, out = [one.id for one in children], [one.id for one in children if not one.class_id]
    facts = facts_of_children(db, ids, ["schooling"])
    told = [one.id for one in children if one.class_id and one.id in facts]
    return _Sources(
        facts, _entries(db, ids), register.borrowed(db), _registered(db, out), _finished(db, out), _since(db, told),
        schools_with_roll(db), db.today().isoformat(),
    )  # fmt: skip


def _entries(db: Database, ids: Sequence[str]) -> dict[str, _Entry]:
    """Give what the register says last of each child; one that came back, or came in, is told of by its class again."""
    places, found = gazetteer.world(db).places, dict[str, _Entry]()
    sorts = _ENTRIES.keys() | _ENDING
    sql = "SELECT child, sort, day, to_school, finished_on FROM register_entries WHERE undone_at = '' AND child IN"
    for row in db.among(sql, ids, "ORDER BY day, id"):
        child, state = row["child"], _ENTRIES.get(row["sort"], "")
        if row["sort"] not in sorts:
            continue
        to = row["to_school"] or ""
        ours = bool(to) and (place := places.get(to)) is not None and place.level == "school"
        ended = row["finished_on"] and row["sort"] in (register.PAUSED, register.AT_HOME)
        if not state or ended or (row["sort"] == register.OUT and ours):
            found.pop(child, None)
        else:
            found[child] = _Entry(state, row["day"], to)
    return found


def _registered(db: Database, ids: Sequence[str]) -> dict[str, str]:
    """Give the schools in whose 学籍 some children stand today, by child."""
    sql = "SELECT child, school FROM listed WHERE listing = ? AND gone_at IS NULL AND child IN"
    return {row["child"]: row["school"] or "" for row in db.among(sql, ids, before=(XUEJI,))}


def _finished(db: Database, ids: Sequence[str]) -> frozenset[str]:
    rows = db.among("SELECT child FROM stays WHERE went = ? AND child IN", ids, before=("finished",))
    return frozenset(row["child"] for row in rows)


def _since(db: Database, ids: Sequence[str]) -> dict[str, str]:
    """Give since when some children are in their class."""
    rows = db.among("SELECT child, from_day FROM stays WHERE to_day = '' AND child IN", ids)
    return {row["child"]: row["from_day"] or "" for row in rows}
