"""How the demonstration tells what was done on a case: by the doors and the table that everybody uses, with past days."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from intake.calendar import clock, schooldays
from intake.cases import case as cases
from intake.cases import work
from intake.cases.case import Case
from intake.children.children import Child, children_called, children_of_class
from intake.errors import Invalid
from intake.people import accounts, bindings
from intake.people.accounts import Person
from intake.reports import door, lookup
from intake.store.db import Database

REPORTER = "demo"
OWNER = "owner"
"""Whoever has a case."""
MORNING = time(9, 20)
AUTUMN = 9
"""The month in which the school year begins."""
LONG_AGO = timedelta(days=75)


class Narrator:
    """Somebody who tells the demonstration's cases, one child after the other; `named` are ids of those told of by name."""

    def __init__(self, db: Database, named: Iterable[str] = ()) -> None:
        self.db = db
        self.today = db.today()
        self._given: set[str] = set(named)

    def child(self, school: str, grade: str) -> Child:
        """Give the next child of a class that no case has told of."""
        room = next(one for one in bindings.classes_of(self.db, school) if one.grade == grade)
        found = next(one for one in children_of_class(self.db, room.id) if one.id not in self._given)
        self._given.add(found.id)
        return found

    def named(self, name: str, school: str) -> Child:
        """Give the first child of a name at a school."""
        return children_called(self.db, name, school)[0]

    def person(self, login: str) -> Person:
        """Give somebody of the staff by login."""
        found = accounts.person_by_login(self.db, login)
        if found is None:
            raise AssertionError(f"demo without {login}")
        return found

    def term_began(self) -> date:
        """Give the first day of a school year, long enough ago for everything that is told to come after it."""
        before = self.today - LONG_AGO
        return date(before.year - (before.month < AUTUMN), AUTUMN, 1)

    def school_day(self, back: int) -> date:
        """Give the school day that is so many before today."""
        day = self.today
        for _ in range(back):
            day = schooldays.before(self.db.settings.terms, day)
        return day

    def on_school_day(self, day: date) -> date:
        """Give a day where it is a school day, the next one otherwise, but none that is still to come."""
        terms = self.db.settings.terms
        return min(
            day if schooldays.is_school_day(terms, day) else schooldays.next_day(terms, day), self.today
        )

    def missing(self, child: Child, last_seen: date, told: date, relation: str = "祖母", **more: Any) -> Case:
        """Report a child of the roll missing, and give the case."""
        said = {
            "relation": relation,
            "last_seen": last_seen.isoformat(),
            "on_leave": "否",
            "reason": "厌学",
            **more,
        }
        return self.case(self.report("absence", child, told, **said))

    def report(self, kind: str, child: Child | None, on: date, /, **said: Any) -> str:
        """Bring a report on a past day, or at a moment; give its receipt.

        A fiction that the rules refuse is a fault of this room.
        """
        facts = {**(child.facts if child else {}), "relation": "母", "phone": _phone(child), **said}
        at = self._moment(on)
        try:
            done = door.receive(self.db, kind, facts, channel="form", reporter=REPORTER, at=at,
                                child=child.id if child else "")  # fmt: skip
        except Invalid as refused:
            raise AssertionError(f"demo {kind}: {sorted(refused.errors)}") from None
        return done.receipt

    def take_back(self, receipt: str) -> None:
        """Let a reporter withdraw a report."""
        report = lookup.find_report(self.db, receipt)
        if report:
            door.withdraw(self.db, report, actor=REPORTER)

    def case(self, receipt: str) -> Case:
        """Give the case of a receipt."""
        report = lookup.find_report(self.db, receipt)
        found = report and cases.case_of_report(self.db, report.id)
        if not found:
            raise AssertionError("a demo report without a case")
        return found

    def then(self, case: Case, key: str, who: str, on: date, /, **said: Any) -> Case:
        """Let somebody (a login, the owner, or the house) do something on a case on a past day; give the case afterwards."""
        owner = accounts.person_by_id(self.db, case.owner) if who == OWNER else None
        by = owner or accounts.person_by_login(self.db, who) or who
        at = self._moment(on)
        last = clock.local(case.last_at) + timedelta(minutes=20)  # one thing after the other
        try:
            work.act(self.db, case, key, said, by, channel="desk", at=min(max(at, last), self.db.now()))
        except Invalid as refused:
            raise AssertionError(f"demo {key}: {sorted(refused.errors)}") from None
        return self.again(case)

    def again(self, case: Case) -> Case:
        """Read a case again."""
        return cases.case_by_id(self.db, case.id) or case

    def _moment(self, on: date) -> datetime:
        """Give the morning of a day, or a moment itself; none that is still to come."""
        at = on if isinstance(on, datetime) else datetime.combine(on, MORNING, clock.CHINA)
        return min(at, self.db.now())


def _phone(child: Child | None) -> str:
    return (
        f"1380000{int(child.number_hash[:8], 16) % 10000:04d}"
        if child and child.number_hash
        else "13800008888"
    )
