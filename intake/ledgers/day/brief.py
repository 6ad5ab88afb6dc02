"""月度形势: the month on one upright page, beside the month before; each figure is that of the ledgers for the month."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from intake import fields
from intake.cases.case import STAFF
from intake.cases.rulebook import states
from intake.fields.asked import HOUSE, asked
from intake.fields.privacy import Privacy
from intake.ledgers.casefile import case_files
from intake.ledgers.day.counted import (
    APART,
    GONE,
    month_before,
    month_of,
    new_cases,
    numbers_by,
    school_days,
    within,
)
from intake.ledgers.day.silent import days_asked
from intake.ledgers.day.summary import UNKNOWN_TOWN, towns_by_code
from intake.ledgers.ledger import Ledger, Line, Period, View, declare_ledger
from intake.places import gazetteer
from intake.school.silent import SilentClass, asked_classes
from intake.store.db import Database

CAUSES = 4
"""Causes that have a line of their own; the others share one."""
NAMED = 3
"""Schools and villages that are named; of the others only the number is told."""
OTHER, UNSAID = "其余原因", "没有说明原因"
_LETTERS = 40
"""Characters of a remark, so that all stays on one page."""
_DAYS, _CASES, _LEAVING, _BACK, _CAUSES, _TOWNS, _SILENT = (
    "上课",
    "个案",
    "控辍",
    "回校",
    "未到校原因",
    "新增的镇街",
    "未上报",
)


class BriefLine(NamedTuple):
    """One figure: what it belongs to, what it counts, this month, the month before, what there is to say of it."""

    group: str
    item: str
    now: int
    before: int
    remark: str = ""


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of one month: new cases by kind, home and cause, what was done, who said nothing."""

    days: int
    new: Mapping[str, int]
    towns: Mapping[str, int]
    causes: Mapping[str, int]
    ended: Mapping[str, int]
    """By the state in which they ended."""
    overdue: int
    withdrawn: int
    suspected: int
    confirmed: int
    back: int
    silent: int
    """Days of classes that said nothing."""
    schools: Sequence[str]
    """Names of the schools that said nothing in all the month."""
    villages: Sequence[str]
    """Names of the villages from which nothing came."""


class _Brief(Ledger):
    """Some lines of figures."""

    counted = f"一个数一行，本月从 1 日到截止日，上月是整月，状态是现在的；{APART}"
    portrait, by_town = True, False

    def rows(self, db: Database, view: View) -> Iterator[Line]:
        """Yield the figures of the month in which the period ends, with those of the month before."""
        now = month_in_figures(db, replace(view, period=month_of(view.period)))
        earlier = month_before(view.period)
        before = month_in_figures(db, replace(view, period=earlier))
        known = is_known(db, earlier)
        for one in brief_lines(towns_by_code(db), now, before):
            told = one.before if known or one.group == _DAYS else None
            values = {"group": one.group, "item": one.item, "now": one.now, "before": told,
                      "said": one.remark[:_LETTERS] or None}  # fmt: skip
            yield Line("", view.scope.area[:9], values)


def is_known(db: Database, period: Period) -> bool:
    """Tell whether anything was written down by the end of a period: what was there before the house is no 0."""
    case = db.one("SELECT 1 FROM cases WHERE opened_at < ? LIMIT 1", (period.bounds()[1],))
    return (
        case is not None
        or db.one("SELECT 1 FROM roll WHERE day <= ? LIMIT 1", (period.last.isoformat(),)) is not None
    )


def month_in_figures(db: Database, view: View) -> MonthFigures:
    """Count a month once: by the same conditions as the sheets of the work list, and the dates of the registers."""
    period, days = view.period, days_asked(db, view.period)
    classes = list(asked_classes(db, view.scope, days))
    moved = _moved(db, view)
    return MonthFigures(
        days=len(school_days(db.settings.terms, period.first, min(period.last, db.today()))),
        new=_one(numbers_by(db, view, "new", ("kind",))),
        towns=_one(numbers_by(db, view, "new", ("town",))),
        causes=_causes(db, view),
        ended=_one(numbers_by(db, view, "ended", ("state",))),
        overdue=sum(numbers_by(db, view, "overdue", ("kind",)).values()),
        withdrawn=sum(numbers_by(db, view, "withdrawn", ("kind",)).values()),
        suspected=moved.get("three_days", 0),
        confirmed=moved.get("confirmed", 0),
        back=_came_back(db, view),
        silent=sum(len(one.days) for one in classes),
        schools=_silent_schools(classes, len(days)),
        villages=_silent_villages(db, view),
    )


def brief_lines(towns: Mapping[str, str], now: MonthFigures, before: MonthFigures) -> Iterator[BriefLine]:
    """Yield the lines of the page; `towns` are names by code, in their order."""
    kinds = "、".join(f"{word} {now.new[kind]}" for kind, word in states.KINDS.items() if now.new.get(kind))
    yield BriefLine(_DAYS, "上课日（天）", now.days, before.days)
    yield BriefLine(_CASES, "新增", sum(now.new.values()), sum(before.new.values()), kinds)
    yield BriefLine(_CASES, "办结", sum(now.ended.values()), sum(before.ended.values()))
    yield BriefLine(_CASES, "逾期未办", now.overdue, before.overdue)
    yield BriefLine(_CASES, "撤回", now.withdrawn, before.withdrawn, "不计入新增和办结")
    yield BriefLine(_LEAVING, "列入疑似辍学", now.suspected, before.suspected)
    yield BriefLine(_LEAVING, "认定辍学", now.confirmed, before.confirmed)
    yield BriefLine(_BACK, "已到校", now.ended.get(states.HERE, 0), before.ended.get(states.HERE, 0))
    yield BriefLine(_BACK, "复学", now.back, before.back)
    yield BriefLine(_BACK, "销号", now.ended.get(states.CLOSED, 0), before.ended.get(states.CLOSED, 0))
    yield from _cause_lines(now.causes, before.causes)
    yield from _town_lines(towns, now.towns, before.towns)
    yield BriefLine(_SILENT, "未上报班次（班×天）", now.silent, before.silent)
    yield BriefLine(_SILENT, "整月未上报的学校", len(now.schools), len(before.schools), _named(now.schools))
    yield BriefLine(
        _SILENT, "没有消息的村(社区)", len(now.villages), len(before.villages), _named(now.villages)
    )


def _cause_lines(now: Mapping[str, int], before: Mapping[str, int]) -> Iterator[BriefLine]:
    known = sorted({*now, *before} - {UNSAID}, key=lambda one: (-now.get(one, 0), -before.get(one, 0), one))
    for one in known[:CAUSES]:
        yield BriefLine(_CAUSES, one, now.get(one, 0), before.get(one, 0))
    rest = known[CAUSES:]
    if rest:
        yield BriefLine(_CAUSES, OTHER, sum(now.get(one, 0) for one in rest), sum(before.get(one, 0) for one in rest),
                        "、".join(f"{one} {now[one]}" for one in rest if now.get(one)))  # fmt: skip
    if now.get(UNSAID) or before.get(UNSAID):
        yield BriefLine(_CAUSES, UNSAID, now.get(UNSAID, 0), before.get(UNSAID, 0))


def _town_lines(
    towns: Mapping[str, str], now: Mapping[str, int], before: Mapping[str, int]
) -> Iterator[BriefLine]:
    there = now.keys() | before.keys()
    for code, name in towns.items():
        if code in there:
            yield BriefLine(_TOWNS, name, now.get(code, 0), before.get(code, 0))
    rest = there - towns.keys()
    if rest:
        yield BriefLine(_TOWNS, UNKNOWN_TOWN, sum(now.get(one, 0) for one in rest),
                        sum(before.get(one, 0) for one in rest))  # fmt: skip


def _named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个" if len(names) > NAMED else ""
    return "、".join(names[:NAMED]) + more


def _one(numbers: Mapping[tuple[str, ...], int]) -> dict[str, int]:
    return {key: number for (key,), number in numbers.items()}


def _causes(db: Database, view: View) -> dict[str, int]:
    """Count the new absences by the cause that their reports give."""
    scope, args = within(view, ("absence",))
    sql, cells = new_cases(view, db.here())
    found = case_files(
        db, view.scope, f"{scope} AND {sql}", [*args, *cells], order="c.opened_at, c.id", events=False
    )
    return Counter(str(one.answer("reason") or UNSAID) for one in found)


def _moved(db: Database, view: View) -> dict[str, int]:
    """Count the cases that were listed as suspected, and those that were confirmed, by key of the step."""
    scope, args = within(view, ("absence",))
    first, end = view.period.bounds()
    rows = db.all(
        "SELECT e.event, count(DISTINCT e.case_id) AS n FROM cases c JOIN case_events e ON e.case_id = c.id"  # noqa: S608
        f" WHERE {scope} AND c.state NOT IN ({GONE}) AND c.last_at >= ? AND e.event IN ('three_days', 'confirmed')"
        " AND e.at >= ? AND e.at < ? GROUP BY e.event",
        [*args, first, first, end],
    )
    return {row["event"]: int(row["n"]) for row in rows}


def _came_back(db: Database, view: View) -> int:
    """Count the children whose 复学日期 lies in the month, as the ledger of dropouts has it."""
    scope, args = within(view, ("absence",))
    sql = f"{scope} AND c.state IN ('{states.WATCHED}', '{states.CLOSED}') AND c.last_at >= ?"
    args.append(view.period.bounds()[0])
    first, last = view.period.first.isoformat(), view.period.last.isoformat()
    found = case_files(db, view.scope, sql, args, order="c.id", events=True)
    return sum(first <= one.standing.back <= last for one in found)


def _silent_schools(classes: Sequence[SilentClass], days: int) -> list[str]:
    """Give the schools of which no class said anything on any day."""
    spoke = {one.school for one in classes if len(one.days) < days}
    return list(dict.fromkeys(one.school_name for one in classes if one.school not in spoke))


def _silent_villages(db: Database, view: View) -> list[str]:
    """Give the villages of a district or town of which there is no new case, and whose cadre did nothing on any."""
    scope, places = view.scope, gazetteer.world(db).places
    if not scope.area or scope.school or scope.village or scope.classes is not None:
        return []
    spoke = {code for (code,) in numbers_by(db, view, "new", ("village",))}
    acted = db.all("SELECT DISTINCT actor FROM case_events WHERE at >= ? AND at < ?", view.period.bounds())
    actors = {str(row["actor"]) for row in acted}
    cadres = db.all("SELECT id, area FROM staff WHERE role = 'village'")
    spoke |= {str(row["area"]) for row in cadres if f"{STAFF}{row['id']}" in actors}
    return [
        one.name for one in places.villages() if one.code.startswith(scope.area) and one.code not in spoke
    ]


def _number(label: str) -> fields.Number:
    return fields.Number(0, 10**7, metadata=asked(label, privacy=Privacy.OPEN, width=4.0, source=HOUSE))


def _text(label: str, width: float) -> fields.Text:
    return fields.Text(100, metadata=asked(label, privacy=Privacy.OPEN, width=width, source=HOUSE))


BRIEF = declare_ledger(
    _Brief,
    "brief",
    "月度形势",
    {
        "group": _text("类别", 7.6),
        "item": _text("项目", 8.0),
        "now": _number("本月"),
        "before": _number("上月"),
        "said": _text("说明", 19.0),
    },
)
"""月度形势."""
