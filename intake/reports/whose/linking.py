"""A report is linked to its child, with its case and what it tells, and the link is taken back with all of that.

A row of `linked_reports` keeps what was before: one stands for each report that has a child.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from intake.calendar import clock
from intake.cases import merging
from intake.children import links
from intake.children.children import Child
from intake.children.matching import waiting
from intake.errors import Missing, Stale, Unreadable
from intake.kinds import Answers
from intake.kinds.envelope import Envelope
from intake.reports import adopting, lookup
from intake.reports.told_children import typed_keys
from intake.reports.whose import cases_of_reports, told_facts
from intake.store import audit
from intake.store.db import Database, Row
from intake.store.ids import new_id

CERTAIN, CONFIRMED, ENTERED, SAID = "certain", "confirmed", "entered", "said"
"""How a report came to its child: by itself, by somebody's word, a file was made of it, or whoever reported had chosen it."""
_PLACE = "linked_reports.kept"


@dataclass(frozen=True, slots=True)
class ReportLink:
    """That a report is about a child: how it came, by whom, and what was before."""

    id: str
    report: str
    child: str
    how: str
    kept: Mapping[str, Any]
    actor: str
    at: str


def link_report(db: Database, report: Envelope, child: Child, how: str, actor: str) -> str:
    """Link a report to its child, in one transaction: its case, the facts it tells, the family's link; give the link's id.

    One that has the child already keeps its case, and its facts are brought up to its answers. Raises Stale where the
    report has another child by now.
    """
    answers = lookup.answers_of(db, report)
    with db.write():
        adopting.adopt_report(db, report.id)
        done = db.run(
            "UPDATE reports SET child = ? WHERE id = ? AND coalesce(child, '') IN ('', ?)",
            (child.id, report.id, child.id),
        )
        if not done.rowcount:
            raise Stale
        told_facts.note_report_facts(db, report, answers, child)
        if before := link_of_report(db, report.id):
            if before.child == child.id:
                return before.id
            _end(db, before, actor)  # a correction, or a merge, has brought it to another child since
        kept = {} if report.child else cases_of_reports.name_case(db, report, child, actor)
        kept |= {"asked": True} if _ask_family(db, report, answers, child) else {}
        link = _enter(db, report, child, how, kept, actor)
        merging.offer_cases_of_child(db, child.id)
        audit.note(db, actor, "report.linked", report.id, f"{child.id} {how}")
    return link


def unlink_report(db: Database, report: Envelope, actor: str, *, refuse: bool = False) -> None:
    """Take the link of a report back: its case, the facts and the family's link are as before.

    What was done on the case since stays done. To `refuse` is to say that it is another child: it is never linked to
    this one by itself again. Raises Missing where the report has no child, Stale.
    """
    if not report.child:
        raise Missing
    answers = lookup.answers_of(db, report)
    with db.write():
        done = db.run("UPDATE reports SET child = NULL WHERE id = ? AND child = ?", (report.id, report.child))
        if not done.rowcount:
            raise Stale
        link = link_of_report(db, report.id)
        kept: Mapping[str, Any] = link.kept if link else {}
        told_facts.undo_report_facts(db, report, actor)
        cases_of_reports.forget_child(db, replace(report, child=""), answers, kept, actor)
        if kept.get("asked"):
            links.take_back(db, report.reporter, report.child)
        if link:
            _end(db, link, actor)
        if refuse:
            _refuse_child(db, report, actor)
            waiting.enqueue_report(db, report.id)
        audit.note(db, actor, "report.unlinked", report.id, report.child)


def refused_children(db: Database, report: str) -> set[str]:
    """Give the children of whom somebody said that a report is not about them."""
    sql = "SELECT child FROM child_matches WHERE report = ? AND state IN ('refused', 'entered')"
    return {row["child"] for row in db.all(sql, (report,))}


def _refuse_child(db: Database, report: Envelope, actor: str) -> None:
    at = clock.stamp(db.now())
    db.run(
        "INSERT INTO child_matches (id, report, child, other, score, reasons, state, at, decided_by, decided_at, version)"
        " VALUES (?, ?, ?, '', 0, '[]', 'refused', ?, ?, ?, 1) ON CONFLICT (report, child, other) DO UPDATE SET"
        " state = 'refused', decided_by = excluded.decided_by, decided_at = excluded.decided_at,"
        " version = child_matches.version + 1",
        (new_id(), report.id, report.child, at, actor, at),
    )


def link_of_report(db: Database, report: str) -> ReportLink | None:
    """Give how a report came to its child, as far as that stands."""
    row = db.one(
        "SELECT * FROM linked_reports WHERE report = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
        (report,),
    )
    if row is None:
        return None
    return ReportLink(
        row["id"], row["report"], row["child"], row["how"], _opened(db, row), row["actor"], row["at"]
    )


def _opened(db: Database, row: Row) -> Mapping[str, Any]:
    """Give what was before; where no key opens it, the case is told anew by what was said."""
    try:
        found: Mapping[str, Any] = json.loads(db.keys.unlock(row["kept"], _PLACE, row["id"]))
    except (Unreadable, ValueError):
        return {}
    return found


def _enter(
    db: Database, report: Envelope, child: Child, how: str, kept: Mapping[str, Any], actor: str
) -> str:
    link = new_id()
    closed = db.keys.lock(json.dumps(kept, ensure_ascii=False), _PLACE, link)
    db.run(
        "INSERT INTO linked_reports (id, report, child, how, kept, actor, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (link, report.id, child.id, how, closed, actor, clock.stamp(db.now())),
    )
    return link


def _end(db: Database, link: ReportLink, actor: str) -> None:
    db.run(
        "UPDATE linked_reports SET undone_by = ?, undone_at = ? WHERE id = ?",
        (actor, clock.stamp(db.now()), link.id),
    )


def _ask_family(db: Database, report: Envelope, answers: Answers, child: Child) -> bool:
    """Ask the class teacher whether a parent is the child's; not where somebody else may have typed who it is."""
    wechat = report.channel == "wechat" and report.reporter.startswith("wechat:")
    if report.confidential or report.withdrawn or not wechat or typed_keys(db, report):
        return False
    if answers.get("relation") in {None, *links.STRANGERS}:
        return False
    taught = child.class_id and db.one("SELECT 1 FROM teaches WHERE class = ?", (child.class_id,))
    return bool(taught) and links.ask(db, report.reporter, child.id)
