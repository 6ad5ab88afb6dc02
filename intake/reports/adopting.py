"""Reports from before there were cases get theirs: dated as they are, with clocks that count from today.

Nobody is told of them. A report that waits has `adopted` = 0, which an index finds; whoever takes a few of them in hand
asks again behind the gate, so that several may do it at once, and stop anywhere.
"""

from intake.cases import danger, joins
from intake.cases.case import case_by_id, case_of_report
from intake.cases.rulebook.transitions import DOOR
from intake.children import children
from intake.children.children import Child
from intake.kinds import KINDS, Answers
from intake.kinds.envelope import Envelope
from intake.reports.lookup import answers_of
from intake.store import audit
from intake.store.db import Database

FEW = 20
"""Reports that are adopted in one turn: nobody at the door waits long behind them."""


def adopt_reports(db: Database) -> int:
    """Give every report that has none its case, unless it was taken back or tells of leave; give how many were made or joined.

    Whatever stops it, the next call goes on. Raises Busy.
    """
    made = 0
    while waiting := _waiting(db):
        with db.write():
            made += sum(adopt_report(db, report) for report in waiting)
    return made


def adopt_report(db: Database, report_id: str) -> bool:
    """Give a report its case where it still waits for one, in the caller's transaction; tell whether it got one."""
    row = db.one("SELECT * FROM reports WHERE id = ? AND adopted = 0", (report_id,))
    if row is None:
        return False
    report = Envelope.of(row)
    followed = not (report.withdrawn or report.on_leave) and case_of_report(db, report.id) is None
    if followed:
        _adopt(db, report, answers_of(db, report))
    db.run("UPDATE reports SET adopted = 1 WHERE id = ?", (report.id,))
    return followed


def _waiting(db: Database) -> list[str]:
    """Give the first few that wait. One of a kind that this version does not know waits for one that does."""
    known = ", ".join("?" * len(KINDS))
    rows = db.all(
        f"SELECT id FROM reports WHERE adopted = 0 AND kind IN ({known}) ORDER BY id LIMIT ?",  # noqa: S608
        (*KINDS, FEW),
    )
    return [str(row["id"]) for row in rows]


def _adopt(db: Database, report: Envelope, answers: Answers) -> None:
    child = _child(db, report, answers)
    case_id = joins.adopt(db, report, answers, child, db.today())
    audit.note(db, DOOR, "case.imported", case_id, report.id)
    alarm = db.one("SELECT * FROM alarms WHERE subject = ?", (report.id,))
    case = case_by_id(db, case_id)
    if alarm and case:
        danger.carry_alarm(db, case, alarm)


def _child(db: Database, report: Envelope, answers: Answers) -> Child | None:
    """Give the child of the roll that a report is certainly about, and note it where only its number told."""
    if report.child:
        return children.find_child(db, report.child)
    child = children.child_of_number(db, children.number_hash(db, str(answers.get("id_number") or "")))
    if child:
        db.run("UPDATE reports SET child = ? WHERE id = ?", (child.id, report.id))
    return child
