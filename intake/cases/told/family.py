"""What a family says of a case that is under way: the child is back at school, or an answer to what it was told.

It closes nothing: whoever has the case, and the class teacher, get a notice; that a child is back is a duty to confirm.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from intake.calendar import clock
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case, CaseEvent
from intake.cases.rulebook.transitions import PARENT, TRANSITIONS
from intake.kinds.statuses import WITHDRAWN
from intake.store.db import Database

ANSWERED_WITHIN = timedelta(hours=24)
"""How long after a message what a family writes is an answer to it."""
LONGEST = 1000


def open_cases_of(db: Database, reporter: str) -> list[Case]:
    """Give the open cases of what somebody reported, the newest first; danger too, of which nothing may be told."""
    rows = db.all(
        "SELECT DISTINCT c.id, c.opened_at FROM reports r JOIN case_reports k ON k.report = r.id JOIN cases c ON c.id = k.case_id"
        " WHERE r.reporter = ? AND r.reporter <> '' AND r.status <> ? AND c.open = 1"
        " ORDER BY c.opened_at DESC, c.id",
        (reporter, WITHDRAWN.key),
    )
    return [found for row in rows if (found := cases.case_by_id(db, row["id"]))]


def speaks(db: Database, case: Case, reporter: str) -> bool:
    """Tell whether somebody speaks on a case as the child's family, and may be known to do so.

    Who asked to stay unnamed, or is a neighbour, is heard by the bureau's staff instead.
    """
    row = db.one(
        "SELECT 1 FROM case_reports k JOIN reports r ON r.id = k.report WHERE k.case_id = ? AND r.reporter = ?"
        " AND k.family = 1 AND r.confidential = 0 AND r.restricted = 0 AND r.status <> ?",
        (case.id, reporter, WITHDRAWN.key),
    )
    return row is not None and not case.restricted


def receipt_of(db: Database, case: Case, reporter: str) -> str:
    """Give the receipt of somebody's newest report in a case; nothing where there is none."""
    row = db.one(
        "SELECT max(r.receipt) AS receipt FROM case_reports k JOIN reports r ON r.id = k.report"
        " WHERE k.case_id = ? AND r.reporter = ?",
        (case.id, reporter),
    )
    return str(row["receipt"] or "") if row else ""


def may_say_back(db: Database, case: Case) -> bool:
    """Tell whether it would be news that a child is back at school."""
    leads = TRANSITIONS["said_back"].leads(case.state)
    return case.kind == "absence" and leads is not None and not cases.standing(db, case).back_said


def say_back(db: Database, case: Case, raw: Mapping[str, Any], *, channel: str, token: str) -> CaseEvent:
    """Note that a family says since which `day` their child is back at school. Raises Invalid, Refused."""
    return work.act(db, case, "said_back", raw, PARENT, channel=channel, token=token)


def answer(db: Database, case: Case, words: str, *, channel: str, token: str) -> CaseEvent:
    """Put what a family answers to a message on the case. Raises Refused."""
    return work.act(db, case, "family_said", {"words": words[:LONGEST]}, PARENT, channel=channel, token=token)


def message_told(db: Database, reporter: str) -> str:
    """Give the receipt of what somebody was told lately, so that what they write now answers it; else nothing."""
    row = db.one(
        "SELECT subject, settled_at FROM outbox WHERE reporter = ? AND state IN ('sent', 'shown')"
        " AND subject <> '' ORDER BY created_at DESC, id DESC LIMIT 1",
        (reporter,),
    )
    fresh = clock.stamp(db.now() - ANSWERED_WITHIN)
    return str(row["subject"]) if row and row["settled_at"] >= fresh else ""
