"""Children of school age by village: of a school, elsewhere, not in school, unknown; villages that said nothing are named.

The same children as in 适龄儿童台账, each counted where its household is registered, else where its file says.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from intake.children.children import ROWS, TABLES, Child, children_of_ids
from intake.children.listed import HUJI, last_batches
from intake.children.school_age import born_for_school
from intake.ledgers.pupils.pupil_rows import LISTED, TOWN, VILLAGE, homes_within
from intake.people.accounts import TOWN_DIGITS
from intake.people.scope import Scope
from intake.places import gazetteer
from intake.school.schooling import GROUPS, READING, counted_schoolings, schoolings_of
from intake.store.db import Cell, Database

_SETTLED = (
    "c.class IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM child_facts f WHERE f.child = c.id AND f.kind = 'schooling' AND f.closed_at IS NULL)"
    " AND NOT EXISTS (SELECT 1 FROM register_entries e WHERE e.child = c.id AND e.undone_at = '')"
)
"""Whoever is in a class, and of whom nothing is said besides: 在读, which most are and nobody has to look up."""

_NEAR = (
    f"SELECT c.id FROM {ROWS} WHERE c.town >= ? AND c.town < ?"  # noqa: S608
    " UNION SELECT child FROM listed WHERE listing = ? AND gone_at IS NULL AND town >= ? AND town < ?"
)
"""Whoever may have its home in a town, by its file or by the register."""


@dataclass(frozen=True, slots=True)
class VillageToday:
    """A village with how many children of school age are where, by the words of GROUPS; `silent`: it never said anything.

    An empty code is a town whose children's villages nobody knows.
    """

    code: str
    town: str
    name: str
    counts: Counter[str]
    silent: bool

    @property
    def number(self) -> int:
        """Count them all."""
        return self.counts.total()


def villages_today(db: Database, scope: Scope) -> list[VillageToday]:
    """Give the villages of a scope, those of which nothing is known too, by town; then children of no known village."""
    places = gazetteer.world(db).places
    counts: dict[tuple[str, str], Counter[str]] = {}
    for place, found in _counted(db, scope):
        counts.setdefault(place, Counter(dict.fromkeys(GROUPS, 0))).update(found)
    spoke = _spoke(db)
    known = [one for one in places.villages() if one.code.startswith(scope.village or scope.area)]
    rows = [
        VillageToday(one.code, one.town, one.name, _taken(counts, one.town, one.code),
                     not any(one.code.startswith(code) for code in spoke))
        for one in known
    ]  # fmt: skip
    return rows + [
        VillageToday("", town, f"{places.name(town) or '不知道镇街'}，不知道哪个村", found, silent=False)
        for (town, _), found in sorted(counts.items())
        if found.total()
    ]


def children_where(db: Database, scope: Scope, group: str) -> list[Child]:
    """Give the children of school age of a scope who are of a group, by village and name."""
    where, args = _condition(db, scope)
    sql = f"SELECT DISTINCT c.id FROM {TABLES} {LISTED} WHERE {where}"  # noqa: S608
    # Whoever is settled is 在读: of the others alone it has to be found out.
    ids = [row["id"] for row in db.all(sql if group == READING else f"{sql} AND NOT ({_SETTLED})", args)]
    found = list(children_of_ids(db, ids).values())
    states = schoolings_of(db, found)
    return sorted(
        (one for one in found if states[one.id].state in GROUPS[group]),
        key=lambda one: (one.village, one.name, one.id),
    )


def _condition(db: Database, scope: Scope) -> tuple[str, list[Cell]]:
    within, args = homes_within(scope)
    first, last = born_for_school(db.settings, db.today())
    where, cells = f"{within} AND c.birth_date >= ? AND c.birth_date <= ?", [*args, first, last]
    if len(scope.area) < TOWN_DIGITS or scope.school or scope.classes is not None:
        return where, cells
    near = [scope.area, str(int(scope.area) + 1).zfill(len(scope.area))]
    return f"{where} AND c.id IN ({_NEAR})", [*cells, *near, HUJI, *near]  # so that an index finds them


def _counted(db: Database, scope: Scope) -> Iterator[tuple[tuple[str, str], Counter[str]]]:
    """Yield counts by town and village: most by one statement, and those of whom something is said by what is said."""
    where, args = _condition(db, scope)
    home = f"{TOWN} AS home_town, coalesce({VILLAGE}, '') AS home_village"
    for row in db.all(
        f"SELECT {home}, count(DISTINCT c.id) AS n FROM {TABLES} {LISTED} WHERE {where} AND {_SETTLED}"  # noqa: S608
        f" GROUP BY {TOWN}, coalesce({VILLAGE}, '')",
        args,
    ):
        yield _place(row["home_town"], row["home_village"]), Counter({READING: row["n"]})
    others = {
        row["id"]: _place(row["home_town"], row["home_village"])
        for row in db.all(
            f"SELECT c.id, {home} FROM {TABLES} {LISTED} WHERE {where} AND NOT ({_SETTLED})",  # noqa: S608
            args,
        )
    }
    for child, where_now in schoolings_of(db, list(children_of_ids(db, list(others)).values())).items():
        yield others[child], counted_schoolings([where_now])


def _place(town: str, village: str) -> tuple[str, str]:
    return (village[:9] if village else town), village


def _taken(counts: dict[tuple[str, str], Counter[str]], town: str, code: str) -> Counter[str]:
    """Give the counts of a village, and take them out of those that are left."""
    return counts.pop((town, code), Counter(dict.fromkeys(GROUPS, 0)))


def _spoke(db: Database) -> Sequence[str]:
    """Give the codes of villages, towns, the district whose register of households came, or whose children were looked at."""
    looked = db.all(
        f"SELECT DISTINCT c.village FROM child_facts f JOIN {ROWS} ON c.id = f.child"  # noqa: S608
        " WHERE f.kind = 'checked' AND f.closed_at IS NULL AND c.village IS NOT NULL"
    )
    return [*last_batches(db, HUJI), *(row["village"] for row in looked if row["village"])]
