"""What a school's monthly return would say now: the rows of its ledger, masked, and its figures."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import cast

from intake import ledgers
from intake.calendar import schooldays
from intake.cases.rulebook import states
from intake.cases.rulebook.standing import Standing
from intake.cases.writing import deadlines
from intake.children.children import ENROLLED
from intake.ledgers.ledger import ROW_KEY, Period, View
from intake.ledgers.of_cases import CaseLedger
from intake.ledgers.signed.monthly import FIGURES, SCHOOL, days_missing, done_until, standing_at
from intake.ledgers.signed.months import ReturnMonth, period_of_month
from intake.ledgers.signed.sent import KIND, ReturnContent
from intake.people.scope import Scope
from intake.school.absentees import LEAVE, SICK
from intake.store.db import Database

NUMBER = "case_number"
"""The column by which a row is known again in a later version."""
_LEFT_OUT = frozenset({"number", ROW_KEY})
"""Columns of the ledger that a return has not: it is not filled in, and 序号 is the sheet's."""
_MOVING = frozenset({"classes", "enrolled"})
"""Figures of today: that they differ later is no change of what was reported."""
_ENROLLED = f"SELECT sum(p.listed) AS n FROM classes k JOIN {ENROLLED} p ON p.class = k.id WHERE k.school = ?"  # noqa: S608
_DAY = timedelta(days=1)


def draw_return(db: Database, school: str, month: ReturnMonth, words: str = "") -> ReturnContent:
    """Give what a school's return of a month says as the data stand now."""
    period = period_of_month(db, month)
    # What any school sees of its children, whoever looks: neither restricted rows nor confidential reporters.
    view = View(Scope(db.settings.district_code, school, kinds=frozenset({KIND})), period)
    one = ledgers.ledger(db, SCHOOL.key)
    kept = [(at, column) for at, column in enumerate(one.columns()) if column.key not in _LEFT_OUT]
    rows = []
    for number, line in enumerate(one.rows(db, view), 1):
        cells = one.cells(number, line)
        rows.append((line.town, [cells[at] for at, _ in kept]))
    figures = {**_of_rolls(db, school, period), **_of_cases(db, view), "listed": len(rows)}
    return ReturnContent([column for _, column in kept], rows, {key: figures[key] for key in FIGURES}, words)


def _of_cases(db: Database, view: View) -> dict[str, int | None]:
    one, period, days = cast(CaseLedger, ledgers.ledger(db, SCHOOL.key)), view.period, deadlines(db)
    found: dict[str, int | None] = dict.fromkeys(
        ("long", "suspected_new", "suspected", "persuasions", "back", "closed"), 0
    )
    first, last = period.first.isoformat(), period.last.isoformat()
    for file in one.files(db, view):
        now = standing_at(file, period)
        done = [e.key for e in done_until(file, period) if e.at >= period.bounds()[0] and not e.undone]
        counted = {
            "long": days_missing(now, period, days) >= days.terms["suspect"],
            "suspected_new": first <= now.suspected <= last,
            "suspected": _is_suspected(now),
            "persuasions": done.count("persuasion"),
            "back": first <= now.back <= last and bool(now.suspected),
            "closed": now.state == states.CLOSED and "approve" in done,
        }
        for key, number in counted.items():
            found[key] = (found[key] or 0) + int(number)
    return found


def _is_suspected(now: Standing) -> bool:
    return now.state in (states.SUSPECTED, states.PERSUADING, states.LOST)


def _of_rolls(db: Database, school: str, period: Period) -> dict[str, int | None]:
    """Count what the classes said; of days of which none said anything nothing is known, which is not 0."""
    days = [one for one in _days(period) if schooldays.is_school_day(db.settings.terms, one)]
    span = (school, period.first.isoformat(), period.last.isoformat())
    said = db.one(
        "SELECT count(*) AS n, sum(r.present + r.absent) AS expected, sum(r.present) AS present"
        " FROM roll r JOIN classes k ON k.id = r.class WHERE k.school = ? AND r.day >= ? AND r.day <= ?",
        span,
    )
    why = db.all(
        "SELECT m.reason, count(*) AS n FROM roll_marks m JOIN classes k ON k.id = m.class"
        " WHERE k.school = ? AND m.day >= ? AND m.day <= ? GROUP BY m.reason",
        span,
    )
    marks = {str(row["reason"]): int(row["n"]) for row in why}
    leave = sum(number for reason, number in marks.items() if reason in (SICK, LEAVE))
    rolls = int(said["n"]) if said else 0
    classes = _count(db, "SELECT count(*) AS n FROM classes WHERE school = ?", school)
    return {
        "classes": classes,
        "enrolled": _count(db, _ENROLLED, school),
        "school_days": len(days),
        "rolls_missing": max(classes * len(days) - rolls, 0),
        "expected": int(said["expected"]) if said and rolls else None,
        "present": int(said["present"]) if said and rolls else None,
        "leave": leave if rolls else None,
        "missing": sum(marks.values()) - leave if rolls else None,
    }  # fmt: skip


def _count(db: Database, sql: str, school: str) -> int:
    row = db.one(sql, (school,))
    return int(row["n"] or 0) if row else 0


def _days(period: Period) -> list[date]:
    return [period.first + _DAY * ahead for ahead in range((period.last - period.first).days + 1)]


def changes_between(sent: ReturnContent, now: ReturnContent) -> list[str]:
    """Say what differs between what was sent and the data of now, in plain words without a child; nothing where nothing does."""
    before, after = _by_number(sent), _by_number(now)
    more, fewer = len(after.keys() - before.keys()), len(before.keys() - after.keys())
    other = sum(before[key] != after[key] for key in before.keys() & after.keys())
    rows = [f"多了 {more} 个学生" if more else "", f"少了 {fewer} 个学生" if fewer else "",
            f"{other} 个学生的内容变了" if other else ""]  # fmt: skip
    return [*filter(None, rows), *_figure_changes(sent.figures, now.figures)]


def _figure_changes(sent: Mapping[str, int | None], now: Mapping[str, int | None]) -> list[str]:
    return [
        f"{label} {_said(sent.get(key))} → {_said(now.get(key))}"
        for key, label in FIGURES.items()
        if key not in _MOVING and sent.get(key) != now.get(key)
    ]


def _said(figure: int | None) -> str:
    return "未报" if figure is None else str(figure)


def _by_number(content: ReturnContent) -> dict[object, Sequence[object]]:
    keys = [one.key for one in content.columns]
    at = keys.index(NUMBER)
    return {cells[at]: list(cells) for _, cells in content.rows}
