"""The school today: who should be there, who is, who is not, by class; who has been missing for days. Silence is not zero."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from intake.calendar import schooldays
from intake.cases.case import visible
from intake.children.children import ROWS
from intake.language import spoken
from intake.people.accounts import Person
from intake.people.scope import Scope, narrow
from intake.school.streaks import GAP, UNEXPLAINED
from intake.store.db import Cell, Database, Row

_CLASSES = {"town": "s.town", "school": "k.school", "class_id": "k.id"}
"""Where a class holds what a scope asks for."""
SUSPECTED, LONG = 3, 7
"""School days in a row after which a missing child is 疑似辍学, and after which the town steps in."""


@dataclass(frozen=True, slots=True)
class ClassToday:
    """A class on a day: how many it has, and what it said; `said` tells whether it said anything, else its numbers are none."""

    class_id: str
    town: str
    school: str
    school_name: str
    title: str
    listed: int
    present: int
    leave: int
    missing: int
    said: bool


@dataclass(frozen=True, slots=True)
class SchoolSum:
    """Some classes together; present, leave and missing are of those alone that said something."""

    listed: int
    present: int
    leave: int
    missing: int
    silent: int
    classes: int

    @property
    def said(self) -> bool:
        """Tell whether any of them said something."""
        return self.silent < self.classes


@dataclass(frozen=True, slots=True)
class AbsentToday:
    """A child that is missing: where, why, and since how many school days (0 where that was not asked)."""

    child: str
    name: str
    class_id: str
    school: str
    school_name: str
    title: str
    reason: str
    days: int = 0
    last_seen: str = ""


@dataclass(frozen=True, slots=True)
class OpenAbsence:
    """The open case of a missing child."""

    number: str
    state: str


def classes_within(scope: Scope) -> tuple[str, list[str]]:
    """Give the condition (SQL over `classes k`, `schools s`, arguments) that leaves only the classes of a scope."""
    return narrow(replace(scope, kinds=None), _CLASSES)


def classes_today(db: Database, scope: Scope, day: date) -> list[ClassToday]:
    """Give every class of a scope on a day, by school."""
    within, codes = classes_within(scope)
    marked = "(SELECT count(*) FROM roll_marks m WHERE m.class = k.id AND m.day = ? AND m.reason"
    rows = db.all(
        "SELECT k.id, s.town, k.school, s.name, k.grade, k.class_name, r.present, r.marked_at,"  # noqa: S608
        f" (SELECT count(*) FROM {ROWS} WHERE c.class = k.id) AS listed,"
        f" {marked} <> ?) AS leave, {marked} = ?) AS missing"
        " FROM classes k JOIN schools s ON s.code = k.school LEFT JOIN roll r ON r.class = k.id AND r.day = ?"
        f" WHERE {within}",
        [*(day.isoformat(), UNEXPLAINED) * 2, day.isoformat(), *codes],
    )
    found = [
        ClassToday(row["id"], row["town"], row["school"], row["name"], f"{row['grade']}{row['class_name']}", row["listed"],
                   row["present"] or 0, row["leave"], row["missing"], row["marked_at"] is not None)
        for row in rows
        if row["listed"] or row["marked_at"]
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.town, one.school, spoken.class_order(one.title)))


def school_sum(classes: Iterable[ClassToday]) -> SchoolSum:
    """Add classes up."""
    every = list(classes)
    spoke = [one for one in every if one.said]
    return SchoolSum(
        sum(one.listed for one in every), sum(one.present for one in spoke), sum(one.leave for one in spoke),
        sum(one.missing for one in spoke), len(every) - len(spoke), len(every),
    )  # fmt: skip


def absent_today(db: Database, scope: Scope, day: date) -> list[AbsentToday]:
    """Give the children of a scope who are missing on a day, for whatever reason, by school and class."""
    within, codes = classes_within(scope)
    return [_absent(row) for row in _marked(db, f"{within} AND m.day = ?", [*codes, day.isoformat()])]


def absent_running(db: Database, scope: Scope, day: date, least: int = SUSPECTED) -> list[AbsentToday]:
    """Give who is missing without leave for school days in a row, up to the last word of the class; the longest first.

    Days are counted as a report of absence counts them (`streaks.last_seen`). Nobody is counted by a class that has been
    silent for longer than GAP: nothing is known of its children.
    """
    terms = db.settings.terms
    within, codes = classes_within(scope)
    spoke = "(SELECT max(r.day) FROM roll r WHERE r.class = k.id AND r.day <= ? AND r.day >= ?)"
    where = f"{within} AND m.day = {spoke} AND m.reason = ? AND NOT EXISTS (SELECT 1{_THERE} AND r.day >= ?)"
    gap, first = (schooldays.days_back(terms, day, number) for number in (GAP, least - 1))
    asked: list[Cell] = [day.isoformat(), gap.isoformat(), UNEXPLAINED, first.isoformat()]
    rows = _marked(db, where, [*codes, *asked], f", (SELECT max(r.day){_THERE}) AS seen")
    spoken = _days_spoken(db, rows)
    found = []
    for row in rows:
        seen = _last_seen(terms, spoken[row["id"]], date.fromisoformat(row["day"]), row["seen"] or "")
        days = schooldays.between(terms, seen, date.fromisoformat(row["day"]))
        if days >= least:
            found.append(replace(_absent(row), days=days, last_seen=seen.isoformat()))
    return sorted(found, key=lambda one: (-one.days, one.last_seen, one.child))


_THERE = (
    " FROM roll r WHERE r.class = m.class AND r.day < m.day AND NOT EXISTS"
    " (SELECT 1 FROM roll_marks n WHERE n.class = r.class AND n.day = r.day AND n.child = m.child)"
)
"""Days before a mark `m` on which the child was there."""


def _days_spoken(db: Database, rows: Sequence[Row]) -> dict[str, list[date]]:
    """Give the days of which the classes of some marks said something, the newest first, as far back as is asked."""
    classes: list[Cell] = list(dict.fromkeys(row["id"] for row in rows))
    since = min((row["seen"] or "" for row in rows), default="")
    found: dict[str, list[date]] = {}
    rest = "AND day > ? ORDER BY class, day DESC"
    for row in db.among("SELECT class, day FROM roll WHERE class IN", classes, rest, after=[since]):
        found.setdefault(row["class"], []).append(date.fromisoformat(row["day"]))
    return found


def _last_seen(terms: str, spoken: Sequence[date], missed: date, seen: str) -> date:
    """Give the school day before the first of the days missed one after the other, as `streaks.last_seen` does."""
    first = missed
    for one in spoken:
        if one < missed and (one.isoformat() <= seen or schooldays.between(terms, one, first) > GAP):
            break
        first = min(first, one)
    return schooldays.before(terms, first)


def open_absences(db: Database, person: Person, children: Sequence[str]) -> dict[str, OpenAbsence]:
    """Give the open cases of absence of some children, by child, as far as somebody may see them."""
    seen, args = visible(db, person)
    sql = "SELECT c.child, c.number, c.state FROM cases c WHERE c.kind = 'absence' AND c.open = 1 AND c.child IN"
    rows = db.among(sql, children, f"AND {seen} ORDER BY c.id", after=args)
    return {row["child"]: OpenAbsence(row["number"], row["state"]) for row in rows}


def _absent(row: Row) -> AbsentToday:
    return AbsentToday(row["child"], row["child_name"], row["id"], row["school"], row["name"],
                       f"{row['grade']}{row['class_name']}", row["reason"])  # fmt: skip


def _marked(db: Database, where: str, args: Sequence[Cell], more: str = "") -> list[Row]:
    """Give marks of rolls of children who are still in the class, with what more is selected.

    CROSS JOIN tells SQLite to begin with the classes: there are few, and a year's marks are many.
    """
    return db.all(
        f"SELECT m.child, c.child_name, k.id, k.school, s.name, k.grade, k.class_name, m.reason, m.day{more}"  # noqa: S608
        " FROM classes k JOIN schools s ON s.code = k.school CROSS JOIN roll_marks m"
        f" CROSS JOIN {ROWS}"
        f" WHERE m.class = k.id AND c.id = m.child AND c.class = k.id AND {where}"
        " ORDER BY s.town, k.school, k.grade, k.class_name, c.child_name, m.child",
        args,
    )
