"""Taking back what a workbook that came back has changed, each field for itself; what changed after it stays."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.cases.filling import FILLED, TAKES_BACK
from intake.errors import Denied, Problem, Refused, Stale
from intake.ledgers.returning import of_subjects
from intake.ledgers.returning.applying import AT_ONCE
from intake.ledgers.returning.findings import BEGUN, DEED
from intake.ledgers.returning.history import Return, ReturnChange, changes_of
from intake.ledgers.returning.judging import CHANNEL
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store import audit
from intake.store.db import Database

LATE = "7 天过了，不能撤回了。要改请在个案里改，或者再交一次表。"
NOTHING = "请选要撤回的内容。"
CHANGED_SINCE = "后来又改过，没有动。"
TAKEN_UP = "这份报告已经有人在办，不能撤回。"
NOT_NOW = "您现在不能改这个个案。"
ROW_NOT_NOW = "您现在不能改这一行。"


@dataclass(frozen=True, slots=True)
class Undone:
    """What became of one change that was to be taken back: nothing where it was, otherwise why not."""

    change: ReturnChange
    why_not: str = ""


def undo_changes(db: Database, by: Person, found: Return, ids: Collection[str]) -> list[Undone]:
    """Take back chosen changes of a return; give what became of each. Raises Refused.

    Up to AT_ONCE of them are one transaction, as they were when they were done.
    """
    if not found.open:
        raise Refused(LATE)
    chosen = [one.id for one in changes_of(db, found.id) if one.id in ids and not one.undone_at][::-1]
    if not chosen:
        raise Refused(NOTHING, "change")
    done: list[Undone] = []
    for at in range(0, len(chosen), AT_ONCE):
        with db.write():
            left = {one.id: one for one in changes_of(db, found.id) if not one.undone_at}
            some = [_undo(db, by, left[key]) for key in chosen[at : at + AT_ONCE] if key in left]
            audit.note(db, by.actor, "return.undone", found.id, str(sum(not one.why_not for one in some)))
            done += some
    return done[::-1]


def _undo(db: Database, by: Person, change: ReturnChange) -> Undone:
    return _undo_row(db, by, change) if change.subject else _undo_case(db, by, change)


def _undo_row(db: Database, by: Person, change: ReturnChange) -> Undone:
    """Take back what was changed of something that is no case."""
    try:
        _restore(db, by, change)
    except (Refused, Denied, Stale) as no:
        return Undone(change, str(no))
    db.run(
        "UPDATE row_changes SET undone_at = ?, undone_by = ? WHERE id = ?",
        (clock.stamp(db.now()), by.actor, change.id),
    )
    return Undone(change)


def _restore(db: Database, by: Person, change: ReturnChange) -> None:
    ledger, key = of_subjects.ledger_of_subjects(db, change.ledger), change.key
    one = of_subjects.subject_of(db, by, ledger, change.subject)
    if one is None or not one.may or (key != BEGUN and key not in ledger.fillable(by.role)):
        raise Denied(ROW_NOT_NOW)
    if key == BEGUN:
        if not change.after:  # a child that was known before stays
            ledger.drop(db, by, one)
        return
    if one.values.get(key) != change.after:
        raise Refused(CHANGED_SINCE)
    if no := ledger.refusals(db, one, {**one.values, key: change.before}):
        raise Refused("".join(no.values()))
    ledger.restore(db, by, one, key, change.before)


def _undo_case(db: Database, by: Person, change: ReturnChange) -> Undone:
    case = cases.case_by_id(db, change.case_id)
    try:
        if case is None or not cases.may_work(db, by, case):
            raise Denied(NOT_NOW)
        event = _taken_back(db, by, case, change)
    except (Refused, Denied, Stale) as no:
        return Undone(change, _why(no, change))
    db.run(
        "UPDATE return_changes SET undone_at = ?, undone_by = ? WHERE id = ?",
        (clock.stamp(db.now()), event, change.id),
    )
    return Undone(change)


def _taken_back(db: Database, by: Person, case: Case, change: ReturnChange) -> str:
    """Take one change back; give the id of the event by which it was."""
    if change.key == DEED:
        return work.undo(db, case, change.event, by, channel=CHANNEL).id
    if change.key == BEGUN:
        return _withdraw(db, by, case)
    if _last_filled(db, case, change.key) != change.event:
        raise Refused(CHANGED_SINCE)
    words = {change.key: _stood_before(db, case, change)}
    return work.act(
        db, case, FILLED, {}, by, channel=CHANNEL, facts={TAKES_BACK: change.event}, words=words
    ).id


def _withdraw(db: Database, by: Person, case: Case) -> str:
    reports: Sequence[str] = cases.reports_in(db, case)
    report = lookup.report_by_id(db, reports[0]) if len(reports) == 1 else None
    if report is None:
        raise Refused(TAKEN_UP)
    door.withdraw(db, report, actor=by.actor, filled=False)
    return cases.events_of(db, case)[-1].id


def _last_filled(db: Database, case: Case, key: str) -> str:
    """Give the event that filled a column last, or emptied it."""
    return next(
        (one.id for one in reversed(cases.events_of(db, case)) if one.key == FILLED and key in one.words), ""
    )


def _stood_before(db: Database, case: Case, change: ReturnChange) -> Any:
    """Give what was filled in beside a case before a change; nothing where the cell only showed what its file says."""
    before = None
    for one in cases.events_of(db, case):
        if one.id == change.event:
            break
        if one.key == FILLED and change.key in one.words:
            before = one.words[change.key]
    return before


def _why(no: Problem, change: ReturnChange) -> str:
    if isinstance(no, Stale):
        return TAKEN_UP if change.key == BEGUN else CHANGED_SINCE
    if isinstance(no, work.Impossible):
        return CHANGED_SINCE
    return str(no)
