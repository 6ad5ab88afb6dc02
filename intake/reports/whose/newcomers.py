"""A file is made of what a report tells of a child that no list has, and is taken back while nothing else hangs on it."""

from intake.children import children
from intake.children.children import Child
from intake.children.matching import waiting
from intake.children.matching.described import Described, described_report
from intake.kinds.envelope import Envelope
from intake.reports import lookup
from intake.reports.whose import linking
from intake.reports.whose.hanging import FACTS, count_hanging
from intake.store import audit
from intake.store.db import Database
from intake.store.ids import new_id

REPORTED = "report"
"""Where the identity of such a child is from."""


def enter_child_of_report(db: Database, report: Envelope, actor: str) -> Child:
    """Make a file of the child that a report is about, in the caller's transaction, and link the report to it.

    It is in no class: only a list of its school says that. Raises Stale.
    """
    told = described_report(db, lookup.answers_of(db, report))
    child = _child(db, report, told)
    children.enter_child(db, child, told.id_number, actor=actor, source=REPORTED)
    waiting.forget_child(db, child.id)  # whom it is like has just been looked at
    linking.link_report(db, report, child, linking.ENTERED, actor)
    return child


def drop_child(db: Database, child: str, actor: str) -> bool:
    """Take back a file that was made of a report, in the caller's transaction; it stays where anything hangs on it.

    What was merged with it, and parted again, tells of it still.
    """
    held = db.one("SELECT 1 FROM child_facts WHERE child = ? AND closed_at IS NULL", (child,))
    stands = db.one("SELECT 1 FROM linked_reports WHERE child = ? AND undone_at IS NULL", (child,))
    merged = db.one("SELECT 1 FROM child_merges WHERE kept = ? OR gone = ?", (child, child))
    if held or stands or merged or count_hanging(db, child).keys() - {FACTS}:
        return False
    for table in ("child_facts", "linked_reports", "child_matches"):
        db.run(f"DELETE FROM {table} WHERE child = ?", (child,))  # noqa: S608
    db.run("DELETE FROM child_matches WHERE other = ?", (child,))
    if not children.drop_row(db, child):
        return False
    audit.note(db, actor, "child.dropped", child)
    return True


def _child(db: Database, report: Envelope, told: Described) -> Child:
    return Child(
        new_id(), told.name, told.sex, told.birth_date, told.town or report.town, told.village, "", "", "", "",
        children.number_hash(db, told.id_number),
    )  # fmt: skip
