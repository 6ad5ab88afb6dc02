"""未上报: the classes that said nothing of a day, which is not 0; and which days of a period they are asked for."""

from collections.abc import Iterator, Sequence
from datetime import date

from intake import fields
from intake.calendar import schooldays
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.ledgers.day.counted import school_days
from intake.ledgers.ledger import Ledger, Line, Period, View, declare_ledger
from intake.school.silent import any_spoke, silent_classes
from intake.store.db import Database

ASKED = 9
"""Before this hour a day of which nobody has said anything is not asked for: the rolls are taken in the morning."""


class _Silent(Ledger):
    """The classes that said nothing, by school; of several days, of how many."""

    counted = "一个没有点名上报的班计一条，未上报不等于没有缺勤；"

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the classes of a scope that said nothing of a school day of the period."""
        for one in silent_classes(db, view.scope, days_asked(db, view.period)):
            values = {
                "town": one.town, "school": one.school, "class_of": one.title, "teachers": "、".join(one.teachers) or None,
                "silent_on": one.days[-1].isoformat(), "silent_days": len(one.days), "last_roll": one.last_roll or None,
            }  # fmt: skip
            yield Line(one.class_id, one.town[:9], values)


def days_asked(db: Database, period: Period) -> Sequence[date]:
    """Give the school days of a period of which classes are asked by now; early in the morning of one day, the one before."""
    here, spans = db.here(), db.settings.terms
    days = school_days(spans, period.first, min(period.last, here.date()))
    if not days or days[-1] != here.date() or here.hour >= ASKED or any_spoke(db, days[-1]):
        return days
    return days[:-1] or [schooldays.before(spans, days[-1])]


SILENT = declare_ledger(
    _Silent,
    "work-silent",
    "未上报班级",
    {
        "town": Report.answers()["town"],
        "school": Report.answers()["school"],
        "class_of": fields.Text(40, metadata=asked("班级", privacy=Privacy.OPEN, width=7.0, source=HOUSE)),
        "teachers": fields.Text(80, metadata=asked("班主任", privacy=Privacy.OPEN, width=10.0, source=HOUSE)),
        "silent_on": fields.Day(metadata=asked("未上报日期", privacy=Privacy.OPEN, source=HOUSE)),
        "silent_days": fields.Count(
            0, 400, metadata=asked("未上报天数", privacy=Privacy.OPEN, width=3.4, source=HOUSE)
        ),
        "last_roll": fields.Day(metadata=asked("最近一次上报", privacy=Privacy.OPEN, source=HOUSE)),
    },
    tab="未上报",
)
"""未上报: who said nothing."""
