"""班额统计表: how many children each class has, which classes are too big, and what share of them keeps the standard."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from intake import codes, fields
from intake.calendar import schooldays
from intake.children.children import ENROLLED
from intake.fields import Cell
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.ledger import Ledger, Line, Period, View
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school.streaks import UNEXPLAINED
from intake.school.today import classes_within
from intake.settings import read_limits
from intake.store.db import Database

PRIMARY, MIDDLE = "小学", "初中"
SILENT = "未上报"
"""What stands for the number of a class that said nothing: not 0."""
PRIMARY_GRADES = 6
MANY = 51
"""51人以上: of such classes there may be few, whatever the stage."""
SMALLEST, STEP, BIGGEST = 25, 5, 66
"""The bands of school statistics: 25人以下, 26-30人 …, 66人以上."""


@dataclass(frozen=True, slots=True)
class SizedClass:
    """A class with its children: `listed` on the school's list, `there` by its last roll; None where it said nothing."""

    id: str
    school: str
    town: str
    grade: str
    name: str
    listed: int
    there: int | None

    @property
    def stage(self) -> str:
        """Give 小学 or 初中, by the grade: a school may have both."""
        return PRIMARY if _grades().index(self.grade) < PRIMARY_GRADES else MIDDLE


class _Heads(fields.Number):
    """A number of children, or that nobody said it: not added up, where a part of the classes said nothing."""

    def cell(self, value: Any) -> Cell:
        """Keep the word for what nobody said."""
        return value if isinstance(value, str) else super().cell(value)

    def show(self, value: Any) -> str:
        """Show the word as it is."""
        return value if isinstance(value, str) else super().show(value)


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(60, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


def _count(label: str) -> fields.Count:
    return fields.Count(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=4.4, source=HOUSE))


def _number(label: str) -> fields.Number:
    return fields.Number(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=4.6, source=HOUSE))


class ClassSizeSummary(Ledger):
    """The shares of standard classes and of those with more than so many children, by stage."""

    key = "class-size-summary"
    title = "班额汇总"
    tab = "班额汇总"
    counted = "一个学段计一条，最后一条是全部；"

    stage = _text("学段", 4.0)
    classes = _number("班数")
    children = _number("学籍人数")
    standard = _number("标准班数")
    standard_share = _number("标准班比例(%)")
    standard_goal = _number("标准班目标(%)")
    many = _number("51人以上班数")
    many_share = _number("51人以上比例(%)")
    many_limit = _number("51人以上上限(%)")
    large = _number("大班额班数")
    met = _text("是否达标", 4.0)

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield a row for each stage that has classes, and one for all of them."""
        sized, limits = sized_classes(db, view.scope, view.period), read_limits(db.settings.ledger_limits)
        for stage in (PRIMARY, MIDDLE):
            if some := [one for one in sized if one.stage == stage]:
                yield Line(stage, view.scope.area[:9], _summary(stage, some, limits))
        if sized:
            yield Line("全部", view.scope.area[:9], _summary("全部", sized, limits))


class ClassSizes(Ledger):
    """The classes of the schools' lists that have children, by school and grade."""

    key = "class-size"
    title = "班额统计表"
    counted = "一个班计一条；学籍人数按学校名单，实际人数按最近一次点名（没有说明原因的缺勤不算）；"
    sheets = (ClassSizeSummary,)

    school = fields.School(metadata=asked("学校", privacy=Privacy.OPEN, width=9.0, source=HOUSE))
    stage = _text("学段", 3.2)
    grade = fields.Grade(metadata=asked("年级", privacy=Privacy.OPEN, source=HOUSE))
    class_name = fields.ClassName(metadata=asked("班级", privacy=Privacy.OPEN, source=HOUSE))
    listed = _count("学籍人数")
    there = _Heads(0, 10**7, metadata=asked("实际人数", privacy=Privacy.OPEN, width=4.4, source=HOUSE))
    difference = _number("差异")
    band = _text("班额档", 5.0)
    is_standard = _text("是否标准班", 4.0)
    is_large = _text("是否大班额", 4.0)

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the classes."""
        limits = read_limits(db.settings.ledger_limits)
        for one in sized_classes(db, view.scope, view.period):
            yield Line(one.id, one.town[:9], {
                "school": one.school, "stage": one.stage, "grade": one.grade, "class_name": one.name, "listed": one.listed,
                "there": SILENT if one.there is None else one.there,
                "difference": None if one.there is None else one.listed - one.there, "band": band_of_class(one.listed),
                "is_standard": _said(is_standard(one, limits)), "is_large": _said(is_large(one, limits)),
            })  # fmt: skip


def sized_classes(db: Database, scope: Scope, period: Period) -> list[SizedClass]:
    """Give the classes of a scope that have children, in the order of town, school, grade and class."""
    within, args = classes_within(scope)
    rows = db.all(
        "SELECT k.id, k.school, s.town, k.grade, k.class_name, p.listed FROM classes k"  # noqa: S608
        f" JOIN schools s ON s.code = k.school JOIN {ENROLLED} p ON p.class = k.id WHERE {within}",
        args,
    )
    there, grades = _there(db, *_days(db, period)), _grades()
    found = [
        SizedClass(row["id"], row["school"], row["town"], row["grade"], row["class_name"], row["listed"],
                   there.get(row["id"]))
        for row in rows if row["grade"] in grades
    ]  # fmt: skip
    names = gazetteer.world(db).places
    return sorted(found, key=lambda one: (one.town, names.name(one.school), one.school, grades.index(one.grade),
                                          len(one.name), one.name))  # fmt: skip


def band_of_class(size: int) -> str:
    """Give the band of a class of some size: 41-45人."""
    if size <= SMALLEST:
        return f"{SMALLEST}人以下"
    if size >= BIGGEST:
        return f"{BIGGEST}人以上"
    first = (size - 1) // STEP * STEP + 1
    return f"{first}-{first + STEP - 1}人"


def is_standard(one: SizedClass, limits: Mapping[str, int]) -> bool:
    """Tell whether a class keeps the standard."""
    return one.listed <= limits["primary_standard" if one.stage == PRIMARY else "middle_standard"]


def is_large(one: SizedClass, limits: Mapping[str, int]) -> bool:
    """Tell whether a class is 大班额."""
    return one.listed >= limits["primary_large" if one.stage == PRIMARY else "middle_large"]


def _summary(stage: str, some: Sequence[SizedClass], limits: Mapping[str, int]) -> dict[str, Any]:
    standard = sum(is_standard(one, limits) for one in some)
    many = sum(one.listed >= MANY for one in some)
    shares = [round(100 * number / len(some), 2) for number in (standard, many)]
    met = shares[0] >= limits["standard_share"] and shares[1] <= limits["many_share"]
    return {
        "stage": stage, "classes": len(some), "children": sum(one.listed for one in some), "standard": standard,
        "standard_share": shares[0], "standard_goal": limits["standard_share"], "many": many, "many_share": shares[1],
        "many_limit": limits["many_share"], "large": sum(is_large(one, limits) for one in some), "met": _said(met),
    }  # fmt: skip


def _days(db: Database, period: Period) -> tuple[date, date]:
    """Give the days whose rolls count: those of the period, and where it has no school day the last one before."""
    spans, last = db.settings.terms, period.last
    day = last if schooldays.is_school_day(spans, last) else schooldays.before(spans, last)
    return min(period.first, day), last


def _there(db: Database, first: date, last: date) -> dict[str, int]:
    """Give how many children each class has by its last roll of some days: those missing without a word are not there."""
    newest = "SELECT class, max(day) AS day FROM roll WHERE day >= ? AND day <= ? GROUP BY class"
    rows = db.all(
        "SELECT r.class, r.present + r.absent - count(m.child) AS there FROM roll r"  # noqa: S608
        f" JOIN ({newest}) n ON n.class = r.class AND n.day = r.day"
        " LEFT JOIN roll_marks m ON m.class = r.class AND m.day = r.day AND m.reason = ?"
        " GROUP BY r.class, r.present, r.absent",
        (first.isoformat(), last.isoformat(), UNEXPLAINED),
    )
    return {row["class"]: int(row["there"]) for row in rows}


def _grades() -> list[str]:
    return [one.label for one in codes.codes("grade")]


def _said(known: bool) -> str:
    return "是" if known else "否"
