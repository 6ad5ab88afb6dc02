"""What is compared, read once: children with their rows on a list, and of which schools and villages a list tells at all."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from intake.children import register
from intake.children.children import COLUMNS, TABLES, Child, children_of_ids
from intake.children.listed import HUJI, XUEJI, ListedRow, last_batches, listed_rows
from intake.children.school_age import born_for_school
from intake.places import gazetteer
from intake.school.differences import difference
from intake.school.schooling import Schooling, schoolings_of, schools_with_roll
from intake.store.db import Database


@dataclass(frozen=True, slots=True)
class FoundDifference:
    """What a comparison found of a child: the problem, where it belongs, what both sides say, what to do."""

    sheet: str
    problem: str
    child: Child
    here: Mapping[str, str]
    there: Mapping[str, str]
    advice: str
    town: str = ""
    school: str = ""
    village: str = ""
    about: str = ""
    """What tells two of one problem of one child apart."""

    def __repr__(self) -> str:
        return f"FoundDifference({self.problem})"  # what stands in a traceback tells nothing about the child

    @property
    def owed(self) -> bool:
        """Tell whether somebody owes an answer."""
        return self.problem not in difference.EXPLAINED


@dataclass(frozen=True, slots=True)
class Registered:
    """A child with its row on a list."""

    child: Child
    row: ListedRow

    def __repr__(self) -> str:
        return f"Registered({self.child.id})"

    def said(self, *keys: str) -> dict[str, str]:
        """Give what its row says under some keys, as far as it does."""
        return {key: said for key in keys if (said := self.row.get(key))}


@dataclass
class Lists:
    """Everything that a comparison reads, each once and only where it is asked for."""

    db: Database

    @cached_property
    def xueji(self) -> list[Registered]:
        """Give the children in the 学籍 of our schools today."""
        return list(_standing(self.db, XUEJI))

    @cached_property
    def huji(self) -> list[Registered]:
        """Give the children in the households of our villages who are of school age today."""
        first, last = born_for_school(self.db.settings, self.db.today())
        return [one for one in _standing(self.db, HUJI) if first <= one.child.birth_date <= last]

    @cached_property
    def registered(self) -> Mapping[str, list[ListedRow]]:
        """Give the rows of 学籍 by child."""
        found: dict[str, list[ListedRow]] = {}
        for one in self.xueji:
            found.setdefault(one.child.id, []).append(one.row)
        return found

    @cached_property
    def seated(self) -> list[Child]:
        """Give the children on a roll."""
        sql = f"SELECT {COLUMNS} FROM {TABLES} WHERE c.merged IS NULL AND c.class IS NOT NULL"  # noqa: S608
        return [Child.of(row) for row in self.db.all(sql)]

    @cached_property
    def with_roll(self) -> frozenset[str]:
        """Give the schools whose roll is here."""
        return schools_with_roll(self.db)

    @cached_property
    def borrowed(self) -> Mapping[str, tuple[str, str]]:
        """Give where children of 借读 sit and are registered."""
        return register.borrowed(self.db)

    @cached_property
    def told_of(self) -> Mapping[str, str]:
        """Give by code of school, town or district when 学籍 last told of it."""
        return last_batches(self.db, XUEJI)

    def schoolings(self, children: Sequence[Child]) -> dict[str, Schooling]:
        """Tell where some children are."""
        return schoolings_of(self.db, children)

    def seated_or_not(self, ids: Iterable[str]) -> list[Child]:
        """Give some children, wherever they are."""
        return list(children_of_ids(self.db, sorted(ids)).values())

    def tells_of_school(self, school: str) -> bool:
        """Tell whether the 学籍 of a school was ever brought: of others it says nothing."""
        return covers(self.told_of, school, self.town_of(school))

    def town_of(self, school: str) -> str:
        """Give the town of a school; nothing for one that is not ours."""
        place = gazetteer.world(self.db).places.get(school) if school else None
        return place.town if place and place.level == "school" else ""


def covers(told_of: Iterable[str], code: str, town: str) -> bool:
    """Tell whether lists of some extents tell of a school or village."""
    known = set(told_of)
    return bool(known & {code, town[:9], town[:6]} - {""})


def _standing(db: Database, listing: str) -> Iterator[Registered]:
    """Yield the children who stand on a list today, with their rows."""
    children = {
        row["id"]: Child.of(row)
        for row in db.all(
            f"SELECT {COLUMNS} FROM {TABLES} WHERE c.merged IS NULL"  # noqa: S608
            " AND c.id IN (SELECT l.child FROM listed l WHERE l.listing = ? AND l.gone_at IS NULL)",
            (listing,),
        )
    }
    for one in listed_rows(db, listing):
        if one.child in children:
            yield Registered(children[one.child], one)
