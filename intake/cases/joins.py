"""How a report becomes somebody's work: by itself it joins a case only where it is certainly the same child.

That is the same child of the roll, or the same identity number; what is only likely is offered to a person (`matching`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake.calendar import clock, schooldays
from intake.cases import owners
from intake.cases.case import Case, case_by_id, case_of_report, steps_of
from intake.cases.matter import Matter, matter_of, phone_keys
from intake.cases.rulebook import states
from intake.cases.rulebook.standing import leads, standing_of
from intake.cases.rulebook.transitions import DOOR, PARENT
from intake.cases.writing import ReadyCase, enter_case, enter_event, name_child, ready_case, settle
from intake.children.children import Child
from intake.kinds.envelope import Envelope
from intake.kinds.statuses import STATUSES, WITHDRAWN
from intake.people import slots
from intake.store.db import Cell, Database

CERTAIN, FIRST, CONFIRMED, IMPORTED = "certain", "first", "confirmed", "imported"
"""How a report came into a case."""
DOUBTED: Mapping[bool, Mapping[str, int]] = {False: {}, True: {"doubted": 1}}
"""What an event says of a report that came in a bunch from one address."""


@dataclass(frozen=True, slots=True)
class ReadyReport:
    """A report with all that can be known of its case before its turn to be written."""

    report: Envelope
    matter: Matter
    case: ReadyCase | None


def ready_report(
    db: Database, report: Envelope, answers: Mapping[str, Any], child: Child | None
) -> ReadyReport:
    """Make ready what becomes of a report, before the gate: whoever holds it keeps everybody waiting."""
    matter = matter_of(db, report, answers, child)
    alone = not report.on_leave and _certain(db, report, matter) is None
    return ReadyReport(report, matter, _ready(db, report, matter) if alone else None)


def take_report(db: Database, ready: ReadyReport, *, doubted: bool = False) -> str:
    """Make a case of a report, or let it join the one it certainly belongs to; give its id, nothing for leave.

    One that is `doubted` moves nothing that is there. Belongs into the transaction that takes the report.
    """
    report, matter = ready.report, ready.matter
    found = _certain(db, report, matter)
    facts: dict[str, Any] = {**matter.facts, **DOUBTED[doubted], "report": report.id}
    if report.on_leave:
        if found and found.open:
            _add_event(db, found, "leave_said", PARENT, report, facts, report.received_at)
        return ""
    if found is None:
        case = None if doubted else ready.case
        return _open(db, report, matter, case or _ready(db, report, matter, doubted=doubted), FIRST)
    facts |= {} if found.open else {"again": 1}
    _add_event(db, found, "reported", DOOR, report, facts, report.received_at)
    _note_report(db, found.id, report, matter, CERTAIN)
    return found.id


def follow_report(db: Database, report: Envelope, answers: Mapping[str, Any], child: Child | None) -> None:
    """Let a case follow a correction of one of its reports, in the transaction of the correction.

    A report that tells of no leave any more gets its case; a restricted one is never opened again by a correction.
    """
    case = case_of_report(db, report.id)
    if case is None:
        if not report.on_leave and not report.withdrawn:
            take_report(db, ready_report(db, report, answers, child))
        return
    matter = matter_of(db, report, answers, child)
    key = "leave_said" if report.on_leave else "amended"
    db.run(
        "UPDATE cases SET town = ?, school_town = CASE WHEN ? <> '' THEN ? ELSE school_town END,"
        " restricted = CASE WHEN restricted = 1 THEN 1 ELSE ? END WHERE id = ?",
        (report.town, matter.school_town, matter.school_town, int(report.restricted), case.id),
    )
    if not case.child:
        name_child(db, case.id, matter.child, matter.child_name, class_title=matter.class_title,
                   class_id=matter.class_id, school=matter.school, village=matter.village)  # fmt: skip
    db.run("UPDATE case_reports SET family = ? WHERE report = ?", (int(matter.family), report.id))
    enter_keys(db, case.id, matter.keys)
    now, facts = clock.stamp(db.now()), {**matter.facts, "report": report.id}
    _add_event(db, case_by_id(db, case.id) or case, key, DOOR, report, facts, now)
    if report.restricted and not case.restricted:
        _take_away(db, case_by_id(db, case.id) or case, report)


def _take_away(db: Database, case: Case, report: Envelope) -> None:
    """Give a case that turned out to be for few eyes to the bureau's officer of safety; who had it reads it no longer."""
    officers = slots.officers_of(db, "safety")
    if case.owner not in {one.id for one in officers}:
        facts = {"owner": officers[0].id if officers else "", "owner_role": "officer"}
        _add_event(db, case, "assigned", DOOR, report, facts, clock.stamp(db.now()))
    db.run("DELETE FROM case_readers WHERE case_id = ?", (case.id,))


def drop_report(db: Database, report: Envelope, actor: str, *, filled: bool = True) -> None:
    """Let a case follow the withdrawal of a report, in its transaction: the last one takes an untouched case with it."""
    case = case_of_report(db, report.id)
    if case is None:
        return
    rest = db.one(
        "SELECT 1 FROM case_reports k JOIN reports r ON r.id = k.report WHERE k.case_id = ? AND r.id <> ?"
        " AND r.status <> ?",
        (case.id, report.id, WITHDRAWN.key),
    )
    if rest is None and not taken_up(db, report.id, filled=filled):  # an ended case takes no withdrawal
        _add_event(db, case, "withdrawn", DOOR, report, {"report": report.id}, clock.stamp(db.now()))


def taken_up(db: Database, report_id: str, *, filled: bool = True) -> bool:
    """Tell whether somebody of the staff has done something on a report's case: its reporter then takes nothing back.

    Without `filled` what was filled in beside the case is nothing done.
    """
    row = db.one(
        "SELECT 1 FROM case_events e JOIN case_reports r ON r.case_id = e.case_id"
        " WHERE r.report = ? AND e.actor >= 'staff:' AND e.actor < 'staff;' AND (? = 1 OR e.event <> 'filled') LIMIT 1",
        (report_id, int(filled)),
    )
    return row is not None


def place_case(db: Database, report: Envelope, town: str) -> None:
    """Give the case of a report the town that staff gave it."""
    case = case_of_report(db, report.id)
    if case:
        db.run("UPDATE cases SET town = ? WHERE id = ?", (town, case.id))


def conceal_phone(db: Database, report: Envelope, phone: str) -> None:
    """Let the case of a report be found no more by the phone of its reporter, in the caller's transaction."""
    case = case_of_report(db, report.id)
    if case is None:
        return
    db.run("UPDATE cases SET confidential = 1 WHERE id = ?", (case.id,))
    for key in phone_keys(db, phone):
        db.run("DELETE FROM case_keys WHERE case_id = ? AND key = ?", (case.id, key))


def _certain(db: Database, report: Envelope, matter: Matter) -> Case | None:
    """Find the case of the same child and matter that is open, or that a new report opens again."""
    again = [word for word, one in states.STATES.items() if one.ended and one.suspected]
    state = f"(c.open = 1 OR c.state IN ({', '.join('?' * len(again))}))"
    order = "ORDER BY c.open DESC, c.opened_at DESC LIMIT 1"
    same: list[Cell] = [report.kind, int(report.restricted), *again]
    row = None
    if matter.child:
        row = db.one(
            f"SELECT c.id FROM cases c WHERE c.child = ? AND c.kind = ? AND c.restricted = ? AND {state} {order}",  # noqa: S608
            [matter.child, *same],
        )
    if row is None and matter.number_key:
        row = db.one(
            "SELECT c.id FROM case_keys k JOIN cases c ON c.id = k.case_id WHERE k.key = ? AND c.kind = ?"  # noqa: S608
            f" AND c.restricted = ? AND {state} {order}",
            [matter.number_key, *same],
        )
    return case_by_id(db, row["id"]) if row else None


def _open(db: Database, report: Envelope, matter: Matter, ready: ReadyCase, how: str) -> str:
    case_id = enter_case(db, ready)
    _note_report(db, case_id, report, matter, how)
    return case_id


def _ready(
    db: Database, report: Envelope, matter: Matter, how: str = FIRST, clock_from: date | None = None,
    *, doubted: bool = False,
) -> ReadyCase:  # fmt: skip
    """Make ready the case of a report: its head, first event, owner, what is owed on it."""
    opening = states.opening(report.kind, bool(matter.child and matter.class_id))
    at, key = clock.local(report.received_at), "imported" if how == IMPORTED else "reported"
    owner = owners.first_owner(db, report.kind, class_id=matter.class_id, school=matter.school if matter.school_town else "",
                               town=report.town, restricted=report.restricted)  # fmt: skip
    facts = {**_counted(db, matter.facts, clock_from), **DOUBTED[doubted], "report": report.id, "opening": opening,
             "owner": owner.id if owner else "", **_status_of_before(report)}  # fmt: skip
    moment = db.here()
    head: dict[str, Cell] = {
        "kind": report.kind, "child": matter.child, "child_name": matter.child_name, "class_title": matter.class_title,
        "class": matter.class_id, "school": matter.school, "school_town": matter.school_town, "town": matter.town,
        "village": matter.village, "restricted": int(report.restricted), "confidential": int(report.confidential),
        "first": int(matter.first), "clock_from": clock.stamp(moment) if clock_from else "",
    }  # fmt: skip
    return ready_case(db, head, key, actor=DOOR, channel=report.channel, at=at, begun=moment if clock_from else at,
                      facts=facts)  # fmt: skip


def _counted(db: Database, facts: Mapping[str, str], clock_from: date | None) -> dict[str, str]:
    """Let the clocks of an old report count from a day on, not from when its child was last seen."""
    if clock_from is None:
        return dict(facts)
    counted = {**facts, "day": clock_from.isoformat()}
    if "last_seen" in facts:
        before = schooldays.before(db.settings.terms, clock_from)
        counted["last_seen"] = max(facts["last_seen"], before.isoformat())
        counted["told_last_seen"] = facts["last_seen"]
    return counted


def _status_of_before(report: Envelope) -> dict[str, str]:
    """Keep a status that another version gave a report: reports of today are received, on leave or withdrawn."""
    return {} if report.status.key in STATUSES else {"status": report.status.key}


def adopt(
    db: Database, report: Envelope, answers: Mapping[str, Any], child: Child | None, today: date
) -> str:
    """Give a report from before there were cases its case: dated as the report, its clocks from today on."""
    matter = matter_of(db, report, answers, child)
    found = _certain(db, report, matter)
    if found is None:
        return _open(db, report, matter, _ready(db, report, matter, IMPORTED, today), IMPORTED)
    facts = {"report": report.id, **_status_of_before(report)}
    _add_event(db, found, "imported", DOOR, report, facts, report.received_at)
    _note_report(db, found.id, report, matter, IMPORTED)
    return found.id


def _note_report(db: Database, case_id: str, report: Envelope, matter: Matter, how: str) -> None:
    db.run(
        "INSERT INTO case_reports (case_id, report, how, family, at) VALUES (?, ?, ?, ?, ?)",
        (case_id, report.id, how, int(matter.family), report.received_at),
    )
    enter_keys(db, case_id, matter.keys)


def enter_keys(db: Database, case_id: str, keys: Collection[str]) -> None:
    """Let a case be found by digests."""
    if keys:
        marks = ", ".join(["(?, ?)"] * len(keys))
        cells = [cell for key in keys for cell in (key, case_id)]
        db.run(f"INSERT INTO case_keys (key, case_id) VALUES {marks} ON CONFLICT DO NOTHING", cells)  # noqa: S608


def _add_event(
    db: Database, case: Case, key: str, actor: str, report: Envelope, facts: dict[str, Any], at: str
) -> None:
    """Add what the door tells to a case that is there; where its state takes no such event, nothing is added."""
    steps = steps_of(db, case.id)
    now = standing_of(steps)
    after = leads(now, key)
    if after is None:
        return
    event = enter_event(db, case.id, key, (now.state, after), actor=actor, channel=report.channel, facts=facts,
                        at=max(clock.local(at), clock.local(case.last_at or at)))  # fmt: skip
    settle(db, case, standing_of([*steps, event.happening]), event)
