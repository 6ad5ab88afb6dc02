"""A throw-away ledger: one module and one line in the registry are all that a new ledger takes."""

from collections.abc import Iterator

from intake import fields
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers import Ledger, Line, View
from intake.people.scope import narrow
from intake.reports import lookup
from intake.store.db import Database


class Leave(Ledger):
    """Who was reported to be on leave, and when they came back."""

    key = "leave"
    title = "请假学生名单"

    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN, heading="学校名称"))
    child_name = fields.Name(metadata=asked("姓名", privacy=Privacy.PERSONAL))
    phone = fields.Phone(metadata=asked("联系电话", privacy=Privacy.PERSONAL))
    last_seen = fields.Day(metadata=asked("最后到校日期", privacy=Privacy.OPEN))
    receipt = fields.Text(20, metadata=asked("回执号", privacy=Privacy.OPEN, width=7.8, source=HOUSE))
    back_on = fields.Day(metadata=asked("返校日期", privacy=Privacy.OPEN, filled_by=("bureau", "town")))

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the children on leave whose reports came in a period."""
        form, (within, codes) = lookup.schema(db, "absence"), narrow(view.scope)
        for row in db.all(
            "SELECT a.*, r.receipt, r.town AS area FROM reports r JOIN answers_absence a ON a.report_id = r.id"
            f" WHERE a.on_leave = '是' AND r.received_at >= ? AND r.received_at < ? AND {within}"
            " ORDER BY r.received_at, r.id",
            (*view.period.bounds(), *codes),
        ):
            found = lookup.open_row(db, form, row)
            values = {**found.answers, "receipt": row["receipt"]}
            yield Line(row["receipt"], row["area"][:9], values, found.unopened)
