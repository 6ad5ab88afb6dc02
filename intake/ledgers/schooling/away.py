"""Which parents work elsewhere: what facts say of a child, and what reports say of which no facts were taken yet."""

from collections.abc import Collection, Iterator

from intake.calendar import clock
from intake.children.facts.held import FactHistory
from intake.children.facts.parents import hints_of, parent_words
from intake.children.left_behind import (
    GROUP,
    NO,
    YES,
    AwayFacts,
    Definitions,
    ParentAway,
    definitions_of,
    parent_of,
)
from intake.ledgers.casefile import CaseFile
from intake.ledgers.library import value_of
from intake.places.homes import outside_of_district

REASON = "监护人外出"
"""Why a family asks for a bed that says that the child is left behind."""


def away_facts(file: CaseFile, said: FactHistory | None = None) -> AwayFacts:
    """Gather what facts and reports tell of a child's parents."""
    db = file.reading.db
    of = said or FactHistory(file.reading.days.today)
    father, mother = (
        parent_of([*_reported(file, side, of), *parent_words(db, of, side)]) for side in ("father", "mother")
    )
    return AwayFacts(father, mother, (*((stamp, 1) for stamp in _hinted(file, of)), *hints_of(of)))


def _reported(file: CaseFile, side: str, said: FactHistory) -> Iterator[ParentAway]:
    """Yield what reports say of a parent, but for those of which facts were taken, or that were found wrong since."""
    sinces = {report.id: value for report, value in file.told("away_since")}
    places = {report.id: value for report, value in file.told("away_place")}
    for report, away in file.told(f"{side}_away"):
        if report.id in said.reports or not _counts(report.received_at, side, said):
            continue
        since, place = (of.get(report.id, "") if away == YES else "" for of in (sinces, places))
        outside = outside_of_district(file.reading.db, place) if place else None
        yield ParentAway(away, since, place, report.received_at, outside=outside)


def _hinted(file: CaseFile, said: FactHistory) -> Iterator[str]:
    for report, groups in file.told("special_group"):
        if GROUP in groups and _counts(report.received_at, "group", said):
            yield report.received_at
    for report, reason in file.told("reason"):
        if report.kind == "boarding" and reason == REASON and _counts(report.received_at, "", said):
            yield report.received_at


def _counts(stamp: str, kind: str, said: FactHistory) -> bool:
    """Tell whether something was reported up to the day, and after somebody last found such a word to be wrong."""
    return said.dismissed.get(kind, "") < stamp < clock.bounds(said.day)[1]


def definitions_in(file: CaseFile, facts: AwayFacts, household_types: Collection[str]) -> Definitions:
    """Derive the flags as of the last day of what is read."""
    birth_date = str(value_of(file, "birth_date") or "")
    return definitions_of(facts, birth_date, household_types, file.reading.days.today)


def parents_away(file: CaseFile) -> str | None:
    """Say in a word or two which parents are away; None where nobody said."""
    facts = away_facts(file)
    names = [name for name, one in zip("父母", facts.parents, strict=True) if one.away == YES]
    if names:
        return "父母都外出" if len(names) == 2 else f"{names[0]}外出"
    return "父母都在家" if all(one.away == NO for one in facts.parents) else None
