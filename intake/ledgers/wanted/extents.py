"""Where and when: of which part of the district, and of which days, a ledger is wanted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from intake.calendar import clock, schooldays
from intake.errors import Missing, Refused
from intake.language import text
from intake.language.patterns import regex
from intake.ledgers.ledger import Period
from intake.people.accounts import TOWN_DIGITS
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database

FIRST = date(2000, 1, 1)
"""Before it there is nothing."""
LEVELS: Mapping[str, str] = {"district": "全区", "town": "镇街", "village": "村(社区)", "school": "学校"}
DISTRICT, TOWN, VILLAGE, SCHOOL = LEVELS
AUTUMN, SPRING = "秋", "春"
TERM_EXAMPLE = "2026秋"
_TERM = regex(r"(20\d\d)年?([春秋])季?(?:学期)?")
_MONTH = regex(r"(20\d\d)-(0[1-9]|1[0-2])")
_HALF = 7
"""The month from which on a term is one of autumn."""
_UNFIT = regex(r"""[\x00-\x1f\[\]:*?/\\'"<>|]""")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the district: `name` stands in titles, `unit` is who reports; `town` is where a village or school is."""

    level: str
    code: str
    name: str
    unit: str
    town: str = ""

    @property
    def area(self) -> str:
        """Give the code prefix that its rows share: the district's or a town's."""
        return self.code if self.level in (DISTRICT, TOWN) else self.town

    @property
    def file_name(self) -> str:
        """Give the name without what file systems keep for themselves."""
        return _UNFIT.sub("", self.name).strip(" .")[:28] or self.code

    def within(self, scope: Scope) -> Scope:
        """Give what of a scope lies in it."""
        match self.level:
            case "town":
                return replace(scope, area=self.code)
            case "village":
                return replace(scope, area=self.town, village=self.code)
            case "school":
                return replace(scope, school=self.code)
        return scope


def extent_of(db: Database, scope: Scope, *, town: str = "", village: str = "", school: str = "") -> Extent:
    """Give the part of the district that somebody asks for by code or whole name; by default all of their scope.

    Of several the smallest counts. Raises Missing where there is none, and where it is outside of the scope: which of
    both is not told.
    """
    every = {SCHOOL: school, VILLAGE: village, TOWN: town}
    level, said = next(((one, word) for one, word in every.items() if word), (DISTRICT, ""))
    if not scope.area or scope.classes is not None:
        raise Missing
    if not said:
        return _whole(db, scope)
    place = _place(db, level, said)
    if place is None or not _inside(scope, place):
        raise Missing(f"没有“{said[:20]}”这个{LEVELS[level]}，或者不归您管。请写代码或者全名。")
    return _extent(db, place)


def extents_below(db: Database, scope: Scope, level: str) -> list[Extent]:
    """Give the parts of one level within a scope, in the order of the lists."""
    return [_extent(db, one) for one in _places(db, level) if _inside(scope, one)]


def _whole(db: Database, scope: Scope) -> Extent:
    house = db.settings
    if place := gazetteer.world(db).places.get(scope.school or scope.village or scope.area):
        return _extent(db, place)
    if scope.school or scope.village:
        raise Missing
    if not house.district_code.startswith(scope.area):
        raise Missing(f"没有代码为 {scope.area} 的镇街。代码是 9 位，例如 220605105。")
    return Extent(DISTRICT, house.district_code, house.district_name, house.district_name + house.bureau)


def _extent(db: Database, place: Place) -> Extent:
    if place.level == TOWN:
        return Extent(TOWN, place.code, place.name, place.name, place.code)
    name = gazetteer.world(db).places.full_name(place.code)
    return Extent(place.level, place.code, name, name, place.town[:TOWN_DIGITS])


def _places(db: Database, level: str) -> tuple[Place, ...]:
    places = gazetteer.world(db).places
    return {TOWN: places.towns, VILLAGE: places.villages, SCHOOL: places.schools}[level]()


def _place(db: Database, level: str, said: str) -> Place | None:
    """Find a place by its code, or by a name that only one of the level has."""
    world = gazetteer.world(db)
    if (found := world.places.get(said)) and found.level == level:
        return found
    named = [one for one in _places(db, level) if said in (one.name, world.places.full_name(one.code))]
    return named[0] if len(named) == 1 else None


def _inside(scope: Scope, place: Place) -> bool:
    """Tell whether all of a place lies in a scope."""
    if scope.school:
        return place.level == SCHOOL and place.code == scope.school
    if scope.village:
        return place.code == scope.village
    return place.town.startswith(scope.area)


class Term(NamedTuple):
    """A term by its name, 2026秋, with its first and last day."""

    name: str
    first: date
    last: date


def term_of(spans: str, said: str) -> Term:
    """Give a term by its name; as set where it is, else September to January and March to July.

    Raises Refused at `term` for what is no name of one.
    """
    found = _TERM.fullmatch(text.compact(said))
    if found is None:
        raise Refused(f"学期要写成 {TERM_EXAMPLE} 这样。", "term")
    year, half = int(found[1]), found[2]
    name = f"{year}{half}"
    known = next((one for one in map(_named, schooldays.terms(spans)) if one.name == name), None)
    if known:
        return known
    if half == AUTUMN:
        return Term(name, date(year, 9, 1), date(year + 1, 1, 31))
    return Term(name, date(year, 3, 1), date(year, 7, 31))


def terms_until(spans: str, today: date, number: int = 4) -> list[Term]:
    """Give the terms that have begun, the newest first."""
    names = (f"{year}{half}" for year in range(today.year, FIRST.year, -1) for half in (AUTUMN, SPRING))
    begun: Iterator[Term] = (one for one in (term_of(spans, name) for name in names) if one.first <= today)
    return [one for one, _ in zip(begun, range(number), strict=False)]


def _named(span: tuple[date, date]) -> Term:
    first, last = span
    return Term(f"{first.year}{AUTUMN if first.month >= _HALF else SPRING}", first, last)


def period_of(
    db: Database, *, day: date | None = None, first: date | None = None, last: date | None = None,
    term: str = "", month: str = "",
) -> Period:  # fmt: skip
    """Give the days that somebody asks for: a term (2026秋), a month (2026-11), first and last, or one day.

    By default it is today. What has not come yet is left out. Raises Refused at what cannot be meant, and Missing for
    days that nobody knows anything of.
    """
    made = db.here()
    today = made.date()
    if term:
        _, begin, end = term_of(db.settings.terms, term)
    elif month:
        begin, end = _month(month)
    else:
        begin = first or last or day or today
        end = last or (today if first else begin)
    if end < begin:
        raise Refused("结束的日子比开始的早，请换一下。", "to")
    if begin > today or begin < FIRST:
        raise Missing(f"{begin} 还没有到，或者太早，没有数据可导出。")
    return Period(begin, min(end, today), clock.stamp(made))


def _month(said: str) -> tuple[date, date]:
    found = _MONTH.fullmatch(text.compact(said))
    if found is None:
        raise Refused("月份要写成 2026-11 这样。", "month")
    first = date(int(found[1]), int(found[2]), 1)
    return first, (first + 31 * _DAY).replace(day=1) - _DAY


def period_stamp(period: Period) -> str:
    """Give the days as file names have them: 20261123, or 20260901-20261130."""
    last = f"{period.last:%Y%m%d}"
    return last if period.first == period.last else f"{period.first:%Y%m%d}-{last}"


def period_words(period: Period) -> str:
    """Give the days as people read them: 2026-11-23, or 2026-09-01 至 2026-11-30."""
    return str(period.last) if period.first == period.last else f"{period.first} 至 {period.last}"
