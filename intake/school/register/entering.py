"""An entry of the register is entered, with what it does to class and case, and taken back with all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.moves.following import follow_child
from intake.children import register, stays
from intake.children.children import Child, find_child, size_of_class
from intake.children.facts.sources import STAFF
from intake.children.register import RegisterEntry
from intake.errors import Invalid, Missing, Refused, Stale
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.people.scope import sees
from intake.places import gazetteer
from intake.school.register.entry_kinds import ENTRY_KINDS
from intake.settings import read_limits
from intake.store import audit
from intake.store.db import Database

WAYS: Mapping[str, str] = {register.IN: "came", register.BACK: "back", register.OUT: "came"}
CONFIRMS = frozenset({"principal", "officer", "bureau"})
"""Who answers for it that a child has died, and that nobody need look for it."""
_CLASS = ("grade", "class_name", "sure")
_ENDED_BY: Mapping[str, tuple[str, ...]] = {
    register.BACK: (register.PAUSED, register.AT_HOME, register.UNTOLD),
    register.IN: (register.UNTOLD,),
}
"""What an entry ends of before; any other ends that nobody had said why the child is gone."""


@dataclass(frozen=True, slots=True)
class _Said:
    """What was written down, in canonical form, with the class that it names where it is one of ours.

    `home` is the school on whose roll the child is, or was until a list had it no more and nobody has said why.
    """

    answers: Mapping[str, Any]
    day: date
    into: Class | None
    home: str

    def word(self, key: str) -> str:
        """Give an open answer, or nothing."""
        return str(self.answers.get(key) or "")


def enter(db: Database, child: Child, sort: str, raw: Mapping[str, Any], by: Person) -> RegisterEntry:
    """Enter what somebody wrote down of a child they may see. Raises Invalid, Refused, Missing, KeyError."""
    answers = ENTRY_KINDS[sort](gazetteer.world(db)).accept(raw)
    with db.write():
        child = _fresh(db, child)
        day, home = (
            date.fromisoformat(str(answers["day"])),
            child.school or register.school_left(db, child.id),
        )
        said = _Said(answers, day, _class_of(db, answers, by, sort), home)
        for key, sentence in _refusals(db, child, sort, said, by):
            raise Invalid({key: [sentence]}) if key else Refused(sentence)
        ended = _end_former(db, child, sort, said, by)
        did = _move(db, child, sort, said, by) | ({"finished": ended} if ended else {})
        at = clock.stamp(db.now())  # one moment for both of a transfer: they are known by it
        every = [replace(one, at=at) for one in _entries(db, child, sort, said, did)]
        made = [register.enter_entry(db, one, by.actor) for one in every]
        audit.note(db, by.actor, "child.registered", child.id, sort)
    return made[0]


def finish(
    db: Database, entry: RegisterEntry, raw: Mapping[str, Any], by: Person, seen: int | None
) -> RegisterEntry:
    """Say on which day an entry was 办结, with its twin. Raises Invalid, Stale."""
    day = str(raw.get("finished_on") or db.today().isoformat())
    try:
        on = date.fromisoformat(day)
    except ValueError:
        raise Invalid({"finished_on": ["请写成 2026-11-30 这样。"]}) from None
    if not date.fromisoformat(entry.day) <= on <= db.today():
        raise Invalid({"finished_on": ["办结日期不能早于登记的日期，也不能晚于今天。"]})
    if entry.version != seen:
        raise Stale(register.CHANGED)
    with db.write():
        twin = register.twin_of_entry(db, entry)
        if twin and not twin.finished_on:
            register.finish_entry(db, twin, on, by.actor)
        return register.finish_entry(db, entry, on, by.actor)


def undo(db: Database, entry: RegisterEntry, by: Person) -> None:
    """Take an entry back with all that it did: class, stays, case, what it had ended. Raises Refused, Stale."""
    with db.write():
        did = _first_did(db, entry)
        child = stays.take_back_move(db, entry.child, did, actor=by.actor)
        if child and child.class_id:
            follow_child(db, child)
        for one in did.get("finished", ()):
            ended = register.entry_by_id(db, str(one))
            if ended and ended.finished_on:
                register.finish_entry(db, ended, None, by.actor)
        for case_id, event in dict(did.get("closed", {})).items():
            case = cases.case_by_id(db, case_id)
            if case and not case.open:
                work.undo(db, case, event, by, channel="desk")
        twin = register.twin_of_entry(db, entry)
        for held in (entry, twin) if twin else (entry,):
            register.drop_entry(db, held, by.actor)


def _first_did(db: Database, entry: RegisterEntry) -> Mapping[str, Any]:
    """Give what an entry did; of two of one transfer it is kept with the one that was entered for it."""
    twin = register.twin_of_entry(db, entry)
    return entry.did or (twin.did if twin else None) or {}


def _fresh(db: Database, child: Child) -> Child:
    found = find_child(db, child.id)
    if found is None:
        raise Missing
    return found


def _class_of(db: Database, answers: Mapping[str, Any], by: Person, sort: str) -> Class | None:
    """Give the class that is named. Raises Invalid where it has to be one, and is none."""
    school, title = str(answers.get("to_school") or ""), (answers.get("grade"), answers.get("class_name"))
    place = gazetteer.world(db).places.get(school)
    if sort in (register.IN, register.BACK):
        if place is None or place.level != "school":
            raise Invalid({"to_school": ["请写本区学校名单里的学校。"]})
        if not sees(accounts.scope_of(db, by), town=place.town, school=place.code):
            raise Invalid({"to_school": ["这所学校不归您管，请让那所学校或者教育局登记。"]})
    if place is None or not all(title):
        return None
    there = bindings.classes_of(db, place.code)
    found = next((one for one in there if (one.grade, one.class_name) == title), None)
    if found is None:
        names = "、".join(one.title for one in there[:20])
        raise Invalid(
            {"class_name": [f"{place.name}没有这个班。有：{names}。" if names else "这所学校还没有班级。"]}
        )
    return found


def _refusals(db: Database, child: Child, sort: str, said: _Said, by: Person) -> Iterator[tuple[str, str]]:
    open_ = {one.sort for one in register.entries_of_child(db, child.id) if one.open}
    if sort in open_ and sort != register.IN:
        yield "", f"这个孩子已经登记了{sort}，还没有办结。请先办结或者撤销那一条。"
    if said.day > db.today():
        yield "day", "这一天还没有到，请写今天或以前的日子。"
    if (review := said.word("review_on")) and review <= said.day.isoformat():
        yield "review_on", "这一天要在开始的那天以后。"
    if sort in register.LEAVES and not said.home:
        yield "", f"这个孩子现在不在班级里，不能登记{sort}。"
    if sort == register.OUT and said.word("to_school") == said.home:
        yield "to_school", "这就是孩子现在的学校。换班请改学生名单。"
    if sort == register.BORROWED and said.word("to_school") == said.word("from_school"):
        yield "from_school", "人和学籍在同一所学校，就不是借读。"
    if sort == register.DIED and by.role not in CONFIRMS:
        yield "", "请由校长或者教育局登记。"
    if said.into and not said.word("sure") and (words := large_words(db, said.into, 1)):
        yield "sure", words


def large_words(db: Database, into: Class, more: int) -> str:
    """Say that a class would become, or stay, 大班额 with more children; nothing where it would not."""
    least, number = large_from(db, into.grade), size_of_class(db, into.id) + more
    if number < least:
        return ""
    words = "转学不能造成新的大班额，请换一个班；确实要进这个班，请选“仍然登记”。"
    return f"{into.title}会有 {number} 人，到了大班额（{least} 人起）。{words}"


def large_from(db: Database, grade: str) -> int:
    """Give from how many children on a class of a grade is 大班额."""
    limits = read_limits(db.settings.ledger_limits)
    return limits["middle_large" if grade[:1] in "七八九" else "primary_large"]


def _end_former(db: Database, child: Child, sort: str, said: _Said, by: Person) -> list[str]:
    """End what an entry ends of before; give their ids."""
    ended = register.open_entries(db, child.id, *_ENDED_BY.get(sort, (register.UNTOLD,)))
    for one in ended:
        register.finish_entry(db, one, max(said.day, date.fromisoformat(one.day)), by.actor)
    return [one.id for one in ended]


def _move(db: Database, child: Child, sort: str, said: _Said, by: Person) -> dict[str, Any]:
    """Do what an entry does to the child's class and cases; give it, to be taken back."""
    if said.into and sort in WAYS:
        came, went = WAYS[sort], "moved" if sort != register.BACK else "suspended"
        after, did = stays.move_child(
            db, child, said.into, came, went, source=STAFF, actor=by.actor, day=said.day
        )
        follow_child(db, after)
        return did
    if sort not in register.LEAVES:
        return {}
    did = stays.let_child_go(db, child, register.LEAVES[sort], actor=by.actor, day=said.day)
    if sort == register.DIED:
        did["closed"] = dict(_close_absences(db, child, by))
    return did


def _close_absences(db: Database, child: Child, by: Person) -> Iterator[tuple[str, str]]:
    """End the open cases of absence of a child that has died: nobody calls that family any more."""
    rows = db.all("SELECT * FROM cases WHERE child = ? AND open = 1 AND kind = 'absence'", (child.id,))
    for case in map(Case.of, rows):
        event = work.act(db, case, "deceased", {}, by, channel="desk")
        yield case.id, event.id


def _entries(
    db: Database, child: Child, sort: str, said: _Said, did: Mapping[str, Any]
) -> Iterator[RegisterEntry]:
    """Give the entries that are to be written: of a transfer between two of our schools one in the register of each."""
    words = {
        key: said.word(key) for key in ("from_school", "to_school", "reason", "paper", "review_on", "remark")
    }
    places, home = gazetteer.world(db).places, said.home
    if sort == register.OUT:
        words["from_school"] = home
    own = {register.IN: words["to_school"], register.BACK: words["to_school"]}.get(
        sort, home or words["to_school"]
    )
    own = own if places.get(own) else home
    done = said.day.isoformat() if sort == register.BACK else ""
    first = register.new_entry(db, child, sort, said.day, own, **words, finished_on=done)
    yield replace(first, did=dict(did) or None)
    other, school = {register.OUT: (register.IN, words["to_school"]), register.IN: (register.OUT, words["from_school"])}.get(
        sort, ("", "")
    )  # fmt: skip
    place = places.get(school) if other else None
    if place and place.level == "school":
        yield register.new_entry(db, child, other, said.day, school, **words)
