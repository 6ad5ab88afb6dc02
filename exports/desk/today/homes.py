"""Where the children of school age are, by village or by town, each number with the address of its rows."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from intake.ledgers.pupils.villages import VillageToday, villages_today
from intake.ledgers.wanted.extents import DISTRICT, TOWN, Extent
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school.schooling import GROUPS
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A village or a town: its numbers with their addresses, how many of its villages said nothing, of how many."""

    name: str
    href: str
    numbers: Sequence[tuple[int, str]]
    number: int
    silent: int
    villages: int

    @property
    def unsaid(self) -> bool:
        """Tell whether no village of it said anything: where it has no child of a number, nobody knows of any."""
        return self.villages == self.silent > 0

    @property
    def told(self) -> str:
        """Say whether a village said anything, and of several how many did not."""
        if self.villages > 1:
            return str(self.silent)
        return "未上报" if self.unsaid else "已上报" if self.villages else ""


@dataclass(frozen=True, slots=True)
class HomeTable:
    """The children of school age of a part of the district; `silent` names the villages that never said anything."""

    head: str
    rows: Sequence[HomeRow]
    whole: HomeRow
    silent: Sequence[str]


def homes_of(db: Database, scope: Scope, extent: Extent) -> HomeTable | None:
    """Read where the children of a town, or of the whole district, are; nothing for a school, which has no villages."""
    if extent.level not in (DISTRICT, TOWN):
        return None
    every = villages_today(db, extent.within(scope))
    places = gazetteer.world(db).places
    if extent.level == DISTRICT:
        towns = {
            code: [one for one in every if one.town == code]
            for code in dict.fromkeys(one.town for one in every)
        }
        rows = [_row(places.name(code) or "不知道镇街", {"town": code} if places.name(code) else {}, some)
                for code, some in towns.items()]  # fmt: skip
    else:
        rows = [_row(one.name, {"village": one.code} if one.code else {}, [one]) for one in every]
    here = {} if extent.level == DISTRICT else {"town": extent.code}
    whole = _row("合计", here, every, whole=True)
    silent = [one.name for one in every if one.silent] if extent.level == TOWN else []
    return HomeTable("镇街" if extent.level == DISTRICT else "村(社区)", rows, whole, silent)


def _row(
    name: str, here: dict[str, str], villages: Sequence[VillageToday], *, whole: bool = False
) -> HomeRow:
    counts = sum((one.counts for one in villages), Counter[str]())
    doors = [
        (counts[group], _address(here, group) if here or whole else "") for group in GROUPS
    ]  # of an unknown place there is no list of its own
    known = [one for one in villages if one.code]
    href = url_for("today.page", town=here["town"]) if "town" in here and not whole else ""
    return HomeRow(name, href, doors, counts.total(), sum(one.silent for one in known), len(known))


def _address(here: dict[str, str], group: str) -> str:
    """Give the address of the children of a group."""
    return url_for("today.page", where=group, town=here.get("town"), village=here.get("village"))
