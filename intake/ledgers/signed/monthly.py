"""学校一月一报告: the absences of a school's month as they stood at its end, and who has reported which month."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, cast

from intake import fields
from intake.calendar import clock
from intake.calendar.deadlines import Deadlines
from intake.cases.case import CaseEvent
from intake.cases.rulebook import duties, states
from intake.cases.rulebook.standing import Standing, standing_of
from intake.errors import Unreadable
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import CaseFile
from intake.ledgers.ledger import Ledger, Line, Period, View
from intake.ledgers.of_cases import CaseLedger, case_ledger
from intake.ledgers.signed.months import ReturnMonth, is_overdue, months_of_period
from intake.ledgers.signed.sent import (
    ReportingSchool,
    ReturnContent,
    SentReturn,
    content_of_return,
    newest_returns,
    schools_reporting,
    state_words,
)
from intake.store.db import Database

ABSENT = (states.CLUE, states.CHECK, states.CHECKING, states.SUSPECTED, states.PERSUADING, states.LOST)
"""The states of a child that is missing."""
FIGURES: Mapping[str, str] = {
    "classes": "班级数", "enrolled": "在校生数", "school_days": "上课天数", "rolls_missing": "未点名班次",
    "expected": "应到人次", "present": "实到人次", "leave": "请假人次", "missing": "未请假未到人次",
    "listed": "缺课登记人数", "long": "缺课3天以上人数", "suspected_new": "新列疑似辍学人数",
    "suspected": "月末疑似辍学人数", "persuasions": "劝返次数", "back": "复学人数", "closed": "销号人数",
}  # fmt: skip
"""The figures of a return by key, each with its words."""
STANDING = frozenset({"classes", "enrolled", "school_days", "suspected"})
"""Figures that are how things stood: those of several months are not added up."""


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(100, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


def _count(label: str, width: float = 2.8) -> fields.Number:
    return fields.Number(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


def _day(label: str) -> fields.Day:
    return fields.Day(metadata=asked(label, privacy=Privacy.OPEN, source=HOUSE))


_OWN: Mapping[str, fields.Answer] = {
    "month": _text("月份", 4.2), "last_day": _day("最后到校日期"), "month_days": _count("未到校天数"),
    "month_state": _text("月末状态", 4.2), "contacted_on": _day("联系上日期"), "visited_on": _day("家访日期"),
    "month_persuasions": _count("劝返次数"), "back_on": _day("复学日期"),
}  # fmt: skip


def standing_at(file: CaseFile, period: Period) -> Standing:
    """Derive how a case stood at the end of some days: what was done later has no effect."""
    return standing_of([one.happening for one in done_until(file, period)])


def done_until(file: CaseFile, period: Period) -> list[CaseEvent]:
    """Give what was done on a case until the end of some days."""
    end = period.bounds()[1]
    return [one for one in file.events if one.at < end]


def days_missing(now: Standing, period: Period, days: Deadlines) -> int:
    """Count the school days that a child was missing until it came back, or until the end of some days."""
    last = period.last
    if now.state not in ABSENT:
        if not now.back:
            return 0
        last = min(last, date.fromisoformat(now.back) - timedelta(days=1))
    return duties.days_absent(now, Deadlines(days.spans, last, days.terms))


class _School(CaseLedger):
    """The rows of a month: every case of a missing child that was open on one of its days."""

    counted = "一个缺课学生的个案计一条；"
    which = f"c.state NOT IN ('{states.WITHDRAWN}', '{states.MERGED}')"
    order = "c.school_town, c.school, c.opened_at, c.id"
    events = True

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the rows that are wanted, each with how it stood at the end of the days."""
        for file in self.files(db, view):
            line = self.line(db, file, view)
            now = standing_at(file, view.period)
            values = {**line.values, **_as_of(file, now, view.period)}
            yield Line(
                line.receipt, file.case.school_town[:9] or line.town, values, line.unopened, line.clear
            )

    def known(self, db: Database, file: CaseFile) -> Mapping[str, Any]:
        """Leave the columns of the month to `rows`, which knows the days."""
        return dict.fromkeys(_OWN)


def _as_of(file: CaseFile, now: Standing, period: Period) -> dict[str, Any]:
    return {
        "month": f"{period.last:%Y-%m}",
        "last_day": now.last_seen or None,
        "month_days": days_missing(now, period, file.reading.days) or None,
        "month_state": now.state,
        "contacted_on": now.contacted or None,
        "visited_on": now.visited or None,
        "month_persuasions": now.persuasions or None,
        "back_on": now.back or None,
    }


class SentStates(Ledger):
    """Which school has reported which month, with the figures it signed; one that said nothing has none, and is named."""

    key = "school-sent"
    title = "学校一月一报告上报情况"
    tab = "上报情况"
    counted = "一所学校一个月计一条；"

    month = _text("月份", 4.2)
    school_name = _text("学校名称", 7.0)
    sent_state = _text("上报情况", 5.2)
    sent_on = fields.Moment(metadata=asked("上报时间", privacy=Privacy.OPEN, source=HOUSE))
    sent_name = _text("签报人", 3.6)
    declared = _text("签报声明", 7.0)
    remarks = _text("学校说明、更正原因", 7.0)

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield every school of a scope, month by month."""
        months, schools = months_of_period(view.period), schools_reporting(db, view.scope)
        sent = newest_returns(db, [one.code for one in schools], [one.key for one in months])
        for month in months:
            for school in schools:
                signed = sent.get((school.code, month.key))
                try:
                    content = content_of_return(db, signed) if signed else None
                except Unreadable:
                    yield line_of_return(db, month, school, signed, None)
                else:
                    yield line_of_return(db, month, school, signed, content)


def line_of_return(
    db: Database,
    month: ReturnMonth,
    school: ReportingSchool,
    sent: SentReturn | None,
    content: ReturnContent | None,
) -> Line:
    """Make the row that says what a school has reported of a month; figures that no key opens say so."""
    values: dict[str, Any] = {
        "month": month.key,
        "school_name": school.name,
        "sent_state": state_words(sent, is_overdue(db, month)),
    }
    if sent:
        values |= {"sent_on": f"{clock.local(sent.sent_at):%Y-%m-%dT%H:%M}", "sent_name": sent.sent_name}
        values["remarks"] = "；".join(filter(None, (content.words if content else "", sent.reason))) or None
    if content:
        values |= {**content.figures, "declared": content.declared}
    closed = frozenset(FIGURES) if sent and content is None else frozenset[str]()
    return Line(school.code, school.town[:9], values, closed)


def _figure(key: str) -> fields.Number:
    if key in STANDING:
        return _count(FIGURES[key])
    said = asked(FIGURES[key], privacy=Privacy.OPEN, width=2.8, source=HOUSE)
    return fields.Count(0, 10**7, metadata=said)


SENT = cast(
    type[SentStates],
    SentStates.from_dict({key: _figure(key) for key in FIGURES}, name="SentStatesLedger"),
)
SCHOOL = case_ledger(
    "school",
    "学校一月一报告",
    ("month", "school", "grade", "class_name", "child_name", "sex", "last_day", "month_days", "reason", "month_state",
     "contacted_on", "visited_on", "month_persuasions", "back_on", "owner", "case_number", "row_key"),
    kind="absence",
    base=_School,
    own=_OWN,
    tab="缺课学生",
    sheets=(SENT,),
)  # fmt: skip
"""The rows of all schools of a scope as they stand now, and which of them have signed theirs."""
