"""What the family hears of a case: one message when something really moved, in plain words; nothing of a restricted one."""

from intake.cases.case import Case, CaseEvent
from intake.cases.transitions import Transition
from intake.kinds.statuses import WITHDRAWN
from intake.messages import outbox
from intake.store.db import Database


def tell_family(db: Database, case: Case, transition: Transition, event: CaseEvent) -> None:
    """Put out a message to the family who reported, in the transaction of the event."""
    if not transition.plain or event.before == event.after or case.restricted:
        return
    rows = db.all(
        "SELECT r.reporter, max(r.receipt) AS receipt FROM case_reports k JOIN reports r ON r.id = k.report"
        " WHERE k.case_id = ? AND k.family = 1 AND r.reporter >= 'wechat:' AND r.reporter < 'wechat;' AND r.status <> ?"
        " GROUP BY r.reporter",
        (case.id, WITHDRAWN.key),
    )
    for row in rows:
        outbox.post(
            db,
            row["reporter"],
            f"您报的事有进展：{transition.plain}。想说什么，直接回复这里。",
            row["receipt"],
        )
