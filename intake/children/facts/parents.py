"""What the facts of a child tell of its parents, and what each definition of 留守 makes of them: for page and ledger alike."""

from datetime import date
from functools import lru_cache

from intake.calendar import clock
from intake.children.children import Child
from intake.children.facts.fact import ChildFact
from intake.children.facts.held import FactHistory
from intake.children.left_behind import (
    GROUP,
    SIDES,
    AwayFacts,
    Definitions,
    ParentAway,
    definitions_of,
    parent_of,
)
from intake.places.homes import outside_of_district
from intake.store.db import Database

TELLING = ("father", "mother", "group", "household")
"""Kinds of fact that the definitions ask for."""


def parent_words(db: Database, said: FactHistory, side: str) -> list[ParentAway]:
    """Give what facts say of a parent, in the order in which they were said."""
    return [
        ParentAway(
            one.get("away") or "", one.get("since") or "", place := one.get("place") or "", told_at(one, said.day),
            one.get("unable") or "", outside_of_district(db, place) if place else None, one.weight,
            said.ended(one),
        )
        for one in said.facts
        if one.kind == side and one.value is not None
    ]  # fmt: skip


def hints_of(said: FactHistory) -> tuple[tuple[str, int], ...]:
    """Give when, and with which weight, something said that a child is left behind and not which parent is away."""
    groups = [one for one in said.standing("group") if one.get("group_name") == GROUP]
    return tuple((told_at(one, said.day), one.weight) for one in groups)


def told_at(fact: ChildFact, day: date) -> str:
    """Give the stamp of when a fact was last said up to a day: the end of that day."""
    last = fact.again_on if fact.said_on < fact.again_on <= day.isoformat() else fact.said_on
    return _end_of(last)


@lru_cache(maxsize=4096)
def _end_of(day: str) -> str:
    return clock.bounds(date.fromisoformat(day))[1]


def away_of(db: Database, said: FactHistory) -> AwayFacts:
    """Put together what facts tell of both parents."""
    father, mother = (parent_of(parent_words(db, said, side)) for side in SIDES)
    return AwayFacts(father, mother, hints_of(said))


def definitions_of_child(db: Database, child: Child, said: FactHistory) -> Definitions:
    """Derive the flags of a child as of the day of what was said."""
    types = said.words("household", "household_type")
    return definitions_of(away_of(db, said), child.birth_date, types, said.day)
