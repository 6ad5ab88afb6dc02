"""Whom a row of a register is about, and what the reading of all rows shares: places, ages, whose list it may be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from intake.children.school_age import born_between
from intake.fields import Name
from intake.importing.outcome import Options, Outcome, at_once, unread
from intake.importing.places import Finder
from intake.importing.registers.reading import CellReader, ListedIdentity, year_born
from intake.importing.table import ListColumn, ListRow
from intake.people.accounts import scope_of
from intake.people.scope import Scope, sees
from intake.places import gazetteer
from intake.places.places import Place
from intake.store.db import Database

OUTSIDE_SCHOOL = "这所学校不归您管，这一行没有导入。请让那所学校或者教育局来导入。"
_NAME, _NO_CELLS = Name(), dict[str, str]()
NO_VILLAGE = "没有看出是哪个村（社区），只记到镇街。"
OUTSIDE_VILLAGE = "这个村（社区）不归您管，这一行没有导入。请让那个镇街或者教育局来导入。"


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """A child of a register's row: who it is, what is kept of it by key, where it is of; `row` has no cells any more."""

    row: ListRow
    who: ListedIdentity
    cells: Mapping[str, str]
    town: str
    school: str = ""
    village: str = ""
    phones: tuple[str, ...] = ()
    guardians: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"ListedPerson({self.row.where})"  # what stands in a traceback tells nothing about the child

    @property
    def extent(self) -> str:
        """Give the code of what a list must tell of so that it tells of this child."""
        return self.school or self.village or self.town


@dataclass(slots=True)
class RegisterReading:
    """What the rows of one list are read with; `grown` counts those who are not of school age."""

    db: Database
    options: Options
    outcome: Outcome
    columns: Sequence[ListColumn]
    usual: Place | None = None
    grown: int = 0
    _homes: dict[tuple[str, str, str], tuple[str, str]] = field(default_factory=dict)
    finder: Finder = field(init=False)
    today: date = field(init=False)
    labels: Mapping[str, str] = field(init=False)
    ages: tuple[str, str] = field(init=False)
    scope: Scope | None = field(init=False)
    _divisions: Sequence[tuple[Place, Sequence[Place]]] = field(init=False)

    def __post_init__(self) -> None:
        """Gather what does not change from row to row."""
        self.finder = Finder.of(self.db, gazetteer.world(self.db).places, self.outcome, self.options)
        self.today, self.labels = self.db.today(), {one.key: one.label for one in self.columns}
        self.ages = born_between(self.db.settings, self.today)
        by = self.options.by
        places = self.finder.places
        self._divisions = [(town, places.villages(town.code)) for town in places.towns()]
        self.scope = replace(scope_of(self.db, by), kinds=None, restricted=True) if by else None

    def cells_of(self, row: ListRow) -> CellReader:
        """Begin to read a row."""
        return CellReader(row, self.labels, self.today, unread(row, self.columns))

    def is_grown(self, row: ListRow) -> bool:
        """Tell whether a row is about somebody who is not of school age: it is counted, and nothing more of it is read."""
        born = year_born(row, self.today)
        if born is None or self.ages[0] <= born.isoformat() <= self.ages[1]:
            return False
        self.grown += 1
        return True

    def home(self, row: ListRow, address: str) -> tuple[str, str]:
        """Find town and village of a row: by their columns, else in an address. Nothing where they are not of the district."""
        key = (row.get("town"), row.get("village"), address)
        if key not in self._homes:
            self._homes[key] = self._home(*key)
        return self._homes[key]

    @staticmethod
    def doubt_village(cells: CellReader, town: str, village: str) -> None:
        """Say of a row of which only the town is known that no more of its home is kept."""
        if town and not village:
            cells.doubts.append(NO_VILLAGE)

    def refuse_outside(self, cells: CellReader, town: str, school: str = "", village: str = "") -> None:
        """Refuse what is not of whoever brings the list."""
        if self.scope is None or cells.faults:
            return
        if school and not sees(self.scope, town=town, school=school, village=village):
            cells.fault(OUTSIDE_SCHOOL, "school")
        if not school and not sees(self.scope, town=town, school=self.scope.school, village=village):
            cells.fault(OUTSIDE_VILLAGE, "village" if "village" in cells.row.columns else "town")

    def person(
        self, cells: CellReader, who: ListedIdentity, town: str, school: str = "", village: str = ""
    ) -> ListedPerson | None:
        """Give whom a row is about, or tell all that is wrong with it."""
        if cells.faults:
            self.outcome.refuse(cells.row, *at_once(cells.faults))
            return None
        if _NAME.doubt(who.name):
            cells.doubts.append(Name.odd)
        row = replace(
            cells.row, cells=_NO_CELLS
        )  # of twenty thousand that were read, what is kept is held alone
        self.outcome.doubt(row, *cells.doubts)
        kept = {
            "child_name": who.name, "sex": who.sex, "birth_date": who.birth_date, "id_number": who.id_number,
            "pupil_number": who.pupil_number, "wrong_number": who.wrong_number, **cells.cells,
        }  # fmt: skip
        told = {key: value for key, value in kept.items() if value}
        guardians = [told[key] for key in told if key.startswith("guardian") and key.endswith("_name")]
        phones = [told[key] for key in told if key == "phone" or key.endswith("_phone")]
        return ListedPerson(row, who, told, town, school, village, tuple(phones), tuple(guardians))

    def _home(self, town: str, village: str, address: str) -> tuple[str, str]:
        places = self.finder.places
        of = places.town(town).place if town else None
        found = places.village(village, of.code if of else self._own_town()).place if village else None
        if found is None and (address or village):
            found = next(self._named(f"{town}{address}{village}", of.code if of else ""), None)
        if found and found.level == "village":
            return found.town, found.code
        return (of or found or _NOWHERE).town, ""

    def _named(self, address: str, of: str) -> Iterator[Place]:
        """Find the village, else the town, whose name stands in an address."""
        for town, villages in self._divisions:
            if town.name in address or town.code == of:
                yield from sorted(
                    (one for one in villages if one.name in address), key=lambda one: -len(one.name)
                )
                yield town

    def _own_town(self) -> str | None:
        area = self.scope.area if self.scope else ""
        return area if len(area) > len(self.db.settings.district_code) else None


_NOWHERE = Place("", "", "town", "")
