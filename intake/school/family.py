"""What families and neighbours say of the children of a class: missing, or on leave. Here the class teacher hears it.

A report belongs to a child where that is certain: it is the child's by its identity number, or the class teacher has
confirmed who says so. Otherwise it is shown with the one child of the school whom name, grade and class fit. What
was told in confidence, and what only a few may see, never comes here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from intake import codes
from intake.calendar import clock, schooldays
from intake.children import children, links
from intake.children.children import NAMES_OF_CLASS, OF_CLASS, Child, children_of_class
from intake.kinds.envelope import Envelope
from intake.people.accounts import Person
from intake.people.bindings import Class
from intake.reports import lookup
from intake.school.absentees import CHANNEL, LEAVE, SICK
from intake.school.streaks import UNEXPLAINED
from intake.store import audit
from intake.store.db import Database, Row

LATELY = timedelta(days=30)
"""For how long a report is looked at: no leave by telephone is longer."""
_ILL = "因病"
Link = tuple[str, str]
"""Who says to be family, and of which child."""


@dataclass(frozen=True, slots=True)
class FamilyWord:
    """What somebody said of a child of a class: who, in which words, of which days.

    `leave` is leave asked for, otherwise the child is missing; `link` is the state of the link between who says so
    and the child, nothing where there is none.
    """

    report: Envelope
    child: str
    name: str
    relation: str
    phone: str
    words: str
    leave: bool
    reason: str
    first: date
    last: date
    link: str

    def __repr__(self) -> str:
        return f"FamilyWord({self.report.id})"  # what stands in a traceback tells nothing about the child

    @property
    def certain(self) -> bool:
        """Tell whether it is certain which child this is about."""
        return self.confirmed or self.report.child == self.child

    @property
    def confirmed(self) -> bool:
        """Tell whether the class teacher knows who says so."""
        return self.link == links.CONFIRMED

    @property
    def said_on(self) -> date:
        """Give the day on which it was said."""
        return clock.local(self.report.received_at).date()

    def covers(self, day: date) -> bool:
        """Tell whether it speaks of a day."""
        return self.first <= day <= self.last


def words_of_class(db: Database, taught: Class) -> list[FamilyWord]:
    """Give what was said of the children of a class lately, the newest first."""
    rows = {row["id"]: row for row in (*_rows_of_school(db, taught), *_rows_of_children(db, taught.id))}
    if not rows:
        return []
    pupils = children_of_class(db, taught.id)
    known = links.links_of_class(db, taught.id)
    found = list(_words(db, taught, rows.values(), pupils, known))
    return sorted(found, key=lambda one: (one.report.received_at, one.report.id), reverse=True)


def words_of_day(db: Database, taught: Class, day: date) -> dict[str, FamilyWord]:
    """Give, by child, the newest that was said of a day."""
    return {one.child: one for one in reversed(words_of_class(db, taught)) if one.covers(day)}


def receipts_of_day(db: Database, taught: Class, day: date, absent: Mapping[str, str]) -> dict[str, str]:
    """Give the receipts of reports that say already, and for certain, what the roll says of absent children."""
    return {
        one.child: one.report.receipt
        for one in reversed(words_of_class(db, taught))
        if one.certain and one.covers(day) and one.child in absent
        and one.leave == (absent[one.child] != UNEXPLAINED)
    }  # fmt: skip


def note_looks(db: Database, person: Person, words: list[FamilyWord]) -> None:
    """Put on record whose words and telephones somebody has before the eyes; nothing where there are none."""
    if words:
        with db.write():
            for one in words:
                audit.note(db, person.actor, "report.read", one.report.id, one.report.kind)


_READ = (
    "SELECT r.*, a.child_name AS called, a.grade AS said_grade, a.class_name AS said_class"
    " FROM reports r JOIN answers_absence a ON a.report_id = r.id"
    " WHERE r.kind = 'absence' AND r.channel <> ? AND r.status <> 'withdrawn' AND r.confidential = 0"
    " AND r.restricted = 0 AND r.received_at > ?"
)


def _rows_of_school(db: Database, taught: Class) -> list[Row]:
    sql = f" AND r.school = ? AND a.child_name IN {NAMES_OF_CLASS}"
    return db.all(_READ + sql, (CHANNEL, _since(db), taught.school, taught.id))


def _rows_of_children(db: Database, class_id: str) -> list[Row]:
    sql = f" AND r.child IN {OF_CLASS}"
    return db.all(_READ + sql, (CHANNEL, _since(db), class_id))


def _since(db: Database) -> str:
    return clock.stamp(db.now() - LATELY)


def _words(
    db: Database, taught: Class, rows: Iterable[Row], pupils: Sequence[Child], known: Mapping[Link, str]
) -> Iterator[FamilyWord]:
    """Give the words of rows whose child is one of the class; those of a namesake elsewhere are left out."""
    for row in rows:
        if child := _child(db, taught, row, pupils, known):
            report = Envelope.of(row)
            answers = lookup.answers_of(db, report)
            first, last = _days(db, report, answers)
            leave = answers.get("on_leave") == "是"
            yield FamilyWord(
                report, child.id, child.name, _called(answers), str(answers.get("phone", "")), _said(answers),
                leave, _reason(answers) if leave else UNEXPLAINED, first, last,
                known.get((report.reporter, child.id), ""),
            )  # fmt: skip


def _child(
    db: Database, taught: Class, row: Row, pupils: Sequence[Child], known: Mapping[Link, str]
) -> Child | None:
    """Give the child of the class whom a report is about, None where it is somebody else or not clear who."""
    if row["child"]:
        return next((one for one in pupils if one.id == row["child"]), None)
    named = [
        one
        for one in pupils
        if one.name == row["called"]
        and (row["said_grade"] or one.grade) == one.grade
        and (row["said_class"] or one.class_name) == one.class_name
    ]
    linked = [one for one in named if known.get((row["reporter"], one.id)) == links.CONFIRMED]
    if len(linked or named) != 1:
        return None
    if linked or (row["said_grade"] and row["said_class"]):
        return (linked or named)[0]
    grade = row["said_grade"] or ""
    return named[0] if len(children.children_called(db, named[0].name, taught.school, grade)) == 1 else None


def _days(db: Database, report: Envelope, answers: Mapping[str, Any]) -> tuple[date, date]:
    """Give the first and the last day of which a report speaks: leave lasts to its end, what is missing until it was said."""
    said = clock.local(report.received_at).date()
    seen = answers.get("last_seen")
    first = schooldays.next_day(db.settings.terms, date.fromisoformat(seen)) if seen else said
    if answers.get("on_leave") != "是":
        return first, said
    until = answers.get("leave_until")
    return first, date.fromisoformat(until) if until else max(first, said)


def _called(answers: Mapping[str, Any]) -> str:
    """Give who says so, as people call them."""
    label = str(answers.get("relation", ""))
    found = codes.find("relation", label) if label else None
    return found.called if found else "家里人"


def _reason(answers: Mapping[str, Any]) -> str:
    return SICK if answers.get("reason") == _ILL else LEAVE


def _said(answers: Mapping[str, Any]) -> str:
    """Give the words of a report, or what it says instead of words."""
    told = (answers.get(key) for key in ("description", "reason", "whereabouts"))
    return str(next(filter(None, told), ""))
