"""Children as rows of a ledger: who they are, where they live and learn, what stands of them on the lists of registers."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from intake.children.children import COLUMNS, TABLES, Child
from intake.children.listed import HUJI, POOR, XUEJI, ListedRow, listed_row
from intake.errors import Unreadable
from intake.people.scope import Scope, narrow
from intake.store.db import Cell, Database, Row
from intake.store.keys import UNOPENED

PAGE = 400
_DISTRICT = 6
LISTED = (
    "LEFT JOIN listed h ON h.child = c.id AND h.listing = 'huji' AND h.gone_at IS NULL AND NOT EXISTS"
    " (SELECT 1 FROM listed o WHERE o.child = h.child AND o.listing = 'huji' AND o.gone_at IS NULL AND o.id > h.id)"
)
"""Of a child that two villages have in their registers the row that came last: it is counted in one place."""
TOWN, VILLAGE = "coalesce(h.town, c.town)", "coalesce(nullif(h.village, ''), c.village)"
"""Where a child has its home: where its household is registered, else as its school or its file says."""
_HOMES = {"town": TOWN, "school": "k.school", "class_id": "c.class", "village": VILLAGE}


@dataclass(frozen=True, slots=True)
class PupilRow:
    """A child with its home, its numbers in clear (None where no key opens them), and its rows on the lists by list."""

    child: Child
    town: str
    village: str
    id_number: str | None
    pupil_number: str | None
    listed: Mapping[str, ListedRow]
    unopened: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"PupilRow({self.child.id})"  # what stands in a traceback tells nothing about the child

    def said(self, listing: str, key: str) -> str | None:
        """Give what a list says of the child."""
        row = self.listed.get(listing)
        return (row.get(key) or None) if row else None

    @property
    def values(self) -> dict[str, Any]:
        """Give the columns that every ledger of children has, by key."""
        one = self.child
        plain = {
            "town": self.town, "village": self.village, "school": one.school or None, "school_code": one.school or None,
            "grade": one.grade, "class_name": one.class_name, "child_name": one.name, "sex": one.sex,
            "birth_date": one.birth_date, "id_number": self.id_number, "student_number": self.pupil_number,
        }  # fmt: skip
        return {key: value or None for key, value in plain.items()}


def homes_within(scope: Scope) -> tuple[str, list[Cell]]:
    """Give the condition (SQL, arguments) of the children whose home lies in a scope, or who are of its school or classes.

    Those are whose home they will; whom a town counts by home no second town counts.
    """
    of_school = bool(scope.school) or scope.classes is not None
    area = scope.area[:_DISTRICT] if of_school else scope.area
    sql, args = narrow(Scope(area, scope.school, scope.classes, None, scope.village, True), _HOMES)
    return f"c.merged IS NULL AND {sql}", list(args)


def pupil_ids(db: Database, where: str, args: Sequence[Cell], order: str) -> list[str]:
    """Give the ids of the children that meet a condition, in an order; both over `c`, `k` and `h`, see LISTED."""
    sql = f"SELECT c.id FROM {TABLES} {LISTED} WHERE {where} ORDER BY {order}"  # noqa: S608
    return list(dict.fromkeys(row["id"] for row in db.all(sql, args)))


def pupil_rows(
    db: Database, ids: Sequence[str], lists: Collection[str] = (XUEJI, HUJI, POOR)
) -> Iterator[PupilRow]:
    """Yield the children of some ids, in their order, with what stands of them on some lists."""
    for at in range(0, len(ids), PAGE):
        some = ids[at : at + PAGE]
        marks = ", ".join("?" * len(some))
        rows = {
            row["id"]: row
            for row in db.all(
                f"SELECT {COLUMNS}, c.id_number, c.pupil_number, {TOWN} AS home, {VILLAGE} AS home_village"  # noqa: S608
                f" FROM {TABLES} {LISTED} WHERE c.id IN ({marks})",
                some,
            )
        }
        listed = _listed(db, some, lists)
        for one in some:
            if one in rows:
                yield _pupil(db, rows[one], listed.get(one, {}))


def _listed(db: Database, ids: Sequence[str], lists: Collection[str]) -> dict[str, dict[str, ListedRow]]:
    found: dict[str, dict[str, ListedRow]] = {}
    for row in db.all(
        f"SELECT l.* FROM listed l WHERE l.child IN ({', '.join('?' * len(ids))}) AND l.gone_at IS NULL"  # noqa: S608
        f" AND l.listing IN ({', '.join('?' * len(lists))}) ORDER BY l.id",  # the last counts, as for LISTED
        [*ids, *lists],
    ):
        found.setdefault(row["child"], {})[row["listing"]] = listed_row(db, row)
    return found


def _pupil(db: Database, row: Row, listed: Mapping[str, ListedRow]) -> PupilRow:
    unopened: set[str] = set()
    numbers = [_number(db, row, "id_number", unopened), _number(db, row, "pupil_number", unopened)]
    return PupilRow(
        Child.of(row), row["home"] or "", row["home_village"] or "", numbers[0], numbers[1], listed, unopened
    )


def _number(db: Database, row: Row, column: str, unopened: set[str]) -> str | None:
    if not row[column]:
        return None
    try:
        return db.keys.unlock(row[column], f"children.{column}", row["id"])
    except Unreadable:
        unopened.add("student_number" if column == "pupil_number" else column)
        return UNOPENED
