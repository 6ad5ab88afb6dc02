"""就学状态: where each child of school age is, told by rolls, entries of the register, facts and lists together.

What was said last counts, and a roll before an old word: a child in a class is 在读 unless an entry or a later fact says
that it pauses, is taught at home or elsewhere. Of a child on no roll an entry or a fact tells that is no older than its last
class; who is in the 学籍 of a school that never sent us its roll is 在读 as far as anybody knows; of all others nobody knows:
不明. 毕业 ends with 九年级: who finished 六年级 is waited for on the roll of the next school for WAITED school days, no longer.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from intake.calendar import clock, schooldays
from intake.children import register, stays
from intake.children.children import ROWS, Child
from intake.children.facts.fact import ChildFact, believed, facts_of_children
from intake.children.facts.sources import SOURCES
from intake.children.listed import XUEJI
from intake.children.stays import Stay, last_stays
from intake.language.spoken import LAST_GRADE
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
    ELSEWHERE: frozenset({ELSEWHERE}), NOT_IN: frozenset({NOT_IN, DEFERRED}), UNKNOWN: frozenset({UNKNOWN}),
}  # fmt: skip
"""How a town counts its children: of a school, elsewhere, not in school (延缓入学 too), unknown; who died is not counted."""
_ENTRIES = {
    register.OUT: ELSEWHERE, register.PAUSED: PAUSED, register.AT_HOME: AT_HOME, register.DIED: DIED,
}  # fmt: skip
_ENDING = frozenset({register.IN, register.BACK})
WAITED = 10
"""School days for which nobody asks where a child learns that has finished 六年级 (*default*)."""


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
    noted: str


@dataclass(frozen=True, slots=True)
class _Sources:
    """What is read once for all children that are asked about."""

    facts: Mapping[str, Sequence[ChildFact]]
    entries: Mapping[str, _Entry]
    borrowed: Mapping[str, tuple[str, str]]
    registered: Mapping[str, str]
    stays: Mapping[str, Stay]
    rolled: Collection[str]
    today: str
    waited_since: str


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
    told, stay = _told(fact, sources.today), sources.stays.get(child.id)
    if (entry and entry.state == DIED) or (told and told.state == DIED):
        return Schooling(DIED, "", "entry" if entry and entry.state == DIED else "fact")
    later = told if fact and not (entry and entry.day > fact.said_on) else None
    if fact and stay and _said_on(child, fact) < stay.from_day:
        later = None  # it has been in a class since then
    if child.class_id:
        return _of_roll(child, entry, later)
    if entry and stay and entry.noted < stay.from_day:
        entry = None
    return later or _without_class(child, entry, sources)


def _said_on(child: Child, fact: ChildFact) -> str:
    """Give from when a word counts beside a class: a list repeats of a child on a roll what nobody brought up to date."""
    by_list = child.class_id and fact.weight <= SOURCES[XUEJI].weight
    return fact.said_on if by_list else fact.last_said


def _of_roll(child: Child, entry: _Entry | None, told: Schooling | None) -> Schooling:
    """Tell of a child that is on a roll: what is said since it is there may say that it does not sit there."""
    on_roll = Schooling(READING, child.school, "roll")
    if told:
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
    school = sources.registered.get(child.id, "")
    if _has_finished(sources.stays.get(child.id), school, sources.waited_since):
        return Schooling(FINISHED, "", "roll")
    if school and school not in sources.rolled:
        return Schooling(READING, school, "list")
    return Schooling(UNKNOWN)


def _has_finished(stay: Stay | None, registered: str, waited_since: str) -> bool:
    """Tell whether a child is through with school, or with its first one and not yet missed by the next.

    One that the next school has in its 学籍 is missed at once.
    """
    if stay is None or stay.went != stays.FINISHED:
        return False
    return stay.grade == LAST_GRADE or (registered in ("", stay.school) and stay.to_day >= waited_since)


def _told(fact: ChildFact | None, today: str) -> Schooling | None:
    """Read what a fact says, as long as that lasts."""
    if fact is None or not fact.get("schooling") or (fact.get("until") and fact.get("until") < today):
        return None
    return Schooling(fact.get("schooling"), str(fact.get("place") or ""), "fact")


def _read(db: Database, children: Sequence[Child]) -> _Sources:
    ids, out = [one.id for one in children], [one.id for one in children if not one.class_id]
    facts = facts_of_children(db, ids, ["schooling"])
    told = [one.id for one in children if one.class_id and one.id in facts]
    waited_since = schooldays.days_back(db.settings.terms, db.today(), WAITED).isoformat()
    return _Sources(
        facts, _entries(db, ids), register.borrowed(db), _registered(db, out),
        {**last_stays(db, out), **last_stays(db, told, going_on=True)}, schools_with_roll(db), db.today().isoformat(),
        waited_since,
    )  # fmt: skip


def _entries(db: Database, ids: Sequence[str]) -> dict[str, _Entry]:
    """Give what the register says last of each child; one that came back, or came in, is told of by its class again."""
    places, found = gazetteer.world(db).places, dict[str, _Entry]()
    sorts = _ENTRIES.keys() | _ENDING
    sql = "SELECT child, sort, day, to_school, finished_on, at FROM register_entries WHERE undone_at = '' AND child IN"
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
            found[child] = _Entry(state, row["day"], to, clock.local(row["at"]).date().isoformat())
    return found


def _registered(db: Database, ids: Sequence[str]) -> dict[str, str]:
    """Give the schools in whose 学籍 some children stand today, by child."""
    sql = "SELECT child, school FROM listed WHERE listing = ? AND gone_at IS NULL AND child IN"
    return {row["child"]: row["school"] or "" for row in db.among(sql, ids, before=(XUEJI,))}
