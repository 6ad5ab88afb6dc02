"""The school today as a table: towns, schools or classes, each number with the address of its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import url_for

from exports.desk.work.shown import masked, short_class
from intake.calendar import schooldays
from intake.children.children import children_of_class
from intake.errors import Missing
from intake.ledgers.wanted.extents import DISTRICT, SCHOOL, TOWN, Extent
from intake.people.accounts import Person
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school import today
from intake.school.streaks import UNEXPLAINED
from intake.school.today import AbsentToday, ClassToday, SchoolSum
from intake.store.db import Database

HEADS = {DISTRICT: "镇街", TOWN: "学校", SCHOOL: "班级"}
"""What stands in the rows of a table, by what is looked at."""
MISSING, LEAVE, SILENT, RUNNING, LONG = "missing", "leave", "silent", "three", "seven"
LISTS = {
    MISSING: "今天没来", LEAVE: "今天请假", SILENT: "今天未上报的班", RUNNING: f"连续 {today.SUSPECTED} 天没来",
    LONG: f"连续 {today.LONG} 天没来",
}  # fmt: skip
"""The lists behind numbers, by the key in the address."""


@dataclass(frozen=True, slots=True)
class TodayRow:
    """A row: its name, where it leads, its numbers; `here` is what its lists are narrowed by in the address."""

    name: str
    href: str
    sums: SchoolSum
    here: dict[str, Any]

    def door(self, show: str) -> str:
        """Give the address of the rows of a number."""
        return url_for("today.page", show=show, **self.here)


@dataclass(frozen=True, slots=True)
class TodayTable:
    """The school today: what stands in its rows, these, their sum, and how many are missing for days in a row."""

    head: str
    rows: Sequence[TodayRow]
    whole: TodayRow
    school_day: bool
    running: int
    long: int

    @property
    def counts(self) -> list[tuple[int, str, str, str]]:
        """Give its numbers as a page shows them, each with its door."""
        sums, door = self.whole.sums, self.whole.door
        return [
            (sums.missing, "没来", door(MISSING), "soon"), (sums.leave, "请假", door(LEAVE), ""),
            (sums.silent, "个班未上报", door(SILENT), "soon"), (self.running, LISTS[RUNNING], door(RUNNING), "over"),
            (self.long, LISTS[LONG], door(LONG), "over"),
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class AbsentRow:
    """A missing child as a list shows it; an empty number is no case that whoever looks may see."""

    child: str
    name: str
    place: str
    why: str
    days: str
    number: str
    state: str


def table_of(
    db: Database, extent: Extent, classes: Sequence[ClassToday], running: Sequence[AbsentToday] = ()
) -> TodayTable:
    """Put the day of a part of the district into a table: by town, by school, by class. Raises Missing for a village."""
    if extent.level not in HEADS:
        raise Missing
    rows: dict[str, list[ClassToday]] = {}
    for one in classes:
        rows.setdefault(_key(extent, one), []).append(one)
    here: dict[str, Any] = {} if extent.level == DISTRICT else {extent.level: extent.code}
    return TodayTable(
        HEADS[extent.level],
        [_row(db, extent, key, some) for key, some in rows.items()],
        TodayRow("合计", "", today.school_sum(classes), here),
        schooldays.is_school_day(db.settings.terms, db.today()),
        len(running), sum(one.days >= today.LONG for one in running),
    )  # fmt: skip


def absent_rows(db: Database, who: Person, absent: Sequence[AbsentToday]) -> list[AbsentRow]:
    """Show missing children, with the case of each."""
    cases = today.open_absences(db, who, [one.child for one in absent])
    rows = []
    for one in absent:
        case = cases.get(one.child)
        days = f"第 {one.days} 个上课日，{one.last_seen[5:]} 最后到校" if one.days else ""
        rows.append(
            AbsentRow(one.child, masked(one.name), f"{one.school_name} {short_class(one.title)}",
                      "没来" if one.reason == UNEXPLAINED else one.reason, days,
                      case.number if case else "", case.state if case else "")
        )  # fmt: skip
    return rows


def listed_rows(db: Database, scope: Scope, day: date, show: str) -> list[AbsentToday]:
    """Give the missing children behind a number."""
    if show in (RUNNING, LONG):
        return today.absent_running(db, scope, day, today.LONG if show == LONG else today.SUSPECTED)
    every = today.absent_today(db, scope, day)
    return [one for one in every if (one.reason == UNEXPLAINED) == (show == MISSING)]


def class_of(db: Database, scope: Scope, class_id: str) -> ClassToday:
    """Give a class of a scope. Raises Missing."""
    (found,) = today.classes_today(db, replace(scope, classes=frozenset({class_id})), db.today()) or (None,)
    if found is None:
        raise Missing
    return found


def children_rows(
    db: Database, one: ClassToday, absent: Mapping[str, AbsentToday]
) -> list[tuple[str, str, str]]:
    """Give (child, masked name, what its class said) of every child of a class."""
    return [
        (child.id, masked(child.name), _mark(one, absent.get(child.id)))
        for child in children_of_class(db, one.class_id)
    ]


def _mark(one: ClassToday, absent: AbsentToday | None) -> str:
    if not one.said:
        return "未上报"
    return "到" if absent is None else "没来" if absent.reason == UNEXPLAINED else absent.reason


def _key(extent: Extent, one: ClassToday) -> str:
    return {DISTRICT: one.town, TOWN: one.school}.get(extent.level, one.class_id)


def _row(db: Database, extent: Extent, key: str, classes: Sequence[ClassToday]) -> TodayRow:
    first, below = classes[0], {DISTRICT: TOWN, TOWN: SCHOOL}.get(extent.level, "class")
    name = {DISTRICT: gazetteer.world(db).places.name(first.town) or first.town, TOWN: first.school_name}
    here: dict[str, Any] = {below: key}
    return TodayRow(name.get(extent.level, short_class(first.title)), url_for("today.page", **here),
                    today.school_sum(classes), here)  # fmt: skip
