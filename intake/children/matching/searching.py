"""The children that may be meant, by what an index finds: numbers, telephones, name and initials, day of birth, class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from intake.children import child_keys
from intake.children.children import ROWS, Child, children_of_ids
from intake.children.matching import alike
from intake.children.matching.certain import known_numbers
from intake.children.matching.described import Described
from intake.language import sounds
from intake.store.db import Cell, Database

MOST = 400
"""Children that one index gives at most: who is called like hundreds is found by something else as well."""
LOOKED_AT = 60
"""Of those the ones that are looked at, the likest names first."""
_NAMES = f"SELECT c.id, c.child_name FROM {ROWS}"  # noqa: S608


@dataclass(slots=True)
class FoundChildren:
    """The children that may be meant, and which of them have a number, or a telephone, that was said."""

    children: dict[str, Child]
    by_phone: frozenset[str] = field(default_factory=frozenset)
    numbers: tuple[str, str] = ("", "")
    phones_known: frozenset[str] = field(default_factory=frozenset)
    """Those of whom any telephone is known at all."""
    class_id: str = ""
    """The class that was said, where the district has it."""


def found_children(db: Database, described: Described) -> FoundChildren:
    """Search for whom somebody may mean."""
    numbers = known_numbers(db, described)
    phones = [child_keys.phone_key(db, one) for one in described.phones]
    by_phone = child_keys.children_by_key(db, child_keys.PHONE, phones)
    sure = [*_by_numbers(db, numbers), *by_phone]
    class_id = _class_said(db, described)
    likely: dict[str, int] = {}
    for child, name in _named(db, described, class_id):
        how = alike.name_alike(described.name, name)
        if how in alike.ORDER:
            likely.setdefault(child, alike.ORDER.index(how))
    best = sorted(likely, key=lambda one: likely[one])[:LOOKED_AT]
    children = children_of_ids(db, list(dict.fromkeys([*sure, *best])))
    return FoundChildren(
        children,
        frozenset(by_phone),
        numbers,
        _with_phones(db, list(children)) if phones else frozenset(),
        class_id,
    )


def _by_numbers(db: Database, numbers: tuple[str, str]) -> list[str]:
    rows = []
    for column, hashed in zip(("id_number_hash", "pupil_number_hash"), numbers, strict=True):
        if hashed:
            rows += db.all(f"SELECT c.id FROM {ROWS} WHERE c.{column} = ?", (hashed,))  # noqa: S608
    return [row["id"] for row in rows]


def _named(db: Database, described: Described, class_id: str) -> Iterator[tuple[str, str]]:
    """Give ids and names out of every index that may hold the child."""
    if not described.name:
        return
    asked: list[tuple[str, list[Cell]]] = [
        ("c.child_name = ?", [described.name]),
        ("c.initials = ?", [sounds.initials(described.name)]),
    ]
    if len(described.birth_date) == len("2015-03-09"):
        asked.append(("c.birth_date = ?", [described.birth_date]))
    if class_id:
        asked.append(("c.class = ?", [class_id]))
    elif described.school and described.grade:
        of_grade = "c.class IN (SELECT id FROM classes WHERE school = ? AND grade = ?)"
        asked.append((of_grade, [described.school, described.grade]))
    elif described.school:
        asked.append(("c.class IN (SELECT id FROM classes WHERE school = ?)", [described.school]))
    for where, args in asked:
        for row in db.all(f"{_NAMES} WHERE {where} AND c.merged IS NULL LIMIT {MOST}", args):
            yield row["id"], row["child_name"]


def _class_said(db: Database, described: Described) -> str:
    if not (described.school and described.grade and described.class_name):
        return ""
    row = db.one(
        "SELECT id FROM classes WHERE school = ? AND grade = ? AND class_name = ?",
        (described.school, described.grade, described.class_name),
    )
    return str(row["id"]) if row else ""


def _with_phones(db: Database, children: Sequence[str]) -> frozenset[str]:
    sql = "SELECT DISTINCT child FROM child_keys WHERE child IN"
    return frozenset(
        row["child"] for row in db.among(sql, children, "AND sort = ?", after=[child_keys.PHONE])
    )
