"""Which parents work elsewhere, as reports tell it, and what each definition of 留守 makes of that.

A flag says 是 or 否 only where the facts suffice; otherwise 待核实. The facts are kept, the flags never.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from intake.ledgers.casefile import CaseFile
from intake.ledgers.library import value_of
from intake.places.homes import outside_of_district

YES, NO, UNSURE = "是", "否", "待核实"
GROUP, REASON = "留守", "监护人外出"
"""What a teacher ticks of a child, and why a family asks for a bed: both say that it is left behind."""
RURAL, URBAN = "农业户口", "非农业户口"
"""居民户口 and 集体户口 no longer tell which of both it is."""
GROWN = 16
SCHOOL_MONTHS, CIVIL_MONTHS = 3, 6
"""Months away from which a child counts, by 学籍 and by the definition of 2024."""


@dataclass(frozen=True, slots=True)
class ParentAway:
    """One parent: whether away (是, 否; nothing where nobody said), since which month, where, and when that was told."""

    away: str = ""
    since: str = ""
    place: str = ""
    told_at: str = ""


@dataclass(frozen=True, slots=True)
class AwayFacts:
    """What reports tell of both parents; `hinted_at` is when something else last said that the child is left behind."""

    father: ParentAway
    mother: ParentAway
    hinted_at: str = ""

    @property
    def parents(self) -> tuple[ParentAway, ParentAway]:
        """Give both."""
        return self.father, self.mother

    @property
    def left_behind(self) -> bool:
        """Tell whether the child belongs on the list: a parent is away, or it was hinted and not denied since."""
        if any(one.away == YES for one in self.parents):
            return True
        if all(one.away == NO for one in self.parents):
            return self.hinted_at > max(one.told_at for one in self.parents)
        return bool(self.hinted_at)


def away_facts(file: CaseFile) -> AwayFacts:
    """Gather the newest of what reports tell of a child's parents."""
    sinces = {report.id: value for report, value in file.told("away_since")}
    places = {report.id: value for report, value in file.told("away_place")}
    hints = [report.received_at for report, groups in file.told("special_group") if GROUP in groups]
    hints += [
        report.received_at
        for report, reason in file.told("reason")
        if report.kind == "boarding" and reason == REASON
    ]
    father, mother = (_parent(file, key, sinces, places) for key in ("father_away", "mother_away"))
    return AwayFacts(father, mother, max(hints, default=""))


def _parent(file: CaseFile, key: str, sinces: dict[str, str], places: dict[str, str]) -> ParentAway:
    """Take one parent's facts; month and place hold as long as no report between says that the parent was here."""
    said = list(file.told(key))
    if not said:
        return ParentAway()
    newest, away = said[0]
    since = place = ""
    for report, word in said:
        if word != YES:
            break
        since, place = since or sinces.get(report.id, ""), place or places.get(report.id, "")
    return ParentAway(away, since, place, newest.received_at)


def parents_away(file: CaseFile) -> str | None:
    """Say in a word or two which parents are away; None where nobody said."""
    facts = away_facts(file)
    names = [name for name, one in zip("父母", facts.parents, strict=True) if one.away == YES]
    if names:
        return "父母都外出" if len(names) == 2 else f"{names[0]}外出"
    return "父母都在家" if all(one.away == NO for one in facts.parents) else None


def by_schools(facts: AwayFacts, day: date) -> str:
    """Say whether a child is left behind as 学籍 counts: a parent away for three months and longer."""
    return _word(any_of(_for_months(one, day, SCHOOL_MONTHS) for one in facts.parents))


def by_civil_affairs(file: CaseFile, facts: AwayFacts, day: date) -> str:
    """Say the same as 民政 counts, by both definitions in force, where these differ.

    2016 (国发〔2016〕13号): under 16, of a rural household, both parents away, or one and the other cannot look after it,
    which no report tells. 2024: under 16, both across the county's border for six months and longer.
    """
    young = _under(value_of(file, "birth_date"), day)
    rural = {RURAL: True, URBAN: False}.get(str(file.answer("household_type")))
    both = all_of(None if one.away == "" else one.away == YES for one in facts.parents)
    if sorted(one.away for one in facts.parents) == [NO, YES]:
        both = None  # whether the one at home can look after the child is for people to find out
    if all(one.away == NO for one in facts.parents):
        both = False
    first = _word(all_of((young, rural, both)))
    across = (_across(file, one, day) for one in facts.parents)
    second = _word(all_of((young, *across)))
    return first if first == second else f"2016：{first}；2024：{second}"


def _across(file: CaseFile, one: ParentAway, day: date) -> bool | None:
    long = _for_months(one, day, CIVIL_MONTHS)
    outside = outside_of_district(file.reading.db, one.place) if one.place else None
    return all_of((long, outside)) if one.away == YES else long


def _for_months(one: ParentAway, day: date, months: int) -> bool | None:
    if one.away != YES:
        return False if one.away == NO else None
    if not one.since:
        return None
    year, month = map(int, one.since.split("-")[:2])
    return (day.year - year) * 12 + day.month - month >= months


def _under(born: str | None, day: date) -> bool | None:
    if not born:
        return None
    was = date.fromisoformat(born)
    return day.year - was.year - ((day.month, day.day) < (was.month, was.day)) < GROWN


def any_of(parts: Iterable[bool | None]) -> bool | None:
    """Tell whether one of several holds, where some are unknown."""
    return _folded(parts, True)


def all_of(parts: Iterable[bool | None]) -> bool | None:
    """Tell whether all of several hold, where some are unknown."""
    return _folded(parts, False)


def _folded(parts: Iterable[bool | None], decides: bool) -> bool | None:
    known = list(parts)
    return decides if decides in known else None if None in known else not decides


def _word(known: bool | None) -> str:
    return UNSURE if known is None else YES if known else NO
