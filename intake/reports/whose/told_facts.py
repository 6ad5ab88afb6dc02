"""What reports tell of their children becomes facts; corrected ones close what they told first, withdrawn ones undo it.

Of a restricted report nothing stands in a child's file. Of a confidential one stands what is said of the child, and
nothing by which school or town would learn who said it: neither the reporter nor a guardian or a telephone.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from intake.calendar import clock
from intake.cases.case import STAFF
from intake.children.children import Child
from intake.children.facts import noting
from intake.children.facts.answers.told import Facts, facts_told
from intake.children.facts.fact import ChildFact, FactOrigin, facts_of_report
from intake.children.facts.noting import LATER, NewFact
from intake.children.facts.sources import REPORT
from intake.kinds.envelope import Envelope
from intake.language.naming import phones
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.reports.promises import BY_STAFF
from intake.reports.told_children import PAGE, typed_keys
from intake.store.db import Database

WHO = frozenset({"guardian", "phone"})
"""Kinds of fact by which it is known who told them."""


def note_report_facts(db: Database, report: Envelope, answers: Mapping[str, Any], child: Child) -> None:
    """Note what a report tells of the child that it is about, as its answers are now; again changes nothing.

    What it told before and tells no more ends: by what it tells instead, or as never said.
    """
    answers = _without_own_phone(db, report, answers)
    told = [] if report.withdrawn or report.restricted else _told(report, answers)
    with db.write():
        # One that no key opens stays until its key is found.
        before = [
            one for one in facts_of_report(db, report.id) if one.why in ("", LATER) and one.value is not None
        ]
        standing = [one for one in before if one.child == child.id and (one.kind, one.value) in told]
        known = [(one.kind, one.value) for one in standing]
        day = _corrected_on(db, report) if before else _received_on(report)
        new = [one for one in told if one not in known]
        spoken = _spoken(db, report, answers)
        for channel, some in (
            (report.channel, [one for one in new if one in spoken]),
            (PAGE, [one for one in new if one not in spoken]),
        ):
            if some:
                said = _said(db, report, child, day, channel)
                noting.note_facts(db, [NewFact(child.id, kind, value) for kind, value in some], said)
        gone = {one.id for one in before} - {one.id for one in standing}
        _end(db, report, [one for one in facts_of_report(db, report.id) if one.id in gone], new, child)


def undo_report_facts(db: Database, report: Envelope, actor: str = "") -> None:
    """End all that a report has told as never said: it was withdrawn, or is about no child, or another."""
    with db.write():
        noting.undo_facts(
            db, [one for one in facts_of_report(db, report.id) if one.why in ("", LATER)], actor
        )


def conceal_report_facts(db: Database, report: Envelope) -> None:
    """Take out of a child's file who told a report, which its reporter has asked for."""
    with db.write():
        noting.unname_facts(db, facts_of_report(db, report.id), WHO)


def _without_own_phone(db: Database, report: Envelope, answers: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave out the telephone of the staff who write for a family that has none."""
    person = _writer(db, report)
    own = person is not None and answers.get("phone") == phones.phone_number(person.login)
    return {key: value for key, value in answers.items() if key != "phone"} if own else answers


def _writer(db: Database, report: Envelope) -> Person | None:
    by_staff = report.channel in BY_STAFF and report.reporter.startswith(STAFF)
    return accounts.person_by_id(db, report.reporter.removeprefix(STAFF)) if by_staff else None


def _told(report: Envelope, answers: Mapping[str, Any]) -> Facts:
    told = facts_told(answers, report.channel, str(answers.get("relation") or ""))
    return [one for one in told if one[0] not in WHO] if report.confidential else told


def _spoken(db: Database, report: Envelope, answers: Mapping[str, Any]) -> Facts:
    """Give the facts whose every word the reporter's own door has brought; what a page wrote into a chat's report is not."""
    typed = typed_keys(db, report) if report.channel != PAGE else frozenset[str]()
    return _told(report, {key: value for key, value in answers.items() if key not in typed})


def _said(db: Database, report: Envelope, child: Child, day: date, channel: str) -> FactOrigin:
    actor = "" if report.confidential else report.reporter
    return FactOrigin(REPORT, actor, day, channel, report.id, _confirmed_by(db, report, child))


def _confirmed_by(db: Database, report: Envelope, child: Child) -> str:
    """Give who of the child's class has written the report, and so answers for it."""
    person = _writer(db, report)
    mine = person and child.class_id and bindings.may_in_class(db, person, child.class_id, "roll.mark")
    return report.reporter if mine else ""


def _end(db: Database, report: Envelope, gone: list[ChildFact], new: Facts, child: Child) -> None:
    """End what a report tells no more; what it tells instead has closed most of it already."""
    kinds = {kind for kind, _ in new}
    instead = [one for one in gone if one.kind in kinds and one.child == child.id]
    for one in instead:
        if one.open:
            noting.close_fact(db, one, _actor(report), LATER)
    noting.undo_facts(db, [one for one in gone if one not in instead], _actor(report))


def _actor(report: Envelope) -> str:
    return "" if report.confidential else report.reporter


def _received_on(report: Envelope) -> date:
    return clock.local(report.received_at).date()


def _corrected_on(db: Database, report: Envelope) -> date:
    row = db.one("SELECT max(changed_at) AS at FROM versions WHERE report_id = ?", (report.id,))
    return clock.local(row["at"]).date() if row and row["at"] else _received_on(report)
