"""The case of a report learns which child it is about, and forgets it again: name, class, school, home, whose it is."""

from collections.abc import Mapping
from typing import Any

from intake.cases import joins, owners
from intake.cases.case import Case, case_by_id, case_of_report, cases_of_child, reports_in, steps_of
from intake.cases.matter import matter_of
from intake.cases.rulebook.standing import Happening, leads, standing_of
from intake.cases.rulebook.transitions import DOOR
from intake.cases.writing import enter_event, name_child, settle
from intake.children.children import Child
from intake.kinds import Answers
from intake.kinds.envelope import Envelope
from intake.places import gazetteer
from intake.store.db import Database

CHANNEL = "match"
"""By which door such an event comes."""


def name_case(db: Database, report: Envelope, child: Child, actor: str) -> dict[str, Any]:
    """Write into the case of a report which child it is about, in the caller's transaction; give what was before.

    A case that has its child already keeps it. What is open becomes that of whoever the child's class belongs to, unless
    somebody of the staff has taken it up.
    """
    case = case_of_report(db, report.id)
    if case is None or case.child:
        return {}
    kept: dict[str, Any] = {"case": case.id, "head": _head(case), "events": []}
    _write_child(db, case, child.id, child)
    facts = {"child": child.id, "report": report.id}
    if event := _enter(db, case.id, "identified", actor, facts):
        kept["events"].append(event)
    if event := _give(db, case.id, report):
        kept["events"].append(event)
    return kept


def forget_child(
    db: Database, report: Envelope, answers: Answers, kept: Mapping[str, Any], actor: str
) -> None:
    """Undo what `name_case` did; a report that had joined a case of the child gets its own."""
    case = case_of_report(db, report.id)
    if case is None or not case.child:
        return
    if kept.get("case") == case.id:
        _undo(db, case, kept, actor)
    elif len(reports_in(db, case)) > 1:
        _part(db, case, report, answers, actor)
    else:
        said = matter_of(db, report, answers, None)
        _write(
            db,
            case,
            "",
            said.child_name,
            said.class_title,
            said.class_id,
            said.school,
            said.school_town,
            said.village,
        )
        _give(db, case.id, report)


def rename_cases(db: Database, gone: str, kept: Child) -> dict[str, list[str]]:
    """Write into the open cases of a file that goes into another whose they are now; give what they were, by id."""
    heads = {}
    for case in cases_of_child(db, gone):
        if case.open:
            heads[case.id] = _head(case)
            _write_child(db, case, case.child, kept)
    return heads


def give_names_back(db: Database, gone: str, heads: Mapping[str, list[str]]) -> None:
    """Write into cases again what they were; those that are about another child by now stay as they are."""
    for case_id, head in heads.items():
        case = case_by_id(db, case_id)
        if case and case.child == gone:
            _write(db, case, *head)


def _head(case: Case) -> list[str]:
    return [
        case.child,
        case.child_name,
        case.class_title,
        case.class_id,
        case.school,
        case.school_town,
        case.village,
    ]


def _write_child(db: Database, case: Case, of: str, child: Child) -> None:
    """Write into a case `of` which file it is and who the child is; what is not known of the child stays as it was said."""
    place = gazetteer.world(db).places.get(child.school) if child.school else None
    school, town = (child.school, place.town) if place else (case.school, case.school_town)
    class_id, title = (child.class_id, child.title) if child.class_id else (case.class_id, case.class_title)
    _write(db, case, of, child.name, title, class_id, school, town, child.village or case.village)


def _write(db: Database, case: Case, child: str, name: str, title: str, class_id: str, school: str, school_town: str,
           village: str) -> None:  # fmt: skip
    name_child(db, case.id, child, name, class_title=title, class_id=class_id, school=school, village=village)
    db.run("UPDATE cases SET school_town = ?, matched = NULL WHERE id = ?", (school_town, case.id))


def _enter(db: Database, case_id: str, key: str, actor: str, facts: dict[str, Any]) -> str:
    """Enter an event where the case's state takes it; give its id."""
    case, steps = case_by_id(db, case_id), steps_of(db, case_id)
    now = standing_of(steps)
    after = leads(now, key)
    if case is None or after is None:
        return ""
    event = enter_event(db, case.id, key, (now.state, after), actor=actor, channel=CHANNEL, facts=facts)
    settle(db, case, standing_of([*steps, event.happening]), event)
    return event.id


def _give(db: Database, case_id: str, report: Envelope) -> str:
    """Give a case that nobody has taken up to whoever a report of this child would have gone to at the door."""
    case = case_by_id(db, case_id)
    if case is None or not case.open or case.restricted or joins.taken_up(db, report.id):
        return ""
    owner = owners.first_owner(db, case.kind, class_id=case.class_id, school=case.school if case.school_town else "",
                               town=case.town, restricted=False)  # fmt: skip
    if owner is None or owner.id == case.owner:
        return ""
    return _enter(db, case.id, "assigned", DOOR, {"owner": owner.id, "owner_role": owner.role})


def _undo(db: Database, case: Case, kept: Mapping[str, Any], actor: str) -> None:
    """Take the events back that stand for themselves: nothing that came later becomes impossible by it."""
    _write(db, case, *kept["head"])
    for event in reversed(kept["events"]):
        _take_back(db, case.id, event, actor)


def _take_back(db: Database, case_id: str, event: str, actor: str) -> None:
    case, steps = case_by_id(db, case_id), steps_of(db, case_id)
    now = standing_of(steps)
    undone = Happening("", "undone", actor, db.today().isoformat(), now.state, {"event": event})
    after = standing_of([*steps, undone])
    if case is None or len(after.impossible) > len(now.impossible):
        return
    done = enter_event(db, case.id, "undone", (now.state, after.state), actor=actor, channel=CHANNEL,
                       facts={"event": event})  # fmt: skip
    settle(db, case, standing_of([*steps, done.happening]), done)


def _part(db: Database, case: Case, report: Envelope, answers: Answers, actor: str) -> None:
    """Take a report out of a case that it had joined, and give it its own."""
    db.run("DELETE FROM case_reports WHERE case_id = ? AND report = ?", (case.id, report.id))
    _, *later = steps_of(db, case.id)
    for step in later:
        if step.key == "reported" and step.facts.get("report") == report.id:
            _take_back(db, case.id, step.id, actor)
    if not report.withdrawn:
        joins.take_report(db, joins.ready_report(db, report, answers, None))
