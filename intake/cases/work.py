"""Doing something on a case: the only way in which one moves, for pages, phones, chat, commands, workbooks and the clock."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from intake.calendar import clock
from intake.cases import alarming, rules
from intake.cases import case as cases
from intake.cases.case import Case, CaseEvent, local_day
from intake.cases.checking import (
    Impossible,
    Moved,
    asked_of,
    check_step,
    for_few,
    read_step,
    refuse_hand,
    refuse_impossible,
)
from intake.cases.filling import FILLED, TAKES_BACK, follow_filled
from intake.cases.moves import registering
from intake.cases.rulebook import standing
from intake.cases.rulebook.standing import Happening, Standing
from intake.cases.rulebook.taking_back import UNDOABLE
from intake.cases.rulebook.transitions import TRANSITIONS, Transition
from intake.cases.told import inbox, telling
from intake.cases.writing import deadlines, enter_event, name_child, next_number, settle
from intake.children import children
from intake.children.facts.fact import FactOrigin
from intake.children.facts.fact_columns import note_filled, take_back_filled
from intake.children.facts.sources import RETURNED, STAFF
from intake.errors import Invalid, Missing, Refused
from intake.people import accounts
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.store import audit
from intake.store.db import Database

__all__ = ["UNDOABLE", "Impossible", "Moved", "act", "attempt", "missing", "possible", "undo"]

FORMER = timedelta(days=30)
"""How long whoever had a case may still read it."""


def act(
    db: Database,
    case: Case,
    key: str,
    raw: Mapping[str, Any],
    by: Person | str,
    *,
    channel: str,
    seen: int | None = None,
    token: str | None = None,
    at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
    words: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Do something on a case, and return once it is on the disk.

    `raw` holds what was written, by key of the transition's declaration; `by` a person, who can see the case,
    or one of the house's actors. `seen` is the case's version as whoever acts saw it: what moves a case, or
    was decided by what it said, is refused where it has changed since. `token` makes a repeated call
    harmless; `facts` and `words` are added by the house itself.
    Raises Denied, Invalid, Refused, Moved; what a rule refuses, or what lacks an answer that is needed, is on record.
    """
    transition = TRANSITIONS.get(key)
    if transition is None:
        raise Missing
    if token and (before := _known(db, case, token)):
        return before
    refuse_hand(db, case, transition, by)
    actor = by.actor if isinstance(by, Person) else by
    try:
        plain, said = read_step(db, transition, raw)
        plain |= {"role": by.role} if isinstance(by, Person) else {}
        plain |= facts or {}
        said |= words or {}
        with db.write():
            if token and (before := _known(db, case, token)):
                return before
            return _do(db, case.id, transition, plain, said, by, actor, channel, seen, token, at)
    except (Refused, Invalid) as no:
        with db.write():
            audit.note(db, actor, "case.refused", case.id, key)
        raise no from None


def attempt(
    db: Database,
    case: Case,
    key: str,
    raw: Mapping[str, Any],
    by: Person | str,
    *,
    facts: Mapping[str, Any] | None = None,
    workable: bool | None = None,
    steps: Sequence[Happening] | None = None,
) -> str:
    """Ask whether something may be done on a case, by the rules of `act`, and write nothing; give the state after it.

    `facts` are those of `act`; `workable` and `steps` are known already: that the person may work the case, and its events.
    Raises as `act`.
    """
    transition = TRANSITIONS.get(key)
    if transition is None:
        raise Missing
    refuse_hand(db, case, transition, by, workable)
    steps = cases.steps_of(db, case.id) if steps is None else steps
    now = standing.standing_of(steps)
    refuse_impossible(now, transition)  # before what is missing: it would be written in vain
    plain = read_step(db, transition, raw)[0] | dict(facts or {})
    return check_step(db, case, transition, steps, plain, by, None, now).after


def undo(
    db: Database, case: Case, event_id: str, by: Person | str, *, channel: str, seen: int | None = None
) -> CaseEvent:
    """Take back the last move of a case, where it can be taken back: 到校, 误报, 并入. Raises as `act`."""
    return act(db, case, "undone", {}, by, channel=channel, seen=seen, facts={"event": event_id})


def possible(db: Database, case: Case, person: Person, now: Standing | None = None) -> list[Transition]:
    """Give what somebody may do on a case now, in the order of the table; rules are asked by `missing`.

    What is filled in comes with workbooks, a death with the register: neither is a step of its own. `now` is how it
    stands, where that is known already.
    """
    now = now or cases.standing(db, case)
    if not cases.may_work(db, person, case):
        return []
    return [
        one
        for one in TRANSITIONS.values()
        if one.key not in (FILLED, "deceased")
        and rules.allowed(one, case, person)
        and standing.leads(now, one.key) is not None
    ]


def missing(db: Database, case: Case, key: str, person: Person, now: Standing | None = None) -> list[str]:
    """Give why somebody cannot do something yet, apart from what they have to write: one sentence each."""
    asked = asked_of(db, case, now or cases.standing(db, case), person, person.actor, {})
    return [sentence for field, sentence in rules.lacking(key, asked) if not field]


def _do(
    db: Database,
    case_id: str,
    transition: Transition,
    facts: dict[str, Any],
    words: Mapping[str, Any],
    by: Person | str,
    actor: str,
    channel: str,
    seen: int | None,
    token: str | None,
    at: datetime | None,
) -> CaseEvent:
    case = cases.case_by_id(db, case_id)
    if case is None:
        raise Missing
    steps = cases.steps_of(db, case.id)
    step = check_step(db, case, transition, steps, facts, by, seen)
    now, after = step.now, step.after
    facts |= step.facts
    if transition.key == "letter":
        facts |= _numbered(db, str(facts["document"]))
    event = enter_event(db, case.id, transition.key, (now.state, after), actor=actor, channel=channel, facts=facts,
                        words=words, at=at, token=token)  # fmt: skip
    then = standing.standing_of([*steps, event.happening])
    alarming.follow_case(db, case, event)
    case = _follow(db, case, now, then, event)
    settle(db, case, then, event)
    audit.note(db, actor, f"case.{transition.key}", case.id, event.id)
    telling.tell_family(db, case, transition, event)
    telling.tell_of_family(db, case, event)
    _tell_owner(db, case, by, event)
    return event


def _known(db: Database, case: Case, token: str) -> CaseEvent | None:
    row = db.one("SELECT id, case_id FROM case_events WHERE key = ?", (token,))
    if row is None:
        return None
    if row["case_id"] != case.id:
        raise Refused("这份记录已经记在另一个个案上了。请重新打开这个个案再记。")
    db.settle()
    return next(one for one in cases.events_of(db, case) if one.id == row["id"])


def _numbered(db: Database, document: str) -> dict[str, Any]:
    """Take the next number of a sort of document."""
    year = deadlines(db).today.year
    return {"number": f"{db.settings.district_code}-{year}-{next_number(db, document, year):04d}"}


def _origin(event: CaseEvent) -> FactOrigin:
    """Say where a fact is from that staff filled in beside a case."""
    day, source = date.fromisoformat(local_day(event.at)), RETURNED if event.channel == "return" else STAFF
    return FactOrigin(source, event.actor, day, event.channel, confirmed_by=event.actor)


def _tell_file(db: Database, case: Case, event: CaseEvent) -> None:
    """Let the child's file follow what was filled in beside its case, or taken back."""
    wrong = str(event.facts.get(TAKES_BACK) or "")
    filled = next((one for one in cases.events_of(db, case) if one.id == wrong), None) if wrong else None
    if filled:
        take_back_filled(db, case.child, event.words, _origin(filled), _origin(event))
    else:
        note_filled(db, case.child, event.words, _origin(event))


def _follow(db: Database, case: Case, now: Standing, then: Standing, event: CaseEvent) -> Case:
    """Write what an event changes beside the state: the child, and who may still read."""
    if event.key == "identified":
        _identify(db, case, event)
    if event.key == "moved":
        _move(db, case, event)
    if event.key == FILLED:
        follow_filled(db, event)
        if case.child:
            _tell_file(db, case, event)
    if event.key in ("approve", "back"):
        registering.register_step(db, case, then, event)
    if event.key == "shared":
        _reader(db, case, str(event.facts["staff"]), "9", "shared")
    if event.key == "turned":
        few = for_few(case, event.facts)
        db.run("UPDATE cases SET kind = ?, restricted = ?, clock_from = ?, matched = NULL WHERE id = ?",
               (event.facts["kind"], int(few), event.at, case.id))  # fmt: skip
        if few and not case.restricted:  # who had it reads it no longer
            db.run("DELETE FROM case_readers WHERE case_id = ?", (case.id,))
            return cases.case_by_id(db, case.id) or case
    if now.owner and now.owner != then.owner:
        _reader(db, case, now.owner, clock.stamp(db.now() + FORMER), "former")
    return cases.case_by_id(db, case.id) or case


def _identify(db: Database, case: Case, event: CaseEvent) -> None:
    child = children.find_child(db, str(event.facts.get("child") or ""))
    school = child.school if child else str(event.facts.get("school") or case.school)
    place = gazetteer.world(db).places.get(school)
    town = place.town if place and place.level == "school" else case.school_town
    db.run(
        "UPDATE cases SET school = ?, school_town = ?, matched = NULL WHERE id = ?", (school, town, case.id)
    )
    if child:
        name_child(db, case.id, child.id, child.name, class_title=child.title, class_id=child.class_id, school=school,
                   village=child.village or case.village)  # fmt: skip


def _move(db: Database, case: Case, event: CaseEvent) -> None:
    """Write the class that a case's child is in by now, as the event names it."""
    facts = event.facts
    school = str(facts.get("school") or case.school)
    place = gazetteer.world(db).places.get(school)
    town = place.town if place and place.level == "school" else case.school_town
    db.run("UPDATE cases SET class = ?, class_title = ?, school = ?, school_town = ?, matched = NULL WHERE id = ?",
           (facts.get("class") or case.class_id, facts.get("after") or case.class_title, school, town, case.id))  # fmt: skip


def _tell_owner(db: Database, case: Case, by: Person | str, event: CaseEvent) -> None:
    """Tell whoever gets a case from somebody else; the clock tells by its own steps."""
    if event.key in ("assigned", "transfer") and isinstance(by, Person) and event.facts["owner"] != by.id:
        person = accounts.person_by_id(db, str(event.facts["owner"]))
        if person:
            inbox.tell_person(db, person, case, event.key)


def _reader(db: Database, case: Case, staff: str, until: str, why: str) -> None:
    db.run(
        "INSERT INTO case_readers (case_id, staff, until, why) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (case_id, staff) DO UPDATE SET until = excluded.until, why = excluded.why"
        " WHERE case_readers.until < excluded.until",
        (case.id, staff, until, why),
    )
