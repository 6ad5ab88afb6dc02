"""What a family hears of a case, in plain words: who did what and what was said never; of a restricted case nothing.

By message it hears once of what really moved, not of a call it was just part of. What does not arrive is a telephone
call to make, which stands on the case until somebody has spoken to the family.
"""

from intake.cases import case as cases
from intake.cases import owners
from intake.cases.case import STAFF, Case, CaseEvent
from intake.cases.rulebook import records, states
from intake.cases.rulebook.transitions import PARENT, TRANSITIONS, Transition
from intake.cases.told import inbox
from intake.kinds.statuses import WITHDRAWN
from intake.messages import outbox
from intake.people import slots
from intake.store.db import Database, Row

MOVED = "您报的事有进展：{}。想说什么，直接回复这里。"
VAIN = "联系过家里，没有联系上"
MENDED = "前面的结果有更正，还在核实"
_WRITTEN = "r.reporter >= 'wechat:' AND r.reporter < 'wechat;'"


def tell_family(db: Database, case: Case, transition: Transition, event: CaseEvent) -> None:
    """Put out a message to the family who reported, in the transaction of the event."""
    _settle_calls(db, case, event)
    plain = _message(transition, event)
    if not plain or event.before == event.after or case.restricted:
        return
    rows = db.all(
        "SELECT r.reporter, max(r.receipt) AS receipt FROM case_reports k JOIN reports r ON r.id = k.report"  # noqa: S608
        f" WHERE k.case_id = ? AND k.family = 1 AND {_WRITTEN} AND r.status <> ? AND r.restricted = 0"
        " GROUP BY r.reporter",
        (case.id, WITHDRAWN.key),
    )
    if case.kind == states.MATTER:
        rows += db.all("SELECT reporter, '' AS receipt FROM case_talks WHERE case_id = ?", (case.id,))
    for row in rows:
        outbox.post(db, row["reporter"], MOVED.format(plain), row["receipt"])


def heard_of(db: Database, case: Case, since: str) -> list[tuple[str, str]]:
    """Give what a family may read of what was done on a case since a stamp: (stamp, words), the oldest first."""
    if case.restricted:
        return []
    events = [one for one in cases.events_of(db, case) if one.at >= since and not one.undone]
    return [(one.at, words) for one in events if (words := plain_of(one))]


def plain_of(event: CaseEvent) -> str:
    """Say an event in a family's words; nothing of what is none of theirs."""
    if event.key == "undone":
        return MENDED if event.before in (states.HERE, states.FALSE) else ""
    transition = TRANSITIONS.get(event.key)
    if transition is None or not transition.plain:
        return ""
    if event.key == "contact" and event.facts.get("result") != records.REACHED:
        return VAIN
    by_school = event.facts.get("role") in ("teacher", None)
    return transition.plain if by_school else transition.plain.replace("老师", "工作人员")


def calls_of_case(db: Database, case: Case) -> list[Row]:
    """List the telephone calls to make of a case: id and receipt of what its reporters did not get, and since when."""
    return db.all(
        "SELECT o.id, o.subject AS receipt, o.created_at, o.error FROM case_reports k"  # noqa: S608
        " JOIN reports r ON r.id = k.report JOIN outbox o ON o.reporter = r.reporter AND o.subject = r.receipt"
        f" WHERE k.case_id = ? AND {_WRITTEN} AND o.state = 'refused' AND o.called_at IS NULL"
        " ORDER BY o.created_at, o.id",
        (case.id,),
    )


def tell_of_family(db: Database, case: Case, event: CaseEvent) -> None:
    """Tell whoever has a case, and who teaches the child, what its family said; in the transaction of the event."""
    if event.actor != PARENT:
        return
    told = [] if case.restricted else slots.class_teachers(db, case.class_id)
    told += owners.people_told(db, case, cases.standing(db, case), "owner")
    for person in {one.id: one for one in told}.values():
        inbox.tell_person(db, person, case, event.key)


def _message(transition: Transition, event: CaseEvent) -> str:
    return "" if transition.key == "contact" else plain_of(event)


def _settle_calls(db: Database, case: Case, event: CaseEvent) -> None:
    """Let calls that were owed be made, once somebody of the staff has really spoken to the family."""
    met = event.facts.get("result") not in (records.NOT_REACHED, records.NOT_MET, None)
    if met and event.key in ("contact", "persuasion") and event.actor.startswith(STAFF):
        for row in calls_of_case(db, case):
            outbox.called(db, row["id"], event.actor)
