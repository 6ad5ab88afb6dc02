"""新增, 逾期, 撤回: sheets of the work list whose rows are cases."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from intake import fields
from intake.calendar import schooldays
from intake.cases.case import local_day
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.day.counted import APART, COUNTS, moment_of, within
from intake.ledgers.ledger import Line, View
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.registers.history import first_of
from intake.store.db import Cell, Database

URGENT = (
    f"CASE WHEN c.open = 1 AND c.kind = 'safety' AND c.state = '{states.TODO}' THEN 0 ELSE 1 END,"
    " c.due, c.first DESC, c.id"
)
"""Danger that nobody has taken, then what is due first: the order of the work list at the desk."""


class WorkLedger(CaseLedger):
    """A sheet of the work list: of the cases of a scope, and of those that its reader has, all of one sort."""

    order = URGENT
    events = True
    sort: ClassVar[str] = "open"
    """Which cases it shows: a key of COUNTS."""

    def condition(self, view: View) -> tuple[str, list[Cell]]:
        """Give the condition over `cases c` (SQL, arguments) of the rows that are wanted."""
        scope, args = within(view, self.kinds)
        sql, cells = COUNTS[self.sort](view, self.world.now())
        return f"{scope} AND {sql}", [*args, *cells]

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Give the telephone of a matter that staff wrote down: no report has it."""
        if file.reports or file.unnamed or "phone" not in self.fields:
            return {}
        told = first_of(file.events, "reported")
        return {"phone": told.words.get("phone") if told else None}


class _Overdue(WorkLedger):
    """Cases that are late, and by how many days."""

    counted = f"一个逾期的个案计一条；未到校的逾期天数按上课日算，别的按日历算；{APART}"
    sort = "overdue"

    def line(self, db: Database, file: CaseFile, view: View) -> Line:
        """Count the days as the desk does: of an absence those of school, at least one, of the others those of the calendar."""
        made = super().line(db, file, view)
        due = date.fromisoformat(file.case.due[:10])
        at = date.fromisoformat(moment_of(view.period, self.world.now())[:10])
        over = (at - due).days
        if file.case.kind == "absence":
            over = max(schooldays.between(db.settings.terms, due, at), 1)
        return replace(made, values={**made.values, "days_over": over})


class _Withdrawn(WorkLedger):
    """Cases whose reports were taken back before anybody had done anything."""

    counted = "一个撤回的个案计一条，不计入别的各表；"
    sort = "withdrawn"
    events = False
    order = "c.ended_at, c.id"

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Say when."""
        return {"withdrawn_on": local_day(file.case.ended_at)}


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(200, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


WIDE: Mapping[str, fields.Answer] = {
    "case_number": _text("个案编号", 9.6), "class_of": _text("学校班级", 11.0), "matter": _text("事项和状态", 5.6),
    "last_step": _text("上一步", 10.0), "wanted": _text("要做什么、谁做", 8.0),
}  # fmt: skip
"""Columns of the list, wider: there is nothing to fill in beside them."""

NEW = case_ledger(
    "work-new",
    "新增个案",
    ("case_number", "class_of", "child_name", "matter", "opened_on", "last_step", "wanted", "due_on"),
    base=WorkLedger,
    own=WIDE,
    tab="新增",
    counted=f"这些日子里新开的个案，一个计一条；{APART}",
    sort="new",
    order="c.opened_at, c.id",
)
"""新增: what was opened."""

OVERDUE = case_ledger(
    "work-overdue",
    "逾期个案",
    ("case_number", "class_of", "child_name", "matter", "wanted", "due_on", "days_over", "last_step"),
    base=_Overdue,
    own={
        **WIDE,
        "days_over": fields.Number(
            0, 10**5, metadata=asked("逾期天数", privacy=Privacy.OPEN, width=3.2, source=HOUSE)
        ),
    },
    tab="逾期",
)
"""逾期: what is late."""

WITHDRAWN = case_ledger(
    "work-withdrawn",
    "撤回的个案",
    ("case_number", "class_of", "child_name", "matter", "opened_on", "withdrawn_on"),
    base=_Withdrawn,
    own={**WIDE, "withdrawn_on": fields.Day(metadata=asked("撤回日期", privacy=Privacy.OPEN, source=HOUSE))},
    tab="撤回",
)
"""撤回: what was taken back, apart from all else."""
