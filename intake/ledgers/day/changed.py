"""变更: what was done on cases since the day before, a row a step; what the clock only reminded of is left out."""

from collections.abc import Iterator, Mapping
from typing import Any

from intake import fields
from intake.calendar import clock, schooldays
from intake.cases.case import STAFF, CaseEvent
from intake.cases.rulebook.sayings import headline
from intake.cases.rulebook.transitions import CLOCK, DOOR, PARENT, ROLL
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.kinds.base import Report
from intake.ledgers.casefile import CaseFile, case_files
from intake.ledgers.day.counted import within
from intake.ledgers.day.of_work import URGENT, WIDE
from intake.ledgers.ledger import Ledger, Line, Period, View, declare_ledger
from intake.ledgers.library import HOUSE_COLUMNS, value_of
from intake.people.roles import ROLES
from intake.store.db import Database

REMINDED = "told"
"""The step that changes nothing: somebody was reminded."""
_HOUSE: Mapping[str, str] = {CLOCK: "系统按时限", ROLL: "点名", PARENT: "家长", DOOR: "报告"}
"""Who acts without an account."""
_SEES = frozenset({CLOCK, ROLL})
"""Those of them that tell nothing of who reported."""
_KNOWN = ("case_number", "class_of", "child_name", "kind")


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(200, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


class _Changed(Ledger):
    """The steps of a period, by case; of one day those since the school day before, which nobody may have read yet."""

    counted = "办了一步计一条，只看一天的从前一个上课日起，系统的提醒不计；"

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the steps of each case together, in their order, the most pressing case first."""
        start, end = bounds_of_changes(db.settings.terms, view.period)
        sql, args = within(view)
        sql += " AND c.last_at >= ? AND c.opened_at < ?"
        for file in case_files(db, view.scope, sql, [*args, start, end], order=URGENT, events=True):
            known = {key: value_of(file, key) for key in _KNOWN}
            for event in file.everything:
                if start <= event.at < end and event.key != REMINDED:
                    yield _line(self, file, event, known, view)


def bounds_of_changes(spans: str, period: Period) -> tuple[str, str]:
    """Give the stamps between which a step counts as a change: [first, last)."""
    start, end = period.bounds()
    if period.first == period.last:
        start = clock.bounds(schooldays.before(spans, period.first))[0]
    return start, end


def _line(ledger: Ledger, file: CaseFile, event: CaseEvent, known: Mapping[str, Any], view: View) -> Line:
    what = headline(event.key, event.did, event.facts) + ("（已撤销）" if event.undone else "")
    values = {
        **known, "before": event.before or None, "after": event.after, "what": what, "by": _who(file, event),
        "at": clock.local(event.at).strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    clear = frozenset(ledger.fields) if view.full else frozenset()
    return Line(file.receipt, file.case.town[:9], values, frozenset(file.unopened), clear)


def _who(file: CaseFile, event: CaseEvent) -> str | None:
    if event.actor.startswith(STAFF):
        role = ROLES.get(str(event.facts.get("role", "")))
        return file.reading.staff_name(event.actor.removeprefix(STAFF)) + (
            f"（{role.title}）" if role else ""
        )
    if file.unnamed and event.actor not in _SEES:
        return None
    return _HOUSE.get(event.actor)


CHANGED = declare_ledger(
    _Changed,
    "work-changed",
    "变更情况",
    {
        "case_number": WIDE["case_number"],
        "class_of": WIDE["class_of"],
        "child_name": Report.answers()["child_name"],
        "kind": HOUSE_COLUMNS["kind"],
        "before": _text("原状态", 3.6),
        "after": _text("现状态", 3.6),
        "what": _text("做了什么", 14.0),
        "by": _text("谁做的", 7.0),
        "at": fields.Moment(metadata=asked("时间", privacy=Privacy.OPEN, source=HOUSE)),
    },
    tab="变更",
)
"""变更: what was done."""
