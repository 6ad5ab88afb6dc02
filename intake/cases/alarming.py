"""A case of danger and its alarms are one: who takes the case has them, and its end ends them, in the transaction of both."""

from intake.calendar import clock
from intake.cases.case import Case, CaseEvent, reports_in
from intake.cases.rulebook import states
from intake.cases.rulebook.happenings import TAKING
from intake.cases.writing import staff_id
from intake.people.roles import SAFETY
from intake.store import audit
from intake.store.db import Database

DANGER, OUTCOME = "danger", "outcome"
"""Why words wait for a person, and how they are done with: see intake.talks.triage."""
_ENDS = (states.SOLVED, states.UNSOLVED, states.SHUT)


def follow_case(db: Database, case: Case, event: CaseEvent) -> None:
    """Let the alarms of a case follow what was done on it by staff, in its transaction; `case` is as it was before."""
    if case.kind != SAFETY or not staff_id(event.actor):
        return
    if event.key in TAKING:
        _take(db, case, event)
    elif event.after in _ENDS and event.before not in _ENDS:
        _end(db, case, event)


def _take(db: Database, case: Case, event: CaseEvent) -> None:
    """Note who has them in hand: the first who does something, and afterwards whoever takes the case over."""
    for report in reports_in(db, case):
        done = db.run(
            "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by) VALUES (?, ?, ?, '', '')"
            " ON CONFLICT (subject) DO UPDATE SET taken_by = excluded.taken_by, taken_at = excluded.taken_at"
            " WHERE ? = 'accepted' AND alarms.done_at IS NULL AND alarms.taken_by <> excluded.taken_by",
            (report, event.actor, clock.stamp(db.now()), event.key),
        )
        if done.rowcount:
            audit.note(db, event.actor, "alarm.taken", report)
    db.run(  # nobody else is asked any more
        "UPDATE notices SET read_at = ? WHERE case_id = ? AND read_at IS NULL AND what >= 'alarm:' AND what < 'alarm;'",
        (clock.stamp(db.now()), case.id),
    )


def _end(db: Database, case: Case, event: CaseEvent) -> None:
    """End them with what was written; words that came after the last thing done on the case alarm anew."""
    words = str(event.words.get("result") or event.words.get("reason") or "")
    now = clock.stamp(db.now())
    for report in reports_in(db, case):
        cell = db.keys.lock(words, "alarms.outcome", report)
        done = db.run(
            "INSERT INTO alarms (subject, taken_by, taken_at, outcome, done_by, done_at) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (subject) DO UPDATE SET outcome = excluded.outcome, done_by = excluded.done_by,"
            " done_at = excluded.done_at WHERE alarms.done_at IS NULL",
            (report, event.actor, now, cell, event.actor, now),
        )
        if done.rowcount:
            audit.note(db, event.actor, "alarm.finished", report)
        db.run(
            "UPDATE triage SET state = 'done', done_at = ?, done_by = ?, outcome = ? WHERE state = 'open' AND why = ?"
            " AND at <= ? AND receipt = (SELECT r.receipt FROM reports r WHERE r.id = ?)",
            (now, event.actor, OUTCOME, DANGER, case.last_at, report),
        )
