"""What stands on the first page of the desk: what is owed today by whoever signed in, each number with its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for

from exports.desk.charts import Chart, bar_chart
from exports.desk.ledgers.asked import MINE
from exports.desk.work.cases import WAITING, address_of
from exports.desk.work.shown import CaseRow, shown_cases
from intake.calendar import schooldays
from intake.calendar.deadlines import OVERDUE, SOON
from intake.cases.folders import piles, worklist
from intake.cases.folders.filters import DECIDE, DOUBTED, GROUPS, ME, NOBODY, OTHERS, Filter, Hour, hour_of
from intake.cases.folders.piles import Owed, Pile
from intake.cases.rulebook import states
from intake.ledgers.known import visiting
from intake.ledgers.schooling.left_behind import LATE, LEFT_BEHIND
from intake.ledgers.wanted.sight import READS, tells_of
from intake.people import accounts, sought
from intake.people.accounts import Person
from intake.places import gazetteer
from intake.school.differences.difference import SHEETS
from intake.school.differences.owing import owed_differences
from intake.school.register import due
from intake.school.silent import Silence, silent_schools
from intake.school.today import ClassToday
from intake.store.db import Database

FIRST = 8
"""Rows of what comes first."""
DAYS = 30
Number = tuple[int, str]
"""A number and the address of its rows."""


@dataclass(frozen=True, slots=True)
class Today:
    """What is owed: numbers by stage, the first rows, lists, silent classes, where cases stand, the last days."""

    counts: Sequence[tuple[int, str, str, str]]
    total: Number
    overdue: int
    due: int
    first: Sequence[CaseRow]
    owed: Sequence[tuple[Owed, str, str]]
    doubted: Number
    entries: Sequence[tuple[str, int, int, str]]
    school_day: bool
    silent: Sequence[Silence]
    steps: Sequence[tuple[str, Sequence[Number]]]
    towns: Sequence[tuple[str, Number, Number, int]]
    chart: Chart
    gaps: Sequence[str]

    @property
    def silent_classes(self) -> int:
        """Count the classes that said nothing today."""
        return sum(len(one.classes) for one in self.silent)


def today_of(db: Database, who: Person, classes: Sequence[ClassToday]) -> Today:
    """Read everything once: the piles, the first rows, what is owed, the days; `classes` are read already."""
    at, days = hour_of(db), [db.today() - timedelta(days=back) for back in range(DAYS)][::-1]
    heaps = piles.piles_of(db, who, at)
    listed = worklist.listed_cases(db, who, Filter(), at, size=FIRST, danger=False)
    opened = piles.opened_by_day(db, who, days)
    named = [f"{day:%m-%d}" for day in days]
    school_day = schooldays.is_school_day(db.settings.terms, db.today())
    return Today(
        counts=_counts(heaps, who),
        total=(piles.number_in(heaps, Filter()), address_of()),
        overdue=piles.number_in(heaps, Filter(due=OVERDUE)),
        due=piles.number_in(heaps, Filter(due=SOON)),
        first=shown_cases(db, listed, at),
        owed=[
            *((one, address_of(owed=one.key), _oldest(one, at)) for one in piles.owed_lists(db, who, at)),
            *_visits(db, who, at),
            *_differences(db, who),
        ],
        doubted=_number(heaps, owed=DOUBTED),
        entries=_entries(db, who),
        school_day=school_day,
        silent=silent_schools(classes) if school_day else (),
        steps=_steps(heaps),
        towns=_towns(db, heaps),
        chart=bar_chart("每天新开的个案", "件，没有数据的日子写“缺”", list(zip(named, opened, strict=True))),
        gaps=[day for day, number in zip(named, opened, strict=True) if number is None],
    )


def _entries(db: Database, who: Person) -> list[tuple[str, int, int, str]]:
    """Give what the register asks for: words, how many, how many too late, the ledger that has them."""
    if not accounts.may(who, "ledger.read", who.area):
        return []
    owed = due.owed_entries(db, who)
    told = (
        ("名单里没有了、还没说明的孩子", owed.untold, owed.untold_late, "unexplained"),
        ("还没办结的转入", owed.transfers, owed.late, "transfers-open"),
        ("休学、送教上门到了复核的日子", owed.reviews, 0, "transfers-open"),
    )
    return [one for one in told if one[1]]


def _counts(heaps: Sequence[Pile], who: Person) -> list[tuple[int, str, str, str]]:
    wanted: list[tuple[str, str, Mapping[str, str]]] = [
        ("逾期", "over", {"due": OVERDUE}), ("快到期", "soon", {"due": SOON}), ("新来的", "", {"state": "新来"}),
        ("无人负责", "", {"owner": NOBODY}), ("等别人", "", {"owed": OTHERS}), ("我的", "", {"owner": ME}),
    ]  # fmt: skip
    if accounts.may(who, "case.approve", who.area):
        wanted.append((WAITING[DECIDE], "soon", {"owed": DECIDE}))
    return [
        (piles.number_in(heaps, Filter(**asked)), words, address_of(**asked), stage)
        for words, stage, asked in wanted
    ]


def _steps(heaps: Sequence[Pile]) -> list[tuple[str, Sequence[Number]]]:
    """Count open cases by kind and step; the last two are all of a kind, and what is overdue of it."""
    columns: list[Mapping[str, str]] = [{"state": one} for one in GROUPS]
    columns += [{}, {"due": OVERDUE}]
    kinds = [key for key in states.KINDS if any(one.kind == key for one in heaps)]
    return [(states.KINDS[kind], [_number(heaps, kind=kind, **asked) for asked in columns]) for kind in kinds]


def _towns(db: Database, heaps: Sequence[Pile]) -> list[tuple[str, Number, Number, int]]:
    """Count open cases by home, the most first; the last is how long the bar is, of 100."""
    places, found = gazetteer.world(db).places, []
    for code in sorted({one.town for one in heaps}):
        mine = [one for one in heaps if one.town == code]
        name = "不知道镇街" if code == db.settings.district_code else places.name(code)
        found.append((name or code, _number(mine, town=code), _number(mine, town=code, due=OVERDUE)))
    most = max((number for _, (number, _), _ in found), default=1)
    found.sort(key=lambda one: -one[1][0])
    return [(name, all_, late, round(100 * all_[0] / most)) for name, all_, late in found]


def _number(heaps: Sequence[Pile], **asked: str) -> Number:
    return piles.number_in(heaps, Filter(**asked)), address_of(**asked)


def _differences(db: Database, who: Person) -> list[tuple[Owed, str, str]]:
    """Name the sheets of differences of which somebody owes answers, with their own rows, and how many are late."""
    return [
        (Owed(one.sheet, SHEETS[one.sheet], one.number, one.oldest),
         url_for("ledgers.sheet_page", key=one.sheet, only=MINE), f"过期 {one.late} 条" if one.late else "")
        for one in owed_differences(db, who)
    ]  # fmt: skip


def _visits(db: Database, who: Person, at: Hour) -> list[tuple[Owed, str, str]]:
    """Give the visits that are late, with the list in which they stand: to whoever reads that list."""
    scope = accounts.scope_of(db, who)
    if not (accounts.may(who, READS, who.area) and tells_of(LEFT_BEHIND.key, scope)):
        return []
    owed = Owed(visiting.LIST, "该上门走访的孩子", *visiting.visits_owed(db, scope))
    words = sought.closed_words(db, who, LATE)
    return [(owed, url_for("ledgers.sheet_page", key=LEFT_BEHIND.key, q=words), _oldest(owed, at))]


def _oldest(owed: Owed, at: Hour) -> str:
    if not owed.number:
        return ""
    late = (date.fromisoformat(at.today) - date.fromisoformat(owed.oldest[:10])).days
    return f"最久 {late} 天" if late else "今天到期"
